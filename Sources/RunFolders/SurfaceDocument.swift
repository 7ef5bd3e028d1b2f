import FileFormats
import Foundation

/// The content of `surface.json`: the electrostatic potential on a surface of constant density, for every state.
/// Atomic units. What is not defined, such as the mean over a positive area where there is none, is `null`.
public struct SurfaceDocument: Codable, Sendable, Equatable {
    public static let currentSchema = "esp-surface-1"

    public var schema = SurfaceDocument.currentSchema
    /// Electrons per bohr^3.
    public var level: Double
    /// Spacing of the grid in which the surface was searched, in bohr.
    public var spacing: Double
    /// Hartree per elementary charge: above this value the potential counts as polar.
    public var polarThreshold: Double
    public var symbols: [String]
    public var references: [String]
    public var states: [State]

    public init(
        level: Double, spacing: Double, polarThreshold: Double, symbols: [String], references: [String], states: [State]
    ) {
        self.level = level
        self.spacing = spacing
        self.polarThreshold = polarThreshold
        self.symbols = symbols
        self.references = references
        self.states = states
    }

    enum CodingKeys: String, CodingKey {
        case schema, level, spacing, symbols, references, states
        case polarThreshold = "polar_threshold"
    }

    public struct State: Codable, Sendable, Equatable {
        public var charge: Int
        public var multiplicity: Int
        /// bohr^3.
        public var volume: Double
        public var triangles: Int
        public var whole: Descriptors
        /// One per atom; null for atoms without a part of the surface.
        public var atoms: [Descriptors?]
        public var fragments: [Fragment]
        public var extrema: [Extremum]
        public var histogram: Histogram
        /// `whole` minus that of the base state of the series; absent in the base state.
        public var change: Descriptors?

        public init(
            charge: Int, multiplicity: Int, volume: Double, triangles: Int, whole: Descriptors, atoms: [Descriptors?],
            fragments: [Fragment], extrema: [Extremum], histogram: Histogram
        ) {
            self.charge = charge
            self.multiplicity = multiplicity
            self.volume = volume
            self.triangles = triangles
            self.whole = whole
            self.atoms = atoms
            self.fragments = fragments
            self.extrema = extrema
            self.histogram = histogram
        }
    }

    public struct Fragment: Codable, Sendable, Equatable {
        public var name: String
        /// Null if the fragment has no part of the surface.
        @ExplicitNull public var descriptors: Descriptors?

        public init(name: String, descriptors: Descriptors?) {
            self.name = name
            self.descriptors = descriptors
        }
    }

    public struct Extremum: Codable, Sendable, Equatable {
        /// `minimum` or `maximum`.
        public var kind: String
        public var value: Double
        /// bohr.
        public var position: [Double]
        /// Counted from 0.
        public var atom: Int

        public init(kind: String, value: Double, position: [Double], atom: Int) {
            self.kind = kind
            self.value = value
            self.position = position
            self.atom = atom
        }
    }

    /// Area by ranges of the potential.
    public struct Histogram: Codable, Sendable, Equatable {
        /// One more than the number of areas, in hartree per elementary charge.
        public var edges: [Double]
        /// bohr^2.
        public var areas: [Double]

        public init(edges: [Double], areas: [Double]) {
            self.edges = edges
            self.areas = areas
        }
    }

    /// See `SurfacePotentialStatistics` for definitions and literature.
    public struct Descriptors: Codable, Sendable, Equatable {
        public var area: Double
        public var positiveArea: Double
        public var negativeArea: Double
        public var polarArea: Double
        @ExplicitNull public var mean: Double?
        @ExplicitNull public var positiveMean: Double?
        @ExplicitNull public var negativeMean: Double?
        @ExplicitNull public var maximum: Double?
        @ExplicitNull public var minimum: Double?
        @ExplicitNull public var positiveVariance: Double?
        @ExplicitNull public var negativeVariance: Double?
        @ExplicitNull public var totalVariance: Double?
        @ExplicitNull public var balance: Double?
        @ExplicitNull public var averageDeviation: Double?
        @ExplicitNull public var polarityIndex: Double?

        /// In the order of the properties.
        public init(areas: [Double], others: [Double?]) {
            precondition(areas.count == 4 && others.count == 11)
            area = areas[0]
            positiveArea = areas[1]
            negativeArea = areas[2]
            polarArea = areas[3]
            mean = others[0]
            positiveMean = others[1]
            negativeMean = others[2]
            maximum = others[3]
            minimum = others[4]
            positiveVariance = others[5]
            negativeVariance = others[6]
            totalVariance = others[7]
            balance = others[8]
            averageDeviation = others[9]
            polarityIndex = others[10]
        }

        public var values: [Double?] {
            [
                area, positiveArea, negativeArea, polarArea, mean, positiveMean, negativeMean, maximum, minimum,
                positiveVariance, negativeVariance, totalVariance, balance, averageDeviation, polarityIndex,
            ]
        }

        public static let names = [
            "area", "positive_area", "negative_area", "polar_area", "mean", "positive_mean", "negative_mean", "maximum",
            "minimum",
            "positive_variance", "negative_variance", "total_variance", "balance", "average_deviation", "polarity_index",
        ]

        /// Differences of these and those; values missing in one of them are missing in the difference.
        public func less(_ other: Descriptors) -> Descriptors {
            let differences: [Double?] = zip(values, other.values).map { a, b in
                guard let a, let b else { return nil }
                return a - b
            }
            return Descriptors(areas: differences[..<4].map { $0 ?? 0 }, others: Array(differences[4...]))
        }

        enum CodingKeys: String, CodingKey {
            case area, mean, maximum, minimum, balance
            case positiveArea = "positive_area"
            case negativeArea = "negative_area"
            case polarArea = "polar_area"
            case positiveMean = "positive_mean"
            case negativeMean = "negative_mean"
            case positiveVariance = "positive_variance"
            case negativeVariance = "negative_variance"
            case totalVariance = "total_variance"
            case averageDeviation = "average_deviation"
            case polarityIndex = "polarity_index"
        }
    }

    /// Indented JSON.
    public func json() throws -> Data { try JSONLayout.encoded(self) }

    /// One row for the whole surface, every fragment and every atom of every state, in full precision; empty if a value is not defined.
    public var csv: String {
        var result = "charge,multiplicity,part,name," + Descriptors.names.joined(separator: ",") + "\n"
        for state in states {
            func row(_ part: String, _ name: String, _ descriptors: Descriptors?) {
                guard let descriptors else { return }
                result += "\(state.charge),\(state.multiplicity),\(part),\(CSVText.quoted(name)),"
                result += descriptors.values.map { $0.map { "\($0)" } ?? "" }.joined(separator: ",") + "\n"
            }
            row("surface", "", state.whole)
            for fragment in state.fragments { row("fragment", fragment.name, fragment.descriptors) }
            for (index, atom) in state.atoms.enumerated() { row("atom", "\(index + 1) \(symbols[index])", atom) }
            row("change", "", state.change)
        }
        return result
    }
}
