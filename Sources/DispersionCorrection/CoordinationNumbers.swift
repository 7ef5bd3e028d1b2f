import Foundation
import MolecularStructure

/// Fractional coordination numbers: sums over the other atoms of a molecule, which contribute almost one if bonded and nothing if far away.
struct CoordinationNumbers {
    /// Contribution of an atom at distance r, where R is 4/3 of the sum of the covalent radii.
    enum Counting {
        /// 1 / (1 + exp(-16 (R / r - 1))), for D3.
        ///
        /// S. Grimme, J. Antony, S. Ehrlich and H. Krieg, J. Chem. Phys. 132, 154104 (2010), doi 10.1063/1.3382344, equation 15.
        case logistic
        /// erfc(7.5 (r / R - 1)) / 2, for the charges of D4.
        ///
        /// E. Caldeweyher, S. Ehlert, A. Hansen, H. Neugebauer, S. Spicher, C. Bannwarth and S. Grimme, J. Chem. Phys. 150,
        /// 154122 (2019), doi 10.1063/1.5090222.
        case errorFunction
        /// The same, times 4.10451 exp(-(|difference of electronegativities| + 19.08857)^2 / (2 * 11.28174^2)): less in ionic
        /// bonds. For D4.
        ///
        /// E. Caldeweyher, C. Bannwarth and S. Grimme, J. Chem. Phys. 147, 034112 (2017), doi 10.1063/1.4993215.
        case covalent
    }

    /// One per atom.
    let values: [Double]
    private let positions: [SIMD3<Double>]
    private let counter: Counter

    init(_ molecule: Molecule, _ counting: Counting) {
        let positions = molecule.atoms.map(\.position)
        let counter = Counter(molecule, counting)
        var sums = [Double](repeating: 0, count: positions.count)
        for i in positions.indices {
            for j in 0..<i {
                let count = counter.count(i, j, distance: distance(positions[i], positions[j])).value
                sums[i] += count
                sums[j] += count
            }
        }
        self.positions = positions
        self.counter = counter
        values = sums
    }

    /// Adds the sum over atoms of `factors` times the derivative of their coordination number by all positions.
    func addDerivatives(of factors: [Double], to gradient: inout [SIMD3<Double>]) {
        for i in positions.indices {
            for j in 0..<i {
                let separation = positions[i] - positions[j]
                let r = separation.length
                let slope = counter.count(i, j, distance: r).slope
                let force = (factors[i] + factors[j]) * slope / r * separation
                gradient[i] += force
                gradient[j] -= force
            }
        }
    }
}

/// Mutual contributions of two atoms of a molecule.
private struct Counter: Sendable {
    private let counting: CoordinationNumbers.Counting
    private let radii: [Double]
    /// Of Pauling; empty where they do not count.
    private let electronegativities: [Double]

    init(_ molecule: Molecule, _ counting: CoordinationNumbers.Counting) {
        self.counting = counting
        radii = molecule.atoms.map { ReferenceSystems.published.entry($0.element).scaledRadius }
        switch counting {
        case .covalent:
            electronegativities = molecule.atoms.map { D4ReferenceSystems.published.entry($0.element).electronegativity }
        case .logistic, .errorFunction: electronegativities = []
        }
    }

    /// At distance `r`, and the derivative by `r`.
    func count(_ i: Int, _ j: Int, distance r: Double) -> (value: Double, slope: Double) {
        let radius = radii[i] + radii[j]
        switch counting {
        case .logistic: return Self.logistic(r, radius: radius)
        case .errorFunction: return Self.errorFunction(r, radius: radius)
        case .covalent:
            let difference = abs(electronegativities[i] - electronegativities[j]) + 19.08857
            let factor = 4.10451 * exp(-difference * difference / (2 * 11.28174 * 11.28174))
            let (value, slope) = Self.errorFunction(r, radius: radius)
            return (factor * value, factor * slope)
        }
    }

    private static func logistic(_ r: Double, radius: Double) -> (value: Double, slope: Double) {
        let steepness = 16.0
        let exponential = exp(-steepness * (radius / r - 1))
        let value = 1 / (1 + exponential)
        return (value, -steepness * radius / (r * r) * exponential * value * value)
    }

    private static func errorFunction(_ r: Double, radius: Double) -> (value: Double, slope: Double) {
        let steepness = 7.5
        let argument = steepness * (r / radius - 1)
        return (0.5 * erfc(argument), -steepness / (radius * Double.pi.squareRoot()) * exp(-argument * argument))
    }
}
