import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import ParallelExecution
import TestSupport
import Testing
import VectorFunctions

@Suite struct BasisFunctionTests {
    private let pool = WorkerPool(threads: 2)

    @Test func exponentialIsAccurate() {
        var arguments = [0.0, -0.0, -1e-300, 1e-9, -708, -0.5 * log(2.0), 0.5 * log(2.0), 1]
        var x = -700.0
        while x < 20 {
            arguments.append(x)
            x += 0.0137
        }
        var worst = 0.0
        for (argument, value) in zip(arguments, exponentials(arguments)) {
            let exact = exp(argument)
            worst = max(worst, abs(value - exact) / exact.ulp)
        }
        #expect(worst < 2, "\(worst) units in the last place")
        #expect(exponentials([-1e6])[0] < 1e-300)
    }

    /// Every function of the basis by the definition.
    private func functions(_ basis: AtomicOrbitalBasis, at point: SIMD3<Double>) -> [Double] {
        var result: [Double] = []
        for shell in basis.shells {
            let d = point - shell.center
            let square = (d * d).sum()
            for contraction in shell.contractions {
                let l = contraction.angularMomentum
                let radial = zip(shell.exponents, contraction.coefficients).reduce(0.0) { $0 + $1.1 * exp(-$1.0 * square) }
                let angular = AngularTransformation.matrix(l, shell.functionType)
                let monomials = CartesianMonomials.powers(l).map {
                    pow(d.x, Double($0.x)) * pow(d.y, Double($0.y)) * pow(d.z, Double($0.z))
                }
                for i in 0..<angular.rows {
                    result.append(radial * zip(0..., monomials).reduce(0.0) { $0 + angular[i, $1.0] * $1.1 })
                }
            }
        }
        return result
    }

    @Test(arguments: 0..<4)
    func densityHasItsDefinition(_ index: Int) throws {
        BLASThreads.limit(to: 1)
        let reference = try QuadratureReference.all()[index]
        let basis = reference.basis
        var points = (0..<301).map { k in
            let t = Double(k)
            return SIMD3(5 * sin(1.3 * t), 5 * sin(2.1 * t + 1), 5 * cos(0.7 * t + 2))
        }
        points.append(basis.molecule.atoms[0].position)
        points.append(SIMD3(60, 70, 80))
        let densities = [reference.alphaDensity, reference.betaDensity - reference.alphaDensity]
        let values = DensityOnPoints.values(basis: basis, densities: densities, points: points, pool: pool)
        #expect(values.count == 2 && values.allSatisfy { $0.count == points.count })
        for (place, point) in points.enumerated() {
            let row = Matrix(rows: 1, columns: basis.functionCount, elements: functions(basis, at: point))
            for (d, density) in densities.enumerated() {
                let exact = (row * density).dot(row)
                #expect(abs(values[d][place] - exact) < 1e-10 * (1 + abs(exact)))
            }
        }
        let serial = DensityOnPoints.values(basis: basis, densities: densities, points: points, pool: WorkerPool(threads: 1))
        #expect(serial == values)
        #expect(DensityOnPoints.values(basis: basis, densities: densities, points: [], pool: pool) == [[], []])
    }

    @Test(arguments: 0..<4)
    func gradientsAreDerivativesOfValues(_ index: Int) throws {
        let basis = try QuadratureReference.all()[index].basis
        let evaluator = BasisFunctionEvaluator(basis: basis, negligible: 1e-13)
        let n = basis.functionCount
        let step = 1e-4
        let center = SIMD3(0.7, -0.4, 0.9)
        // The point itself, then forward and backward steps along x, y, z, and the point again to fill the vector.
        var points = [center]
        for axis in 0..<3 {
            var shift = SIMD3<Double>()
            shift[axis] = step
            points += [center + shift, center - shift]
        }
        points.append(center)
        let coordinates = AlignedDoubles(count: 24)
        for (k, p) in points.enumerated() {
            coordinates.base[k] = p.x
            coordinates.base[8 + k] = p.y
            coordinates.base[16 + k] = p.z
        }
        let output = AlignedDoubles(count: 4 * 8 * n)
        output.base.initialize(repeating: 0, count: output.count)
        let rows = (0..<Int32(n)).map { $0 }
        let (x, y, z) = (coordinates.base, coordinates.base + 8, coordinates.base + 16)
        let box = BasisFunctionEvaluator.Box(x: x, y: y, z: z, count: 8)
        let layout = OrbitalLayout(strips: 1, vectors: 1, rowStride: 8, stripStride: 0)
        evaluator.forEachReachingUnit(box) { unit, _ in
            evaluator.evaluate(
                unit: unit, box: box, x: x, y: y, z: z, layout: layout, rows: rows, values: output.base,
                gradientX: output.base + 8 * n, gradientY: output.base + 16 * n, gradientZ: output.base + 24 * n)
        }
        let exact = functions(basis, at: center)
        for i in 0..<n {
            #expect(abs(output.base[8 * i] - exact[i]) < 1e-13 * (1 + abs(exact[i])))
            for axis in 0..<3 {
                let slope = (output.base[8 * i + 1 + 2 * axis] - output.base[8 * i + 2 + 2 * axis]) / (2 * step)
                let value = output.base[8 * n * (axis + 1) + 8 * i]
                #expect(abs(slope - value) < 2e-6 * (1 + abs(value)), "function \(i), axis \(axis)")
            }
        }
    }
}
