import DensityFunctionals
import Foundation
import LinearAlgebra
import MolecularStructure

/// An atom or ion with all its electrons, by restricted Kohn-Sham theory with its density averaged over all directions.
///
/// Open shells are filled evenly over their spatial functions and over both spins. Radial functions are combinations of
/// even-tempered Gaussians; integrals over the distance are sums over points that are even in its logarithm. What an
/// anion does not bind is held by the most diffuse Gaussians (exponent `smallestExponent`).
public struct SphericalAtom: Sendable {
    /// Smallest exponent of the radial basis, and the ratio of neighbouring ones.
    public static let smallestExponent = 0.04
    public static let exponentRatio = 1.9

    public let energy: Double
    public let isConverged: Bool
    /// In bohr, ascending, with even logarithms.
    public let radii: [Double]
    /// Electrons per bohr^3 at the radii.
    public let density: [Double]
    /// Density of each shell: its principal quantum number, angular momentum, electrons, and values at the radii.
    public let shells: [(n: Int, l: Int, electrons: Double, density: [Double])]

    /// - Throws: `DensityFunctionalError` for an unknown functional, `LinearAlgebraError` when a diagonalisation fails.
    public init(element: Element, charge: Int, functional: DensityFunctional) throws {
        let occupations = AtomicConfiguration.electrons(of: element, charge: charge)
        let grid = RadialMesh()
        let blocks = try occupations.enumerated().compactMap { l, electrons in
            electrons > 0 ? try RadialBlock(l: l, atomicNumber: element.atomicNumber, electrons: electrons, mesh: grid) : nil
        }
        var fock = blocks.map(\.core)
        var accelerator = ConvergenceAccelerator(capacity: 8)
        var energy = 0.0
        var isConverged = false
        var densities: [Matrix] = []
        var fields = RadialFields(mesh: grid)
        for _ in 0..<200 {
            densities = try zip(blocks, fock).map { try $0.density(fock: $1) }
            fields.update(blocks: blocks, densities: densities, functional: functional)
            let exact = blocks.map { $0.core + $0.potential(fields) }
            energy = fields.energy
            var errors: [Matrix] = []
            for (b, block) in blocks.enumerated() {
                energy += block.core.dot(densities[b])
                errors.append(block.orthogonalizer.commutator(fock: exact[b], density: densities[b]))
            }
            let largest = errors.reduce(0) { max($0, $1.largestMagnitude) }
            if largest < 1e-7 {
                isConverged = true
                fock = exact
                break
            }
            accelerator.append(.init(fock: exact, density: densities, error: errors, largestError: largest))
            fock = accelerator.extrapolate().fock
        }
        self.energy = energy
        self.isConverged = isConverged
        radii = grid.radii
        density = fields.density
        shells = try zip(blocks, fock).flatMap { try $0.shells(fock: $1) }
    }

    /// Numbers of electrons of the cores that published potentials replace.
    public static var coreSizes: [Int] { AtomicConfiguration.coreSizes }

    /// Indices of radii that suffice for interpolation of the density's logarithm, from 2e-4 to 30 bohr.
    public static let tablePoints = Array(stride(from: 177, through: 573, by: 3))
    /// Logarithm of the first of these radii, and its step.
    public static var firstTableLogarithm: Double { RadialMesh.firstLogarithm + RadialMesh.step * Double(tablePoints[0]) }
    public static var tableStep: Double { 3 * RadialMesh.step }

    /// Density of the innermost electrons that a core potential replaces; nil when their number does not make closed
    /// shells of this atom.
    public func coreDensity(electrons: Int) -> [Double]? {
        guard let core = AtomicConfiguration.coreShells(electrons: electrons) else { return nil }
        var result = [Double](repeating: 0, count: radii.count)
        for (l, count) in core.enumerated() {
            let own = shells.filter { $0.l == l && $0.n <= l + count }
            guard own.count == count, own.allSatisfy({ abs($0.electrons - Double(4 * l + 2)) < 1e-9 }) else { return nil }
            for shell in own { for k in result.indices { result[k] += shell.density[k] } }
        }
        return result
    }
}

/// Points r = exp(x) with even x.
struct RadialMesh: Sendable {
    static let step = 0.03
    static let firstLogarithm = log(1e-6)
    let radii: [Double]
    /// Of dr.
    let weights: [Double]

    init() {
        radii = (0..<600).map { exp(Self.firstLogarithm + Self.step * Double($0)) }
        weights = radii.map { $0 * Self.step }
    }
}

/// Density, potentials and energies of the electrons' repulsion and exchange-correlation on the mesh.
struct RadialFields {
    let mesh: RadialMesh
    private(set) var density: [Double] = []
    /// Multiplies u_i u_j, and the derivative of this product.
    private(set) var local: [Double] = []
    private(set) var slope: [Double] = []
    /// Coulomb and exchange-correlation energy.
    private(set) var energy = 0.0

    init(mesh: RadialMesh) { self.mesh = mesh }

    mutating func update(blocks: [RadialBlock], densities: [Matrix], functional: DensityFunctional) {
        let count = mesh.radii.count
        var charge = [Double](repeating: 0, count: count)
        var chargeSlope = charge
        for (block, matrix) in zip(blocks, densities) {
            let product = matrix * block.values
            for i in 0..<product.rows {
                for k in 0..<count {
                    charge[k] += product[i, k] * block.values[i, k]
                    chargeSlope[k] += 2 * product[i, k] * block.slopes[i, k]
                }
            }
        }
        let r = mesh.radii
        var gradient = charge
        var sigma = charge
        density = charge
        for k in 0..<count {
            let sphere: Double = 4 * Double.pi * r[k] * r[k]
            density[k] = max(0, charge[k]) / sphere
            gradient[k] = (chargeSlope[k] - 2 * charge[k] / r[k]) / sphere
            sigma[k] = gradient[k] * gradient[k]
        }
        var exc = charge
        var vrho = charge
        var vsigma = [Double](repeating: 0, count: count)
        functional.evaluate(
            count: count, density: density, sigma: sigma, energy: &exc, densityDerivative: &vrho, sigmaDerivative: &vsigma)
        let hartree = hartreePotential(charge)
        local = charge
        slope = charge
        energy = 0
        for k in 0..<count {
            slope[k] = 2 * vsigma[k] * gradient[k]
            local[k] = hartree[k] + vrho[k] - 2 * slope[k] / r[k]
            energy += mesh.weights[k] * charge[k] * (0.5 * hartree[k] + exc[k])
        }
    }

    /// Potential of a radial charge u^2(r): the charge inside over r, and the integral of charge over distance outside.
    private func hartreePotential(_ charge: [Double]) -> [Double] {
        let count = charge.count
        let (r, w) = (mesh.radii, mesh.weights)
        // The trapezoidal rule splits the point itself between inside and outside; the end correction of Euler and
        // Maclaurin makes up for the kink there.
        var inside = [Double](repeating: 0, count: count)
        var outside = inside
        var sum = 0.0
        for k in 0..<count {
            inside[k] = sum + 0.5 * w[k] * charge[k]
            sum += w[k] * charge[k]
        }
        sum = 0
        for k in stride(from: count - 1, through: 0, by: -1) {
            outside[k] = sum + 0.5 * w[k] * charge[k] / r[k]
            sum += w[k] * charge[k] / r[k]
        }
        let h = RadialMesh.step
        let correction: Double = h * h / 12
        for k in 0..<count { inside[k] = inside[k] / r[k] + outside[k] - correction * charge[k] }
        return inside
    }
}

/// The radial problem of one angular momentum: u(r) = r R(r) in even-tempered Gaussians.
struct RadialBlock {
    let l: Int
    let electrons: Double
    /// Functions by points: u and du/dr.
    let values, slopes: Matrix
    /// Kinetic energy and attraction by the nucleus.
    let core: Matrix
    let orthogonalizer: Orthogonalizer
    private let mesh: RadialMesh

    init(l: Int, atomicNumber: Int, electrons: Double, mesh: RadialMesh) throws {
        self.l = l
        self.electrons = electrons
        self.mesh = mesh
        let z = Double(atomicNumber)
        let largest = [3e4, 3e3, 3e2, 1e2][l] * max(1, z * z / 4)
        let count = Int(log(largest / SphericalAtom.smallestExponent) / log(SphericalAtom.exponentRatio)) + 1
        let points = mesh.radii.count
        var values = Matrix(rows: count, columns: points)
        var slopes = values
        for i in 0..<count {
            let a = SphericalAtom.smallestExponent * pow(SphericalAtom.exponentRatio, Double(i))
            let power = Double(l) + 1.5
            let norm = (2 * pow(2 * a, power) / tgamma(power)).squareRoot()
            for k in 0..<points {
                let r = mesh.radii[k]
                let e = norm * pow(r, Double(l)) * exp(-a * r * r)
                values[i, k] = e * r
                slopes[i, k] = e * (Double(l + 1) - 2 * a * r * r)
            }
        }
        self.values = values
        self.slopes = slopes
        let weights = mesh.weights
        let centrifugal = 0.5 * Double(l * (l + 1))
        let radial: [Double] = mesh.radii.map { r in centrifugal / (r * r) - z / r }
        // r dR/dr = du/dr - u / r vanishes at the nucleus, where du/dr does not and the mesh has its end.
        var derivatives = slopes
        for i in 0..<count { for k in 0..<points { derivatives[i, k] -= values[i, k] / mesh.radii[k] } }
        core =
            Self.product(derivatives, derivatives, weights.map { 0.5 * $0 })
            + Self.product(values, values, zip(weights, radial).map { $0 * $1 })
        orthogonalizer = try Orthogonalizer(overlap: Self.product(values, values, weights))
    }

    private static func product(_ a: Matrix, _ b: Matrix, _ weights: [Double]) -> Matrix {
        var scaled = a
        for i in 0..<a.rows { for k in 0..<a.columns { scaled[i, k] *= weights[k] } }
        return scaled.times(b, otherTransposed: true)
    }

    func potential(_ fields: RadialFields) -> Matrix {
        let mixed = Self.product(slopes, values, zip(mesh.weights, fields.slope).map { $0 * $1 })
        return Self.product(values, values, zip(mesh.weights, fields.local).map { $0 * $1 }) + mixed + mixed.transposed()
    }

    /// Electrons in each radial orbital, the lowest first.
    private var occupations: [Double] {
        var left = electrons
        var result: [Double] = []
        while left > 1e-12 {
            result.append(min(left, Double(4 * l + 2)))
            left -= result[result.count - 1]
        }
        return result
    }

    func density(fock: Matrix) throws -> Matrix {
        let (coefficients, _) = try orthogonalizer.diagonalize(fock)
        var result = Matrix(rows: coefficients.rows, columns: coefficients.rows)
        for (orbital, occupation) in occupations.enumerated() {
            for i in 0..<coefficients.rows {
                let scaled = occupation * coefficients[i, orbital]
                for j in 0..<coefficients.rows { result[i, j] += scaled * coefficients[j, orbital] }
            }
        }
        return result
    }

    func shells(fock: Matrix) throws -> [(n: Int, l: Int, electrons: Double, density: [Double])] {
        let (coefficients, _) = try orthogonalizer.diagonalize(fock)
        return occupations.enumerated().map { orbital, occupation in
            let density = mesh.radii.indices.map { k -> Double in
                var u = 0.0
                for i in 0..<coefficients.rows { u += coefficients[i, orbital] * values[i, k] }
                return occupation * u * u / (4 * .pi * mesh.radii[k] * mesh.radii[k])
            }
            return (n: l + 1 + orbital, l: l, electrons: occupation, density: density)
        }
    }
}
