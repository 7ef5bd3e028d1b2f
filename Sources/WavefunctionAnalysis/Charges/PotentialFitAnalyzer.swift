import Foundation
import GaussianBasis
import MolecularStructure

/// Charges fitted to the electrostatic potential behind the seam of all schemes; see `CHELPG`, `MerzKollman` and
/// `RestrainedPotentialFit`.
public struct PotentialFitAnalyzer: ChargeAnalyzer {
    public let chelpg: CHELPG?
    public let merzKollman: MerzKollman?

    /// - Parameters: the points of the fits; nil for those that are not wanted.
    public init(chelpg: CHELPG?, merzKollman: MerzKollman?) {
        self.chelpg = chelpg
        self.merzKollman = merzKollman
    }

    public var schemes: [ChargeScheme] { (chelpg == nil ? [] : [.chelpg]) + (merzKollman == nil ? [] : [.mk, .resp]) }

    /// Cost: the potential on each set of points, several states for little more than one.
    public func charges(
        _ wanted: [ChargeScheme], of input: ChargeAnalysisInput
    ) throws -> [ChargeScheme: [ChargeOutcome]] {
        var result: [ChargeScheme: [ChargeOutcome]] = [:]
        let totals = input.wavefunctions.map { Double($0.state.charge) }
        if let chelpg, wanted.contains(.chelpg) {
            result[.chelpg] = chelpg.fit(input.wavefunctions, pool: input.pool).map(Self.outcome)
        }
        if let merzKollman, wanted.contains(.mk) || wanted.contains(.resp) {
            let potentials = merzKollman.potentials(of: input.wavefunctions, pool: input.pool)
            if wanted.contains(.mk) {
                result[.mk] = zip(potentials, totals).map {
                    Self.outcome(merzKollman.fit(potential: $0, totalCharge: $1))
                }
            }
            if wanted.contains(.resp) {
                result[.resp] = try zip(potentials, totals).map {
                    do {
                        let stages = try RestrainedPotentialFit(merzKollman).fitInTwoStages(potential: $0, totalCharge: $1)
                        return Self.outcome(stages.second)
                    } catch let error as PotentialFitError {
                        return .unavailable(reason: error.description)
                    }
                }
            }
        }
        return result
    }

    private static func outcome(_ fit: PotentialFit) -> ChargeOutcome {
        var charges = AtomicCharges(charges: fit.charges)
        charges.fit = fit
        return .found(charges)
    }

    public func parameters(of scheme: ChargeScheme) -> [String: String] {
        switch scheme {
        case .chelpg:
            guard let chelpg else { return [:] }
            return [
                "points": "cubic lattice, \(chelpg.options.spacingInAngstrom) A apart, to \(chelpg.options.marginInAngstrom) A",
                "radii in Angstrom": Self.list(chelpg.molecule, chelpg.radiiInAngstrom),
            ]
        case .mk, .resp:
            guard let merzKollman else { return [:] }
            let layers = merzKollman.options.layers.map { "\($0)" }.joined(separator: ", ")
            var result = [
                "points":
                    "rings on spheres at \(layers) radii, \(merzKollman.options.pointsPerSquareAngstrom) a square Angstrom",
                "radii in Angstrom": Self.list(merzKollman.molecule, merzKollman.radiiInAngstrom),
            ]
            if scheme == .resp {
                let options = RestrainedPotentialFit.Options()
                result["restraint"] =
                    "two stages, a = \(options.strength) and \(RestrainedPotentialFit.secondStrength) at one point a square "
                    + "Angstrom, b = \(options.tightness), hydrogen free"
                result["equivalent"] = "hydrogen atoms of one CH2 or CH3 in the second stage"
            }
            return result
        default: return [:]
        }
    }

    private static func list(_ molecule: Molecule, _ radii: [Double]) -> String {
        let byElement = Dictionary(zip(molecule.atoms.map(\.element), radii)) { first, _ in first }
        return byElement.sorted { $0.key < $1.key }.map { "\($0.key) \(String(format: "%.3f", $0.value))" }.joined(
            separator: ", ")
    }

    public func notes(on schemes: [ChargeScheme]) -> [String] {
        (schemes.contains(.chelpg) ? chelpg?.notes ?? [] : [])
            + (schemes.contains(.mk) || schemes.contains(.resp) ? merzKollman?.notes ?? [] : [])
    }
}
