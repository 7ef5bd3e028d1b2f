import FileFormats
import Foundation
import MolecularStructure
import RedoxPotentials
import RunFolders

/// Potentials of molecules against one electrode: the output of `esp voltage`. Potentials in volt, energies in hartree.
public struct VoltageResult: Encodable, Sendable {
    public var schema = "esp-voltage-1"
    public var scale: Scale
    public var molecules: [Molecule]
    /// Nil if not requested.
    public var calibration: Calibration?
    public var trend: Trend?

    /// The electrode.
    public struct Scale: Encodable, Sendable {
        public var electrode: String
        public var absolutePotential: Double
        /// Of the standard hydrogen electrode; nil if the absolute potential was given.
        public var hydrogen: Double?
        public var againstHydrogen: Double?
        public var convention: String?
        public var sources: [String]
        public var other: Other?

        /// The other convention.
        public struct Other: Encodable, Sendable {
            public var convention: String
            public var hydrogen: Double
            public var absolutePotential: Double
            /// Added to every potential.
            public var difference: Double
            public var source: String

            enum CodingKeys: String, CodingKey {
                case convention, hydrogen, difference, source
                case absolutePotential = "absolute_potential"
            }
        }

        enum CodingKeys: String, CodingKey {
            case electrode, hydrogen, convention, sources, other
            case absolutePotential = "absolute_potential"
            case againstHydrogen = "against_hydrogen"
        }
    }

    /// A potential with its calibrated value and the standard error of that.
    public struct Potential: Encodable, Sendable {
        public var value: Double
        public var calibrated: Double?
        public var error: Double?
    }

    public struct Step: Encodable, Sendable {
        public var from, to: Int
        public var electrons: Int
        public var vertical: Potential?
        public var adiabatic: Potential?
        /// By the other cycle; nil for electrons without ions.
        public var otherCycle: Double?

        enum CodingKeys: String, CodingKey {
            case from, to, electrons, vertical, adiabatic
            case otherCycle = "other_cycle"
        }
    }

    public struct Molecule: Encodable, Sendable {
        public var name: String
        public var folders: [String]
        public var model: String
        public var medium: String
        /// `energy` or `gibbs energy`.
        public var quantity: String
        /// The ion that comes with every electron.
        public var ion: String?
        /// Where ions and electrons come from: `metal` or `continuum`; nil for electrons without ions.
        public var cycle: String?
        public var steps: [Step]
        /// Of all steps together; nil if there is one.
        public var mean: Step?
        public var unbound: [String: [String]]
        public var carbonylWavenumber: Double?
        public var metal: Metal?
        public var notes: [String]

        enum CodingKeys: String, CodingKey {
            case name, folders, model, medium, quantity, ion, cycle, steps, mean, unbound, metal, notes
            case carbonylWavenumber = "carbonyl_wavenumber"
        }
    }

    public struct Metal: Encodable, Sendable, Equatable {
        public var ion: String
        public var charge: Int
        public var radiusInAngstrom: Double
        /// n / r in elementary charges per Angstrom.
        public var ionicPotential: Double

        init(_ radius: IonicRadius) {
            (ion, charge, radiusInAngstrom, ionicPotential) = (
                radius.name, radius.charge, radius.radius, radius.ionicPotential
            )
        }

        enum CodingKeys: String, CodingKey {
            case ion, charge
            case radiusInAngstrom = "radius_in_angstrom"
            case ionicPotential = "ionic_potential"
        }
    }

    public struct Calibration: Encodable, Sendable {
        public var table: String
        public var quantity: String
        public var points: [Point]
        public var slope, slopeError, intercept, interceptError, residualDeviation: Double
        public var correlation: Double?
        public var before, after, leftOut: Deviations

        public struct Point: Encodable, Sendable {
            public var name: String
            public var computed, measured, calibrated: Double
            public var source: String
        }

        public struct Deviations: Encodable, Sendable {
            public var mean, meanAbsolute, largest: Double

            init(_ value: PotentialCalibration.Deviations) {
                (mean, meanAbsolute, largest) = (value.mean, value.meanAbsolute, value.largest)
            }

            enum CodingKeys: String, CodingKey {
                case mean, largest
                case meanAbsolute = "mean_absolute"
            }
        }

        enum CodingKeys: String, CodingKey {
            case table, quantity, points, slope, intercept, correlation, before, after
            case slopeError = "slope_error"
            case interceptError = "intercept_error"
            case residualDeviation = "residual_deviation"
            case leftOut = "left_out"
        }
    }

    /// Potentials against a property of the molecules.
    public struct Trend: Encodable, Sendable {
        public var against: String
        public var potential: String
        public var points: [Point]
        /// Molecules without the property.
        public var missing: [String]
        public var slope, slopeError, intercept, residualDeviation, correlation: Double?

        public struct Point: Encodable, Sendable {
            public var name: String
            public var x, potential: Double
            public var residual: Double?
        }

        enum CodingKeys: String, CodingKey {
            case against, potential, points, missing, slope, intercept, correlation
            case slopeError = "slope_error"
            case residualDeviation = "residual_deviation"
        }
    }
}
