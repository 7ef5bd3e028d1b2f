import MolecularStructure

/// A model energy of springs and repulsions from which starting structures are built. Its values only measure how well a structure
/// satisfies the requirements.
struct SpringModel {
    /// Quadratic about a length, in bohr, with a stiffness in arbitrary units.
    struct Spring {
        let first: Int
        let second: Int
        let length: Double
        let stiffness: Double
    }

    /// Quadratic below a distance.
    struct Floor {
        let first: Int
        let second: Int
        let distance: Double
        let stiffness: Double
    }

    /// Quadratic in the distance of the centres of two groups: keeps unconnected fragments together.
    struct Tether {
        let first: [Int]
        let second: [Int]
        let stiffness: Double
    }

    var springs: [Spring] = []
    var floors: [Floor] = []
    var tethers: [Tether] = []

    /// - Parameter repulsion: a factor for all minimum distances.
    func energy(_ x: [SIMD3<Double>], repulsion: Double, gradient: inout [SIMD3<Double>]) -> Double {
        var energy = 0.0
        for index in gradient.indices { gradient[index] = .zero }
        func add(_ first: Int, _ second: Int, _ length: Double, _ stiffness: Double) {
            let d = x[first] - x[second]
            let r = max(d.length, 1e-6)
            energy += stiffness * (r - length) * (r - length)
            let force = 2 * stiffness * (r - length) / r * d
            gradient[first] += force
            gradient[second] -= force
        }
        for spring in springs { add(spring.first, spring.second, spring.length, spring.stiffness) }
        for floor in floors {
            let d = x[floor.first] - x[floor.second]
            if d.dot(d) < floor.distance * floor.distance {
                add(floor.first, floor.second, floor.distance, repulsion * floor.stiffness)
            }
        }
        for tether in tethers {
            func center(_ group: [Int]) -> SIMD3<Double> { group.reduce(.zero) { $0 + x[$1] } / Double(group.count) }
            let d = center(tether.first) - center(tether.second)
            energy += tether.stiffness * d.dot(d)
            for atom in tether.first { gradient[atom] += 2 * tether.stiffness / Double(tether.first.count) * d }
            for atom in tether.second { gradient[atom] -= 2 * tether.stiffness / Double(tether.second.count) * d }
        }
        return energy
    }

    /// Minimises the energy by damped dynamics (E. Bitzek et al., Phys. Rev. Lett. 97, 170201 (2006),
    /// doi 10.1103/PhysRevLett.97.170201).
    ///
    /// - Returns: the final energy.
    func relax(_ x: inout [SIMD3<Double>], repulsion: Double, steps: Int) -> Double {
        var gradient = x
        var velocity = [SIMD3<Double>](repeating: .zero, count: x.count)
        var (timeStep, mixing, rising) = (0.1, 0.1, 0)
        for _ in 0..<steps {
            _ = energy(x, repulsion: repulsion, gradient: &gradient)
            var (power, forceSize, speed) = (0.0, 0.0, 0.0)
            for atom in x.indices {
                power -= gradient[atom].dot(velocity[atom])
                forceSize += gradient[atom].dot(gradient[atom])
                speed += velocity[atom].dot(velocity[atom])
            }
            if forceSize < 1e-10 { break }
            if power > 0 {
                rising += 1
                if rising > 5 { (timeStep, mixing) = (min(1.1 * timeStep, 0.6), 0.99 * mixing) }
            } else {
                (rising, timeStep, mixing) = (0, 0.5 * timeStep, 0.1)
                for atom in x.indices { velocity[atom] = .zero }
                speed = 0
            }
            let turn = mixing * (speed / forceSize).squareRoot()
            for atom in x.indices {
                velocity[atom] = (1 - mixing) * velocity[atom] - turn * gradient[atom] - timeStep * gradient[atom]
                let step = timeStep * velocity[atom]
                x[atom] += step.length > 0.5 ? step.direction * 0.5 : step
            }
        }
        return energy(x, repulsion: repulsion, gradient: &gradient)
    }
}
