import Foundation
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Nuclear derivatives of the energy of the electrons in effective core potentials.
///
/// The derivative of a potential follows from those of the basis functions, because integrals depend only on relative positions.
/// For the local parts, the density of a pair in Hermite Gaussians is contracted with the potential raised by one degree. For the
/// projected parts, the derivatives of functions are shells with the degree increased and decreased by one, which are projected
/// like all others.
public enum EffectiveCorePotentialGradient {
    /// Local contributions with an estimate below this are omitted.
    private static let negligible = 1e-16

    /// d/dR of sum_mn P_mn U_mn in hartree per bohr, one entry per atom. Functions and potentials move with their atoms. All
    /// entries are zero without potentials.
    ///
    /// The result is bitwise identical for any number of threads. Cost: about three times that of the integrals.
    ///
    /// - Precondition: `EffectiveCorePotentialIntegrals.validate(basis)` does not throw.
    public static func gradient(basis: AtomicOrbitalBasis, density: Matrix, pool: WorkerPool) -> [SIMD3<Double>] {
        var result = [SIMD3<Double>](repeating: .zero, count: basis.molecule.atoms.count)
        guard basis.effectiveCorePotentials.contains(where: { $0 != nil }) else { return result }
        addLocal(basis, density, pool, to: &result)
        addProjected(basis, density, pool, to: &result)
        return result
    }

    private struct Site: Sendable {
        let atom: Int
        let position: SIMD3<Double>
        let terms: [RadialTermKernel]
    }

    private static func addLocal(
        _ basis: AtomicOrbitalBasis, _ density: Matrix, _ pool: WorkerPool, to result: inout [SIMD3<Double>]
    ) {
        let sites = basis.effectiveCorePotentials.enumerated().compactMap { atom, potential -> Site? in
            let terms = (potential?.local ?? []).filter { $0.coefficient != 0 }.map(RadialTermKernel.init)
            return terms.isEmpty ? nil : Site(atom: atom, position: basis.molecule.atoms[atom].position, terms: terms)
        }
        guard !sites.isEmpty else { return }
        let charges = HermiteCharges(
            list: ShellPairList(basis: basis), density: density, charges: [], threshold: negligible, pool: pool)
        let highest = (charges.segments.map(\.degree).max() ?? 0) + 1
        let indexing = HermiteIndexing(highest: highest)
        let chunk = 64
        let parts = pool.sharedArrays((charges.count + chunk - 1) / chunk) { piece -> [SIMD3<Double>] in
            var forces = [SIMD3<Double>](repeating: .zero, count: basis.molecule.atoms.count)
            let scratch = UnsafeMutablePointer<Double>.allocate(
                capacity: 3 * indexing.steps.count + highest + 1 + 2 * (ExponentialMoments.highestOrder + 1))
            defer { scratch.deallocate() }
            for index in (piece * chunk)..<min(charges.count, (piece + 1) * chunk) {
                addLocal(charges, index, sites, indexing, scratch, to: &forces)
            }
            return forces
        }
        for part in parts { for atom in result.indices { result[atom] += part[atom] } }
    }

    /// The forces between one charge and all potentials.
    private static func addLocal(
        _ charges: HermiteCharges, _ index: Int, _ sites: [Site], _ indexing: HermiteIndexing,
        _ scratch: UnsafeMutablePointer<Double>, to forces: inout [SIMD3<Double>]
    ) {
        let degree = charges.segments.first { $0.charges.contains(index) }?.degree ?? 0
        let count = indexing.counts[degree]
        let side = indexing.highest + 1
        let p = charges.exponent[index]
        let center = SIMD3(charges.x[index], charges.y[index], charges.z[index])
        let hermite = scratch
        let recursion = scratch + indexing.steps.count
        let tower = recursion + 2 * indexing.steps.count
        let moments = tower + indexing.highest + 1
        let rows = charges.places[index]
        let powers = HermiteIndex.powers(upTo: degree)
        var amplitude = 0.0
        for (h, power) in powers.enumerated() {
            let slope = max(1, p.squareRoot())
            amplitude = max(
                amplitude, abs(charges.coefficients[rows + h]) * pow(p, 0.5 * Double(power.t + power.u + power.v)) * slope)
        }
        // The coefficients of charges include 1/p. A polynomial of degree n times a Gaussian is bounded by a more diffuse
        // Gaussian.
        amplitude *= p * pow(10, Double(degree + 1))
        let (a, b) = charges.atoms[index]
        let fraction = charges.fractions[index]
        var gradient = SIMD3<Double>.zero
        var separation = SIMD3<Double>.zero
        for site in sites where !(site.atom == a && site.atom == b) {
            let displacement = center - site.position
            let squared = (displacement * displacement).sum()
            var touched = false
            for term in site.terms where amplitude * term.bound(p: 0.6 * p, squared: squared) > negligible {
                if !touched { tower.update(repeating: 0, count: degree + 2) }
                touched = true
                term.addTower(p: p, squared: squared, factor: p, highest: degree + 1, to: tower, scratch: moments)
            }
            guard touched else { continue }
            hermite.update(repeating: 0, count: indexing.counts[degree + 1])
            withUnsafeTemporaryAllocation(of: Double.self, capacity: 3) { components in
                for axis in 0..<3 { components[axis] = displacement[axis] }
                indexing.add(
                    order: degree + 1, tower: tower, displacement: components.baseAddress!, to: hermite, scratch: recursion)
            }
            var force = SIMD3<Double>.zero
            for g in 0..<count {
                let (t, u, v) = powers[g]
                let density = charges.coefficients[rows + g]
                force.x += density * hermite[indexing.places[((t + 1) * side + u) * side + v]]
                force.y += density * hermite[indexing.places[(t * side + u + 1) * side + v]]
                force.z += density * hermite[indexing.places[(t * side + u) * side + v + 1]]
                for axis in 0..<3 {
                    separation[axis] +=
                        charges.coefficients[rows + (axis + 1) * count + g] * hermite[indexing.places[(t * side + u) * side + v]]
                }
            }
            gradient += force
            forces[site.atom] -= force
        }
        forces[a] += fraction * gradient + separation
        forces[b] += (1 - fraction) * gradient - separation
    }

    private static func addProjected(
        _ basis: AtomicOrbitalBasis, _ density: Matrix, _ pool: WorkerPool, to result: inout [SIMD3<Double>]
    ) {
        let columns = basis.shells.map(BoundedShell.init)
        let width = basis.functionCount
        let highestShell = columns.reduce(0) { max($0, $1.highestAngularMomentum) } + 1
        var contexts: [Int: ProjectionContext] = [:]
        for (site, potential) in basis.effectiveCorePotentials.enumerated() {
            guard let potential, !potential.projected.isEmpty else { continue }
            // Functions on the atom of the potential move with it.
            var derivatives: [ShellDerivative] = []
            var height = 0
            for shell in basis.shells where shell.atom != site {
                let derivative = ShellDerivative(shell, firstRow: height)
                derivatives.append(derivative)
                height = derivative.shells.last.map { $0.firstFunction + $0.functionCount } ?? height
            }
            let rows = derivatives.flatMap(\.shells).map(BoundedShell.init)
            guard !rows.isEmpty else { continue }
            let highest = potential.projected.count - 1
            let context = contexts[highest] ?? ProjectionContext(highest: highest, highestShell: highestShell)
            contexts[highest] = context
            var block = Matrix(rows: height, columns: width)
            block.elements.withUnsafeMutableBufferPointer { elements in
                guard let base = elements.baseAddress else { return }
                ProjectedPotentialIntegrals(center: basis.molecule.atoms[site].position, potential: potential)
                    .addRectangle(
                        rows: rows, columns: columns, context: context, to: SharedPointer(base), width: width, pool: pool)
                pool.communicator.sum(base, count: elements.count)
            }
            // Element (d, f): sum over functions n of <d|U|n> P_fn.
            let product = block.times(density, otherTransposed: true)
            for derivative in derivatives {
                guard let atom = derivative.shells.first?.atom else { continue }
                var force = SIMD3<Double>.zero
                for term in derivative.terms { force[term.axis] += 2 * term.factor * product[term.row, term.function] }
                result[atom] += force
                result[site] -= force
            }
        }
    }
}
