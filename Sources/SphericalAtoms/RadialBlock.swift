import ElectronicStructure
import Foundation
import LinearAlgebra
import MolecularStructure

/// The radial problem of one angular momentum: u(r) = r R(r) in Gaussians.
struct RadialBlock {
    let l: Int
    /// Functions by points: u and du/dr.
    let values, slopes: Matrix
    /// Kinetic energy and attraction by the nucleus.
    let core: Matrix
    let orthogonalizer: Orthogonalizer
    private let mesh: RadialMesh

    init(l: Int, atomicNumber: Int, model: SphericalAtom.Model, mesh: RadialMesh) throws {
        self.l = l
        self.mesh = mesh
        let z = Double(atomicNumber)
        let exponents = model.exponents(atomicNumber: atomicNumber, l: l)
        let count = exponents.count
        let points = mesh.radii.count
        var values = Matrix(rows: count, columns: points)
        var slopes = values
        for i in 0..<count {
            let a = exponents[i]
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
        // r dR/dr = du/dr - u / r vanishes at the nucleus, where du/dr does not and the mesh has its end.
        var derivatives = slopes
        for i in 0..<count { for k in 0..<points { derivatives[i, k] -= values[i, k] / mesh.radii[k] } }
        orthogonalizer = try Orthogonalizer(overlap: Self.product(values, values, weights))
        if model.isScalarRelativistic {
            let inverse = mesh.radii.map { 1 / $0 }
            let squares = zip(weights, inverse).map { $0 * 2 * centrifugal * $1 * $1 }
            let attraction = inverse.map { -z * $0 }
            let c = PhysicalConstants.speedOfLight
            func gradients(_ factor: (Int) -> Double) -> Matrix {
                Self.product(derivatives, derivatives, weights.indices.map { weights[$0] * factor($0) })
                    + Self.product(values, values, squares.indices.map { squares[$0] * factor($0) })
            }
            core = try ExactTwoComponent.hamiltonian(
                kinetic: gradients { _ in 0.5 },
                attraction: Self.product(values, values, zip(weights, attraction).map { $0 * $1 }),
                slopesOfAttraction: gradients { attraction[$0] / (4 * c * c) }, orthogonalizer: orthogonalizer)
        } else {
            let radial: [Double] = mesh.radii.map { r in centrifugal / (r * r) - z / r }
            core =
                Self.product(derivatives, derivatives, weights.map { 0.5 * $0 })
                + Self.product(values, values, zip(weights, radial).map { $0 * $1 })
        }
    }

    private static func product(_ a: Matrix, _ b: Matrix, _ weights: [Double]) -> Matrix {
        var scaled = a
        for i in 0..<a.rows { for k in 0..<a.columns { scaled[i, k] *= weights[k] } }
        return scaled.times(b, otherTransposed: true)
    }

    /// A Coulomb and exchange-correlation potential: what multiplies products of functions, and the products' derivatives.
    func potential(local: [Double], slope: [Double]) -> Matrix {
        let mixed = Self.product(slopes, values, zip(mesh.weights, slope).map { $0 * $1 })
        return Self.product(values, values, zip(mesh.weights, local).map { $0 * $1 }) + mixed + mixed.transposed()
    }

    /// The lowest orbitals, filled one after the other.
    ///
    /// - Parameter capacity: electrons that a full radial orbital holds.
    func fill(fock: Matrix, electrons: Double, capacity: Double, shape: AngularShape?) throws -> RadialShells {
        let (coefficients, _) = try orthogonalizer.diagonalize(fock)
        var left = electrons
        var occupations: [Double] = []
        while left > 1e-12 {
            occupations.append(min(left, capacity))
            left -= occupations[occupations.count - 1]
        }
        var density = Matrix(rows: coefficients.rows, columns: coefficients.rows)
        for (orbital, occupation) in occupations.enumerated() {
            for i in 0..<coefficients.rows {
                let scaled = occupation * coefficients[i, orbital]
                for j in 0..<coefficients.rows { density[i, j] += scaled * coefficients[j, orbital] }
            }
        }
        let occupied = coefficients.columns(0..<occupations.count)
        return RadialShells(
            occupations: occupations, capacity: capacity, shape: shape, density: density,
            orbitals: occupied.times(values, transposed: true), slopes: occupied.times(slopes, transposed: true))
    }
}

/// Occupied radial orbitals of one spin and angular momentum.
struct RadialShells {
    let occupations: [Double]
    let capacity: Double
    /// Of the last orbital, if it is not full; without it electrons are spread evenly over the shell's functions.
    let shape: AngularShape?
    /// Over radial functions.
    let density: Matrix
    /// Orbitals by points: u(r) and du/dr.
    let orbitals, slopes: Matrix

    func isOpen(_ orbital: Int) -> Bool { occupations[orbital] < capacity - 1e-9 }
}
