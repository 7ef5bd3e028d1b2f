import Foundation
import GaussianBasis
import LinearAlgebra

/// Core-potential integrals by direct quadrature in three dimensions, for tests only: no closed forms, no expansions,
/// no rotations, no screening. Every integrand is sampled on spheres about the potential; the polar axis points to where
/// the integrand is concentrated, and the radial panels shrink geometrically towards every distance that matters.
/// Cost: about a million evaluations of a function for every pair of primitives.
struct SlowCorePotentialIntegrals {
    let basis: AtomicOrbitalBasis

    private static let radial = legendre(16)
    private static let polar = legendre(44)
    private static let polarCoarse = legendre(20)
    /// Exponentials are followed down to exp(-reach).
    private static let reach = 60.0

    /// One block of the matrix: functions of two shells by functions.
    func block(_ i: Int, _ j: Int) -> Matrix {
        let a = basis.shells[i]
        let b = basis.shells[j]
        var result = Matrix(rows: a.functionCount, columns: b.functionCount)
        for (atom, potential) in zip(basis.molecule.atoms, basis.effectiveCorePotentials) {
            guard let potential else { continue }
            result += local(a, b, atom.position, potential.local)
            result += projected(a, b, atom.position, potential.projected)
        }
        return result
    }

    func matrix() -> Matrix {
        var result = Matrix(rows: basis.functionCount, columns: basis.functionCount)
        for (i, a) in basis.shells.enumerated() {
            for (j, b) in basis.shells.enumerated().prefix(i + 1) {
                let block = block(i, j)
                for f in 0..<a.functionCount {
                    for g in 0..<b.functionCount {
                        result[a.firstFunction + f, b.firstFunction + g] = block[f, g]
                        result[b.firstFunction + g, a.firstFunction + f] = block[f, g]
                    }
                }
            }
        }
        return result
    }

    // MARK: Local part

    private func local(
        _ a: Shell, _ b: Shell, _ center: SIMD3<Double>, _ terms: [EffectiveCorePotential.Term]
    ) -> Matrix {
        var result = Matrix(rows: a.functionCount, columns: b.functionCount)
        guard !terms.isEmpty else { return result }
        var left = [Double](repeating: 0, count: a.functionCount)
        var right = [Double](repeating: 0, count: b.functionCount)
        let azimuths = a.highestAngularMomentum + b.highestAngularMomentum + 2
        for (k, alpha) in a.exponents.enumerated() {
            for (n, beta) in b.exponents.enumerated() {
                let p = alpha + beta
                let pair = (alpha * (a.center - center) + beta * (b.center - center)) / p
                let prefactor = exp(-alpha * beta / p * squaredLength(a.center - b.center))
                let distance = squaredLength(pair).squareRoot()
                let axis = distance > 0 ? pair / distance : SIMD3(0, 0, 1)
                let smallest = terms.map(\.exponent).min()!
                let largest = terms.map(\.exponent).max()!
                let end = min((Self.reach / smallest).squareRoot() + 3, distance + (Self.reach / p).squareRoot() + 1)
                let grid = Self.radialGrid(centers: [0, distance], width: 0.3 / (p + largest).squareRoot(), end: end)
                for (r, weight) in grid {
                    let potential = Self.value(terms, r) * r * r * weight
                    let radial = prefactor * exp(-p * (r - distance) * (r - distance)) * potential
                    if abs(radial) < 1e-25 { continue }
                    for (direction, factor) in Self.sphere(axis, 2 * p * r * distance, azimuths) {
                        let point = center + r * direction
                        angularValues(a, point - a.center, k, &left)
                        angularValues(b, point - b.center, n, &right)
                        result.elements.withUnsafeMutableBufferPointer { sums in
                            for f in left.indices {
                                let value = radial * factor * left[f]
                                for g in right.indices { sums[f * right.count + g] += value * right[g] }
                            }
                        }
                    }
                }
            }
        }
        return result
    }

    // MARK: Projected part

    private func projected(
        _ a: Shell, _ b: Shell, _ center: SIMD3<Double>, _ potentials: [[EffectiveCorePotential.Term]]
    ) -> Matrix {
        var result = Matrix(rows: a.functionCount, columns: b.functionCount)
        let terms = Array(potentials.joined())
        guard !terms.isEmpty else { return result }
        let distances = [a, b].map { squaredLength($0.center - center).squareRoot() }
        let sharpest = a.exponents.max()! + b.exponents.max()! + terms.map(\.exponent).max()!
        let end =
            min(
                (Self.reach / terms.map(\.exponent).min()!).squareRoot() + 3,
                zip([a, b], distances).map { $1 + (Self.reach / $0.exponents.min()!).squareRoot() + 1 }.min()!)
        for (r, weight) in Self.radialGrid(centers: [0] + distances, width: 0.3 / sharpest.squareRoot(), end: end) {
            let left = projections(a, center, potentials.count - 1, r)
            guard left.contains(where: { $0.largestMagnitude > 1e-25 }) else { continue }
            let right = projections(b, center, potentials.count - 1, r)
            for (l, potential) in potentials.enumerated() {
                result.add(
                    left[l].times(right[l], otherTransposed: true),
                    scaledBy: Self.value(potential, r) * r * r * weight)
            }
        }
        return result
    }

    /// For every l up to `highest`, functions by harmonics of degree l.
    private func projections(_ shell: Shell, _ center: SIMD3<Double>, _ highest: Int, _ r: Double) -> [Matrix] {
        let harmonics = (0...highest).map { AngularCache.shared.polynomials($0, .pure) }
        let width = (highest + 1) * (highest + 1)
        var functions = [Double](repeating: 0, count: shell.functionCount)
        var values = [Double](repeating: 0, count: width)
        var sums = [Double](repeating: 0, count: shell.functionCount * width)
        let displacement = shell.center - center
        let distance = squaredLength(displacement).squareRoot()
        let axis = distance > 0 ? displacement / distance : SIMD3(0, 0, 1)
        for (k, exponent) in shell.exponents.enumerated() {
            let radial = exp(-exponent * (r - distance) * (r - distance))
            if radial < 1e-30 { continue }
            for (direction, factor) in Self.sphere(
                axis, 2 * exponent * r * distance, highest + shell.highestAngularMomentum + 2)
            {
                angularValues(shell, center + r * direction - shell.center, k, &functions)
                for l in 0...highest {
                    harmonics[l].evaluate(direction, scale: radial * factor, into: &values, at: l * l)
                }
                sums.withUnsafeMutableBufferPointer { sums in
                    for f in functions.indices { for m in 0..<width { sums[f * width + m] += functions[f] * values[m] } }
                }
            }
        }
        return (0...highest).map { l in
            var block = Matrix(rows: shell.functionCount, columns: 2 * l + 1)
            for f in functions.indices { for m in 0...(2 * l) { block[f, m] = sums[f * width + l * l + m] } }
            return block
        }
    }

    // MARK: Pieces

    /// Functions of a shell with primitive k's coefficient, but without its exponential.
    private func angularValues(_ shell: Shell, _ offset: SIMD3<Double>, _ k: Int, _ result: inout [Double]) {
        var first = 0
        for contraction in shell.contractions {
            let l = contraction.angularMomentum
            let polynomials = AngularCache.shared.polynomials(l, shell.functionType)
            polynomials.evaluate(offset, scale: contraction.coefficients[k], into: &result, at: first)
            first += polynomials.count
        }
    }

    private static func value(_ terms: [EffectiveCorePotential.Term], _ r: Double) -> Double {
        terms.reduce(0) { $0 + $1.coefficient * pow(r, Double($1.power - 2)) * exp(-$1.exponent * r * r) }
    }

    /// Directions with weights times exp(-steepness (1 - cos)), where cos is taken with the axis.
    private static func sphere(
        _ axis: SIMD3<Double>, _ steepness: Double, _ azimuths: Int
    ) -> [(direction: SIMD3<Double>, factor: Double)] {
        let helper = abs(axis.x) < 0.6 ? SIMD3<Double>(1, 0, 0) : SIMD3<Double>(0, 1, 0)
        var u = helper - (helper * axis).sum() * axis
        u /= squaredLength(u).squareRoot()
        let v = SIMD3(axis.y * u.z - axis.z * u.y, axis.z * u.x - axis.x * u.z, axis.x * u.y - axis.y * u.x)
        let range = min(2, reach / steepness)
        var result: [(SIMD3<Double>, Double)] = []
        for (x, weight) in steepness < 4 ? polarCoarse : polar {
            let tau = 0.5 * range * (1 + x)
            let sine = (tau * (2 - tau)).squareRoot()
            let factor = weight * 0.5 * range * exp(-steepness * tau) * 2 * Double.pi / Double(azimuths)
            for k in 0..<azimuths {
                let phi = 2 * Double.pi * (Double(k) + 0.3) / Double(azimuths)
                let across = sine * (cos(phi) * u + sin(phi) * v)
                result.append((across + (1 - tau) * axis, factor))
            }
        }
        return result
    }

    /// Panels between breakpoints that crowd geometrically about every centre.
    private static func radialGrid(centers: [Double], width: Double, end: Double) -> [(Double, Double)] {
        var breaks = [0, end]
        for center in centers {
            breaks.append(center)
            var step = width
            while step < end + center {
                breaks += [center - step, center + step]
                step *= 1.6
            }
        }
        breaks = breaks.filter { $0 >= 0 && $0 <= end }.sorted()
        var result: [(Double, Double)] = []
        for (low, high) in zip(breaks, breaks.dropFirst()) where high - low > 1e-13 {
            for (x, weight) in radial {
                result.append((0.5 * (low + high) + 0.5 * (high - low) * x, 0.5 * (high - low) * weight))
            }
        }
        return result
    }

    /// Nodes and weights from the eigenvalues of the Jacobi matrix (Golub and Welsch, Math. Comput. 23, 221 (1969),
    /// doi 10.1090/S0025-5718-69-99647-1).
    private static func legendre(_ count: Int) -> [(Double, Double)] {
        var jacobi = Matrix(rows: count, columns: count)
        for k in 1..<count {
            let value = Double(k) / Double(4 * k * k - 1).squareRoot()
            jacobi[k, k - 1] = value
            jacobi[k - 1, k] = value
        }
        let solution = try! SymmetricEigenproblem(jacobi)
        return solution.values.indices.map { (solution.values[$0], 2 * solution.vectors[0, $0] * solution.vectors[0, $0]) }
    }
}

private func squaredLength(_ v: SIMD3<Double>) -> Double { (v * v).sum() }

/// Sparse polynomials: the rows of an angular matrix.
private struct AngularPolynomials: Sendable {
    private struct Term: Sendable {
        let row: Int
        let powers: SIMD3<Int>
        let coefficient: Double
    }

    let count: Int
    private let l: Int
    private let terms: [Term]

    init(_ l: Int, _ type: AngularFunctionType) {
        let matrix = AngularTransformation.matrix(l, type)
        var terms: [Term] = []
        for row in 0..<matrix.rows {
            for (c, p) in CartesianMonomials.powers(l).enumerated() where matrix[row, c] != 0 {
                terms.append(Term(row: row, powers: SIMD3(p.x, p.y, p.z), coefficient: matrix[row, c]))
            }
        }
        count = matrix.rows
        self.l = l
        self.terms = terms
    }

    func evaluate(_ v: SIMD3<Double>, scale: Double, into result: inout [Double], at first: Int) {
        result.withUnsafeMutableBufferPointer { result in
            for row in 0..<count { result[first + row] = 0 }
            withUnsafeTemporaryAllocation(of: SIMD3<Double>.self, capacity: l + 1) { powers in
                powers[0] = SIMD3(repeating: 1)
                for n in stride(from: 1, through: l, by: 1) { powers[n] = powers[n - 1] * v }
                for term in terms {
                    let p = term.powers
                    result[first + term.row] +=
                        scale * term.coefficient * powers[p.x].x * powers[p.y].y * powers[p.z].z
                }
            }
        }
    }
}

/// Angular polynomials, made once.
private struct AngularCache: Sendable {
    static let shared = AngularCache()
    private let pure = (0...6).map { AngularPolynomials($0, .pure) }
    private let cartesian = (0...6).map { AngularPolynomials($0, .cartesian) }

    func polynomials(_ l: Int, _ type: AngularFunctionType) -> AngularPolynomials {
        type == .pure ? pure[l] : cartesian[l]
    }
}
