import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import ParallelExecution
import Testing

@Suite struct OneElectronTests {
    @Test(arguments: [AngularFunctionType.pure, .cartesian])
    func matricesAgreeWithTheTextbook(_ type: AngularFunctionType) {
        let basis = SmallBases.everyAngularMomentum(type)
        let functions = TextbookIntegrals.functions(basis)
        let origin = SIMD3(0.3, -0.1, 0.8)
        let charges = [8.0, 1, 6]
        let places = basis.molecule.atoms.map(\.position)
        let overlap = OneElectronIntegrals.overlap(basis: basis)
        let kinetic = OneElectronIntegrals.kinetic(basis: basis)
        let attraction = OneElectronIntegrals.nuclearAttraction(
            basis: basis, charges: charges, positions: places, pool: WorkerPool(threads: 2))
        let dipole = OneElectronIntegrals.dipole(basis: basis, origin: origin)
        let second = OneElectronIntegrals.secondMoments(basis: basis, origin: origin)
        let secondPowers = [[2, 0, 0], [1, 1, 0], [1, 0, 1], [0, 2, 0], [0, 1, 1], [0, 0, 2]]
        let o = [origin.x, origin.y, origin.z]
        for i in functions.indices {
            #expect(abs(overlap[i, i] - 1) < 1e-13)
            for j in 0...i {
                let (f, g) = (functions[i], functions[j])
                #expect(abs(overlap[i, j] - TextbookIntegrals.overlap(f, g)) < 1e-13)
                #expect(abs(kinetic[i, j] - TextbookIntegrals.kinetic(f, g)) < 1e-12)
                #expect(kinetic[i, j] == kinetic[j, i])
                for axis in 0..<3 {
                    var power = [0, 0, 0]
                    power[axis] = 1
                    #expect(abs(dipole[axis][i, j] - TextbookIntegrals.moment(f, g, power, origin: o)) < 1e-12)
                }
                for (k, power) in secondPowers.enumerated() {
                    #expect(abs(second[k][i, j] - TextbookIntegrals.moment(f, g, power, origin: o)) < 1e-12)
                }
                if (i + j) % 3 == 0 {
                    var expected = 0.0
                    for (charge, place) in zip(charges, places) {
                        expected -= charge * TextbookIntegrals.inverseDistance(f, g, [place.x, place.y, place.z])
                    }
                    #expect(abs(attraction[i, j] - expected) < 1e-11)
                }
            }
        }
    }

    /// Eigenvalues of the overlap of pure shells do not change when the molecule is turned.
    @Test func spectraAreInvariantToRotation() throws {
        // Rotations about z by 0.7 and about x by 1.1.
        let (c1, s1, c2, s2) = (0.7648421872844885, 0.644217687237691, 0.4535961214255773, 0.8912073600614354)
        let turned = SmallBases.everyAngularMomentum(
            .pure, turned: [SIMD3(c1, -s1, 0), SIMD3(c2 * s1, c2 * c1, -s2), SIMD3(s2 * s1, s2 * c1, c2)])
        let basis = SmallBases.everyAngularMomentum(.pure)
        for operation in [OneElectronIntegrals.overlap, OneElectronIntegrals.kinetic] {
            let a = try SymmetricEigenproblem(operation(basis)).values
            let b = try SymmetricEigenproblem(operation(turned)).values
            for (x, y) in zip(a, b) { #expect(abs(x - y) < 1e-11) }
        }
    }
}
