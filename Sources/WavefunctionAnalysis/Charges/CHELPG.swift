import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure
import ParallelExecution

/// Atomic charges fitted to the electrostatic potential on a cubic lattice around the molecule:
/// C. M. Breneman and K. B. Wiberg, J. Comput. Chem. 11, 361 (1990), doi 10.1002/jcc.540110311.
///
/// Convention: as published, the lattice is parallel to the coordinate axes; its first point is `margin` below the smallest nuclear
/// coordinate along every axis, and its last one at most `margin` above the largest. With `Options.frames` there is a lattice in every
/// frame, with points half a spacing from the frame's planes. Charges then do not depend on the orientation of the molecule, which
/// otherwise changes them by 0.001 e in most molecules, and by 0.05 e if an atom is buried or the molecule is a symmetric top. Points
/// inside the radius of any nucleus or farther than `margin` from every nucleus are dropped. All others have the same weight. Charges sum
/// to the molecule's charge.
public struct CHELPG: Sendable, PointsFromRadii {
    public struct Options: Sendable, Equatable, PointOptions {
        /// Distance of neighbouring points, in Angstrom.
        public var spacingInAngstrom = 0.3
        /// Extent of the lattice beyond the nuclei and largest distance of a point from its nearest nucleus, in Angstrom.
        public var marginInAngstrom = 2.8
        /// Radii, in Angstrom, that replace those of `PotentialFitRadii`.
        public var radiiInAngstrom: [Element: Double] = [:]
        /// Frames in each of which a lattice lies; nil: one as published, along the axes of the coordinates.
        public var frames: [PointFrame]?
        /// Groups of atoms (indices) that share one charge; none by default.
        public var equivalentAtoms: [[Int]] = []
        /// Combinations of charges whose singular value is below this times the largest are not determined by the
        /// potential and are left at an even distribution.
        public var singularValueThreshold = 1e-5

        public init() {}
    }

    public typealias Fit = PotentialFit

    /// In bohr.
    public let points: [SIMD3<Double>]
    public let molecule: Molecule
    public let options: Options
    /// Radius used for each atom, in Angstrom.
    public let radiiInAngstrom: [Double]
    /// Combinations of charges that the points do not determine; 0 in ordinary molecules.
    public let undeterminedCombinations: Int
    /// Notes for readers of the charges: assumed radii, buried atoms.
    public let notes: [String]
    /// Charges from potentials: columns of the groups of equivalent atoms.
    private let system: ConstrainedChargeSystem

    /// Constructs the points and factorises the least-squares problem, both of which depend only on the geometry.
    ///
    /// - Throws: `PotentialFitError` if options are invalid or leave too few points.
    public init(molecule: Molecule, options: Options = Options()) throws {
        self.molecule = molecule
        self.options = options
        let radii = molecule.atoms.map { options.radiiInAngstrom[$0.element] ?? PotentialFitRadii.inAngstrom($0.element) }
        radiiInAngstrom = radii
        try Self.check(molecule, options, radii)
        points = try Self.points(molecule, radii: radii, options: options)
        guard points.count > molecule.atoms.count else { throw PotentialFitError.tooFewPoints(points.count) }
        system = try ConstrainedChargeSystem(
            points: points, molecule: molecule, groups: options.equivalentAtoms,
            threshold: options.singularValueThreshold)
        undeterminedCombinations = system.undetermined.count
        notes = Self.notes(molecule, options, system)
    }

    /// Fits the charges of several states of the molecule at the same points.
    ///
    /// - Parameter tolerance: of the potential, in hartree per elementary charge.
    ///
    /// Cost: the potential at `points`, several states for little more than one, and a small linear problem.
    public func fit(_ wavefunctions: [Wavefunction], tolerance: Double = 1e-8, pool: WorkerPool) -> [Fit] {
        let potentials = PotentialFit.potentials(of: wavefunctions, at: points, tolerance: tolerance, pool: pool)
        return zip(wavefunctions, potentials).map { fit(potential: $1, totalCharge: Double($0.state.charge)) }
    }

    /// Fits charges to any potential at `points`, in hartree per elementary charge.
    public func fit(potential: [Double], totalCharge: Double) -> Fit {
        PotentialFit(
            charges: system.solve(potential, totalCharge: totalCharge), molecule: molecule, points: points,
            potential: potential)
    }

    static func hasPublishedRadius(_ element: Element) -> Bool { PotentialFitRadii.isPublished(element) }

    private static func check(_ molecule: Molecule, _ options: Options, _ radii: [Double]) throws {
        guard !molecule.atoms.isEmpty else { throw PotentialFitError.noAtoms }
        guard options.spacingInAngstrom > 0.01, options.spacingInAngstrom.isFinite else {
            throw PotentialFitError.badOption("spacing \(options.spacingInAngstrom) A: give more than 0.01 A")
        }
        guard options.marginInAngstrom > 0, options.marginInAngstrom < 100 else {
            throw PotentialFitError.badOption("margin \(options.marginInAngstrom) A: give 0 to 100 A")
        }
        for (atom, radius) in zip(molecule.atoms, radii) where !(radius > 0 && radius < options.marginInAngstrom) {
            throw PotentialFitError.badOption(
                "radius \(radius) A of \(atom.element): give more than 0 and less than the margin, "
                    + "\(options.marginInAngstrom) A")
        }
        try PotentialFitError.checkGroups(options.equivalentAtoms, molecule)
    }

    private static func points(_ molecule: Molecule, radii: [Double], options: Options) throws -> [SIMD3<Double>] {
        let spacing = options.spacingInAngstrom / PhysicalConstants.bohrInAngstrom
        let margin = options.marginInAngstrom / PhysicalConstants.bohrInAngstrom
        let positions = molecule.atoms.map(\.position)
        guard let frames = options.frames else {
            let lower = positions.reduce(positions[0]) { pointwiseMin($0, $1) } - margin
            return try lattice(positions, from: lower, radii: radii, options: options, slack: 0)
        }
        return try frames.flatMap { frame in
            let local = positions.map(frame.local)
            let lower = local.reduce(local[0]) { pointwiseMin($0, $1) } - margin
            let first = spacing * ((lower / spacing - 0.5).rounded(.down) + 0.5)
            // Points that rounding could put on either side of a sphere are kept.
            return try lattice(local, from: first, radii: radii, options: options, slack: 1e-9).map(frame.point)
        }
    }

    /// - Parameters:
    ///   - lower: the corner of the lattice, in bohr.
    ///   - slack: by which part of its square a distance may miss a limit.
    private static func lattice(
        _ positions: [SIMD3<Double>], from lower: SIMD3<Double>, radii: [Double], options: Options, slack: Double
    ) throws -> [SIMD3<Double>] {
        let scale = 1 / PhysicalConstants.bohrInAngstrom
        let spacing = options.spacingInAngstrom * scale
        let margin = options.marginInAngstrom * scale
        let upper = positions.reduce(positions[0]) { pointwiseMax($0, $1) } + margin
        let counts = ((upper - lower) / spacing).rounded(.down) + 1
        let last = SIMD3(Int(counts.x), Int(counts.y), Int(counts.z)) &- 1
        let squaredRadii = radii.map { ($0 * scale) * ($0 * scale) * (1 - slack) }
        let squaredMargin = margin * margin * (1 + slack)
        /// Places of the lattice on both sides of an atom along an axis, with one to spare.
        func places(_ atom: Int, _ axis: Int) -> Range<Int> {
            let centre = (positions[atom][axis] - lower[axis]) / spacing
            let reach = margin / spacing + 1
            return max(0, Int((centre - reach).rounded(.down)))..<min(last[axis], Int((centre + reach).rounded(.up))) + 1
        }
        // Rows of points along z, and the atoms whose margin reaches them: the space between distant atoms costs nothing.
        var rows: [SIMD2<Int>: [Int]] = [:]
        for atom in positions.indices {
            for i in places(atom, 0) {
                for j in places(atom, 1) {
                    let d = positions[atom] - (lower + spacing * SIMD3(Double(i), Double(j), 0))
                    if d.x * d.x + d.y * d.y <= squaredMargin { rows[SIMD2(i, j), default: []].append(atom) }
                }
            }
        }
        var points: [SIMD3<Double>] = []
        for (row, near) in rows.sorted(by: { ($0.key.x, $0.key.y) < ($1.key.x, $1.key.y) }) {
            var next = 0
            for range in near.map({ places($0, 2) }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
                for k in max(next, range.lowerBound)..<max(next, range.upperBound) {
                    let point = lower + spacing * SIMD3(Double(row.x), Double(row.y), Double(k))
                    var isReached = false
                    var isInside = false
                    for atom in near {
                        let d = point - positions[atom]
                        let square = (d * d).sum()
                        if square < squaredRadii[atom] { isInside = true }
                        if square <= squaredMargin { isReached = true }
                    }
                    if isReached && !isInside { points.append(point) }
                }
                next = max(next, range.upperBound)
            }
            guard points.count < largestPointCount else {
                throw PotentialFitError.badOption(
                    "spacing \(options.spacingInAngstrom) A: more than \(largestPointCount / 1_000_000) million points")
            }
        }
        return points
    }

    private static let largestPointCount = 50_000_000

    private static func notes(_ molecule: Molecule, _ options: Options, _ system: ConstrainedChargeSystem) -> [String] {
        var notes: [String] = []
        let assumed = Set(molecule.atoms.map(\.element)).filter {
            !PotentialFitRadii.isPublished($0) && options.radiiInAngstrom[$0] == nil
        }
        if !assumed.isEmpty {
            let list = assumed.sorted().map {
                "\($0) \(String(format: "%.3f", PotentialFitRadii.inAngstrom($0)))"
            }
            notes.append(
                "CHELPG radii in Angstrom of elements for which the method defines none: \(list.joined(separator: ", ")) "
                    + "(universal force field, x / 2.4)")
        }
        return notes + system.notes(molecule)
    }
}

/// Why charges cannot be fitted.
public enum PotentialFitError: Error, Equatable, CustomStringConvertible {
    case noAtoms
    case tooFewPoints(Int)
    case badOption(String)
    case notConverged(Int)

    /// - Throws: `badOption` if an atom of the groups does not exist or occurs twice.
    static func checkGroups(_ groups: [[Int]], _ molecule: Molecule) throws {
        var seen: Set<Int> = []
        for atom in groups.joined() {
            guard molecule.atoms.indices.contains(atom), seen.insert(atom).inserted else {
                throw PotentialFitError.badOption("atom \(atom) among the equivalent atoms: not there, or named twice")
            }
        }
    }

    public var description: String {
        switch self {
        case .noAtoms: "charges cannot be fitted: the molecule has no atoms."
        case .tooFewPoints(let count):
            "charges cannot be fitted: only \(count) points lie between the radii and the margin. Use a smaller spacing "
                + "or smaller radii."
        case .notConverged(let count): "restrained charges did not settle in \(count) iterations."
        case .badOption(let text): "charges cannot be fitted with \(text)."
        }
    }
}
