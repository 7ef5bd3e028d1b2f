import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// Writes a wavefunction in Multiwfn's .mwfn format (see `MWFNReader`), which keeps occupations, spins, core potentials'
/// charges and the energy.
public enum MWFN {
    /// The file.
    ///
    /// - Throws: `WavefunctionExportError`.
    public static func text(_ export: WavefunctionExport) throws(WavefunctionExportError) -> String {
        try export.checkAngularMomenta(.formattedCheckpoint)
        let wavefunction = export.wavefunction
        let basis = wavefunction.basis
        let sets = export.orbitalSets
        let electrons = Double(basis.electronCount(charge: wavefunction.state.charge))
        let unpaired = Double(wavefunction.state.multiplicity - 1)
        let kind = (wavefunction.hasFractionalOccupations ? 3 : 0) + (sets.count == 2 ? 1 : 0)
        var result = "# " + WavefunctionExport.line(export.title, length: 100) + "\n"
        result += String(format: "Wfntype= %3d\nCharge= %14.6f\n", kind, Double(wavefunction.state.charge))
        result += String(format: "Naelec= %14.6f\nNbelec= %14.6f\n", (electrons + unpaired) / 2, (electrons - unpaired) / 2)
        // Zero stands for an unknown energy in this format.
        let energy = export.energy ?? 0
        let virial =
            export.energy == nil || export.kineticEnergy == 0 ? 0 : (export.kineticEnergy - energy) / export.kineticEnergy
        result += String(format: "E_tot= %.10E\nVT_ratio= %11.8f\n\n", energy, virial)
        result += nuclei(basis) + shells(basis)
        let order = basis.functions(in: .formattedCheckpoint) ?? []
        result += "# Orbital information\n"
        var index = 0
        for (spin, set) in sets.enumerated() {
            for orbital in set.energies.indices {
                index += 1
                result += String(
                    format: "\nIndex= %9d\nType= %d\nEnergy= %.10E\nOcc= %10.6f\nSym= ?\n$Coeff\n", index,
                    sets.count == 1 ? 0 : spin + 1, set.energies[orbital], set.occupations[orbital])
                result += numbers(order.map { set.coefficients[$0, orbital] })
            }
        }
        return result + "\n"
    }

    private static func nuclei(_ basis: AtomicOrbitalBasis) -> String {
        var result = "# Atom information\n" + String(format: "Ncenter= %7d\n$Centers\n", basis.molecule.centerCount)
        for (index, (atom, charge)) in zip(basis.molecule.atoms, basis.effectiveNuclearCharges).enumerated() {
            let r = atom.position * PhysicalConstants.bohrInAngstrom
            let symbol = column(atom.element.symbol, 2)
            result += String(format: "%6d ", index + 1) + symbol
            result += String(format: "%4d%6.1f%18.10f%18.10f%18.10f\n", atom.element.atomicNumber, charge, r.x, r.y, r.z)
        }
        for (index, ghost) in basis.molecule.ghosts.enumerated() {
            let r = ghost.position * PhysicalConstants.bohrInAngstrom
            result += String(format: "%6d ", basis.molecule.atoms.count + index + 1) + "Bq"
            result += String(format: "%4d%6.1f%18.10f%18.10f%18.10f\n", ghost.element?.atomicNumber ?? 0, 0.0, r.x, r.y, r.z)
        }
        return result + "\n"
    }

    private static func shells(_ basis: AtomicOrbitalBasis) -> String {
        let shells = basis.contractedShells
        let primitives = shells.reduce(0) { $0 + CartesianMonomials.count($1.angularMomentum) * $1.exponents.count }
        let length = shells.reduce(0) { $0 + $1.exponents.count }
        var result = "# Basis function information\n"
        result += String(format: "Nbasis= %11d\nNindbasis= %8d\n", basis.functionCount, basis.functionCount)
        result += String(format: "Nprims= %11d\nNshell= %11d\nNprimshell= %7d\n", primitives, shells.count, length)
        let types = shells.map { $0.angularMomentum < 2 || $0.isCartesian ? $0.angularMomentum : -$0.angularMomentum }
        result += "$Shell types\n" + integers(types) + "$Shell centers\n" + integers(shells.map { $0.atom + 1 })
        result += "$Shell contraction degrees\n" + integers(shells.map(\.exponents.count))
        result += "$Primitive exponents\n" + numbers(shells.flatMap(\.exponents))
        return result + "$Contraction coefficients\n" + numbers(shells.flatMap(\.coefficients)) + "\n"
    }

    private static func integers(_ values: [Int]) -> String { lines(values, perLine: 10) { String(format: "%8d", $0) } }
    private static func numbers(_ values: [Double]) -> String { lines(values, perLine: 5) { String(format: " %.12E", $0) } }

    private static func lines<Value>(_ values: [Value], perLine: Int, _ format: (Value) -> String) -> String {
        stride(from: 0, to: values.count, by: perLine).map { start in
            values[start..<min(start + perLine, values.count)].map(format).joined() + "\n"
        }.joined()
    }
}
