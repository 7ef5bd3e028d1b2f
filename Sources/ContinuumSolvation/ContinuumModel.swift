import GaussianBasis
import HamiltonianTerms
import LinearAlgebra
import MolecularStructure
import ParallelExecution

/// A polarizable continuum around the molecule.
public struct ContinuumModel: Sendable, Equatable {
    /// How the energy in the solvent is computed.
    public enum Kind: String, Sendable, CaseIterable {
        /// Surface charges only.
        case cpcm, iefpcm
        /// IEF-PCM in a cavity of Coulomb radii, and the energy of cavity, dispersion and solvent structure: A. V. Marenich,
        /// C. J. Cramer and D. G. Truhlar, J. Phys. Chem. B 113, 6378 (2009), doi 10.1021/jp810292n.
        case smd

        public var equation: Equation { self == .cpcm ? .cpcm : .iefpcm }

        public var title: String { self == .smd ? "SMD" : equation.title }
    }

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

    /// Solvation of states at the moment when electrons were added or removed: the electrons of the solvent have followed, its
    /// molecules have not moved.
    public struct Nonequilibrium: Sendable, Equatable {
        /// The dielectric constant of the fast polarisation.
        public let opticalDielectricConstant: Double
        /// The charge of the state with which the slow polarisation is at equilibrium.
        public let baseCharge: Int
    }

    public let solvent: Solvent
    public let kind: Kind
    /// Nil: the solvent is at equilibrium with every state.
    public let nonequilibrium: Nonequilibrium?
    /// Radii of the spheres in Angstrom, without further scaling.
    public let radiiInAngstrom: [Element: Double]
    public let pointsPerSphere: Int

    /// Whether the points keep their directions in space when the molecule turns, as in other programs.
    var isFixedInSpace = false
    /// The density matrix of the base state, whose slow polarisation is frozen; nil: equilibrium, as for the base state itself.
    private(set) var frozenDensity: Matrix?

    /// - Parameters:
    ///   - radiiInAngstrom: radii of spheres that differ from `CavityRadii`.
    ///   - baseCharge: charge of the base state of non-equilibrium solvation; nil: equilibrium.
    ///   - opticalDielectricConstant: nil: the square of the solvent's refractive index, at most the static constant. Used only with a
    ///     base state.
    /// - Throws: `ContinuumError` for a solvent without the descriptors that the model needs.
    public init(
        _ solvent: Solvent, kind: Kind = .cpcm, radiiInAngstrom: [Element: Double] = [:],
        pointsPerSphere: Int = ContinuumModel.usualPointsPerSphere, baseCharge: Int? = nil,
        opticalDielectricConstant: Double? = nil
    ) throws(ContinuumError) {
        if kind == .smd, solvent.descriptors == nil { throw .noDescriptors(solvent.title) }
        self.solvent = solvent
        self.kind = kind
        self.radiiInAngstrom = radiiInAngstrom
        self.pointsPerSphere = pointsPerSphere
        if let baseCharge {
            // In some alkanes the square of the refractive index exceeds the static constant by a percent.
            let known = solvent.descriptors.map { min($0.opticalDielectricConstant, solvent.dielectricConstant) }
            guard let optical = opticalDielectricConstant ?? known else { throw .noRefractiveIndex(solvent.title) }
            guard optical >= 1, optical <= solvent.dielectricConstant else {
                throw .opticalConstant(optical, dielectricConstant: solvent.dielectricConstant)
            }
            nonequilibrium = Nonequilibrium(opticalDielectricConstant: optical, baseCharge: baseCharge)
        } else {
            nonequilibrium = nil
        }
    }

    /// The model for the other states of non-equilibrium solvation.
    ///
    /// - Parameter density: the total density matrix of the base state.
    public func frozen(at density: Matrix) -> ContinuumModel {
        var model = self
        model.frozenDensity = density
        return model
    }

    public static let usualPointsPerSphere = 302
    /// Allowed values.
    public static var allowedPointsPerSphere: [Int] { CavitySurface.pointCounts }

    /// Radius of the sphere around an atom.
    public func radiusInAngstrom(of element: Element) -> Double {
        if let own = radiiInAngstrom[element] { return own }
        guard kind == .smd, let descriptors = solvent.descriptors else {
            return CavityRadii.scale * CavityRadii.vanDerWaalsInAngstrom(element)
        }
        return CavityRadii.coulombInAngstrom(element, acidity: descriptors.acidity)
    }

    /// Elements whose spheres have no published radius, and those to whose surface SMD assigns no tension of its own: what a reader of
    /// the results should know.
    public func notes(for elements: Set<Element>) -> [String] {
        func list(_ members: [Element]) -> String { members.sorted().map(\.symbol).joined(separator: ", ") }
        var notes: [String] = []
        let assumed = elements.filter { CavityRadii.isAssumed($0) && radiiInAngstrom[$0] == nil }
        if !assumed.isEmpty {
            notes.append(
                "\(list(Array(assumed))): no published van der Waals radius; the cavity takes 2.00 Angstrom"
                    + (kind == .smd ? "" : " times \(CavityRadii.scale)") + " (--cavity-radius sets another)")
        }
        guard kind == .smd else { return notes }
        let foreign = elements.filter {
            !CavityRadii.isInSMD($0) && !assumed.contains($0) && radiiInAngstrom[$0] == nil && $0 != .hydrogen
        }
        if !foreign.isEmpty {
            notes.append("\(list(Array(foreign))): no radius in SMD; the cavity takes the van der Waals radius")
        }
        let bare = elements.filter { !AtomicSurfaceTensions.isParametrized($0.atomicNumber) }
        if !bare.isEmpty { notes.append("\(list(Array(bare))): no atomic surface tension in SMD; it counts as zero") }
        return notes
    }

    func radius(of element: Element) -> Double { radiusInAngstrom(of: element) / PhysicalConstants.bohrInAngstrom }

    /// Memory of the term for a molecule, in bytes.
    ///
    /// - Throws: `ContinuumError`.
    public func memory(of molecule: Molecule) throws -> Int {
        SurfaceChargeEquations.bytes(points: try surface(of: molecule).count, kind.equation).making
    }

    /// The medium of the energy beyond electrostatics; nil where there is none.
    var surfaceMedium: AtomicSurfaceTensions.Medium? {
        guard kind == .smd, let descriptors = solvent.descriptors else { return nil }
        return solvent.isWater ? .water : .other(descriptors)
    }

    func surface(of molecule: Molecule) throws(ContinuumError) -> CavitySurface {
        guard molecule.ghosts.isEmpty else { throw .ghosts }
        return try CavitySurface(
            centers: molecule.atoms.map(\.position), radii: molecule.atoms.map { radius(of: $0.element) },
            pointsPerSphere: pointsPerSphere, frame: isFixedInSpace ? .ofSpace : CavityFrame(of: molecule))
    }
}

extension ContinuumModel: TermModel {
    public var key: String { ContinuumTerm.key }

    /// `C-PCM(acetonitrile)`, `SMD(water, non-equilibrium)`.
    public var title: String { "\(kind.title)(\(solvent.title)\(nonequilibrium == nil ? "" : ", non-equilibrium"))" }

    public var parameters: [(name: String, value: Double)] {
        [
            ("epsilon", solvent.dielectricConstant), ("points per sphere", Double(pointsPerSphere)),
            ("radius factor", kind == .smd ? 1 : CavityRadii.scale),
        ]
            + (nonequilibrium.map {
                [("optical epsilon", $0.opticalDielectricConstant), ("base charge", Double($0.baseCharge))]
            } ?? [])
            + radiiInAngstrom.sorted { $0.key < $1.key }.map { ("radius of \($0.key.symbol) in Angstrom", $0.value) }
    }

    public var units: String? { nil }

    public var references: [String] {
        let equations =
            kind == .cpcm
            ? "C-PCM: V. Barone, M. Cossi, J. Phys. Chem. A 102, 1995 (1998), doi 10.1021/jp9716997"
            : "IEF-PCM: E. Cances, B. Mennucci, J. Tomasi, J. Chem. Phys. 107, 3032 (1997), doi 10.1063/1.474659"
        let radii =
            kind == .smd
            ? [
                "SMD: A. V. Marenich, C. J. Cramer, D. G. Truhlar, J. Phys. Chem. B 113, 6378 (2009), doi 10.1021/jp810292n",
                "SMD18 (radii of Br and I): Chem. Eur. J. (2018), doi 10.1002/chem.201803652",
            ] : []
        return [
            equations,
            "Surface: A. W. Lange, J. M. Herbert, J. Chem. Phys. 133, 244111 (2010), doi 10.1063/1.3511297",
            "Radii: M. Mantina et al., J. Phys. Chem. A 113, 5806 (2009), doi 10.1021/jp8111556",
        ] + radii
            + (nonequilibrium == nil
                ? []
                : [
                    "Non-equilibrium solvation: M. Cossi, V. Barone, J. Chem. Phys. 112, 2427 (2000), doi 10.1063/1.480808, and "
                        + "J. Phys. Chem. A 104, 10614 (2000), doi 10.1021/jp000997s"
                ])
            + (solvent.name == nil ? [] : [Solvent.reference])
    }

    /// - Throws: `ContinuumError`.
    public func term(for basis: AtomicOrbitalBasis, pool: WorkerPool, memoryLimitInBytes: Int) throws -> any HamiltonianTerm {
        try ContinuumTerm(self, basis: basis, pool: pool, memoryLimitInBytes: memoryLimitInBytes)
    }
}
