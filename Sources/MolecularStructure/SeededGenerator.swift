import Foundation

/// Random numbers that depend on a seed alone: SplitMix of G. L. Steele, D. Lea and C. H. Flood, doi 10.1145/2714064.2660195.
public struct SeededGenerator: RandomNumberGenerator, Sendable, Equatable {
    /// All that decides about the numbers to come.
    public private(set) var state: UInt64

    /// - Parameter seed: also the `state` of a generator that is to go on.
    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        defer { state &+= 0x9E37_79B9_7F4A_7C15 }
        return Self.mixed(state)
    }

    /// A well-mixed number for a number; the finaliser of SplitMix.
    public static func mixed(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform between 0 and 1, without 1.
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// From the normal distribution of mean 0 and variance 1, by the transformation of Box and Muller, doi 10.1214/aoms/1177706645.
    public mutating func standardNormal() -> Double {
        // The first number is never zero, so that its logarithm is finite.
        let radius = (-2 * log(1 - unit())).squareRoot()
        return radius * cos(2 * .pi * unit())
    }

    /// Three numbers from the normal distribution of mean 0 and variance 1.
    public mutating func standardNormalVector() -> SIMD3<Double> { SIMD3(standardNormal(), standardNormal(), standardNormal()) }
}
