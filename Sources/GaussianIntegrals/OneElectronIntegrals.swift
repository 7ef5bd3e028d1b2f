import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure
import ParallelExecution

/// Integrals of one-electron operators over a basis: symmetric functionCount x functionCount matrices in atomic units.
public enum OneElectronIntegrals {
    /// <m|n>.
    public static func overlap(basis: AtomicOrbitalBasis) -> Matrix {
        separable(basis: basis, raise: 0, operators: 1) { s, _ in
            { a, b, out in out[0] = s(0, a.x, b.x) * s(1, a.y, b.y) * s(2, a.z, b.z) }
        }[0]
    }

    /// <m| -1/2 nabla^2 |n>, in hartree.
    public static func kinetic(basis: AtomicOrbitalBasis) -> Matrix {
        separable(basis: basis, raise: 2, operators: 1) { s, primitive in
            // -1/2 d^2/dx^2 on x^j exp(-b x^2).
            func t(_ axis: Int, _ i: Int, _ j: Int) -> Double {
                let beta = primitive.exponentB
                var value = beta * Double(2 * j + 1) * s(axis, i, j) - 2 * beta * beta * s(axis, i, j + 2)
                if j > 1 { value -= 0.5 * Double(j * (j - 1)) * s(axis, i, j - 2) }
                return value
            }
            return { a, b, out in
                let (sx, sy, sz) = (s(0, a.x, b.x), s(1, a.y, b.y), s(2, a.z, b.z))
                out[0] = t(0, a.x, b.x) * sy * sz + sx * t(1, a.y, b.y) * sz + sx * sy * t(2, a.z, b.z)
            }
        }[0]
    }

    /// <m| r - origin |n>: x, y, z. The charge of the electrons is taken as positive.
    public static func dipole(basis: AtomicOrbitalBasis, origin: SIMD3<Double>) -> [Matrix] {
        separable(basis: basis, raise: 1, operators: 3) { s, primitive in
            let shift = primitive.centerB - origin
            func d(_ axis: Int, _ i: Int, _ j: Int) -> Double { s(axis, i, j + 1) + shift[axis] * s(axis, i, j) }
            return { a, b, out in
                let (sx, sy, sz) = (s(0, a.x, b.x), s(1, a.y, b.y), s(2, a.z, b.z))
                out[0] = d(0, a.x, b.x) * sy * sz
                out[1] = sx * d(1, a.y, b.y) * sz
                out[2] = sx * sy * d(2, a.z, b.z)
            }
        }
    }

    /// <m| (r - origin)_i (r - origin)_j |n>: xx, xy, xz, yy, yz, zz. The charge of the electrons is taken as positive.
    public static func secondMoments(basis: AtomicOrbitalBasis, origin: SIMD3<Double>) -> [Matrix] {
        separable(basis: basis, raise: 2, operators: 6) { s, primitive in
            let shift = primitive.centerB - origin
            func d(_ axis: Int, _ i: Int, _ j: Int) -> Double { s(axis, i, j + 1) + shift[axis] * s(axis, i, j) }
            func q(_ axis: Int, _ i: Int, _ j: Int) -> Double {
                s(axis, i, j + 2) + 2 * shift[axis] * s(axis, i, j + 1) + shift[axis] * shift[axis] * s(axis, i, j)
            }
            return { a, b, out in
                let (sx, sy, sz) = (s(0, a.x, b.x), s(1, a.y, b.y), s(2, a.z, b.z))
                let (dx, dy, dz) = (d(0, a.x, b.x), d(1, a.y, b.y), d(2, a.z, b.z))
                out[0] = q(0, a.x, b.x) * sy * sz
                out[1] = dx * dy * sz
                out[2] = dx * sy * dz
                out[3] = sx * q(1, a.y, b.y) * sz
                out[4] = sx * dy * dz
                out[5] = sx * sy * q(2, a.z, b.z)
            }
        }
    }

    /// <m| -sum_C Z_C / |r - R_C| |n> for point charges, in hartree. Cost: primitive pairs times charges.
    public static func nuclearAttraction(
        basis: AtomicOrbitalBasis, charges: [Double], positions: [SIMD3<Double>], pool: WorkerPool
    ) -> Matrix {
        precondition(charges.count == positions.count)
        let list = ShellPairList(basis: basis)
        let n = basis.functionCount
        var result = Matrix(rows: n, columns: n)
        let groups = (charges.count + 7) / 8
        // Each vector contains eight nuclei; padding lanes have zero charge.
        var lanes = [(x: Lanes, y: Lanes, z: Lanes, charge: Lanes)](
            repeating: (.zero, .zero, .zero, .zero), count: groups)
        for (i, position) in positions.enumerated() {
            lanes[i / 8].x[i % 8] = position.x
            lanes[i / 8].y[i % 8] = position.y
            lanes[i / 8].z[i % 8] = position.z
            lanes[i / 8].charge[i % 8] = charges[i]
        }
        let fixedLanes = lanes
        result.elements.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let target = SharedPointer(base)
            pool.fill(base, count: n * n, pieces: list.pairs.count) { index, _ in
                let pair = list.pairs[index]
                let pairClass = list.classes[pair.classIndex]
                let scratch = UnsafeMutablePointer<Lanes>.allocate(
                    capacity: HermiteCoulombRecursion.all[pairClass.degree].scratchCount + 3)
                let block = UnsafeMutablePointer<Double>.allocate(capacity: pairClass.productCount)
                let sums = UnsafeMutablePointer<Double>.allocate(capacity: pairClass.hermiteCount)
                defer {
                    scratch.deallocate()
                    block.deallocate()
                    sums.deallocate()
                }
                block.initialize(repeating: 0, count: pairClass.productCount)
                for k in 0..<pair.primitiveCount {
                    hermitePotential(
                        fixedLanes, degree: pairClass.degree, primitives: list.primitives,
                        primitive: pair.firstPrimitive + k, scratch: scratch, into: sums)
                    let coefficients = list.primitives.coefficients + pair.firstCoefficient + k * pairClass.entryCount
                    for ab in 0..<pairClass.productCount {
                        var value = 0.0
                        for entry in Int(pairClass.rowStart[ab])..<Int(pairClass.rowStart[ab + 1]) {
                            value += coefficients[entry] * sums[Int(pairClass.hermite[entry])]
                        }
                        block[ab] -= 2 * Double.pi * value
                    }
                }
                for a in 0..<pairClass.functionCountA {
                    for b in 0..<pairClass.functionCountB {
                        let value = block[a * pairClass.functionCountB + b]
                        target[(pair.firstA + a) * n + pair.firstB + b] = value
                        target[(pair.firstB + b) * n + pair.firstA + a] = value
                    }
                }
            }
        }
        return result
    }

    /// sums[h] = sum_C Z_C R_h(p, P - R_C).
    private static func hermitePotential(
        _ lanes: [(x: Lanes, y: Lanes, z: Lanes, charge: Lanes)], degree: Int, primitives: PrimitivePairs,
        primitive: Int, scratch: UnsafeMutablePointer<Lanes>, into sums: UnsafeMutablePointer<Double>
    ) {
        let recursion = HermiteCoulombRecursion.all[degree]
        let displacement = scratch + recursion.scratchCount
        let hermites = HermiteIndex.count(upTo: degree)
        for h in 0..<hermites { sums[h] = 0 }
        let p = Lanes(repeating: primitives.exponent[primitive])
        for group in lanes {
            let x = Lanes(repeating: primitives.centerX[primitive]) - group.x
            let y = Lanes(repeating: primitives.centerY[primitive]) - group.y
            let z = Lanes(repeating: primitives.centerZ[primitive]) - group.z
            displacement[0] = x
            displacement[1] = y
            displacement[2] = z
            BoysFunction.all[degree].evaluate(p * (x * x + y * y + z * z), into: scratch)
            var factor = group.charge
            for m in 0...degree {
                scratch[m] *= factor
                factor *= -2 * p
            }
            recursion.evaluate(scratch, displacement: displacement)
            for h in 0..<hermites { sums[h] += scratch[Int(recursion.places[h])].sum() }
        }
    }

    /// Data of a primitive pair that are available to an operator.
    private struct Primitive {
        let exponentB: Double
        let centerB: SIMD3<Double>
    }

    private typealias Powers = (x: Int, y: Int, z: Int)
    /// s(axis, i, j): one-dimensional integral of (x - A)^i (x - B)^j times the Gaussian of the primitive pair.
    private typealias Overlap1D = (_ axis: Int, _ i: Int, _ j: Int) -> Double
    private typealias MonomialIntegrals = (Powers, Powers, inout [Double]) -> Void

    /// Matrices of operators with integrals that are sums of products of one-dimensional overlaps.
    /// - Parameter raise: increase of the power on B due to the operator.
    private static func separable(
        basis: AtomicOrbitalBasis, raise: Int, operators: Int,
        _ makeIntegrals: (@escaping Overlap1D, Primitive) -> MonomialIntegrals
    ) -> [Matrix] {
        let n = basis.functionCount
        var result = [Matrix](repeating: Matrix(rows: n, columns: n), count: operators)
        let powersOf = (0...8).map { CartesianMonomials.powers($0) }
        for (indexA, a) in basis.shells.enumerated() {
            for b in basis.shells[0...indexA] {
                let (la, lb) = (a.highestAngularMomentum, b.highestAngularMomentum)
                let difference = a.center - b.center
                let distanceSquared = (difference * difference).sum()
                let columns = lb + raise + 1
                let tableSize = (la + 1) * columns * (la + lb + raise + 1)
                var tables = [Double](repeating: 0, count: 3 * tableSize)
                // Monomial integrals of each pair of contractions, summed over primitives.
                var sums: [[Double]] = a.contractions.flatMap { ca in
                    b.contractions.map { cb in
                        [Double](
                            repeating: 0,
                            count: operators * CartesianMonomials.count(ca.angularMomentum)
                                * CartesianMonomials.count(cb.angularMomentum))
                    }
                }
                var values = [Double](repeating: 0, count: operators)
                for (i, alpha) in a.exponents.enumerated() {
                    for (j, beta) in b.exponents.enumerated() {
                        let p = alpha + beta
                        let product = exp(-alpha * beta / p * distanceSquared)
                        if product < 1e-30 { continue }
                        let center = (alpha * a.center + beta * b.center) / p
                        for axis in 0..<3 {
                            ShellPairList.fillTable(
                                &tables, at: axis * tableSize, la: la, lb: lb + raise, p: p,
                                pa: center[axis] - a.center[axis], pb: center[axis] - b.center[axis])
                        }
                        let rootPi = (Double.pi / p).squareRoot()
                        let fixedTables = tables
                        let integrals = makeIntegrals(
                            { axis, ia, jb in
                                rootPi * fixedTables[axis * tableSize + (ia * columns + jb) * (la + lb + raise + 1)]
                            }, Primitive(exponentB: beta, centerB: b.center))
                        for (ka, ca) in a.contractions.enumerated() {
                            for (kb, cb) in b.contractions.enumerated() {
                                let factor = ca.coefficients[i] * cb.coefficients[j] * product
                                let block = ka * b.contractions.count + kb
                                var place = 0
                                for ma in powersOf[ca.angularMomentum] {
                                    for mb in powersOf[cb.angularMomentum] {
                                        integrals(ma, mb, &values)
                                        for o in 0..<operators {
                                            sums[block][place] += factor * values[o]
                                            place += 1
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
                place(sums, of: a, b, into: &result)
            }
        }
        return result
    }

    /// Transforms monomials to angular functions and writes both triangles.
    private static func place(_ sums: [[Double]], of a: Shell, _ b: Shell, into result: inout [Matrix]) {
        var rowOffset = a.firstFunction
        for (ka, ca) in a.contractions.enumerated() {
            let ta = AngularTransformation.matrix(ca.angularMomentum, a.functionType)
            var columnOffset = b.firstFunction
            for (kb, cb) in b.contractions.enumerated() {
                let tb = AngularTransformation.matrix(cb.angularMomentum, b.functionType)
                let block = sums[ka * b.contractions.count + kb]
                for o in result.indices {
                    var monomials = Matrix(rows: ta.columns, columns: tb.columns)
                    for k in monomials.elements.indices { monomials.elements[k] = block[k * result.count + o] }
                    let functions = ta.times(monomials).times(tb, otherTransposed: true)
                    for i in 0..<functions.rows {
                        for j in 0..<functions.columns {
                            result[o][rowOffset + i, columnOffset + j] = functions[i, j]
                            result[o][columnOffset + j, rowOffset + i] = functions[i, j]
                        }
                    }
                }
                columnOffset += tb.rows
            }
            rowOffset += ta.rows
        }
    }
}
