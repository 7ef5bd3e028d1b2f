import ArgumentParser

/// Three components separated by commas, such as `0,0,-0.005`.
struct FieldVector: Equatable {
    let components: [Double]

    static func parse(_ text: String) throws -> FieldVector {
        guard let components = NumberList.values(text, count: 3) else {
            throw ValidationError("'\(text)' is not three numbers x,y,z, such as 0,0,0.005")
        }
        return FieldVector(components: components)
    }
}
