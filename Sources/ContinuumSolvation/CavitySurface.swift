import Foundation
import MolecularQuadrature
import MolecularStructure

/// The surface of a cavity of spheres, one around every atom, as Gaussian charges on Lebedev points whose weights decrease
/// smoothly to zero inside other spheres: the switching/Gaussian discretization.
///
/// D. M. York and M. Karplus, J. Phys. Chem. A 103, 11060 (1999), doi 10.1021/jp992097l; A. W. Lange and J. M. Herbert,
/// J. Chem. Phys. 133, 244111 (2010), doi 10.1063/1.3511297. Points with a weight above 1e-16 are included.
struct CavitySurface: Sendable {
    let frame: CavityFrame
    /// Centres and radii of the spheres, in bohr.
    let centers: [SIMD3<Double>]
    let radii: [Double]
    /// For every point: its sphere, its position and its outward normal.
    private(set) var spheres: [Int] = []
    private(set) var positions: [SIMD3<Double>] = []
    private(set) var normals: [SIMD3<Double>] = []
    /// Square roots of the exponents of the Gaussians, xi, in bohr^-1.
    private(set) var widths: [Double] = []
    /// Switching functions F, between 0 and 1.
    private(set) var switches: [Double] = []
    /// Areas of the points, a = w R^2 F, in bohr^2.
    private(set) var areas: [Double] = []

    var count: Int { positions.count }
    var exponents: [Double] { widths.map { $0 * $0 } }

    /// Start and length of the switching region of every sphere.
    private let inner: [Double]
    private let lengths: [Double]

    /// Numbers of points per sphere for which the widths of the Gaussians are known.
    static var pointCounts: [Int] { widthFactors.keys.sorted() }

    /// - Parameters:
    ///   - pointsPerSphere: one of `pointCounts`.
    ///   - frame: axes along which the points are directed.
    init(centers: [SIMD3<Double>], radii: [Double], pointsPerSphere: Int, frame: CavityFrame = .ofSpace) throws(ContinuumError) {
        guard let grid = LebedevGrid(count: pointsPerSphere), let factor = Self.widthFactors[pointsPerSphere] else {
            throw .points(pointsPerSphere)
        }
        self.frame = frame
        self.centers = centers
        self.radii = radii
        // Eqs. 3.17 to 3.22 of Lange and Herbert.
        lengths = radii.map { $0 * (14 / Double(pointsPerSphere)).squareRoot() }
        inner = zip(radii, lengths).map { radius, length in
            let ratio = radius / length
            return radius - (0.5 + ratio - (ratio * ratio - 1.0 / 28).squareRoot()) * length
        }
        let directions = grid.points.map(frame.turned)
        for sphere in centers.indices {
            for (normal, share) in zip(directions, grid.weights) {
                let position = centers[sphere] + radii[sphere] * normal
                let weight = 4 * Double.pi * share
                var value = 1.0
                for other in centers.indices where other != sphere {
                    value *= Self.step(reach(position, other))
                    if value == 0 { break }
                }
                guard weight * value > 1e-16 else { continue }
                spheres.append(sphere)
                positions.append(position)
                normals.append(normal)
                widths.append(factor / (radii[sphere] * weight.squareRoot()))
                switches.append(value)
                areas.append(weight * radii[sphere] * radii[sphere] * value)
            }
        }
    }

    /// Relative position of a point in the switching region of a sphere.
    private func reach(_ position: SIMD3<Double>, _ sphere: Int) -> Double {
        let distance = position - centers[sphere]
        return ((distance * distance).sum().squareRoot() - inner[sphere]) / lengths[sphere]
    }

    /// Eq. 3.19 of Lange and Herbert, which increases from 0 to 1.
    private static func step(_ x: Double) -> Double {
        x < 1e-8 ? 0 : x >= 1 ? 1 : x * x * x * (10 + x * (6 * x - 15))
    }

    /// Derivatives of ln F of a point: with respect to its position at fixed spheres, and to the centres of the other spheres
    /// that it enters.
    func switchDerivatives(_ point: Int) -> (own: SIMD3<Double>, others: [(sphere: Int, derivative: SIMD3<Double>)]) {
        var own = SIMD3<Double>.zero
        var others: [(Int, SIMD3<Double>)] = []
        for other in centers.indices where other != spheres[point] {
            let x = reach(positions[point], other)
            guard x < 1 else { continue }
            let slope = 30 * x * x * (1 - x) * (1 - x) / Self.step(x) / lengths[other]
            let direction = positions[point] - centers[other]
            let derivative = slope / (direction * direction).sum().squareRoot() * direction
            own += derivative
            others.append((other, -derivative))
        }
        return (own, others)
    }

    /// The factors zeta of the Gaussians' widths, xi = zeta / (R sqrt(w)), for which a uniformly charged sphere has its exact
    /// energy: York and Karplus, J. Phys. Chem. A 103, 11060 (1999), table 1; B. A. Gregersen and D. M. York, J. Chem. Phys. 122,
    /// 194110 (2005), doi 10.1063/1.1899146, table II.
    private static let widthFactors: [Int: Double] = [
        50: 4.892_506_732_95, 110: 4.901_010_609_87, 194: 4.903_376_442_48, 302: 4.904_980_881_69, 434: 4.905_673_490_80,
        590: 4.906_240_713_59, 770: 4.906_564_357_79, 974: 4.906_851_679_98, 1202: 4.907_040_982_16,
    ]
}
