import GaussianBasis
import LinearAlgebra

/// A wavefunction with the data for files of other programs.
public struct WavefunctionExport: Sendable {
    public var title: String
    /// Such as `B3LYP`, without a letter for the kind of orbitals.
    public var method: String
    public var basisName: String
    public var wavefunction: Wavefunction
    /// Total energy in hartree; nil if unknown.
    public var energy: Double?
    /// Kinetic energy in hartree, for the virial ratio.
    public var kineticEnergy: Double
    /// Nil if there are none.
    public var vibrations: VibrationExport?

    public init(
        title: String, method: String, basisName: String, wavefunction: Wavefunction, energy: Double?, kineticEnergy: Double
    ) {
        self.title = title
        self.method = method
        self.basisName = basisName
        self.wavefunction = wavefunction
        self.energy = energy
        self.kineticEnergy = kineticEnergy
    }

    /// Alpha and beta orbitals; one entry if both spins share them and are equally occupied.
    var orbitalSets: [MolecularOrbitals] {
        switch wavefunction.orbitals {
        case .restricted(let both): [both]
        case .unrestricted(let alpha, let beta): [alpha, beta]
        }
    }

    /// One line of printable ASCII of at most `length` characters.
    package static func line(_ text: String, length: Int) -> String {
        let printable = text.unicodeScalars.map { (0x20..<0x7F).contains($0.value) ? Character($0) : " " }
        return String(String(printable).split(separator: " ").joined(separator: " ").prefix(length))
    }

    /// Functions that the format does not support are refused.
    func checkAngularMomenta(_ order: AngularOrder) throws(WavefunctionExportError) {
        let highest = wavefunction.basis.labels.map(\.angularMomentum).max() ?? 0
        guard wavefunction.basis.functions(in: order) != nil else { throw .angularMomentumTooHigh(highest) }
    }
}

extension WavefunctionExport {
    /// Orbital sets with the occupied orbitals first, for formats that have numbers of electrons in place of occupations.
    ///
    /// - Throws: `WavefunctionExportError.fractionalOccupations` where numbers of electrons do not tell the occupations.
    func aufbauSets() throws(WavefunctionExportError) -> [MolecularOrbitals] {
        let sets = orbitalSets
        let full = sets.count == 1 ? 2.0 : 1.0
        guard sets.allSatisfy({ $0.occupations.allSatisfy { abs($0) < 1e-6 || abs($0 - full) < 1e-6 } }) else {
            throw .fractionalOccupations
        }
        return sets.map { $0.occupiedFirst() }
    }
}

extension MolecularOrbitals {
    /// The same orbitals, occupied ones first, otherwise in their order.
    func occupiedFirst() -> MolecularOrbitals {
        let order = occupations.indices.filter { occupations[$0] > 0.5 } + occupations.indices.filter { occupations[$0] <= 0.5 }
        guard order != Array(occupations.indices) else { return self }
        var sorted = coefficients
        for (place, orbital) in order.enumerated() {
            for row in 0..<coefficients.rows { sorted[row, place] = coefficients[row, orbital] }
        }
        return MolecularOrbitals(
            coefficients: sorted, energies: order.map { energies[$0] }, occupations: order.map { occupations[$0] })
    }
}

/// Why a wavefunction cannot be exported for another program.
public enum WavefunctionExportError: Error, Equatable, CustomStringConvertible {
    case angularMomentumTooHigh(Int)
    case fractionalOccupations

    public var description: String {
        switch self {
        case .angularMomentumTooHigh(let l):
            "nothing is written: the basis has \(AngularMomentumLetter.letter(l)) functions, for which the format has no order. "
                + "Take a smaller basis set."
        case .fractionalOccupations:
            "nothing is written: the orbitals are fractionally occupied (natural orbitals), and a formatted checkpoint has no place "
                + "for occupations. Write them with --format molden or mwfn."
        }
    }
}
