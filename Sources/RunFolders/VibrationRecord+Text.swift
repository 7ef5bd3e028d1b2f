import FileFormats
import Foundation
import VibrationalAnalysis

extension VibrationRecord {
    /// What the second derivatives say about the structure.
    package var verdictText: String {
        let force = String(format: "largest force %.1e Eh/bohr", largestForce)
        let modes = imaginaryModes == 1 ? "1 imaginary mode" : "\(imaginaryModes) imaginary modes"
        let small = frequencies.count { $0 < 0 } - imaginaryModes
        let rest =
            small == 0 ? "" : "; \(small) between \(Int(-NormalModes.negligible)) and 0 cm-1, within the error of the method"
        switch verdict {
        case .minimum: return "a minimum: no imaginary mode, \(force)\(rest)"
        case .saddlePoint: return "a saddle point of order \(imaginaryModes): \(modes), \(force)\(rest)"
        case .notStationary: return "NOT STATIONARY: \(force); these frequencies mean little. Optimise it first (\(modes))."
        }
    }

    /// The kinds of internal coordinates with the largest shares in a mode: `C=O stretch 71 %, asymmetric; C-C stretch 12 %`.
    package func motion(_ mode: Int) -> String {
        composition[mode].prefix(3).map { part in
            let phase = part.symmetric.map { $0 ? ", symmetric" : ", asymmetric" } ?? ""
            return "\(part.name) \(Int((100 * part.share).rounded())) %\(phase)"
        }.joined(separator: "; ")
    }

    /// The infrared spectrum at every wavenumber from zero to beyond the highest band; nil without real modes.
    package func spectrum(_ options: FrequencyInput) -> (points: [Double], absorption: [Double])? {
        guard let highest = frequencies.last, highest > 0 else { return nil }
        let spectrum = InfraredSpectrum(wavenumbers: frequencies, intensities: irIntensities)
        let end = max(options.scale * highest + 10 * options.halfWidth, measured?.wavenumbers.max() ?? 0) / 100
        let points = stride(from: 0.0, through: 100 * end.rounded(.up), by: 1).map { $0 }
        return (points, spectrum.absorption(at: points, halfWidth: options.halfWidth, scale: options.scale))
    }

    /// - Parameter title: the line shape of the bands is appended.
    package func picture(of spectrum: (points: [Double], absorption: [Double]), title: String, _ options: FrequencyInput)
        -> InfraredSVG
    {
        let scaled = options.scale == 1 ? "" : ", wavenumbers scaled by \(options.scale)"
        return InfraredSVG(
            title: "\(title): Lorentzian bands, half width \(options.halfWidth) cm⁻¹\(scaled)",
            curve: Array(zip(spectrum.points, spectrum.absorption)),
            lines: zip(frequencies, irIntensities).map { (options.scale * $0, $1) }, measured: measured)
    }
}
