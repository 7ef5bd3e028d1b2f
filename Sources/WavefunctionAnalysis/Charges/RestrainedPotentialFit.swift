import LinearAlgebra
import MolecularStructure

/// RESP: charges fitted to the potential under a hyperbolic restraint that keeps the charges of buried atoms small.
///
/// C. I. Bayly, P. Cieplak, W. D. Cornell and P. A. Kollman, J. Phys. Chem. 97, 10269 (1993), doi 10.1021/j100142a004. The sum of squared
/// errors over the points is increased by 2 a (sqrt(q^2 + b^2) - b) for every atom except hydrogen (with the 2, the equations are those of
/// the authors' program resp). The sum over the points grows with their number, so a restraint of the published strength becomes weaker for
/// denser points; `Options.isScaledToDensity` compensates for that.
public struct RestrainedPotentialFit: Sendable {
    /// A constrained sum of charges.
    public struct Constraint: Sendable, Equatable {
        public var atoms: [Int]
        public var charge: Double

        public init(atoms: [Int], charge: Double) {
            self.atoms = atoms
            self.charge = charge
        }
    }

    public struct Options: Sendable, Equatable {
        /// a, in atomic units.
        public var strength = 0.0005
        /// Whether a applies to one point per square Angstrom in each layer and is scaled with the density of the points. By default it is
        /// not scaled, as in the program resp.
        public var isScaledToDensity = false
        /// b, in elementary charges.
        public var tightness = 0.1
        public var restrainsHydrogen = false
        /// Groups of atoms (indices) that share one charge.
        public var equivalentAtoms: [[Int]] = []
        public var constraints: [Constraint] = []

        public init() {}
    }

    /// Largest change of a charge between the last two iterations, in elementary charges.
    private static let tolerance = 1e-9
    private static let iterationLimit = 500

    /// a of the second stage, in the same units as `Options.strength`.
    public static let secondStrength = 0.001

    public let scheme: MerzKollman

    public init(_ scheme: MerzKollman) { self.scheme = scheme }

    /// Cost: a matrix over points and atoms and some ten small systems of linear equations.
    ///
    /// - Throws: `PotentialFitError` if constraints contradict each other or the iteration does not converge.
    public func fit(potential: [Double], totalCharge: Double, options: Options = Options()) throws -> PotentialFit {
        let atoms = scheme.molecule.atoms
        try PotentialFitError.checkGroups(options.equivalentAtoms, scheme.molecule)
        for atom in options.constraints.flatMap(\.atoms) where !atoms.indices.contains(atom) {
            throw PotentialFitError.badOption("atom \(atom) in a constraint: not there")
        }
        let (group, count) = ConstrainedChargeSystem.groups(options.equivalentAtoms, atomCount: atoms.count)
        let positions = atoms.map(\.position)
        let normal = ConstrainedChargeSystem.normalMatrix(
            points: scheme.points, positions: positions, groupOfAtom: group, groups: count)
        let right = ConstrainedChargeSystem.rightSide(
            potential, points: scheme.points, positions: positions, groupOfAtom: group, groups: count)
        let asked = [Constraint(atoms: Array(atoms.indices), charge: totalCharge)] + options.constraints
        let constraints = try Self.independent(asked, groupOfAtom: group, groups: count)
        // Points in several frames are weighted as those in one.
        let strength =
            options.strength * (options.isScaledToDensity ? scheme.options.pointsPerSquareAngstrom : 1)
            * Double(scheme.options.frames?.count ?? 1)
        var charges = [Double](repeating: 0, count: count)
        for iteration in 0..<Self.iterationLimit {
            var matrix = Matrix(rows: count + constraints.count, columns: count + constraints.count)
            for g in 0..<count { for h in 0..<count { matrix[g, h] = normal[g, h] } }
            // The first pass is free: its charges start the restraint.
            if iteration > 0 {
                for (atom, g) in group.enumerated() where options.restrainsHydrogen || atoms[atom].element.atomicNumber > 1 {
                    matrix[g, g] +=
                        strength / (charges[g] * charges[g] + options.tightness * options.tightness).squareRoot()
                }
            }
            for (k, constraint) in constraints.enumerated() {
                for atom in constraint.atoms {
                    matrix[count + k, group[atom]] += 1
                    matrix[group[atom], count + k] += 1
                }
            }
            let solution: [Double]
            do {
                solution = try matrix.solve(right + constraints.map(\.charge))
            } catch LinearAlgebraError.singular {
                throw Self.contradiction
            }
            let change = zip(charges, solution).reduce(0) { max($0, abs($1.0 - $1.1)) }
            charges = Array(solution.prefix(count))
            // A system that is singular except for rounding errors gives a solution that violates the constraints.
            for constraint in asked {
                let sum = constraint.atoms.reduce(0) { $0 + charges[group[$1]] }
                guard abs(sum - constraint.charge) < 1e-8 else { throw Self.contradiction }
            }
            if iteration > 0 && change < Self.tolerance {
                return PotentialFit(
                    charges: group.map { charges[$0] }, molecule: scheme.molecule, points: scheme.points,
                    potential: potential)
            }
        }
        throw PotentialFitError.notConverged(Self.iterationLimit)
    }

    private static let contradiction = PotentialFitError.badOption("these constraints: they contradict each other")

    /// Constraints without redundant ones: a sum over a group is redundant if the charges of all other atoms are constrained.
    private static func independent(
        _ constraints: [Constraint], groupOfAtom: [Int], groups: Int
    ) throws -> [Constraint] {
        var known: [(row: [Double], charge: Double)] = []
        return try constraints.filter { constraint in
            var row = [Double](repeating: 0, count: groups)
            for atom in constraint.atoms { row[groupOfAtom[atom]] += 1 }
            var charge = constraint.charge
            for other in known {
                let share = zip(row, other.row).reduce(0) { $0 + $1.0 * $1.1 }
                for g in row.indices { row[g] -= share * other.row[g] }
                charge -= share * other.charge
            }
            let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard length < 1e-9 else {
                known.append((row.map { $0 / length }, charge / length))
                return true
            }
            guard abs(charge) < 1e-8 else { throw contradiction }
            return false
        }
    }

    /// Both stages as published: first all charges with a = 0.0005; then, with a = 0.001, only carbon atoms with two or more hydrogens and
    /// these hydrogens, which become equal on each carbon, with all others fixed. Without such a carbon, the second stage is the first.
    ///
    /// - Parameter first: equivalences and constraints for both stages, and the strength of the first one.
    public func fitInTwoStages(
        potential: [Double], totalCharge: Double, first: Options = Options(), secondStrength: Double = secondStrength
    ) throws -> (first: PotentialFit, second: PotentialFit) {
        let start = try fit(potential: potential, totalCharge: totalCharge, options: first)
        let bonds = BondGraph(scheme.molecule)
        let atoms = scheme.molecule.atoms
        var refitted: Set<Int> = []
        var second = first
        second.strength = secondStrength
        second.constraints = []
        for (carbon, atom) in atoms.enumerated() where atom.element.atomicNumber == 6 {
            let hydrogens = bonds.neighbors[carbon].filter { atoms[$0].element.atomicNumber == 1 }
            guard hydrogens.count >= 2 else { continue }
            refitted.formUnion([carbon] + hydrogens)
            second.equivalentAtoms.append(hydrogens)
        }
        guard !refitted.isEmpty else { return (start, start) }
        second.equivalentAtoms = Self.merged(second.equivalentAtoms)
        let grouped = Dictionary(
            second.equivalentAtoms.flatMap { group in group.map { ($0, group) } }, uniquingKeysWith: { first, _ in first })
        var kept: Set<Int> = []
        for atom in atoms.indices where !refitted.contains(atom) && !kept.contains(atom) {
            second.constraints.append(Constraint(atoms: [atom], charge: start.charges[atom]))
            kept.formUnion(grouped[atom] ?? [atom])
        }
        second.constraints += first.constraints
        return (start, try fit(potential: potential, totalCharge: totalCharge, options: second))
    }

    /// Groups that share an atom become one.
    private static func merged(_ groups: [[Int]]) -> [[Int]] {
        var result: [Set<Int>] = []
        for group in groups where !group.isEmpty {
            let touching = result.filter { !$0.isDisjoint(with: group) }
            result.removeAll { !$0.isDisjoint(with: group) }
            result.append(touching.reduce(Set(group)) { $0.union($1) })
        }
        return result.map { $0.sorted() }
    }
}
