import GeometryOptimization
import MolecularStructure

extension Molecule {
    /// Rotations that lay the molecule on itself, the identity included: the symmetry number of its rotation.
    ///
    /// - Parameters:
    ///   - masses: one an atom; atoms of different mass are different.
    ///   - tolerance: farthest that an image may lie from its atom, in bohr.
    public func rotationalSymmetryNumber(masses: [Double], tolerance: Double = 0.05) -> Int {
        func fits(_ permutation: [Int]) -> Bool {
            permutation.enumerated().allSatisfy { abs(masses[$0] - masses[$1]) < 1e-6 }
        }
        if atoms.count == 2 { return atoms[0].element == atoms[1].element && fits([1, 0]) ? 2 : 1 }
        let symmetry = StructureSymmetry(self, tolerance: tolerance)
        if symmetry.isLinear {
            return symmetry.operations.contains { $0.permutation != Array(atoms.indices) && fits($0.permutation) } ? 2 : 1
        }
        return 1 + symmetry.operations.count { !$0.isImproper && fits($0.permutation) }
    }
}
