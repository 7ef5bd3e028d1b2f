import FileFormats

/// Second derivatives of the energy of a state and the resulting vibrations, as stored in `result.json`. Atomic units unless a name says
/// otherwise; atoms count from 0, except in `frozen_atoms`.
public struct VibrationRecord: Codable, Sendable, Equatable {
    /// How the second derivatives were computed.
    public var hessianMethod: HessianMethod
    /// For differences: displacement of each coordinate to either side, in bohr.
    public var step: Double?
    /// Whether analytic second derivatives include the response of grid points and weights; nil if not.
    public var gridResponse: Bool?
    /// Energy and gradient (one entry per atom) at the undisplaced structure, converged as tightly as at the displaced ones.
    public var energy: Double
    public var gradient: [[Double]]
    /// Lower triangle, row by row, over x, y, z of the first atom, then of the second, ...
    public var hessian: [Double]
    /// Numbers from 1 of the atoms whose rows and columns were not computed and are zero; nil if none.
    public var hessianLacks: [Int]?
    /// By row, the derivatives of x, y and z of the dipole moment by all coordinates, in elementary charges.
    public var dipoleDerivatives: [[Double]]
    /// The static polarisability, three rows, in bohr^3; nil where it was not computed.
    public var polarizability: [[Double]]?
    /// Numbers from 1 of the frozen atoms; nil if none.
    public var frozenAtoms: [Int]?

    /// Unified atomic mass units, one per atom.
    public var masses: [Double]
    /// `abundant` or `average`: the mass of atoms without an entry in `isotopes`.
    public var massChoice: String
    /// Chosen mass numbers, by atom number from 1; nil if none.
    public var isotopes: [String: Int]?
    /// In cm-1, ascending; imaginary ones are negative.
    public var frequencies: [Double]
    /// One vector per mode: x, y, z of every atom, normalised to 1, not mass-weighted.
    public var normalModes: [[Double]]
    /// In unified atomic mass units.
    public var reducedMasses: [Double]
    /// In mdyne per Angstrom.
    public var forceConstants: [Double]
    /// In km/mol.
    public var irIntensities: [Double]
    /// Kinds of internal coordinates in each mode, with their shares.
    public var composition: [[Part]]
    /// Residual frequencies in cm-1 of translations and rotations before these are projected out; zero for exact second derivatives at a
    /// stationary point.
    public var residualFrequencies: [Double]
    /// `minimum`, `saddle point` or `not stationary`.
    public var verdict: Verdict
    /// Imaginary modes beyond -20 cm-1: the order of a saddle point.
    public var imaginaryModes: Int
    public var isLinear: Bool
    /// In GHz.
    public var rotationalConstants: [Double]
    /// Nil if atoms are frozen.
    public var thermochemistry: ThermochemistryRecord?
    /// A measured spectrum for comparison; nil if none was given.
    public var measured: MeasuredSpectrum?

    public enum Verdict: String, Codable, Sendable {
        case minimum
        case saddlePoint = "saddle point"
        case notStationary = "not stationary"
    }

    /// A kind of internal coordinate in a mode.
    public struct Part: Codable, Sendable, Equatable {
        /// Such as `C=O stretch`.
        public var name: String
        /// Fraction of the potential energy, from 0 to 1.
        public var share: Double
        /// For stretches of several bonds: whether all bonds lengthen at the same time.
        public var symmetric: Bool?

        public init(name: String, share: Double, symmetric: Bool?) {
            self.name = name
            self.share = share
            self.symmetric = symmetric
        }
    }

    enum CodingKeys: String, CodingKey {
        case step, energy, polarizability, gradient, hessian, masses, isotopes, frequencies, composition, verdict, thermochemistry
        case measured
        case gridResponse = "grid_response"
        case hessianMethod = "hessian_method"
        case hessianLacks = "hessian_lacks"
        case dipoleDerivatives = "dipole_derivatives"
        case frozenAtoms = "frozen_atoms"
        case massChoice = "mass_choice"
        case normalModes = "normal_modes"
        case reducedMasses = "reduced_masses"
        case forceConstants = "force_constants"
        case irIntensities = "ir_intensities"
        case residualFrequencies = "residual_frequencies"
        case imaginaryModes = "imaginary_modes"
        case isLinear = "linear"
        case rotationalConstants = "rotational_constants"
    }

    public init(
        hessianMethod: HessianMethod, step: Double?, energy: Double, gradient: [[Double]], hessian: [Double],
        dipoleDerivatives: [[Double]],
        frozenAtoms: [Int]?, masses: [Double], massChoice: String, isotopes: [String: Int]?, frequencies: [Double],
        normalModes: [[Double]], reducedMasses: [Double], forceConstants: [Double], irIntensities: [Double],
        composition: [[Part]],
        residualFrequencies: [Double], verdict: Verdict, imaginaryModes: Int, isLinear: Bool, rotationalConstants: [Double],
        thermochemistry: ThermochemistryRecord?
    ) {
        self.hessianMethod = hessianMethod
        self.step = step
        self.energy = energy
        self.gradient = gradient
        self.hessian = hessian
        self.dipoleDerivatives = dipoleDerivatives
        self.frozenAtoms = frozenAtoms
        self.masses = masses
        self.massChoice = massChoice
        self.isotopes = isotopes
        self.frequencies = frequencies
        self.normalModes = normalModes
        self.reducedMasses = reducedMasses
        self.forceConstants = forceConstants
        self.irIntensities = irIntensities
        self.composition = composition
        self.residualFrequencies = residualFrequencies
        self.verdict = verdict
        self.imaginaryModes = imaginaryModes
        self.isLinear = isLinear
        self.rotationalConstants = rotationalConstants
        self.thermochemistry = thermochemistry
    }

    /// Of the gradient on moving atoms, in hartree per bohr.
    public var largestForce: Double {
        gradient.enumerated().filter { !(frozenAtoms ?? []).contains($0.offset + 1) }.flatMap(\.element).reduce(0) {
            max($0, abs($1))
        }
    }

    /// The second derivatives, all rows one after the other; nil if those of some atoms are missing.
    var wholeHessian: [Double]? {
        guard hessianLacks?.isEmpty ?? true else { return nil }
        let size = 3 * masses.count
        return (0..<size * size).map { place in
            let (row, column) = (max(place / size, place % size), min(place / size, place % size))
            return hessian[row * (row + 1) / 2 + column]
        }
    }

    func check(_ place: DocumentCheck, atoms count: Int) throws(DocumentFlaw) {
        if let flaw = measured?.flaw { try place.at("measured").require(false, flaw) }
        let size = 3 * count
        try place.at("gradient").count(gradient, count)
        for (index, vector) in gradient.enumerated() { try place.at("gradient").at(index).count(vector, 3) }
        try place.at("hessian").count(hessian, size * (size + 1) / 2)
        try place.at("dipole_derivatives").count(dipoleDerivatives, 3)
        for (index, row) in dipoleDerivatives.enumerated() { try place.at("dipole_derivatives").at(index).count(row, size) }
        if let polarizability {
            try place.at("polarizability").count(polarizability, 3)
            for (index, row) in polarizability.enumerated() { try place.at("polarizability").at(index).count(row, 3) }
        }
        for value in hessian { try place.at("hessian").value(value, in: -100...100) }
        if let step { try place.at("step").value(step, in: 1e-4...0.1) }
        try place.at("frozen_atoms").require(Set(frozenAtoms ?? []).count < count, "no atom moves")
        try place.at("hessian_lacks").atoms(hessianLacks ?? [], count: count, from: 1)
        try place.at("frozen_atoms").atoms(frozenAtoms ?? [], count: count, from: 1)
        try place.at("masses").count(masses, count)
        for (index, mass) in masses.enumerated() { try place.at("masses").at(index).value(mass, in: 0.1...1000) }
        try place.at("frequencies").require(frequencies.count <= size, "\(frequencies.count) values for \(size) coordinates")
        for (key, list) in [
            ("reduced_masses", reducedMasses), ("force_constants", forceConstants), ("ir_intensities", irIntensities),
        ] { try place.at(key).count(list, frequencies.count) }
        try place.at("normal_modes").count(normalModes, frequencies.count)
        for (index, mode) in normalModes.enumerated() { try place.at("normal_modes").at(index).count(mode, size) }
        try place.at("composition").count(composition, frequencies.count)
        for part in composition.joined() { try place.at("composition").line(part.name) }
        try place.at("imaginary_modes").value(imaginaryModes, in: 0...frequencies.count)
    }
}

/// An ideal gas of rigid rotors and harmonic oscillators. Energies are relative to the electronic energy, in hartree; entropies in
/// hartree per kelvin.
public struct ThermochemistryRecord: Codable, Sendable, Equatable {
    /// In kelvin.
    public var temperature: Double
    /// In pascal.
    public var pressure: Double
    public var symmetryNumber: Int
    public var zeroPointEnergy: Double
    /// Thermal energy, including the zero-point energy.
    public var energy: Double
    public var enthalpy: Double
    public var entropy: Double
    public var gibbsEnergy: Double
    /// With low modes treated as by Grimme (they change gradually into free rotors below 100 cm-1).
    public var gibbsEnergyQuasiRigidRotor: Double
    /// With modes below 100 cm-1 raised to it (Truhlar).
    public var gibbsEnergyRaisedModes: Double
    /// Parts of the entropy: translation, rotation, vibration, electronic.
    public var entropies: [String: Double]

    enum CodingKeys: String, CodingKey {
        case temperature, pressure, energy, enthalpy, entropy, entropies
        case symmetryNumber = "symmetry_number"
        case zeroPointEnergy = "zero_point_energy"
        case gibbsEnergy = "gibbs_energy"
        case gibbsEnergyQuasiRigidRotor = "gibbs_energy_quasi_rigid_rotor"
        case gibbsEnergyRaisedModes = "gibbs_energy_raised_modes"
    }

    public init(
        temperature: Double, pressure: Double, symmetryNumber: Int, zeroPointEnergy: Double, energy: Double, enthalpy: Double,
        entropy: Double, gibbsEnergy: Double, gibbsEnergyQuasiRigidRotor: Double, gibbsEnergyRaisedModes: Double,
        entropies: [String: Double]
    ) {
        self.temperature = temperature
        self.pressure = pressure
        self.symmetryNumber = symmetryNumber
        self.zeroPointEnergy = zeroPointEnergy
        self.energy = energy
        self.enthalpy = enthalpy
        self.entropy = entropy
        self.gibbsEnergy = gibbsEnergy
        self.gibbsEnergyQuasiRigidRotor = gibbsEnergyQuasiRigidRotor
        self.gibbsEnergyRaisedModes = gibbsEnergyRaisedModes
        self.entropies = entropies
    }
}
