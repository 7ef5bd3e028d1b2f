import Foundation

/// The surface tensions of the atoms of a molecule in SMD: A. V. Marenich, C. J. Cramer and D. G. Truhlar, J. Phys. Chem. B 113, 6378
/// (2009), doi 10.1021/jp810292n. H, C, N, O, F, Si, S, Cl and Br have tensions; all other atoms have none.
struct AtomicSurfaceTensions {
    /// Water has parameters of its own, other solvents those that follow from their descriptors.
    enum Medium: Sendable {
        case water
        case other(SolventDescriptors)
    }

    let medium: Medium
    private let numbers: [Int]
    /// In Angstrom.
    private let positions: [SIMD3<Double>]

    /// The tension of one atom in cal mol^-1 Angstrom^-2, and its derivatives with respect to distances.
    struct Tension {
        var value = 0.0
        var derivatives: [(first: Int, second: Int, derivative: Double)] = []
    }

    init(_ medium: Medium, atomicNumbers: [Int], positionsInAngstrom: [SIMD3<Double>]) {
        (self.medium, numbers, positions) = (medium, atomicNumbers, positionsInAngstrom)
    }

    /// The tension of the whole surface.
    var ofMolecule: Double {
        switch medium {
        case .water: 0
        case .other(let solvent):
            0.35 * solvent.surfaceTension - 4.19 * solvent.aromaticity * solvent.aromaticity
                - 6.68 * solvent.halogenicity * solvent.halogenicity
        }
    }

    func tension(of atom: Int) -> Tension {
        var tension = Tension()
        switch numbers[atom] {
        case 1:
            tension.value = parameter(water: 48.69)
            tension.add(bonds(atom, to: 6, 1.55), times: parameter(water: -60.77, n: -36.37), from: atom)
            tension.add(bonds(atom, to: 8, 1.55), times: parameter(n: -19.39), from: atom)
        case 6:
            tension.value = parameter(water: 129.74, n: 58.10, acidity: 48.10, basicity: 32.87)
            tension.add(bonds(atom, to: 6, 1.84), times: parameter(water: -72.95, n: -62.05), from: atom)
            // The square of the sum.
            let nitrogen = bonds(atom, to: 7, 1.84)
            let (sum, factor) = (nitrogen.reduce(0) { $0 + $1.value }, parameter(n: -99.76, acidity: 152.20))
            tension.add(nitrogen, times: 2 * factor * sum, from: atom)
            tension.value -= factor * sum * sum
        case 7:
            tension.value = parameter(n: 32.62)
            addCarbonChain(of: atom, to: &tension)
            tension.add(bonds(atom, to: 6, 1.225, width: 0.065), times: parameter(water: 84.10), from: atom)
        case 8:
            tension.value = parameter(n: -17.56, acidity: 193.06, basicity: -43.79)
            tension.add(
                bonds(atom, to: 6, 1.33, width: 0.1), times: parameter(water: 68.69, n: -15.70, acidity: 95.99), from: atom)
            tension.add(bonds(atom, to: 7, 1.5), times: parameter(water: 121.98, basicity: 79.13), from: atom)
            tension.add(bonds(atom, to: 8, 1.8), times: parameter(basicity: -128.16), from: atom)
            tension.add(bonds(atom, to: 15, 2.1), times: parameter(water: 68.85), from: atom)
        case 9: tension.value = parameter(water: 38.18)
        case 14: tension.value = parameter(n: -18.04)
        case 16: tension.value = parameter(water: -9.10, n: -33.17)
        case 17: tension.value = parameter(water: 9.82, n: -24.31)
        case 35: tension.value = parameter(water: -8.72, n: -35.42)
        default: break
        }
        return tension
    }

    /// Whether SMD has parameters for the surface of an element.
    static func isParametrized(_ atomicNumber: Int) -> Bool { [1, 6, 7, 8, 9, 14, 16, 17, 35].contains(atomicNumber) }

    /// N-C: (sum over C of T(N, C) (sum over other atoms of T(C, X))^2)^1.3.
    private func addCarbonChain(of atom: Int, to tension: inout Tension) {
        let factor = parameter(water: -48.22, acidity: -41.00)
        let carbons = bonds(atom, to: 6, 1.84).map { bond in
            let neighbours = numbers.indices.compactMap { other -> Bond? in
                guard other != atom, other != bond.other, let start = Self.carbonBonds[numbers[other]] else { return nil }
                return self.bond(bond.other, other, start, width: 0.3)
            }
            return (bond, neighbours, neighbours.reduce(0) { $0 + $1.value })
        }
        let sum = carbons.reduce(0) { $0 + $1.0.value * $1.2 * $1.2 }
        guard sum > 0 else { return }
        tension.value += factor * pow(sum, 1.3)
        let slope = 1.3 * factor * pow(sum, 0.3)
        for (bond, neighbours, inner) in carbons {
            tension.derivatives.append((atom, bond.other, slope * inner * inner * bond.slope))
            for neighbour in neighbours {
                tension.derivatives.append((bond.other, neighbour.other, slope * 2 * inner * bond.value * neighbour.slope))
            }
        }
    }

    private func parameter(water: Double = 0, n: Double = 0, acidity: Double = 0, basicity: Double = 0) -> Double {
        switch medium {
        case .water: water
        case .other(let solvent):
            n * solvent.refractiveIndex + acidity * solvent.acidity + basicity * solvent.basicity
        }
    }

    // MARK: The switching function of distances

    /// T = exp(width / (R - width - start)) up to start + width, zero beyond, and its slope.
    fileprivate struct Bond {
        let other: Int
        let value: Double
        let slope: Double
    }

    private func bond(_ atom: Int, _ other: Int, _ start: Double, width: Double) -> Bond? {
        let separation = positions[atom] - positions[other]
        let reach = (separation * separation).sum().squareRoot() - width - start
        guard reach < 0 else { return nil }
        let value = exp(width / reach)
        return Bond(other: other, value: value, slope: -value * width / (reach * reach))
    }

    private func bonds(_ atom: Int, to element: Int, _ start: Double, width: Double = 0.3) -> [Bond] {
        numbers.indices.compactMap { other in
            other == atom || numbers[other] != element ? nil : bond(atom, other, start, width: width)
        }
    }

    /// Starts of the switching region between C and another element, in Angstrom.
    private static let carbonBonds: [Int: Double] = [
        1: 1.55, 6: 1.84, 7: 1.84, 8: 1.84, 9: 1.84, 15: 2.20, 16: 2.20, 17: 2.10, 35: 2.30, 53: 2.60,
    ]
}

extension AtomicSurfaceTensions.Tension {
    fileprivate mutating func add(_ bonds: [AtomicSurfaceTensions.Bond], times factor: Double, from atom: Int) {
        for bond in bonds {
            value += factor * bond.value
            derivatives.append((atom, bond.other, factor * bond.slope))
        }
    }
}
