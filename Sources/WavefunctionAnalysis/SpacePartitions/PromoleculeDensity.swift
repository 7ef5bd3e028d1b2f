import Foundation
import MolecularStructure

/// The densities of the free atoms added up, from tables that are even in the distance, linear between.
struct PromoleculeDensity: Sendable {
    /// In bohr.
    private static let step = 0.005
    private static let reach = 20.0
    private static let count = Int((reach / step).rounded())
    private let positions: [SIMD3<Double>]
    /// Tables of the elements one after the other, and where each atom's begins; -1 for an atom without electrons.
    private let tables: [Double]
    private let starts: [Int]

    /// - Parameter freeAtoms: density of each atom alone, the same for all of an element; nil where there are no electrons.
    init(molecule: Molecule, freeAtoms: [RadialDensity?]) {
        var tables: [Double] = []
        var known: [Element: Int] = [:]
        starts = zip(molecule.atoms, freeAtoms).map { atom, density in
            guard let density else { return -1 }
            if let start = known[atom.element] { return start }
            known[atom.element] = tables.count
            tables += (0...Self.count).map { density.value(atLogarithm: log(max(Double($0) * Self.step, 1e-6))) }
            return tables.count - Self.count - 1
        }
        self.tables = tables
        positions = molecule.atoms.map(\.position)
    }

    /// Electrons per bohr^3.
    func value(at point: SIMD3<Double>) -> Double {
        tables.withUnsafeBufferPointer { tables in
            var sum = 0.0
            for atom in positions.indices where starts[atom] >= 0 {
                let offset = point - positions[atom]
                let place = (offset.x * offset.x + offset.y * offset.y + offset.z * offset.z).squareRoot() * (1 / Self.step)
                guard place < Double(Self.count) else { continue }
                let k = Int(place)
                let (low, high) = (tables[starts[atom] + k], tables[starts[atom] + k + 1])
                sum += low + (place - Double(k)) * (high - low)
            }
            return sum
        }
    }
}
