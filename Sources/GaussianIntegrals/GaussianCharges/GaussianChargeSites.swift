import Foundation
import GaussianBasis
import ParallelExecution

/// Spherical Gaussian charges of unit size, (a / pi)^(3/2) exp(-a |r - R|^2), in groups of eight neighbours: the kets of their
/// integrals.
final class GaussianChargeSites: @unchecked Sendable {
    let count: Int
    /// Number of vectors that contain all charges.
    let groupCount: Int
    /// For every group: exponents, x, y, z. Empty lanes repeat the last charge.
    let kets: UnsafeMutablePointer<Lanes>
    /// Factors that convert Hermite Coulomb integrals to those of unit charges; zero in empty lanes.
    let scales: UnsafeMutablePointer<Lanes>
    /// The index of the charge in every lane.
    let order: [Int32]

    static let width = 4

    init(centers: [SIMD3<Double>], exponents: [Double]) {
        precondition(centers.count == exponents.count)
        count = centers.count
        groupCount = (centers.count + 7) / 8
        var order = (0..<Int32(centers.count)).map { $0 }
        var leaves: [Range<Int>] = []
        centers.withUnsafeBufferPointer {
            if let base = $0.baseAddress {
                PointPartition.arrange(&order, 0..<centers.count, points: base, leafSize: 8, leaves: &leaves)
            }
        }
        self.order = order
        kets = .allocateAligned(capacity: max(1, Self.width * groupCount))
        scales = .allocateAligned(capacity: max(1, groupCount))
        for group in 0..<groupCount {
            var (a, x, y, z, scale) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
            for lane in 0..<8 {
                let place = min(8 * group + lane, count - 1)
                let index = Int(order[place])
                a[lane] = exponents[index]
                x[lane] = centers[index].x
                y[lane] = centers[index].y
                z[lane] = centers[index].z
                if place == 8 * group + lane { scale[lane] = exponents[index].squareRoot() / pow(Double.pi, 1.5) }
            }
            (kets + Self.width * group).initialize(to: a)
            (kets + Self.width * group + 1).initialize(to: x)
            (kets + Self.width * group + 2).initialize(to: y)
            (kets + Self.width * group + 3).initialize(to: z)
            (scales + group).initialize(to: scale)
        }
    }

    deinit {
        kets.deallocate()
        scales.deallocate()
    }

    /// Values of the charges (such as their magnitudes) times `scales`, group by group.
    func scaled(_ values: [Double]) -> [Lanes] {
        precondition(values.count == count)
        var result = [Lanes](repeating: .zero, count: groupCount)
        for (place, index) in order.enumerated() {
            result[place / 8][place % 8] = values[Int(index)] * scales[place / 8][place % 8]
        }
        return result
    }

    /// The reverse operation: lanes times `scales`, in the order of the charges.
    func unpacked(_ lanes: UnsafePointer<Lanes>) -> [Double] {
        var result = [Double](repeating: 0, count: count)
        for (place, index) in order.enumerated() {
            result[Int(index)] = lanes[place / 8][place % 8] * scales[place / 8][place % 8]
        }
        return result
    }
}

/// Hermite Coulomb integrals of several bra primitives with one group of charges; scratch memory of one thread.
final class GaussianChargeKernel: @unchecked Sendable {
    /// Maximum number of primitives per call.
    static let blockSize = 4
    let cubes: UnsafeMutablePointer<Lanes>
    private let recursion: UnsafeMutablePointer<Lanes>

    /// - Parameter degree: the highest degree.
    init(degree: Int) {
        let vectors = (0...degree).map { HermiteCoulombIntegrals.stride(degree: $0) }.max() ?? 1
        cubes = .allocateAligned(capacity: Self.blockSize * vectors)
        recursion = .allocateAligned(capacity: HermiteCoulombIntegrals.scratchCount(degree: degree))
    }

    deinit {
        cubes.deallocate()
        recursion.deallocate()
    }

    /// Writes R of every primitive to `cubes`, with a distance of `HermiteCoulombIntegrals.stride(degree:)`.
    @inline(__always)
    func evaluate(
        exponent: UnsafePointer<Double>, x: UnsafePointer<Double>, y: UnsafePointer<Double>, z: UnsafePointer<Double>, count: Int,
        degree: Int, ket: UnsafePointer<Lanes>
    ) {
        let integrals = HermiteCoulombIntegrals(
            ket: ket, exponent: exponent, centerX: x, centerY: y, centerZ: z, primitiveCount: count,
            boys: BoysFunction.all[degree], interaction: .coulomb, cubes: cubes,
            cubeStride: HermiteCoulombIntegrals.stride(degree: degree))
        if degree <= HermiteCoulombIntegrals.highestDegree {
            integrals(degree: degree)
        } else {
            integrals.general(degree: degree, scratch: recursion)
        }
    }
}
