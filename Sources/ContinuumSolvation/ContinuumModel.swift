import GaussianBasis
import HamiltonianTerms
import MolecularStructure
import ParallelExecution

/// A polarizable continuum around the molecule.
public struct ContinuumModel: Sendable, Equatable {
    /// How the surface charges are determined from the potential of the molecule.
    public enum Equation: String, Sendable, CaseIterable {
        /// The conductor-like model with the factor (epsilon - 1) / epsilon: V. Barone and M. Cossi, J. Phys. Chem. A 102, 1995
        /// (1998), doi 10.1021/jp9716997; T. N. Truong and E. V. Stefanovich, Chem. Phys. Lett. 240, 253 (1995),
        /// doi 10.1016/0009-2614(95)00541-B.
        case cpcm
        /// The integral equation formalism: E. Cances, B. Mennucci and J. Tomasi, J. Chem. Phys. 107, 3032 (1997),
        /// doi 10.1063/1.474659.
        case iefpcm

        public var title: String {
            switch self {
            case .cpcm: "C-PCM"
            case .iefpcm: "IEF-PCM"
            }
        }
    }

    public let solvent: Solvent
    public let equation: Equation
    /// Radii of the spheres in Angstrom, without further scaling.
    public let radiiInAngstrom: [Element: Double]
    public let pointsPerSphere: Int

    /// - Parameter radiiInAngstrom: radii of spheres that differ from `CavityRadii`.
    public init(
        _ solvent: Solvent, equation: Equation = .cpcm, radiiInAngstrom: [Element: Double] = [:],
        pointsPerSphere: Int = ContinuumModel.usualPointsPerSphere
    ) {
        self.solvent = solvent
        self.equation = equation
        self.radiiInAngstrom = radiiInAngstrom
        self.pointsPerSphere = pointsPerSphere
    }

    public static let usualPointsPerSphere = 302
    /// Allowed values.
    public static var allowedPointsPerSphere: [Int] { CavitySurface.pointCounts }

    /// Radius of the sphere around an atom.
    public func radiusInAngstrom(of element: Element) -> Double {
        radiiInAngstrom[element] ?? CavityRadii.scale * CavityRadii.vanDerWaalsInAngstrom(element)
    }

    func radius(of element: Element) -> Double { radiusInAngstrom(of: element) / PhysicalConstants.bohrInAngstrom }

    /// Memory of the term for a molecule, in bytes.
    ///
    /// - Throws: `ContinuumError`.
    public func memory(of molecule: Molecule) throws -> Int {
        SurfaceChargeEquations.bytes(points: try surface(of: molecule).count, equation).making
    }

    func surface(of molecule: Molecule) throws(ContinuumError) -> CavitySurface {
        guard molecule.ghosts.isEmpty else { throw .ghosts }
        return try CavitySurface(
            centers: molecule.atoms.map(\.position), radii: molecule.atoms.map { radius(of: $0.element) },
            pointsPerSphere: pointsPerSphere)
    }
}

extension ContinuumModel: TermModel {
    public var key: String { ContinuumTerm.key }

    /// `C-PCM(acetonitrile)`.
    public var title: String { "\(equation.title)(\(solvent.title))" }

    public var parameters: [(name: String, value: Double)] {
        [
            ("epsilon", solvent.dielectricConstant), ("points per sphere", Double(pointsPerSphere)),
            ("radius factor", CavityRadii.scale),
        ]
            + radiiInAngstrom.sorted { $0.key < $1.key }.map { ("radius of \($0.key.symbol) in Angstrom", $0.value) }
    }

    public var units: String? { nil }

    public var references: [String] {
        let equations =
            equation == .cpcm
            ? "C-PCM: V. Barone, M. Cossi, J. Phys. Chem. A 102, 1995 (1998), doi 10.1021/jp9716997"
            : "IEF-PCM: E. Cances, B. Mennucci, J. Tomasi, J. Chem. Phys. 107, 3032 (1997), doi 10.1063/1.474659"
        return [
            equations,
            "Surface: A. W. Lange, J. M. Herbert, J. Chem. Phys. 133, 244111 (2010), doi 10.1063/1.3511297",
            "Radii: M. Mantina et al., J. Phys. Chem. A 113, 5806 (2009), doi 10.1021/jp8111556",
        ] + (solvent.name == nil ? [] : [Solvent.reference])
    }

    /// - Throws: `ContinuumError`.
    public func term(for basis: AtomicOrbitalBasis, pool: WorkerPool, memoryLimitInBytes: Int) throws -> any HamiltonianTerm {
        try ContinuumTerm(self, basis: basis, pool: pool, memoryLimitInBytes: memoryLimitInBytes)
    }
}
