import Foundation
import LinearAlgebra
import MolecularStructure

/// Infrared intensities of normal modes in the double-harmonic approximation, and the resulting spectrum.
public struct InfraredSpectrum: Sendable {
    /// In cm-1.
    public let wavenumbers: [Double]
    /// Integrated molar absorption coefficients, in km/mol.
    public let intensities: [Double]

    /// The absorption coefficient in km/mol of a squared dipole derivative of one e^2 per electron mass: N_A pi / 3 (e^2 / (4 pi eps0 c^2 m)).
    package static let kilometrePerMole =
        PhysicalConstants.avogadro * Double.pi / 3 * PhysicalConstants.bohrInAngstrom * 1e-13
        / (PhysicalConstants.speedOfLight * PhysicalConstants.speedOfLight)

    /// - Parameters:
    ///   - modes: imaginary ones also have intensities, but are omitted of the spectrum.
    ///   - dipoleDerivatives: of x, y and z of the dipole moment (rows) with respect to all Cartesian coordinates, in elementary charges.
    public init(_ modes: [NormalModes.Mode], dipoleDerivatives: Matrix) {
        wavenumbers = modes.map(\.wavenumber)
        intensities = modes.map { mode in
            let change = dipoleDerivatives.times(mode.normalCoordinate)
            return Self.kilometrePerMole * change.reduce(0) { $0 + $1 * $1 }
        }
    }

    public init(wavenumbers: [Double], intensities: [Double]) {
        self.wavenumbers = wavenumbers
        self.intensities = intensities
    }

    /// The spectrum with Lorentzian bands, in km/mol per cm-1; the integral over a band is its intensity.
    ///
    /// - Parameters:
    ///   - points: wavenumbers in cm-1.
    ///   - halfWidth: half width at half maximum, in cm-1.
    ///   - scale: factor on the wavenumbers.
    public func absorption(at points: [Double], halfWidth: Double, scale: Double = 1) -> [Double] {
        points.map { point in
            zip(wavenumbers, intensities).reduce(0) { sum, band in
                guard band.0 > 0 else { return sum }
                let distance = (point - scale * band.0) / halfWidth
                return sum + band.1 / (Double.pi * halfWidth * (1 + distance * distance))
            }
        }
    }
}
