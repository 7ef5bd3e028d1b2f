import MolecularStructure

/// The data of D3 for free atoms and atoms in model molecules, mostly hydrides: their coordination numbers and the C6 coefficient of every
/// pair of them, from time-dependent density functional theory.
struct ReferenceSystems: Sendable {
    /// The systems of one element.
    struct Entry: Sendable {
        /// 4/3 of the covalent radius, in bohr.
        let scaledRadius: Double
        /// q with C8 = 3 q_A q_B C6, in bohr: the root of sqrt(Z) <r^4> / (2 <r^2>).
        let momentRatio: Double
        let coordinationNumbers: [Double]
        /// Row of the first system in the table of coefficients.
        let first: Int
    }

    static let published = ReferenceSystems()

    private let entries: [Entry]
    /// The lower triangle, row by row, in hartree bohr^6.
    private let coefficients: [Double]

    private init() {
        var entries: [Entry] = []
        var first = 0
        for line in ReferenceSystemData.elements.split(separator: "\n") {
            let numbers = line.split(separator: " ").dropFirst().compactMap { Double($0) }
            let protons = Double(entries.count + 1)
            entries.append(
                Entry(
                    scaledRadius: 4.0 / 3 * numbers[0] / PhysicalConstants.bohrInAngstrom,
                    momentRatio: (0.5 * numbers[1] * protons.squareRoot()).squareRoot(),
                    coordinationNumbers: Array(numbers.dropFirst(2)), first: first))
            first += numbers.count - 2
        }
        self.entries = entries
        coefficients = Self.wholeNumbers(ReferenceSystemData.coefficients).map { Double($0) / 1e4 }
    }

    var systemCount: Int { entries.reduce(0) { $0 + $1.coordinationNumbers.count } }
    var coefficientCount: Int { coefficients.count }

    func entry(_ element: Element) -> Entry { entries[element.atomicNumber - 1] }

    /// C6 of two systems by their rows, in hartree bohr^6.
    func coefficient(_ a: Int, _ b: Int) -> Double {
        let (low, high) = (min(a, b), max(a, b))
        return coefficients[high * (high + 1) / 2 + low]
    }

    /// Digits between white space; far faster than `Int.init` on thirty thousand words.
    private static func wholeNumbers(_ text: String) -> [Int] {
        var result: [Int] = []
        var value: Int?
        for byte in text.utf8 {
            if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                value = 10 * (value ?? 0) + Int(byte - UInt8(ascii: "0"))
            } else if let number = value {
                result.append(number)
                value = nil
            }
        }
        if let value { result.append(value) }
        return result
    }
}
