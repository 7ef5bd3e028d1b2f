import Foundation

/// Which end of a scale is red.
public enum ColorConvention: String, Sendable, CaseIterable {
    /// As in GaussView and most papers on electrostatic potentials.
    case redNegative = "red-negative"
    /// As in the BWR scale of VMD.
    case redPositive = "red-positive"
}

/// Colours for values: red, white, blue, with white in the middle.
public struct ColorScale: Sendable, Equatable {
    public let low: Double
    public let high: Double
    public let convention: ColorConvention

    /// - Parameters: the values at the two ends; equal ends are moved apart.
    public init(low: Double, high: Double, convention: ColorConvention = .redNegative) {
        self.low = min(low, high)
        self.high = max(low, high) > min(low, high) ? max(low, high) : min(low, high) + 1e-6
        self.convention = convention
    }

    /// Symmetric about `center`; covers all values except 2 % at either end, rounded to two digits.
    public init(robustFor values: [Double], center: Double = 0, convention: ColorConvention = .redNegative) {
        let (low, high) = Self.percentiles(of: values, share: 0.02)
        let reach = Self.roundedUp(max(abs(low - center), abs(high - center), 1e-4))
        self.init(low: center - reach, high: center + reach, convention: convention)
    }

    /// The values below and above which the given fraction of all values lies.
    public static func percentiles(of values: [Double], share: Double) -> (low: Double, high: Double) {
        guard !values.isEmpty else { return (0, 0) }
        let sorted = values.sorted()
        let skipped = min(Int(share * Double(sorted.count)), (sorted.count - 1) / 2)
        return (sorted[skipped], sorted[sorted.count - 1 - skipped])
    }

    /// Up to the next number of two digits, the second of them even or five.
    static func roundedUp(_ value: Double) -> Double {
        let unit = pow(10, floor(log10(value)) - 1)
        let steps = (value / unit - 1e-9).rounded(.up)
        return (steps / (steps > 20 ? 5 : 2)).rounded(.up) * (steps > 20 ? 5 : 2) * unit
    }

    /// Values beyond the ends have the colours of the ends.
    public func color(_ value: Double) -> PixelColor {
        let fraction = min(max((value - low) / (high - low), 0), 1)
        let place = (convention == .redNegative ? fraction : 1 - fraction) * Double(Self.stops.count - 1)
        let k = min(Int(place), Self.stops.count - 2)
        let t = Float(place - Double(k))
        return Self.stops[k] * (1 - t) + Self.stops[k + 1] * t
    }

    /// Evenly spaced, from red to blue.
    private static let stops: [PixelColor] = [
        SIMD3(0.62, 0.00, 0.09), SIMD3(0.86, 0.22, 0.18), SIMD3(0.96, 0.56, 0.44), SIMD3(0.99, 0.83, 0.76),
        SIMD3(0.97, 0.97, 0.97), SIMD3(0.77, 0.87, 0.97), SIMD3(0.45, 0.67, 0.94), SIMD3(0.17, 0.38, 0.84),
        SIMD3(0.05, 0.12, 0.58),
    ]
}
