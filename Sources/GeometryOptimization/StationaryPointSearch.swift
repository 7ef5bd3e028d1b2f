import LinearAlgebra
import MolecularStructure

/// A search for a stationary point that does not remain in a symmetry merely because no force breaks it.
///
/// Forces have the symmetry of the structure: a linear water molecule stays linear, a planar ammonia molecule planar. If the first
/// structure and the stationary point found from it share a symmetry, the search breaks it once by a small displacement along all
/// symmetry-breaking modes, and continues downhill. It returns to a minimum, and departs from a saddle point.
public struct StationaryPointSearch: Sendable {
    /// One displacement that breaks a symmetry.
    public struct Push: Sendable, Equatable {
        public enum Outcome: String, Codable, Sendable {
            /// The search goes on.
            case underWay = "under_way"
            /// The structure returned to the symmetry.
            case returned
            /// It did not return.
            case left
        }

        /// Number of the symmetric stationary point among the points added, from 1.
        public let point: Int
        /// Its energy in hartree.
        public let energy: Double
        /// Displacement of the atom that was moved most, in bohr.
        public let length: Double
        public let isLinear: Bool
        public let isPlanar: Bool
        /// Lost symmetry operations, without the identity.
        public let operations: [SymmetryOperation]
        public fileprivate(set) var outcome: Outcome
    }

    /// Maximum distance of an atom from the image of another one, in bohr, for a structure to count as symmetric. With larger deviations,
    /// forces break the symmetry.
    public static let tolerance = 0.05

    private var optimizer: GeometryOptimizer
    private let first: Molecule
    private let leavesSymmetry: Bool
    /// Where the symmetry was left.
    private var symmetric: Molecule?

    /// Nil as long as no symmetry was broken.
    public private(set) var push: Push?
    /// Number of the point that is the outcome, from 1; nil before convergence.
    public private(set) var outcome: Int?

    /// - Parameters:
    ///   - leavesSymmetry: false to stay in the symmetry of the structure.
    ///   - hessian: at a structure near by, to begin with; nil: a model.
    ///   - uphill: the mode along which a search for a saddle point goes up; nil: a minimum is wanted. A saddle point may well be
    ///   symmetric, so its search stays in a symmetry.
    public init(
        _ molecule: Molecule, constraints: [Constraint] = [], criteria: ConvergenceCriteria = .normal,
        leavesSymmetry: Bool = true,
        hessian: CartesianHessian? = nil, uphill: UphillMode? = nil
    ) throws {
        optimizer = try GeometryOptimizer(
            molecule, constraints: constraints, criteria: criteria, hessian: hessian, uphill: uphill)
        first = molecule
        self.leavesSymmetry = leavesSymmetry && uphill == nil
    }

    /// The structure whose energy is requested.
    public var molecule: Molecule { optimizer.molecule }
    public var measures: StepMeasures? { optimizer.measures }
    public var points: Int { optimizer.points }

    /// Like `GeometryOptimizer.add`; converged means that the outcome after breaking the symmetry is known, too.
    public mutating func add(energy: Double, gradient: [SIMD3<Double>]) throws -> GeometryOptimizer.Outcome {
        let state = try optimizer.add(energy: energy, gradient: gradient)
        guard state == .converged else { return state }
        if var push {
            let isBack = isBack(to: push.operations)
            push.outcome = isBack ? .returned : .left
            self.push = push
            outcome = isBack && push.energy <= energy ? push.point : points
            return .converged
        }
        if leavesSymmetry, let displacements = try symmetryBreaking(energy: energy) {
            try optimizer.displace(by: displacements)
            return .goOn
        }
        outcome = points
        return .converged
    }

    /// Like `GeometryOptimizer.redirect`.
    public mutating func redirect(to structure: Molecule) throws { try optimizer.redirect(to: structure) }

    /// Whether the structure has the same operations and nearly the same distances as before the symmetry was broken.
    private func isBack(to operations: [SymmetryOperation]) -> Bool {
        guard let symmetric else { return false }
        let end = StructureSymmetry(optimizer.molecule, tolerance: Self.tolerance)
        let hasOperations = operations.allSatisfy { old in
            end.operations.contains { $0.permutation == old.permutation && $0.isImproper == old.isImproper }
        }
        let (old, new) = (symmetric.atoms.map(\.position), optimizer.molecule.atoms.map(\.position))
        return hasOperations
            && old.indices.allSatisfy { i in
                (0..<i).allSatisfy { abs(distance(old[i], old[$0]) - distance(new[i], new[$0])) < 2 * Self.tolerance }
            }
    }

    /// Displacements that break the common symmetry of the first structure and the one found; nil if there is none.
    private mutating func symmetryBreaking(energy: Double) throws -> [SIMD3<Double>]? {
        let found = StructureSymmetry(optimizer.molecule, tolerance: Self.tolerance)
        guard !found.operations.isEmpty else { return nil }
        let shared = found.operations(sharedWith: StructureSymmetry(first, tolerance: Self.tolerance))
        guard !shared.isEmpty,
            let displacements = try SymmetryBreakingDisplacement.displacements(
                optimizer.molecule.atoms.map(\.position), operations: shared, hessian: optimizer.cartesianHessian())
        else { return nil }
        symmetric = optimizer.molecule
        push = Push(
            point: points, energy: energy, length: SymmetryBreakingDisplacement.length, isLinear: found.isLinear,
            isPlanar: found.isPlanar && (found.isLinear || optimizer.molecule.atoms.count > 3),
            operations: shared, outcome: .underWay)
        return displacements
    }
}
