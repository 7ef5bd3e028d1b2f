import FileFormats
import Foundation
import MolecularDynamics
import MolecularStructure
import VibrationalAnalysis

/// A cluster of molecules at random places in a sphere, as a beginning for dynamics.
public struct PackedCluster {
    /// A molecule, and how many of it.
    public struct Part: Sendable {
        public var name: String
        public var file: XYZFile
        public var count: Int

        public init(name: String, file: XYZFile, count: Int) {
            self.name = name
            self.file = file
            self.count = count
        }
    }

    public enum Size: Sendable, Equatable {
        /// In g/cm3: mass over the volume of the sphere that holds all nuclei.
        case density(Double)
        /// In bohr.
        case radius(Double)
    }

    public let file: XYZFile
    /// In bohr.
    public let radius: Double
    /// In g/cm3.
    public let density: Double
    /// Between atoms of different molecules, in bohr; nil for a single molecule.
    public let closest: Double?

    /// - Parameters:
    ///   - distance: least distance between atoms of different molecules, in bohr.
    ///   - checkCancellation: throws if the caller asks to stop.
    /// - Throws: `CalculationError` if there is no such cluster, and the errors of `checkCancellation`.
    public init(
        _ parts: [Part], size: Size, distance: Double, seed: Int, checkCancellation: () throws -> Void = {}
    ) throws {
        for part in parts { try part.file.refuseGhosts("esp pack") }
        let molecules = parts.flatMap { Array(repeating: $0.file.molecule, count: $0.count) }
        let atoms = molecules.reduce(0) { $0 + $1.atoms.count }
        guard atoms <= XYZFile.largestAtomCount else {
            throw CalculationError.usage(
                "\(atoms) atoms are more than this program can treat (\(XYZFile.largestAtomCount)). Pack fewer.")
        }
        let mass = molecules.flatMap(\.atoms).reduce(0) { $0 + IsotopicMasses.mass(of: $1.element, .average) }
        let radius =
            switch size {
            case .density(let density): ClusterPacking.radius(mass: mass, density: density)
            case .radius(let radius): radius
            }
        let angstrom = PhysicalConstants.bohrInAngstrom
        guard radius * angstrom <= 1e4 else {
            throw CalculationError.usage("this --density needs a sphere of more than 10000 Angstrom. Give a higher one.")
        }
        let packing: ClusterPacking
        do {
            packing = try ClusterPacking(
                molecules, radius: radius, distance: distance, seed: UInt64(bitPattern: Int64(seed)),
                checkCancellation: checkCancellation)
        } catch ClusterPacking.Failure.tooDense {
            throw CalculationError.badInput(
                String(
                    format:
                        "no arrangement was found in a sphere of %.2f Angstrom in which atoms of different molecules are %.2f Angstrom "
                        + "apart. Take a lower --density, a larger --radius, or a smaller --distance.", radius * angstrom,
                    distance * angstrom))
        }
        self.radius = radius
        // The inverse of `ClusterPacking.radius(mass:density:)`: the density that gives the radius is proportional to its third power.
        let unit = ClusterPacking.radius(mass: mass, density: 1)
        density = pow(unit / radius, 3)
        closest = packing.closest
        let charges = parts.map { ($0.file.charge ?? 0) * $0.count }
        let names = parts.map { "\($0.count) \($0.name)" }.joined(separator: ", ")
        file = XYZFile(
            molecule: packing.molecule,
            comment:
                "\"\(names) in a sphere of \(column(radius * angstrom, 0, 3)) Angstrom, \(column(density, 0, 3)) g/cm3\" seed=\(seed)",
            charge: charges.reduce(0, +))
    }
}
