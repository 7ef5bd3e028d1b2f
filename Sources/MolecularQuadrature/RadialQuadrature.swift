import Foundation
import MolecularStructure

/// A quadrature over the distance from a nucleus, r^2 dr from zero to infinity.
public struct RadialQuadrature: Sendable {
    /// In bohr, ascending.
    public let radii: [Double]
    /// Weights of 4 pi r^2 dr.
    public let weights: [Double]

    /// Chebyshev quadrature of the second kind under the mapping M4 of O. Treutler and R. Ahlrichs, J. Chem. Phys. 102,
    /// 346 (1995), doi 10.1063/1.469408, stretched for the element.
    public init(treutlerAhlrichs count: Int, element: Element) {
        let stretch = Self.stretch(element) / log(2.0)
        let step = Double.pi / Double(count + 1)
        var radii: [Double] = []
        var weights: [Double] = []
        for i in stride(from: count, to: 0, by: -1) {
            let angle = Double(i) * step
            let x = cos(angle)
            let power = pow(1 + x, 0.6)
            let logarithm = log((1 - x) / 2)
            let r = -stretch * power * logarithm
            let derivative = step * sin(angle) * stretch * power * (-0.6 / (1 + x) * logarithm + 1 / (1 - x))
            radii.append(r)
            weights.append(4 * Double.pi * r * r * derivative)
        }
        self.radii = radii
        self.weights = weights
    }

    private static func stretch(_ element: Element) -> Double { stretches[element.atomicNumber - 1] }

    /// The parameter xi: hydrogen to krypton from table 1 of the paper, the heavier elements with the values that
    /// Psi4 and PySCF use.
    private static let stretches: [Double] = [
        0.8, 0.9,
        1.8, 1.4, 1.3, 1.1, 0.9, 0.9, 0.9, 0.9,
        1.4, 1.3, 1.3, 1.2, 1.1, 1.0, 1.0, 1.0,
        1.5, 1.4, 1.3, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.1, 1.1, 1.1, 1.1, 1.0, 0.9, 0.9, 0.9, 0.9,
        2.0, 1.7, 1.5, 1.5, 1.35, 1.35, 1.25, 1.2, 1.25, 1.3, 1.5, 1.5, 1.3, 1.2, 1.2, 1.15, 1.15, 1.15,
        2.5, 2.2, 2.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5,
        1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5,
    ]
}
