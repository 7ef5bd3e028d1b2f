import Foundation
import GaussianBasis
import MolecularStructure

/// Charges fitted to the electrostatic potential as charge schemes; see `CHELPG`, `MerzKollman` and `RestrainedPotentialFit`.
public struct PotentialFitAnalyzer: ChargeAnalyzer {
    public let chelpg: CHELPG?
    public let merzKollman: MerzKollman?
    /// Of the first stage of RESP; equivalences and constraints hold in both.
    public let restraint: RestrainedPotentialFit.Options
    private let memoryLimit: Int

    /// - Parameters:
    ///   - chelpg: the points of the fit; nil where it is not wanted.
    ///   - merzKollman: the same for MK and RESP.
    ///   - restraint: equivalent atoms and constrained sums of RESP charges.
    ///   - memoryLimitInBytes: schemes whose points and potentials do not fit are unavailable.
    public init(
        chelpg: CHELPG?, merzKollman: MerzKollman?, restraint: RestrainedPotentialFit.Options = .init(),
        memoryLimitInBytes: Int = .max
    ) {
        memoryLimit = memoryLimitInBytes
        self.chelpg = chelpg
        self.merzKollman = merzKollman
        self.restraint = restraint
    }

    public var schemes: [ChargeScheme] { (chelpg == nil ? [] : [.chelpg]) + (merzKollman == nil ? [] : [.mk, .resp]) }

    /// Cost: the potential on each set of points, including those for other radii of metals; several states cost little more than one.
    public func charges(
        _ wanted: [ChargeScheme], of input: ChargeAnalysisInput
    ) throws -> [ChargeScheme: [ChargeOutcome]] {
        var result: [ChargeScheme: [ChargeOutcome]] = [:]
        let totals = input.wavefunctions.map { Double($0.state.charge) }
        var wanted = wanted
        for scheme in wanted {
            guard let needed = memory(of: scheme, stateCount: totals.count), needed > memoryLimit else { continue }
            wanted.removeAll { $0 == scheme }
            result[scheme] = totals.map { _ in
                .unavailable(reason: "points and potentials need \(needed >> 20) MB of memory: raise --memory")
            }
        }
        if let chelpg, wanted.contains(.chelpg) {
            let varied = VariedPoints(chelpg)
            let potentials = potentials(at: varied.points, input) { input.onProgress(.chelpg, $0) }
            result[.chelpg] = zip(potentials, totals).map { potential, total in
                Self.outcome(varied.fit(potential) { $0.fit(potential: $1, totalCharge: total) })
            }
        }
        if let merzKollman, wanted.contains(.mk) || wanted.contains(.resp) {
            let varied = VariedPoints(merzKollman)
            let own: ChargeScheme = wanted.contains(.mk) ? .mk : .resp
            let potentials = potentials(at: varied.points, input) { input.onProgress(own, $0) }
            if wanted.contains(.mk) {
                result[.mk] = zip(potentials, totals).map { potential, total in
                    Self.outcome(varied.fit(potential) { $0.fit(potential: $1, totalCharge: total) })
                }
            }
            if wanted.contains(.resp) {
                result[.resp] = try zip(potentials, totals).map { potential, total in
                    do {
                        let fit = try varied.fit(potential) {
                            try RestrainedPotentialFit($0).fitInTwoStages(potential: $1, totalCharge: total, first: restraint)
                                .second
                        }
                        return Self.outcome(fit)
                    } catch let error as PotentialFitError {
                        return .unavailable(reason: error.description)
                    }
                }
            }
        }
        return result
    }

    /// Bytes; nil for schemes of others.
    private func memory(of scheme: ChargeScheme, stateCount: Int) -> Int? {
        switch scheme {
        case .chelpg: chelpg.map { VariedPoints.memory($0, stateCount: stateCount) }
        case .mk, .resp: merzKollman.map { VariedPoints.memory($0, stateCount: stateCount) }
        default: nil
        }
    }

    private func potentials(
        at points: [SIMD3<Double>], _ input: ChargeAnalysisInput, progress: @escaping @Sendable (Double) -> Void
    ) -> [[Double]] {
        PotentialFit.potentials(of: input.wavefunctions, at: points, tolerance: 1e-8, pool: input.pool, progress: progress)
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
                "points": "cubic lattice, \(chelpg.options.spacingInAngstrom) A apart, to \(chelpg.options.marginInAngstrom) A"
                    + Self.orientations(chelpg.options.frames),
                "radii in Angstrom": Self.list(chelpg.molecule, chelpg.radiiInAngstrom),
            ]
        case .mk, .resp:
            guard let merzKollman else { return [:] }
            let layers = merzKollman.options.layers.map { "\($0)" }.joined(separator: ", ")
            var result = [
                "points":
                    "rings on spheres at \(layers) radii, \(merzKollman.options.pointsPerSquareAngstrom) a square Angstrom"
                    + Self.orientations(merzKollman.options.frames),
                "radii in Angstrom": Self.list(merzKollman.molecule, merzKollman.radiiInAngstrom),
            ]
            if scheme == .resp {
                let options = restraint
                result["restraint"] =
                    "two stages, a = \(options.strength) and \(RestrainedPotentialFit.secondStrength)"
                    + (options.isScaledToDensity ? " at one point a square Angstrom" : ", whatever the density of points")
                    + ", b = \(options.tightness), hydrogen free"
                let groups = options.equivalentAtoms.map { "; atoms " + Self.numbers($0) }.joined()
                result["equivalent"] = "hydrogen atoms of one CH2 or CH3 in the second stage" + groups
                if !options.constraints.isEmpty {
                    result["constraints"] = options.constraints.map { "atoms \(Self.numbers($0.atoms)): \($0.charge)" }
                        .joined(separator: "; ")
                }
            }
            return result
        default: return [:]
        }
    }

    private static func orientations(_ frames: [PointFrame]?) -> String {
        frames.map { ", in \($0.count) orientations about the principal axis of nuclear charge" } ?? ""
    }

    /// Numbers of atoms from 1.
    private static func numbers(_ atoms: [Int]) -> String { atoms.map { "\($0 + 1)" }.joined(separator: ", ") }

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
