import ArgumentParser

/// Three components separated by commas, such as `0,0,-0.005`.
struct FieldVector: Equatable {
    let components: [Double]

    static func parse(_ text: String) throws -> FieldVector {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { part -> Double? in
            Double(part.filter { !$0.isWhitespace }).flatMap { $0.isFinite ? $0 : nil }
        }
        let values = parts.compactMap { $0 }
        guard parts.count == 3, values.count == 3 else {
            throw ValidationError("'\(text)' is not three numbers x,y,z, such as 0,0,0.005")
        }
        return FieldVector(components: values)
    }
}
