import Foundation
import MolecularStructure

/// Charge Model 5, Hirshfeld charges corrected bond by bond: A. V. Marenich, S. V. Jerome, C. J. Cramer and D. G. Truhlar, J. Chem. Theory
/// Comput. 8, 527 (2012), doi 10.1021/ct200866d. Parameters as tabulated by the authors' program CM5PAC (2013); radii from M.
/// Mantina et al., CRC Handbook of Chemistry and Physics, 92nd edition.
public enum CM5 {
    /// In 1 / Angstrom.
    static let alpha = 2.474

    /// Corrections to the Hirshfeld charges, one value per atom; their sum is zero.
    public static func shifts(_ molecule: Molecule) -> [Double] {
        molecule.atoms.map { own in
            var sum = 0.0
            for other in molecule.atoms where other.element != own.element {
                let separation = distance(own.position, other.position) * PhysicalConstants.bohrInAngstrom
                let order = exp(-alpha * (separation - radius(own.element) - radius(other.element)))
                sum += order * difference(own.element, other.element)
            }
            return sum
        }
    }

    private static func radius(_ element: Element) -> Double { radiiInAngstrom[element.atomicNumber - 1] }

    /// Antisymmetric: pairs with their own parameter, otherwise the difference of the elements' parameters.
    private static func difference(_ first: Element, _ second: Element) -> Double {
        let (a, b) = (first.atomicNumber, second.atomicNumber)
        if let value = pairs[[a, b]] { return value }
        if let value = pairs[[b, a]] { return -value }
        return (parameters[a] ?? 0) - (parameters[b] ?? 0)
    }

    private static let pairs: [[Int]: Double] = [
        [1, 6]: 0.0502, [1, 7]: 0.1747, [1, 8]: 0.1671, [6, 7]: 0.0556, [6, 8]: 0.0234, [7, 8]: -0.0346,
    ]

    /// By atomic number; zero for the others.
    private static let parameters: [Int: Double] = [
        1: 0.0056, 2: -0.1543, 4: 0.0333, 5: -0.1030, 6: -0.0446, 7: -0.1072, 8: -0.0802, 9: -0.0629, 10: -0.1088,
        11: 0.0184, 13: -0.0726, 14: -0.0790, 15: -0.0756, 16: -0.0565, 17: -0.0444, 18: -0.0767, 19: 0.0130,
        31: -0.0512, 32: -0.0557, 33: -0.0533, 34: -0.0399, 35: -0.0313, 36: -0.0541, 37: 0.0092, 49: -0.0361,
        50: -0.0393, 51: -0.0376, 52: -0.0281, 53: -0.0220, 54: -0.0381, 55: 0.0065, 81: -0.0255, 82: -0.0277,
        83: -0.0265, 84: -0.0198, 85: -0.0155, 86: -0.0269,
    ]

    /// Hydrogen to radon.
    private static let radiiInAngstrom: [Double] = [
        0.32, 0.37,
        1.30, 0.99, 0.84, 0.75, 0.71, 0.64, 0.60, 0.62,
        1.60, 1.40, 1.24, 1.14, 1.09, 1.04, 1.00, 1.01,
        2.00, 1.74, 1.59, 1.48, 1.44, 1.30, 1.29, 1.24, 1.18, 1.17, 1.22, 1.20, 1.23, 1.20, 1.20, 1.18, 1.17, 1.16,
        2.15, 1.90, 1.76, 1.64, 1.56, 1.46, 1.38, 1.36, 1.34, 1.30, 1.36, 1.40, 1.42, 1.40, 1.40, 1.37, 1.36, 1.36,
        2.38, 2.06, 1.94, 1.84, 1.90, 1.88, 1.86, 1.85, 1.83, 1.82, 1.81, 1.80, 1.79, 1.77, 1.77, 1.78, 1.74,
        1.64, 1.58, 1.50, 1.41, 1.36, 1.32, 1.30, 1.30, 1.32, 1.44, 1.45, 1.50, 1.42, 1.48, 1.46,
    ]
}
