import ArgumentParser
import Calculations
import FileFormats
import RunFolders
import MolecularStructure
import WavefunctionAnalysis

/// Charge schemes and their parameters, as options.
struct ChargeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Atomic charge schemes: all, or keys separated by commas. Mulliken, Loewdin and CHELPG are always computed.",
            valueName: "all|key,..."),
        completion: .names(ChargeSchemeChoice.names),
        transform: { try ChargeSchemeChoice.parse($0) })
    var charges: [ChargeScheme] = ChargeScheme.always

    @OptionGroup var fits: PotentialFitOptions

    func validate() throws { try fits.check(charges + ChargeScheme.always) }

    var input: ChargeInput {
        var input = fits.input
        input.schemes = ChargeScheme.allCases.filter { charges.contains($0) || ChargeScheme.always.contains($0) }.map(\.rawValue)
        return input
    }
}

/// Parameters of the schemes (radii and restraints of fits, free atoms) and of the list of bonds, as options.
struct PotentialFitOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Radius in Angstrom for the CHELPG charges; may be repeated.", valueName: "El=radius"))
    var chelpgRadius: [String] = []

    @Option(help: ArgumentHelp("Radius in Angstrom for the MK and RESP charges; may be repeated.", valueName: "El=radius"))
    var mkRadius: [String] = []

    @Option(
        help: ArgumentHelp("Atoms (numbers from 1) that share one RESP charge; may be repeated.", valueName: "1,4-6"))
    var respEquivalent: [String] = []

    @Option(
        help: ArgumentHelp(
            "Sum of the RESP charges of some atoms (numbers from 1); may be repeated.", valueName: "1,4-6=charge"))
    var respConstraint: [String] = []

    @Option(
        help: ArgumentHelp(
            "Strength of the RESP restraint: as published, or scaled from one point per square Angstrom to the density of points in use.",
            valueName: "published|scaled"))
    var respRestraint: RestraintStrength = .published

    @Option(
        help: ArgumentHelp(
            "Free atoms (proatoms) of the space-partitioning schemes (default: restricted for VDD, spin-polarized for "
                + "the others).", valueName: ProatomSet.allCases.map(\.rawValue).joined(separator: "|")),
        completion: .list(ProatomSet.allCases.map(\.rawValue)))
    var proatoms: ProatomSet?

    @Option(
        help: ArgumentHelp(
            "Smallest bond order listed in result.json: a pair of atoms is omitted if none of its orders (Mayer, "
                + "Wiberg, natural Wiberg, fuzzy) reaches it.", valueName: "order"))
    var bondThreshold = 0.05

    func validate() throws {
        _ = try parsed()
        guard bondThreshold >= 0, bondThreshold <= 10 else { throw ValidationError("--bond-threshold must lie between 0 and 10") }
    }

    /// An option of a scheme that will not be computed.
    func check(_ schemes: [ChargeScheme]) throws {
        let fits = !Set(schemes).isDisjoint(with: [.mk, .resp])
        if !chelpgRadius.isEmpty, !schemes.contains(.chelpg) { throw Self.unused("--chelpg-radius", "chelpg") }
        if !mkRadius.isEmpty, !fits { throw Self.unused("--mk-radius", "mk or resp") }
        if proatoms != nil, Set(schemes).isDisjoint(with: Self.spacePartitions) {
            throw Self.unused("--proatoms", Self.spacePartitions.map(\.rawValue).joined(separator: ", "))
        }
        guard !schemes.contains(.resp) else { return }
        if !respEquivalent.isEmpty { throw Self.unused("--resp-equivalent", "resp") }
        if !respConstraint.isEmpty { throw Self.unused("--resp-constraint", "resp") }
        if respRestraint != .published { throw Self.unused("--resp-restraint", "resp") }
    }

    /// The schemes that use free atoms: those that partition space, or restore cores that potentials replace.
    private static let spacePartitions: [ChargeScheme] = [.hirshfeld, .hirshfeldI, .cm5, .adch, .vdd, .becke, .mbis, .qtaim]

    /// An option of bond orders if the schemes produce none.
    func checkBonds(_ schemes: [ChargeScheme]) throws {
        if bondThreshold != ChargeInput().bondThreshold, Set(schemes).isDisjoint(with: [.npa, .becke]) {
            throw Self.unused("--bond-threshold", "npa or becke")
        }
    }

    private static func unused(_ option: String, _ schemes: String) -> ValidationError {
        ValidationError("\(option) has no effect without the charges \(schemes); name them, or leave it out")
    }

    /// Without schemes.
    var input: ChargeInput { (try? parsed()) ?? ChargeInput() }

    private func parsed() throws -> ChargeInput {
        var result = ChargeInput()
        result.chelpgRadii = try Self.radii(chelpgRadius, option: "--chelpg-radius")
        result.merzKollmanRadii = try Self.radii(mkRadius, option: "--mk-radius")
        result.isRestraintScaled = respRestraint == .scaled
        result.proatoms = proatoms?.rawValue
        result.bondThreshold = bondThreshold
        for argument in respEquivalent {
            guard let atoms = Self.atoms(argument), atoms.count > 1 else {
                throw ValidationError("'\(argument)' is not a group of atoms; write --resp-equivalent 1,4-6")
            }
            guard Set(atoms).isDisjoint(with: result.equivalentAtoms.joined()) else {
                throw ValidationError("'\(argument)': an atom is in two groups of --resp-equivalent; write them as one")
            }
            result.equivalentAtoms.append(atoms)
        }
        for argument in respConstraint {
            let parts = argument.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let atoms = Self.atoms(parts[0]), let charge = Double(parts[1]), charge.isFinite
            else { throw ValidationError("'\(argument)' is not a charge of a group; write --resp-constraint 1,4-6=-1") }
            result.constraints.append(.init(atoms: atoms, charge: charge))
        }
        return result
    }

    /// Indices from numbers that count from 1; nil if one is invalid or repeated.
    private static func atoms(_ text: some StringProtocol) -> [Int]? {
        guard let atoms = try? AtomList(parsing: text), atoms.repeated == nil else { return nil }
        return atoms.indices
    }

    private static func radii(_ arguments: [String], option: String) throws -> [String: Double] {
        var result: [String: Double] = [:]
        for argument in arguments {
            let parts = argument.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let element = Element(symbol: String(parts[0])), let radius = Double(parts[1]),
                radius > 0.1, radius < 10
            else { throw ValidationError("'\(argument)' is not a radius; write \(option) Nb=1.45") }
            result[element.symbol] = radius
        }
        return result
    }
}

/// The strength of RESP's restraint.
enum RestraintStrength: String, ExpressibleByArgument {
    case published, scaled
}

extension ProatomSet: ExpressibleByArgument {}

/// Schemes of atomic charges by their keys.
enum ChargeSchemeChoice {
    static let names = ["all"] + ChargeScheme.allCases.map(\.rawValue)

    /// From `hirshfeld,cm5` or `all`.
    static func parse(_ text: String) throws -> [ChargeScheme] {
        let words = text.lowercased().split(separator: ",", omittingEmptySubsequences: false).map {
            $0.filter { !$0.isWhitespace }
        }
        if words == ["all"] { return ChargeScheme.allCases }
        let choices = try words.map { word in
            guard let choice = ChargeScheme(rawValue: word) else {
                let known = ChargeScheme.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("'\(word)' is not a charge scheme; write all, or some of \(known)")
            }
            return choice
        }
        return ChargeScheme.allCases.filter(choices.contains)
    }
}
