import Foundation
import GaussianBasis
import MolecularStructure
import ParallelExecution

/// Atomic charges fitted to the electrostatic potential on shells around the molecule, without and with restraints.
///
/// U. C. Singh and P. A. Kollman, J. Comput. Chem. 5, 129 (1984), doi 10.1002/jcc.540050204; B. H. Besler, K. M. Merz and
/// P. A. Kollman, J. Comput. Chem. 11, 431 (1990), doi 10.1002/jcc.540110404. Every layer is the outside of spheres about
/// the nuclei with the radii times a factor. A sphere carries rings of points parallel to the xy plane, about as many
/// as its area in square Angstrom times `pointsPerSquareAngstrom`; points inside another sphere are dropped. With `Options.frames` there
/// are rings in every frame; charges then do not depend on how the molecule is turned, which otherwise is worth some 0.001 e, and
/// 0.05 e where an atom is buried.
public struct MerzKollman: Sendable, PointsFromRadii {
    public struct Options: Sendable, Equatable, PointOptions {
        /// Radii of the layers in units of the atoms' radii.
        public var layers = [1.4, 1.6, 1.8, 2.0]
        /// 1 in the first publications; more points depend less on the orientation.
        public var pointsPerSquareAngstrom = 6.0
        /// Radii, in Angstrom, that replace those of `MerzKollmanRadii`.
        public var radiiInAngstrom: [Element: Double] = [:]
        /// Frames in each of which there are rings; nil: as published, along the axes of the coordinates.
        public var frames: [PointFrame]?
        /// Groups of atoms (indices) that share one charge; none by default.
        public var equivalentAtoms: [[Int]] = []
        /// As in `CHELPG.Options`.
        public var singularValueThreshold = 1e-5

        public init() {}
    }

    /// In bohr.
    public let points: [SIMD3<Double>]
    public let molecule: Molecule
    public let options: Options
    /// Radius used for each atom, in Angstrom.
    public let radiiInAngstrom: [Double]
    private let system: ConstrainedChargeSystem

    /// Constructs the points, which depend only on the geometry.
    ///
    /// - Throws: `PotentialFitError` if options are invalid or leave too few points.
    public init(molecule: Molecule, options: Options = Options()) throws {
        guard !molecule.atoms.isEmpty else { throw PotentialFitError.noAtoms }
        self.molecule = molecule
        self.options = options
        radiiInAngstrom = molecule.atoms.map { options.radiiInAngstrom[$0.element] ?? MerzKollmanRadii.inAngstrom($0.element) }
        for (atom, radius) in zip(molecule.atoms, radiiInAngstrom) where !(radius > 0.2 && radius < 10) {
            throw PotentialFitError.badOption("radius \(radius) A of \(atom.element): give 0.2 to 10 A")
        }
        guard options.pointsPerSquareAngstrom > 0, options.pointsPerSquareAngstrom <= 100 else {
            throw PotentialFitError.badOption("\(options.pointsPerSquareAngstrom) points a square Angstrom: give up to 100")
        }
        guard !options.layers.isEmpty, options.layers.allSatisfy({ $0 >= 1 && $0 <= 10 }) else {
            throw PotentialFitError.badOption("layers at \(options.layers): give factors of 1 to 10")
        }
        try PotentialFitError.checkGroups(options.equivalentAtoms, molecule)
        points = Self.layers(molecule, radiiInAngstrom, options)
        guard points.count > molecule.atoms.count else { throw PotentialFitError.tooFewPoints(points.count) }
        system = try ConstrainedChargeSystem(
            points: points, molecule: molecule, groups: options.equivalentAtoms, threshold: options.singularValueThreshold)
    }

    /// Notes for readers of the charges: assumed radii, buried atoms.
    public var notes: [String] {
        let assumed = Set(molecule.atoms.map(\.element)).filter {
            !MerzKollmanRadii.isDefined($0) && options.radiiInAngstrom[$0] == nil
        }
        var result: [String] = []
        if !assumed.isEmpty {
            let list = assumed.sorted().map { "\($0) \(String(format: "%.3f", MerzKollmanRadii.inAngstrom($0)))" }
            result.append(
                "Merz-Kollman radii in Angstrom of elements for which the method defines none: "
                    + "\(list.joined(separator: ", ")) (universal force field, x / 2.4)")
        }
        return result + system.notes(molecule)
    }

    /// The potentials of several states at `points`, for `fit(potential:totalCharge:)` and `RestrainedPotentialFit`.
    public func potentials(of wavefunctions: [Wavefunction], tolerance: Double = 1e-8, pool: WorkerPool) -> [[Double]] {
        PotentialFit.potentials(of: wavefunctions, at: points, tolerance: tolerance, pool: pool)
    }

    /// Fits charges without restraints to any potential at `points`, in hartree per elementary charge.
    public func fit(potential: [Double], totalCharge: Double) -> PotentialFit {
        PotentialFit(
            charges: system.solve(potential, totalCharge: totalCharge), molecule: molecule, points: points,
            potential: potential)
    }

    static func hasPublishedRadius(_ element: Element) -> Bool { MerzKollmanRadii.isPublished(element) }

    private static func layers(_ molecule: Molecule, _ radiiInAngstrom: [Double], _ options: Options) -> [SIMD3<Double>] {
        guard let frames = options.frames else { return layers(molecule, radiiInAngstrom, options, slack: 0) { rings($0) } }
        return frames.flatMap { frame in
            layers(molecule, radiiInAngstrom, options, slack: 1e-9) { rings($0, isCut: false).map(frame.vector) }
        }
    }

    /// - Parameters:
    ///   - slack: by which part of itself a distance may miss a limit.
    ///   - directions: about so many unit vectors.
    private static func layers(
        _ molecule: Molecule, _ radiiInAngstrom: [Double], _ options: Options, slack: Double,
        directions: (Int) -> [SIMD3<Double>]
    ) -> [SIMD3<Double>] {
        var points: [SIMD3<Double>] = []
        for factor in options.layers {
            for (i, atom) in molecule.atoms.enumerated() {
                let radius = radiiInAngstrom[i] * factor
                let count = Int(options.pointsPerSquareAngstrom * 4 * Double.pi * radius * radius)
                for direction in directions(count) {
                    let point = atom.position + radius / PhysicalConstants.bohrInAngstrom * direction
                    let isInside = molecule.atoms.indices.contains { j in
                        j != i
                            && distance(point, molecule.atoms[j].position)
                                < radiiInAngstrom[j] * factor / PhysicalConstants.bohrInAngstrom * (1 - slack)
                    }
                    if !isInside { points.append(point) }
                }
            }
        }
        return points
    }

    /// About `count` points on the unit sphere, on rings of about equal spacing from pole to pole.
    ///
    /// - Parameter isCut: whether points beyond `count`, which would be at the lower pole, are omitted.
    static func rings(_ count: Int, isCut: Bool = true) -> [SIMD3<Double>] {
        let equator = Int((Double.pi * Double(count)).squareRoot())
        let steps = max(1, equator / 2)
        var result: [SIMD3<Double>] = []
        for i in 0...steps {
            let polar = Double.pi * Double(i) / Double(steps)
            let members = max(1, Int(Double(equator) * sin(polar) + 1e-10))
            for j in 0..<members where !isCut || result.count < count {
                let azimuth = 2 * Double.pi * Double(j) / Double(members)
                result.append(SIMD3(cos(azimuth) * sin(polar), sin(azimuth) * sin(polar), cos(polar)))
            }
        }
        return result
    }
}

/// Radii of the Merz-Kollman layers.
///
/// Up to Cl, the radii that GAMESS lists under this name; the literature contains those of H, C, N, O, F, P, S and Cl. From Ar on there are
/// none: the default is that of `PotentialFitRadii`. For Al other programs take 1.65 Angstrom.
public enum MerzKollmanRadii {
    private static let table: [Double] = [
        1.20, 1.20, 1.37, 1.45, 1.45, 1.50, 1.50, 1.40, 1.35, 1.30, 1.57, 1.36, 1.24, 1.17, 1.80, 1.75, 1.70,
    ]

    public static func isDefined(_ element: Element) -> Bool { element.atomicNumber <= table.count }

    /// Whether the radius comes from the literature and not only from the list of a program, or from nowhere.
    public static func isPublished(_ element: Element) -> Bool { [1, 6, 7, 8, 9, 15, 16, 17].contains(element.atomicNumber) }

    /// In Angstrom.
    public static func inAngstrom(_ element: Element) -> Double {
        isDefined(element) ? table[element.atomicNumber - 1] : PotentialFitRadii.fromUniversalForceField(element)
    }

    public static func source(_ element: Element) -> String {
        isDefined(element) ? "Merz-Kollman, as in GAMESS" : "universal force field, x / 2.4"
    }
}
