import Foundation
import GeometryOptimization
import LinearAlgebra
import MolecularStructure

/// Describes the motion in a vibration: shares of kinds of internal coordinates in its potential energy, such as "C=O stretch 71 %,
/// asymmetric".
///
/// The share of a coordinate q with force constant f is |f| q^2 over the sum for all coordinates. This neglects the coupling of
/// coordinates, as do Y. Morino and K. Kuchitsu, J. Chem. Phys. 20, 1809 (1952), doi 10.1063/1.1700313. Force constants are those of
/// redundant coordinates (`InternalForceField`), so shares are a description and not observables.
public struct ModeAnalyzer: Sendable {
    private let field: InternalForceField
    /// Of every coordinate.
    private let names: [String]

    /// A kind of internal coordinate in a mode.
    public struct Part: Sendable, Equatable {
        /// `C=O stretch`, `Cl-Nb-Cl bend`, `torsion about C-C`, `C out of plane`.
        public let name: String
        /// From 0 to 1.
        public let share: Double
        /// For stretches of several bonds: whether all bonds lengthen at the same time. Nil otherwise.
        public let isSymmetric: Bool?
    }

    /// - Parameter hessian: in hartree per bohr squared.
    /// - Throws: `LinearAlgebraError`.
    public init(_ molecule: Molecule, hessian: Matrix) throws {
        field = try InternalForceField(molecule, hessian: hessian)
        let naming = CoordinateNames(molecule)
        names = field.coordinates.map(naming.name)
    }

    /// By descending share.
    ///
    /// - Parameters:
    ///   - displacement: x, y and z of every atom, of any size.
    ///   - smallest: contributions below this share are omitted.
    public func parts(of displacement: [Double], smallest: Double = 0.1) -> [Part] {
        let changes = field.changes(displacement)
        // In an imaginary mode the largest part has a negative constant.
        let energies = zip(field.forceConstants, changes).map { abs($0) * $1 * $1 }
        let total = energies.reduce(0, +)
        guard total > 0 else { return [] }
        var groups: [String: [Int]] = [:]
        for index in energies.indices where energies[index] > 0 { groups[names[index], default: []].append(index) }
        let found = groups.map { name, members -> Part in
            let energy = members.reduce(0) { $0 + energies[$1] }
            let main = members.filter { energies[$0] > 0.15 * energy }
            let isStretch = main.allSatisfy { if case .distance = field.coordinates[$0] { true } else { false } }
            let signs = Set(main.map { changes[$0] > 0 })
            return Part(name: name, share: energy / total, isSymmetric: isStretch && main.count > 1 ? signs.count == 1 : nil)
        }
        return found.filter { $0.share >= smallest }.sorted { ($0.share, $1.name) > ($1.share, $0.name) }
    }
}

/// Names of internal coordinates as chemists use them.
struct CoordinateNames {
    private let molecule: Molecule
    private let neighbors: [[Int]]

    init(_ molecule: Molecule) {
        self.molecule = molecule
        neighbors = BondGraph(molecule).neighbors
    }

    func name(of coordinate: InternalCoordinate) -> String {
        switch coordinate {
        case .distance(let a, let b):
            let (first, second) = ordered(a, b)
            return "\(symbol(first))\(bondSign(first, second))\(symbol(second)) stretch"
        case .angle(let a, let vertex, let c), .linearBend(let a, let vertex, let c, _, _):
            let (first, second) = ordered(a, c)
            return "\(symbol(first))-\(symbol(vertex))-\(symbol(second)) bend"
        case .dihedral(_, let b, let c, let d):
            // Out-of-plane bends are dihedral angles of a neighbour, the centre and its two other neighbours.
            if neighbors[b].contains(d), !neighbors[c].contains(d) { return "\(symbol(b)) out of plane" }
            let (first, second) = ordered(b, c)
            return "torsion about \(symbol(first))-\(symbol(second))"
        case .position: return "position"
        }
    }

    private func symbol(_ atom: Int) -> String { molecule.atoms[atom].element.symbol }

    /// As chemists write pairs: metals first, hydrogen last, the others in the order of their period, the lighter ones of a group last.
    private func ordered(_ a: Int, _ b: Int) -> (Int, Int) {
        func rank(_ atom: Int) -> [Int] {
            let element = molecule.atoms[atom].element
            if element == .hydrogen { return [2] }
            if element.isMetal { return [0, element.atomicNumber] }
            return [1, element.valenceElectrons, -element.period]
        }
        return rank(b).lexicographicallyPrecedes(rank(a)) ? (b, a) : (a, b)
    }

    /// Lengths in Angstrom below which a bond is written as a double and as a triple bond: between the usual lengths of such bonds (F. H.
    /// Allen et al., J. Chem. Soc. Perkin Trans. 2 1987, S1, doi 10.1039/P298700000S1).
    private static let multipleBonds: [[Int]: (double: Double, triple: Double)] = [
        [6, 6]: (1.37, 1.25), [6, 7]: (1.31, 1.20), [6, 8]: (1.27, 1.15), [6, 16]: (1.70, 1.50), [7, 7]: (1.30, 1.15),
        [7, 8]: (1.27, 1.10), [8, 16]: (1.50, 0),
    ]

    private func bondSign(_ a: Int, _ b: Int) -> String {
        let atoms = [molecule.atoms[a], molecule.atoms[b]]
        let length = distance(atoms[0].position, atoms[1].position) * PhysicalConstants.bohrInAngstrom
        guard let limits = Self.multipleBonds[atoms.map(\.element.atomicNumber).sorted()] else { return "-" }
        return length < limits.triple ? "#" : length < limits.double ? "=" : "-"
    }
}
