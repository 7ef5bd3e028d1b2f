import GaussianBasis
import LinearAlgebra

/// A wavefunction, and what files for other programs say of it.
public struct WavefunctionExport: Sendable {
    public var title: String
    /// Such as `B3LYP`, without a letter for the kind of orbitals.
    public var method: String
    public var basisName: String
    public var wavefunction: Wavefunction
    /// Total energy in hartree; nil when it is not known.
    public var energy: Double?
    /// Kinetic energy in hartree, for the virial ratio.
    public var kineticEnergy: Double

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

    /// Alpha and beta orbitals; one entry when both spins share them and are equally occupied.
    var orbitalSets: [MolecularOrbitals] {
        switch wavefunction.orbitals {
        case .restricted(let both): [both]
        case .unrestricted(let alpha, let beta): [alpha, beta]
        }
    }

    /// One line of printable ASCII of at most `length` characters.
    static func line(_ text: String, length: Int) -> String {
        let printable = text.unicodeScalars.map { (0x20..<0x7F).contains($0.value) ? Character($0) : " " }
        return String(String(printable).split(separator: " ").joined(separator: " ").prefix(length))
    }

    /// Functions beyond g are refused.
    func checkAngularMomenta() throws(WavefunctionExportError) {
        let highest = wavefunction.basis.labels.map(\.angularMomentum).max() ?? 0
        guard highest <= BasisAssignment.highestAngularMomentum else { throw .angularMomentumTooHigh(highest) }
    }
}

/// Why a wavefunction cannot be written for another program.
public enum WavefunctionExportError: Error, Equatable, CustomStringConvertible {
    case angularMomentumTooHigh(Int)

    public var description: String {
        switch self {
        case .angularMomentumTooHigh(let l):
            "nothing is written: the basis has \(AngularMomentumLetter.letter(l)) functions, and the format ends with g. "
                + "Take a smaller basis set."
        }
    }
}
