import DensityFunctionals
import ElectronicStructure
import Foundation
import LinearAlgebra
import MolecularStructure

/// An atom or ion with all its electrons, by Kohn-Sham theory with its density averaged over all directions.
///
/// Orbitals are those of a central field: one radial function for all spatial functions of a shell. With spin polarisation the
/// electrons of an open shell occupy some of these functions (`AngularShape`), whose potential is averaged over them; the
/// atom is the average over its orientations. Without it they are spread evenly over all functions and both spins. Radial
/// functions are combinations of Gaussians; integrals over the distance are sums over points that are even in its logarithm.
/// What an anion does not bind is held by the most diffuse Gaussians.
///
/// The potential of an open shell is also that of the closed ones of the same angular momentum, so that all have one operator.
public struct SphericalAtom: Sendable {
    /// How the atom is described.
    public struct Model: Sendable {
        public var functional: DensityFunctional
        /// Both spins have orbitals of their own, and open shells the most parallel spins (Hund's rule). Otherwise open
        /// shells are filled evenly with both spins.
        public var isSpinPolarized: Bool
        /// Takes the scalar-relativistic one-electron Hamiltonian of the exact two-component theory (`ExactTwoComponent`).
        public var isScalarRelativistic: Bool
        /// Exponents of the Gaussians by angular momentum, from s on, not contracted; nil takes even-tempered ones, from
        /// `smallestExponent` on in steps of `exponentRatio`.
        public var exponents: [[Double]]?

        public init(
            functional: DensityFunctional, isSpinPolarized: Bool = false, isScalarRelativistic: Bool = false,
            exponents: [[Double]]? = nil
        ) {
            self.functional = functional
            self.isSpinPolarized = isSpinPolarized
            self.isScalarRelativistic = isScalarRelativistic
            self.exponents = exponents
        }

        func exponents(atomicNumber: Int, l: Int) -> [Double] {
            if let exponents { return exponents.indices.contains(l) ? exponents[l] : [] }
            let z = Double(atomicNumber)
            let largest = [3e4, 3e3, 3e2, 1e2][l] * max(1, z * z / 4)
            let count = Int(log(largest / SphericalAtom.smallestExponent) / log(SphericalAtom.exponentRatio)) + 1
            return (0..<count).map { SphericalAtom.smallestExponent * pow(SphericalAtom.exponentRatio, Double($0)) }
        }
    }

    /// Smallest exponent of the even-tempered basis, and the ratio of neighbouring ones.
    public static let smallestExponent = 0.04
    public static let exponentRatio = 1.9

    public let energy: Double
    public let isConverged: Bool
    /// In bohr, ascending, with even logarithms.
    public let radii: [Double]
    /// Electrons per bohr^3 at the radii.
    public let density: [Double]
    /// Density of each shell, both spins together: its principal quantum number, angular momentum, electrons, and values at
    /// the radii.
    public let shells: [(n: Int, l: Int, electrons: Double, density: [Double])]

    /// - Throws: `DensityFunctionalError` for an unknown functional, `LinearAlgebraError` when a diagonalisation fails.
    public init(element: Element, charge: Int, model: Model) throws {
        let electrons = AtomicConfiguration.electrons(of: element, charge: charge)
        let grid = RadialMesh()
        let blocks = try electrons.indices.filter { electrons[$0] > 0 }.map {
            try RadialBlock(l: $0, atomicNumber: element.atomicNumber, model: model, mesh: grid)
        }
        let occupations = Self.occupations(electrons, isSpinPolarized: model.isSpinPolarized)
        let spins = occupations.count
        let functional = model.functional
        let exactExchange = functional.exactExchange.shortRange
        precondition(!functional.exactExchange.isRangeSeparated && !functional.usesKineticEnergyDensity)
        let exchange = RadialExchange(mesh: grid)
        func capacity(_ l: Int) -> Double { Double((4 * l + 2) / spins) }
        func openElectrons(_ spin: Int, _ l: Int) -> Int {
            spins == 2 ? Int(occupations[spin][l].truncatingRemainder(dividingBy: capacity(l)).rounded()) : 0
        }
        var fields = RadialFields(
            mesh: grid,
            isSpherical: (0..<spins).allSatisfy { spin in blocks.allSatisfy { openElectrons(spin, $0.l) == 0 } })
        let directions = fields.directions
        /// By spin, then block.
        let shapes = (0..<spins).map { spin in
            blocks.map { block -> AngularShape? in
                let count = openElectrons(spin, block.l)
                return count > 0 ? AngularShape(l: block.l, electrons: count, directions: directions) : nil
            }
        }
        var fock = [[Matrix]](repeating: blocks.map(\.core), count: spins)
        func filled() throws -> [[RadialShells]] {
            try fock.enumerated().map { spin, matrices in
                try matrices.enumerated().map { b, matrix in
                    let l = blocks[b].l
                    return try blocks[b].fill(
                        fock: matrix, electrons: occupations[spin][l], capacity: capacity(l), shape: shapes[spin][b])
                }
            }
        }
        var accelerator = ConvergenceAccelerator(capacity: 8)
        var energy = 0.0
        var isConverged = false
        for _ in 0..<200 {
            let shells = try filled()
            let densities = shells.map { $0.map(\.density) }
            fields.update(shells: shells, functional: functional)
            energy = fields.energy
            var exact: [[Matrix]] = []
            var errors: [Matrix] = []
            for spin in 0..<spins {
                var matrices = blocks.enumerated().map { b, block in
                    block.core + block.potential(local: fields.local[spin][b], slope: fields.slope[spin][b])
                }
                if exactExchange > 0 {
                    // Without spin polarisation half of the electrons exchange with each other.
                    let exchanged = exchange.matrices(
                        blocks: blocks, shells: shells[spin], electrons: spins == 2 ? 1 : 0.5)
                    for (b, matrix) in exchanged.enumerated() {
                        matrices[b] += (-exactExchange) * matrix
                        energy -= 0.5 * exactExchange * matrix.dot(densities[spin][b])
                    }
                }
                for (b, block) in blocks.enumerated() {
                    energy += block.core.dot(densities[spin][b])
                    errors.append(block.orthogonalizer.commutator(fock: matrices[b], density: densities[spin][b]))
                }
                exact.append(matrices)
            }
            let largest = errors.reduce(0) { max($0, $1.largestMagnitude) }
            if largest < 1e-7 {
                isConverged = true
                fock = exact
                break
            }
            accelerator.append(
                .init(
                    fock: Array(exact.joined()), density: Array(densities.joined()), error: errors, largestError: largest))
            let next = accelerator.extrapolate().fock
            fock = (0..<spins).map { Array(next[$0 * blocks.count..<($0 + 1) * blocks.count]) }
        }
        self.energy = energy
        self.isConverged = isConverged
        radii = grid.radii
        density = fields.density
        shells = Self.shells(try filled(), blocks: blocks, radii: grid.radii)
    }

    /// Electrons by spin and angular momentum.
    private static func occupations(_ electrons: [Double], isSpinPolarized: Bool) -> [[Double]] {
        guard isSpinPolarized else { return [electrons] }
        let alpha = electrons.enumerated().map { l, count -> Double in
            let capacity = Double(2 * l + 1)
            let full = (count / (2 * capacity)).rounded(.down)
            return full * capacity + min(capacity, count - 2 * full * capacity)
        }
        return [alpha, zip(electrons, alpha).map { $0 - $1 }]
    }

    private static func shells(
        _ filled: [[RadialShells]], blocks: [RadialBlock], radii: [Double]
    ) -> [(n: Int, l: Int, electrons: Double, density: [Double])] {
        var result: [(n: Int, l: Int, electrons: Double, density: [Double])] = []
        for (b, block) in blocks.enumerated() {
            let count = filled.map { $0[b].occupations.count }.max() ?? 0
            for orbital in 0..<count {
                var electrons = 0.0
                var density = [Double](repeating: 0, count: radii.count)
                for spin in filled where orbital < spin[b].occupations.count {
                    let occupation = spin[b].occupations[orbital]
                    electrons += occupation
                    for (k, r) in radii.enumerated() {
                        let u = spin[b].orbitals[orbital, k]
                        density[k] += occupation * u * u / (4 * .pi * r * r)
                    }
                }
                result.append((n: block.l + 1 + orbital, l: block.l, electrons: electrons, density: density))
            }
        }
        return result
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
