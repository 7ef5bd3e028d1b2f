import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// Writes a wavefunction as a Molden file, in the documented convention: contractions over normalised primitives, every
/// function of unit norm, bohr.
public enum Molden {
    /// The file. Core potentials appear in `[Core]`, `[Nval]` and `[Pseudo]`: readers know one or the other.
    ///
    /// - Throws: `WavefunctionExportError`.
    public static func text(_ export: WavefunctionExport) throws(WavefunctionExportError) -> String {
        try export.checkAngularMomenta(.molden)
        let basis = export.wavefunction.basis
        var result = "[Molden Format]\n[Title]\n" + WavefunctionExport.line(export.title, length: 100) + "\n"
        result += nuclei(basis) + shells(basis)
        result += tags(basis)
        return result + cores(basis) + orbitals(export) + vibrations(export)
    }

    /// Whether d, f and g functions are pure, for those that there are: readers take a tag for the presence of its functions.
    private static func tags(_ basis: AtomicOrbitalBasis) -> String {
        let present = Set(basis.labels.map(\.angularMomentum))
        return [(2, "[5D]", "[6D]"), (3, "[7F]", "[10F]"), (4, "[9G]", "[15G]"), (5, "[11H]", "[21H]")].map {
            l, pure, cartesian in
            present.contains(l) ? (basis.functionType.isCartesian(l) ? cartesian : pure) + "\n" : ""
        }.joined()
    }

    private static func nuclei(_ basis: AtomicOrbitalBasis) -> String {
        "[Atoms] AU\n"
            + centers(basis.molecule).enumerated().map { index, center in
                let r = center.position
                return column(center.label, max(4, center.label.count + 1)) + String(format: "%5d%5d", index + 1, center.number)
                    + String(format: "%20.12f%20.12f%20.12f\n", r.x, r.y, r.z)
            }.joined()
    }

    /// Ghost atoms have the number 0, and labels that PySCF reads.
    private static func centers(_ molecule: Molecule) -> [(label: String, number: Int, position: SIMD3<Double>)] {
        molecule.atoms.map { ($0.element.symbol, $0.element.atomicNumber, $0.position) }
            + molecule.ghosts.map { ($0.element.map { "Ghost-\($0.symbol)" } ?? "X", 0, $0.position) }
    }

    private static func shells(_ basis: AtomicOrbitalBasis) -> String {
        var result = "[GTO]\n"
        let shells = basis.contractedShells
        for atom in 0..<basis.molecule.centerCount {
            result += "\(atom + 1) 0\n"
            for shell in shells where shell.atom == atom {
                result += " \(AngularMomentumLetter.letter(shell.angularMomentum)) \(shell.exponents.count) 1.00\n"
                for (exponent, coefficient) in zip(shell.exponents, shell.coefficients) {
                    result += String(format: "%24.14E%24.14E\n", exponent, coefficient)
                }
            }
            result += "\n"
        }
        return result
    }

    private static func cores(_ basis: AtomicOrbitalBasis) -> String {
        var core = ""
        var pseudo = ""
        var valence: [String: Int] = [:]
        for (index, atom) in basis.molecule.atoms.enumerated() {
            guard let electrons = basis.effectiveCorePotentials[index]?.coreElectrons, electrons > 0 else { continue }
            let charge = atom.element.atomicNumber - electrons
            core += "\(index + 1) : \(electrons)\n"
            pseudo += "\(atom.element.symbol) \(index + 1) \(charge)\n"
            valence[atom.element.symbol] = charge
        }
        guard !core.isEmpty else { return "" }
        let list = valence.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
        return "[Core]\n\(core)[Nval]\n\(list)[Pseudo]\n\(pseudo)"
    }

    private static func orbitals(_ export: WavefunctionExport) -> String {
        let order = export.wavefunction.basis.functions(in: .molden) ?? []
        var result = "[MO]\n"
        for (spin, set) in zip(["Alpha", "Beta"], export.orbitalSets) {
            for orbital in set.energies.indices {
                result += " Sym= \(orbital + 1)a\n" + String(format: " Ene= %.12f\n", set.energies[orbital])
                result += " Spin= \(spin)\n" + String(format: " Occup= %.6f\n", set.occupations[orbital])
                for (place, function) in order.enumerated() {
                    result += String(format: "%6d%22.13E\n", place + 1, set.coefficients[function, orbital])
                }
            }
        }
        return result
    }

    private static func vibrations(_ export: WavefunctionExport) -> String {
        guard let vibrations = export.vibrations else { return "" }
        let atoms = export.wavefunction.basis.molecule.atoms
        var result = "[FREQ]\n" + vibrations.frequencies.map { String(format: "%14.6f\n", $0) }.joined()
        result += "[INT]\n" + vibrations.intensities.map { String(format: "%14.6f\n", $0) }.joined()
        result += "[FR-COORD]\n"
        for atom in atoms {
            let r = atom.position
            result += column(atom.element.symbol, 4) + String(format: "%20.12f%20.12f%20.12f\n", r.x, r.y, r.z)
        }
        result += "[FR-NORM-COORD]\n"
        for (index, mode) in vibrations.modes.enumerated() {
            result += "vibration \(index + 1)\n"
            for atom in atoms.indices {
                result += String(format: "%16.10f%16.10f%16.10f\n", mode[3 * atom], mode[3 * atom + 1], mode[3 * atom + 2])
            }
        }
        return result
    }
}
