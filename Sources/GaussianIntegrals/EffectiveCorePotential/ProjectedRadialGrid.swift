import Foundation
import GaussianBasis

/// Radial quadrature about one core potential for its projected part: Gauss-Legendre panels with lengths that are determined by
/// the narrowest significant Gaussians in the panel.
///
/// An integrand on a panel is an entire function that grows like exp(s y^2) with the imaginary part y of r, where s is the sum of
/// the exponents of two primitives and of a term of the potential. If s h^2 <= 4 for half the panel length h, the classical bound
/// for Gauss-Legendre quadrature on Bernstein ellipses is about 1e-18 for 20 nodes, relative to the largest value of the
/// integrand near the panel. Pairs of primitives with contributions below 1e-18 in a panel do not restrict its length.
struct ProjectedRadialGrid: Sendable {
    static let nodesPerPanel = 20
    private static let negligible = 1e-18
    private static let growthLimit = 4.0

    /// Points of all panels, padded with points of zero weight to a multiple of eight.
    let radii: [Double]
    /// One row per angular momentum: quadrature weight times r^2 U_l(r).
    let weightedPotentials: [[Double]]

    init(panels: [(start: Double, end: Double)], rule: LegendreQuadrature, potential: EffectiveCorePotential) {
        var radii: [Double] = []
        var weights: [Double] = []
        for panel in panels {
            let half = 0.5 * (panel.end - panel.start)
            for (x, weight) in zip(rule.nodes, rule.weights) {
                radii.append(panel.start + half * (1 + x))
                weights.append(half * weight)
            }
        }
        while radii.count % 8 != 0 {
            radii.append(radii[radii.count - 1])
            weights.append(0)
        }
        self.radii = radii
        weightedPotentials = potential.projected.map { terms in
            zip(radii, weights).map { r, weight in
                weight
                    * terms.reduce(0) { sum, term in
                        sum + term.coefficient * pow(r, Double(term.power)) * exp(-term.exponent * r * r)
                    }
            }
        }
    }

    /// Chooses panels from r = 0 to the radius beyond which all contributions are negligible.
    ///
    /// - Parameter refinement: factor for all panel lengths, 1 or less.
    static func panels(
        shells: [BoundedShell], center: SIMD3<Double>, potential: EffectiveCorePotential, refinement: Double
    ) -> [(start: Double, end: Double)] {
        let terms = potential.projected.joined().filter { $0.coefficient != 0 }.map(Envelope.init)
        guard !terms.isEmpty else { return [] }
        let everywhere = terms.reduce(0) { $0 + $1.largest(0, .infinity) }
        var primitives: [Primitive] = []
        for shell in shells {
            let displacement = shell.shell.center - center
            let distance = (displacement * displacement).sum().squareRoot()
            for (exponent, amplitude) in zip(shell.shell.exponents, shell.amplitudes) where amplitude > 0 {
                primitives.append(
                    Primitive(exponent: exponent, distance: distance, amplitude: amplitude * (4 * Double.pi).squareRoot()))
            }
        }
        guard let largest = primitives.map(\.amplitude).max(), everywhere > 0 else { return [] }
        // Primitives that do not overlap with the potential are excluded from all panels.
        primitives = primitives.filter { primitive in
            let reach = terms.reduce(0) { $0 + $1.largest(with: primitive) }
            return reach * largest * primitive.amplitude > negligible * 1e-3
        }
        var panels: [(start: Double, end: Double)] = []
        var start = 0.0
        var length = 8.0
        while true {
            let tail = primitives.reduce(0) { max($0, $1.largest(start, .infinity)) }
            let rest = terms.reduce(0) { $0 + $1.largest(start, .infinity) / min(1, $1.exponent.squareRoot()) }
            if tail * tail * rest < negligible { return panels }
            while !isResolved(start, start + length, terms, primitives, refinement) { length *= 0.8 }
            panels.append((start, start + length))
            start += length
            length = min(8, 3 * length)
        }
    }

    private static func isResolved(
        _ start: Double, _ end: Double, _ terms: [Envelope], _ primitives: [Primitive], _ refinement: Double
    ) -> Bool {
        let half = 0.5 * (end - start) / refinement
        let sizes = primitives.map { $0.largest(start, end) }
        let largest = sizes.max() ?? 0
        var potential = 0.0
        var sharpest = 0.0
        for term in terms {
            let size = term.largest(start, end) * (end - start)
            potential += size
            if size * largest * largest > negligible { sharpest = max(sharpest, term.exponent) }
        }
        // If a pair of primitives is significant, the larger one is significant in a pair with itself, and the other one in a
        // pair with the largest of all.
        var single = 0.0
        var double = 0.0
        for (primitive, size) in zip(primitives, sizes) {
            if size * largest * potential > negligible { single = max(single, primitive.exponent) }
            if size * size * potential > negligible { double = max(double, primitive.exponent) }
        }
        return (sharpest + single + double) * half * half <= growthLimit
    }

    /// Magnitude of r^2 times a term of the potential.
    private struct Envelope {
        let exponent: Double
        let power: Double
        let size: Double

        init(_ term: EffectiveCorePotential.Term) {
            exponent = term.exponent
            power = Double(term.power)
            size = abs(term.coefficient)
        }

        func value(_ r: Double) -> Double { size * pow(r, power) * exp(-exponent * r * r) }

        /// Largest value between `start` and `end`.
        func largest(_ start: Double, _ end: Double) -> Double {
            let peak = (0.5 * power / exponent).squareRoot()
            return value(min(max(peak, start), end))
        }

        /// An upper bound of the product with a primitive Gaussian, without the amplitude.
        func largest(with primitive: Primitive) -> Double {
            let a = BoundedShell.bounding * primitive.exponent
            let z = 0.5 * exponent
            let half = 0.5 * power
            let radial = power == 0 ? 1 : pow(half / (M_E * z), half)
            return size * radial * exp(-a * z / (a + z) * primitive.distance * primitive.distance)
        }
    }

    /// Bound of the projection of a primitive on any harmonic.
    private struct Primitive {
        let exponent: Double
        let distance: Double
        let amplitude: Double

        func largest(_ start: Double, _ end: Double) -> Double {
            let gap = distance < start ? start - distance : distance > end ? distance - end : 0
            return amplitude * exp(-BoundedShell.bounding * exponent * gap * gap)
        }
    }
}
