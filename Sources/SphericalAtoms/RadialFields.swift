import DensityFunctionals
import GaussianIntegrals
import LinearAlgebra

/// Density, potentials and energies of the electrons' repulsion and exchange-correlation on the mesh, exact exchange aside.
///
/// Open shells with an `AngularShape` make the density depend on the angle to one axis; potentials are averaged over the
/// functions that the electrons of a block occupy. One set of shells is a restricted atom's, two are those of both spins.
struct RadialFields {
    let mesh: RadialMesh
    let directions: AngularShape.Directions
    /// Of all electrons, averaged over the directions, in electrons per bohr^3.
    private(set) var density: [Double] = []
    /// By spin and block: multiplies u_i u_j, and the derivative of this product.
    private(set) var local: [[[Double]]] = []
    private(set) var slope: [[[Double]]] = []
    /// Coulomb and exchange-correlation energy.
    private(set) var energy = 0.0

    /// - Parameter isSpherical: whether there are no angular shapes.
    init(mesh: RadialMesh, isSpherical: Bool) {
        self.mesh = mesh
        let rule = LegendreQuadrature(count: 12).onUnitInterval
        directions =
            isSpherical
            ? .init(cosines: [0], weights: [1]) : .init(cosines: rule.map(\.node), weights: rule.map(\.weight))
    }

    /// Electrons times 4 pi r^2 and the derivatives of that, of one spin: of what is spherical, and of every open shell.
    private struct Charges {
        var spherical: (values: [Double], slopes: [Double])
        var open: [(values: [Double], slopes: [Double], shape: AngularShape)] = []
    }

    /// - Parameter shells: by spin and block.
    mutating func update(shells: [[RadialShells]], functional: DensityFunctional) {
        let charges = shells.map { self.charges(of: $0) }
        energy = 0
        let multipoles = multipolePotentials(charges)
        let points = evaluate(charges, functional: functional)
        let count = mesh.radii.count
        density = [Double](repeating: 0, count: count)
        for spin in charges {
            for k in 0..<count { density[k] += spin.spherical.values[k] + spin.open.reduce(0) { $0 + $1.values[k] } }
        }
        for k in 0..<count { density[k] = max(0, density[k]) / (4 * .pi * mesh.radii[k] * mesh.radii[k]) }
        slope = []
        local = []
        for (spin, blocks) in shells.enumerated() {
            var locals: [[Double]] = []
            var slopes: [[Double]] = []
            for shape in blocks.map(\.shape) {
                let (own, ownSlope) = points.averages(spin: spin, shape: shape, directions: directions, radii: mesh.radii)
                var sum = own
                for (index, potential) in multipoles.enumerated() {
                    let moment = shape.map { $0.moments.indices.contains(index) ? $0.moments[index] : 0 } ?? (index == 0 ? 1 : 0)
                    guard moment != 0 else { continue }
                    for k in 0..<count { sum[k] += moment * potential[k] }
                }
                locals.append(sum)
                slopes.append(ownSlope)
            }
            local.append(locals)
            slope.append(slopes)
        }
    }

    private func charges(of shells: [RadialShells]) -> Charges {
        let zero = [Double](repeating: 0, count: mesh.radii.count)
        var result = Charges(spherical: (zero, zero))
        for block in shells {
            for (index, occupation) in block.occupations.enumerated() {
                var values = zero
                var slopes = zero
                for k in zero.indices {
                    let u = block.orbitals[index, k]
                    values[k] = occupation * u * u
                    slopes[k] = 2 * occupation * u * block.slopes[index, k]
                }
                if let shape = block.shape, block.isOpen(index) {
                    result.open.append((values, slopes, shape))
                } else {
                    for k in zero.indices {
                        result.spherical.values[k] += values[k]
                        result.spherical.slopes[k] += slopes[k]
                    }
                }
            }
        }
        return result
    }

    /// Radial parts of the Coulomb potential of the orders 0, 2, 4 ...; adds the energy.
    private mutating func multipolePotentials(_ charges: [Charges]) -> [[Double]] {
        let open = charges.flatMap(\.open)
        let count = mesh.radii.count
        return (0..<(open.map { $0.shape.moments.count }.max() ?? 1)).map { index in
            var charge = [Double](repeating: 0, count: count)
            if index == 0 {
                for spin in charges { for k in 0..<count { charge[k] += spin.spherical.values[k] } }
            }
            for shell in open where shell.shape.moments.indices.contains(index) {
                for k in 0..<count { charge[k] += shell.shape.moments[index] * shell.values[k] }
            }
            let potential = mesh.potential(of: charge, order: 2 * index)
            for k in 0..<count { energy += 0.5 * mesh.weights[k] * charge[k] * potential[k] }
            return potential
        }
    }

    /// The functional at all distances and directions; adds the energy.
    private mutating func evaluate(_ charges: [Charges], functional: DensityFunctional) -> FunctionalOnDirections {
        let count = mesh.radii.count
        let spins = charges.count
        let total = count * directions.cosines.count
        // Interleaved by spin, as libxc has them: densities, and their derivatives by distance and angle.
        var values = [Double](repeating: 0, count: spins * total)
        var (radial, angular) = (values, values)
        for (spin, charge) in charges.enumerated() {
            for direction in directions.cosines.indices {
                for k in 0..<count {
                    var value = charge.spherical.values[k]
                    var slope = charge.spherical.slopes[k]
                    var turn = 0.0
                    for shell in charge.open {
                        value += shell.values[k] * shell.shape.values[direction]
                        slope += shell.slopes[k] * shell.shape.values[direction]
                        turn += shell.values[k] * shell.shape.slopes[direction]
                    }
                    let r = mesh.radii[k]
                    let sphere: Double = 4 * Double.pi * r * r
                    let place = spins * (direction * count + k) + spin
                    values[place] = max(0, value) / sphere
                    radial[place] = (slope - 2 * value / r) / sphere
                    angular[place] = turn / (sphere * r)
                }
            }
        }
        let result = FunctionalOnDirections(functional, spins: spins, density: values, radial: radial, angular: angular)
        for (direction, weight) in directions.weights.enumerated() {
            for k in 0..<count {
                let place = direction * count + k
                let electrons = (0..<spins).reduce(0) { $0 + values[spins * place + $1] }
                let r = mesh.radii[k]
                energy += weight * mesh.weights[k] * 4 * .pi * r * r * electrons * result.energy[place]
            }
        }
        return result
    }
}

/// A functional's energy per electron and its derivatives by the densities and by their gradients, spins interleaved.
private struct FunctionalOnDirections {
    let spins: Int
    var energy, density, radial, angular: [Double]

    init(_ functional: DensityFunctional, spins: Int, density values: [Double], radial r: [Double], angular t: [Double]) {
        self.spins = spins
        let count = values.count / spins
        energy = [Double](repeating: 0, count: count)
        density = [Double](repeating: 0, count: spins * count)
        radial = density
        angular = density
        guard spins == 2 else {
            var derivative = energy
            functional.evaluate(
                count: count, density: values, sigma: zip(r, t).map { $0 * $0 + $1 * $1 }, energy: &energy,
                densityDerivative: &density, sigmaDerivative: &derivative)
            for k in 0..<count {
                radial[k] = 2 * derivative[k] * r[k]
                angular[k] = 2 * derivative[k] * t[k]
            }
            return
        }
        var sigma = [Double](repeating: 0, count: 3 * count)
        for k in 0..<count {
            let (a, b) = (2 * k, 2 * k + 1)
            sigma[3 * k] = r[a] * r[a] + t[a] * t[a]
            sigma[3 * k + 1] = r[a] * r[b] + t[a] * t[b]
            sigma[3 * k + 2] = r[b] * r[b] + t[b] * t[b]
        }
        var derivative = [Double](repeating: 0, count: 3 * count)
        functional.evaluatePolarized(
            count: count, density: values, sigma: sigma, energy: &energy, densityDerivative: &density,
            sigmaDerivative: &derivative)
        for k in 0..<count {
            for (own, other, diagonal) in [(2 * k, 2 * k + 1, 3 * k), (2 * k + 1, 2 * k, 3 * k + 2)] {
                radial[own] = 2 * derivative[diagonal] * r[own] + derivative[3 * k + 1] * r[other]
                angular[own] = 2 * derivative[diagonal] * t[own] + derivative[3 * k + 1] * t[other]
            }
        }
    }

    /// What multiplies u_i u_j and the derivative of this product, averaged over the functions of a shape.
    func averages(
        spin: Int, shape: AngularShape?, directions: AngularShape.Directions, radii: [Double]
    ) -> (local: [Double], slope: [Double]) {
        let count = radii.count
        var local = [Double](repeating: 0, count: count)
        var slope = local
        for (direction, weight) in directions.weights.enumerated() {
            let value = weight * (shape?.values[direction] ?? 1)
            let turn = weight * (shape?.slopes[direction] ?? 0)
            for k in 0..<count {
                let place = spins * (direction * count + k) + spin
                local[k] += value * (density[place] - 2 * radial[place] / radii[k]) + turn * angular[place] / radii[k]
                slope[k] += value * radial[place]
            }
        }
        return (local, slope)
    }
}
