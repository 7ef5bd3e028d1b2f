import GeometryOptimization
import MolecularStructure

extension Molecule {
    /// Number of rotations, including the identity, that map the molecule onto itself: its rotational symmetry number.
    ///
    /// - Parameters:
    ///   - masses: one per atom; atoms of different mass are different.
    ///   - tolerance: maximum distance of an image from its atom, in bohr.
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
