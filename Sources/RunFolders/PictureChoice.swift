import GaussianBasis

extension AnalysisInput {
    /// The content of a picture: by name, as on the command line and in input files.
    public enum Picture: RawRepresentable, Codable, Sendable, Hashable {
        /// The electrostatic potential on a surface of the density.
        case esp
        case density
        /// The density difference relative to the base state of the series, and relative to the previous state.
        case difference, step
        case spin
        case orbital(OrbitalChoice)

        public static let homo = Picture.orbital(OrbitalChoice(.homo(0)))
        public static let lumo = Picture.orbital(OrbitalChoice(.lumo(0)))

        /// The contents with fixed names.
        public static let named: [Picture] = [.esp, .density, .difference, .step, .spin, .homo, .lumo]

        public init?(rawValue: String) {
            let fields: [Picture] = [.esp, .density, .difference, .step, .spin]
            if let field = fields.first(where: { $0.rawValue == rawValue }) {
                self = field
            } else if let orbital = OrbitalChoice(rawValue) {
                self = .orbital(orbital)
            } else {
                return nil
            }
        }

        public var rawValue: String {
            switch self {
            case .esp: "esp"
            case .density: "density"
            case .difference: "difference"
            case .step: "step"
            case .spin: "spin"
            case .orbital(let choice): choice.text
            }
        }

        /// For file names.
        package var fileName: String { rawValue.replacing(":", with: "-") }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            guard let picture = Picture(rawValue: text) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a picture")
            }
            self = picture
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(rawValue)
        }
    }
}

/// A molecular orbital: `homo`, `lumo+2`, `beta:homo-1` or `alpha:123`.
public struct OrbitalChoice: Sendable, Hashable {
    public typealias Place = OrbitalPlace
    public typealias Spin = OrbitalSpin

    /// Nil: among the orbitals of both spins. An orbital number always has a spin.
    public let spin: Spin?
    public let place: Place

    public init(_ place: Place, spin: Spin? = nil) {
        self.place = place
        self.spin = spin
    }

    /// Nil if the text is not an orbital.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let name = parts.last else { return nil }
        let spin = parts.count == 2 ? Spin(rawValue: String(parts[0])) : nil
        guard parts.count == 1 || spin != nil else { return nil }
        if let match = name.wholeMatch(of: /homo(?:-([0-9]{1,5}))?/) {
            self.init(.homo(match.1.flatMap { Int($0) } ?? 0), spin: spin)
        } else if let match = name.wholeMatch(of: /lumo(?:\+([0-9]{1,5}))?/) {
            self.init(.lumo(match.1.flatMap { Int($0) } ?? 0), spin: spin)
        } else if spin != nil, name.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(name), number > 0 {
            self.init(.number(number), spin: spin)
        } else {
            return nil
        }
    }

    public var text: String {
        let name =
            switch place {
            case .homo(let below): below == 0 ? "homo" : "homo-\(below)"
            case .lumo(let above): above == 0 ? "lumo" : "lumo+\(above)"
            case .number(let number): "\(number)"
            }
        return (spin.map { $0.rawValue + ":" } ?? "") + name
    }

    /// For titles, with a true minus sign: `HOMO−1`, `beta LUMO`, `alpha orbital 123`.
    public var title: String {
        let name =
            switch place {
            case .homo(let below): below == 0 ? "HOMO" : "HOMO\u{2212}\(below)"
            case .lumo(let above): above == 0 ? "LUMO" : "LUMO+\(above)"
            case .number(let number): "orbital \(number)"
            }
        return (spin.map { $0.rawValue + " " } ?? "") + name
    }
}
