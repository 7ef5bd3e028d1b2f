import Foundation

/// Points r = exp(x) with even x.
struct RadialMesh: Sendable {
    static let step = 0.03
    static let firstLogarithm = log(1e-6)
    let radii: [Double]
    /// Of dr.
    let weights: [Double]

    init() {
        radii = (0..<600).map { exp(Self.firstLogarithm + Self.step * Double($0)) }
        weights = radii.map { $0 * Self.step }
    }

    /// The radial part of order k of the potential of a charge: the integral of charge(s) times the smaller of r and s to the
    /// power of k over the larger to the power of k + 1. For k = 0 that is the Coulomb potential of a spherical charge.
    ///
    /// - Parameter charge: times 4 pi r^2, at the radii.
    func potential(of charge: [Double], order: Int = 0) -> [Double] {
        // The trapezoidal rule splits the point itself between inside and outside; the end correction of Euler and
        // Maclaurin makes up for the kink there. Both sums are kept in the scale of the current radius.
        let count = radii.count
        let h = Self.step
        let correction: Double = h * h / 12 * Double(2 * order + 1)
        let inward = exp(-h * Double(order + 1))
        let outward = exp(-h * Double(order))
        return [Double](unsafeUninitializedCapacity: count) { result, initialized in
            initialized = count
            charge.withUnsafeBufferPointer { charge in
                var sum = 0.0
                var last = 0.0
                for k in 0..<count {
                    let term = 0.5 * h * charge[k]
                    sum = (sum + last) * inward + term
                    last = term
                    result[k] = sum - correction * charge[k]
                }
                sum = 0
                last = 0
                for k in stride(from: count - 1, through: 0, by: -1) {
                    let term = 0.5 * h * charge[k]
                    sum = (sum + last) * outward + term
                    last = term
                    result[k] += sum
                }
            }
        }
    }
}
