import Foundation
import MolecularStructure

/// The spectrum of a fluctuating vector: the cosine transform of its autocorrelation (Wiener and Khinchin) with a Hann window.
///
/// It is normalised: its integral over all wavenumbers from 0 is `total`.
public struct PowerSpectrum: Sendable {
    /// In cm-1.
    public let wavenumbers: [Double]
    /// Per cm-1.
    public let values: [Double]
    /// The mean square of the vector with its weights.
    public let total: Double

    /// A maximum.
    public struct Peak: Sendable {
        /// In cm-1, from the parabola through the highest values.
        public let wavenumber: Double
        public let value: Double
    }

    /// - Parameters:
    ///   - series: components of the vector, each at equal intervals of time.
    ///   - weights: of the squares of the components.
    ///   - interval: in atomic units of time.
    ///   - lag: longest time of the autocorrelation, in atomic units; it limits the resolution.
    ///   - highest: in cm-1; not beyond what the interval resolves.
    ///   - spacing: of the wavenumbers, in cm-1.
    public init(
        series: [[Double]], weights: [Double], interval: Double, lag: Double, highest: Double, spacing: Double = 1
    ) {
        precondition(series.count == weights.count)
        let count = series.first?.count ?? 0
        let lags = max(min(Int(min((lag / interval).rounded(), Double(count))), count - 1), 0)
        var correlation = [Double](repeating: 0, count: lags + 1)
        // Neighbouring starting points add little: at most some thousands.
        let stride = max(1, (count - lags) / 4000)
        let starts = Array(Swift.stride(from: 0, to: max(count - lags, 0), by: stride))
        for (values, weight) in zip(series, weights) {
            values.withUnsafeBufferPointer { values in
                for start in starts {
                    let first = weight * values[start]
                    for k in 0...lags { correlation[k] += first * values[start + k] }
                }
            }
        }
        let total = starts.isEmpty ? 0 : correlation[0] / Double(starts.count)
        let norm = correlation.isEmpty || correlation[0] == 0 ? 0 : total / correlation[0]
        let windowed = correlation.enumerated().map { index, value in
            value * norm * 0.5 * (1 + cos(.pi * Double(index) / Double(lags + 1)))
        }
        // One atomic unit of angular frequency is as many cm-1 as one hartree.
        let angular = 1 / PhysicalConstants.hartreeInWavenumbers
        let nyquist = Double.pi / interval / angular
        let last = max(Int(min(highest, nyquist) / spacing), 0)
        wavenumbers = (0...last).map { Double($0) * spacing }
        values = wavenumbers.map { wavenumber in
            let phase = wavenumber * angular * interval
            var sum = 0.5 * (windowed.first ?? 0)
            for index in windowed.indices.dropFirst() { sum += windowed[index] * cos(phase * Double(index)) }
            return 2 / .pi * angular * interval * sum
        }
        self.total = total
    }

    private init(_ wavenumbers: [Double], _ values: [Double], total: Double) {
        (self.wavenumbers, self.values, self.total) = (wavenumbers, values, total)
    }

    /// The same with every value multiplied by a function of the wavenumber.
    public func scaled(_ factor: (Double) -> Double) -> PowerSpectrum {
        PowerSpectrum(wavenumbers, zip(wavenumbers, values).map { factor($0) * $1 }, total: total)
    }

    /// The vibrations of a trajectory: the spectrum of the velocities weighted with the masses, normalised to 1.
    ///
    /// - Parameters:
    ///   - masses: in any unit.
    ///   - lag: see `init(series:weights:interval:lag:highest:spacing:)`.
    /// - Returns: nil if the velocities are unknown or zero.
    public static func ofVelocities(
        _ trajectory: Trajectory, masses: [Double], lag: Double, highest: Double
    ) -> PowerSpectrum? {
        guard let velocities = trajectory.velocities, velocities.count > 2 else { return nil }
        let series = (0..<3 * masses.count).map { k in velocities.map { $0[k / 3][k % 3] } }
        let spectrum = PowerSpectrum(
            series: series, weights: (0..<3 * masses.count).map { masses[$0 / 3] }, interval: trajectory.interval, lag: lag,
            highest: highest)
        return spectrum.total > 0 ? spectrum.scaled { _ in 1 / spectrum.total } : nil
    }

    /// The spectrum of the time derivative of the dipole moment, in atomic units; `total` is its mean square.
    ///
    /// - Returns: nil if the dipole moments are unknown.
    public static func ofDipoles(_ trajectory: Trajectory, lag: Double, highest: Double) -> PowerSpectrum? {
        guard let dipoles = trajectory.dipoles, dipoles.count > 4 else { return nil }
        let h = trajectory.interval
        let series = (0..<3).map { axis in
            (1..<dipoles.count - 1).map { (dipoles[$0 + 1][axis] - dipoles[$0 - 1][axis]) / (2 * h) }
        }
        let spectrum = PowerSpectrum(series: series, weights: [1, 1, 1], interval: h, lag: lag, highest: highest)
        // The difference quotient of a wave is that of its derivative times sin(w h) / (w h); beyond a third of what the interval
        // resolves, noise would grow with it.
        return spectrum.scaled { wavenumber in
            let x = min(wavenumber / PhysicalConstants.hartreeInWavenumbers * h, 2 * .pi / 3)
            return x < 1e-6 ? 1 : x * x / (sin(x) * sin(x))
        }
    }

    /// Maxima above a share of the highest, by wavenumber.
    public func peaks(above share: Double) -> [Peak] {
        guard values.count > 2, let highest = values.max(), highest > 0 else { return [] }
        return (1..<values.count - 1).compactMap { index in
            let (left, middle, right) = (values[index - 1], values[index], values[index + 1])
            guard middle > left, middle >= right, middle > share * highest else { return nil }
            let shift = 0.5 * (left - right) / (left - 2 * middle + right)
            return Peak(
                wavenumber: wavenumbers[index] + shift * (wavenumbers[1] - wavenumbers[0]),
                value: middle - 0.25 * (left - right) * shift)
        }
    }

    /// The wavenumber of a harmonic vibration for which velocity Verlet with a time step gives the observed one: the discrete motion is
    /// faster, by sin(w dt / 2) = w_0 dt / 2.
    public static func corrected(_ wavenumber: Double, timestep: Double) -> Double {
        let unit = 1 / PhysicalConstants.hartreeInWavenumbers
        return 2 / timestep * sin(0.5 * wavenumber * unit * timestep) / unit
    }
}
