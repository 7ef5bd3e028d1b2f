import Foundation
import GaussianBasis
import LinearAlgebra

/// Writes a wavefunction as a formatted checkpoint file, with what Multiwfn, GaussView and others look for.
public enum FormattedCheckpoint {
    /// The file. Numbers have nine significant digits, as the format has them.
    ///
    /// - Throws: `WavefunctionExportError`.
    public static func text(_ export: WavefunctionExport) throws(WavefunctionExportError) -> String {
        try export.checkAngularMomenta(.formattedCheckpoint)
        var writer = FormattedCheckpointWriter(export)
        return writer.text(try export.aufbauSets())
    }
}

private struct FormattedCheckpointWriter {
    private let export: WavefunctionExport
    private var result = ""

    init(_ export: WavefunctionExport) { self.export = export }

    mutating func text(_ sets: [MolecularOrbitals]) -> String {
        let wavefunction = export.wavefunction
        let basis = wavefunction.basis
        // Readers split the second line into words: none of them may contain a space.
        let method = (sets.count == 2 ? "U" : "R") + Self.word(export.method, length: 28).uppercased()
        result = WavefunctionExport.line(export.title, length: 72) + "\n" + column("SP", 10) + column(method, 30)
        result += column(Self.word(export.basisName, length: 30), 30) + "\n"
        let electrons = basis.electronCount(charge: wavefunction.state.charge)
        let alpha = (electrons + wavefunction.state.multiplicity - 1) / 2
        integer("Number of atoms", basis.molecule.centerCount)
        integer("Charge", wavefunction.state.charge)
        integer("Multiplicity", wavefunction.state.multiplicity)
        integer("Number of electrons", electrons)
        integer("Number of alpha electrons", alpha)
        integer("Number of beta electrons", electrons - alpha)
        integer("Number of basis functions", basis.functionCount)
        integer("Number of independent functions", sets[0].energies.count)
        let (atoms, ghosts) = (basis.molecule.atoms, basis.molecule.ghosts)
        // As Gaussian writes ghost atoms: the element's number, and no charge.
        integers("Atomic numbers", atoms.map(\.element.atomicNumber) + ghosts.map { $0.element?.atomicNumber ?? 0 })
        reals("Nuclear charges", basis.effectiveNuclearCharges + ghosts.map { _ in 0 })
        reals("Current cartesian coordinates", basis.molecule.centerPositions.flatMap { [$0.x, $0.y, $0.z] })
        shells()
        if let energy = export.energy {
            real("Virial Ratio", (export.kineticEnergy - energy) / export.kineticEnergy)
            real("SCF Energy", energy)
            real("Total Energy", energy)
        }
        orbitals(sets)
        if let vibrations = export.vibrations { self.vibrations(vibrations) }
        return result
    }

    private mutating func vibrations(_ vibrations: VibrationExport) {
        reals("Real atomic weights", vibrations.masses)
        reals("Cartesian Gradient", vibrations.gradient)
        reals("Cartesian Force Constants", vibrations.hessian)
        // x, y and z of the moment by the first coordinate, then by the second.
        reals(
            "Dipole Derivatives", vibrations.gradient.indices.flatMap { i in (0..<3).map { vibrations.dipoleDerivatives[$0][i] } }
        )
    }

    private static func word(_ text: String, length: Int) -> String {
        String(WavefunctionExport.line(text, length: 200).filter { $0 != " " }.prefix(length))
    }

    private mutating func shells() {
        let basis = export.wavefunction.basis
        let shells = Self.merged(basis)
        let isCartesian = { (l: Int) in basis.functionType.isCartesian(l) ? 1 : 0 }
        integer("Number of contracted shells", shells.count)
        integer("Number of primitive shells", shells.reduce(0) { $0 + $1.exponents.count })
        integer("Pure/Cartesian d shells", isCartesian(2))
        integer("Pure/Cartesian f shells", isCartesian(3))
        integer("Highest angular momentum", basis.labels.map(\.angularMomentum).max() ?? 0)
        integer("Largest degree of contraction", shells.map(\.exponents.count).max() ?? 0)
        integers("Shell types", shells.map(\.type))
        integers("Number of primitives per shell", shells.map(\.exponents.count))
        integers("Shell to atom map", shells.map { $0.atom + 1 })
        reals("Primitive exponents", shells.flatMap(\.exponents))
        reals("Contraction coefficients", shells.flatMap(\.coefficients))
        if shells.contains(where: { $0.type == -1 }) {
            reals(
                "P(S=P) Contraction coefficients",
                shells.flatMap { $0.second ?? [Double](repeating: 0, count: $0.exponents.count) })
        }
        reals(
            "Coordinates of each shell",
            shells.flatMap { shell -> [Double] in
                let r = basis.molecule.centerPositions[shell.atom]
                return [r.x, r.y, r.z]
            })
    }

    private mutating func orbitals(_ sets: [MolecularOrbitals]) {
        let wavefunction = export.wavefunction
        let order = wavefunction.basis.functions(in: .formattedCheckpoint) ?? []
        let names = ["Alpha", "Beta"]
        for (name, set) in zip(names, sets) { reals("\(name) Orbital Energies", set.energies) }
        for (name, set) in zip(names, sets) {
            let columns = set.energies.indices
            reals("\(name) MO coefficients", columns.flatMap { orbital in order.map { set.coefficients[$0, orbital] } })
        }
        reals("Total SCF Density", Self.triangle(wavefunction.totalDensity, order))
        if sets.count == 2 { reals("Spin SCF Density", Self.triangle(wavefunction.spinDensity, order)) }
    }

    private static func triangle(_ matrix: Matrix, _ order: [Int]) -> [Double] {
        order.indices.flatMap { row in (0...row).map { matrix[order[row], order[$0]] } }
    }

    private struct TypedShell {
        var atom: Int
        var type: Int
        var exponents: [Double]
        var coefficients: [Double]
        var second: [Double]?
    }

    /// An s and the p shell that follows it over the same exponents become one shell of type -1.
    private static func merged(_ basis: AtomicOrbitalBasis) -> [TypedShell] {
        var result: [TypedShell] = []
        for shell in basis.contractedShells {
            if shell.angularMomentum == 1, let last = result.last, last.type == 0, last.atom == shell.atom,
                last.exponents == shell.exponents
            {
                result[result.count - 1].type = -1
                result[result.count - 1].second = shell.coefficients
                continue
            }
            let l = shell.angularMomentum
            result.append(
                TypedShell(
                    atom: shell.atom, type: l < 2 || shell.isCartesian ? l : -l, exponents: shell.exponents,
                    coefficients: shell.coefficients))
        }
        return result
    }

    private mutating func integer(_ name: String, _ value: Int) {
        result += column(name, 43) + "I" + String(format: "     %12d\n", value)
    }

    private mutating func real(_ name: String, _ value: Double) {
        result += column(name, 43) + "R" + String(format: "     %22.15E\n", value)
    }

    private mutating func integers(_ name: String, _ values: [Int]) {
        result += column(name, 43) + "I" + String(format: "   N=%12d\n", values.count)
        append(values, perLine: 6) { String(format: "%12d", $0) }
    }

    private mutating func reals(_ name: String, _ values: [Double]) {
        result += column(name, 43) + "R" + String(format: "   N=%12d\n", values.count)
        // The columns have room for only two digits of an exponent.
        append(values, perLine: 5) { String(format: "%16.8E", abs($0) < 1e-99 ? 0 : $0) }
    }

    private mutating func append<Value>(_ values: [Value], perLine: Int, _ format: (Value) -> String) {
        for start in stride(from: 0, to: values.count, by: perLine) {
            for value in values[start..<min(start + perLine, values.count)] { result += format(value) }
            result += "\n"
        }
    }
}
