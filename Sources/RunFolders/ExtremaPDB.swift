import FileFormats
import Foundation
import MolecularStructure

/// Extrema of a potential as atoms of a PDB file, for viewers: the molecule, then carbon for maxima and oxygen for minima, with the value
/// in kcal/mol in the temperature-factor column.
public enum ExtremaPDB {
    /// A record has room for 99999 atoms and coordinates below 9999 Angstrom.
    public static func text(title: String, molecule: Molecule, extrema: [SurfaceDocument.Extremum]) -> String {
        var result = "REMARK " + WavefunctionExport.line(title, length: 70) + "\n"
        result += "REMARK MAX: maxima, MIN: minima; temperature factor: potential in kcal/mol\n"
        var serial = 0
        func record(_ kind: String, _ name: String, _ residue: String, _ bohr: SIMD3<Double>, _ value: Double, _ symbol: String) {
            serial += 1
            let r = bohr * PhysicalConstants.bohrInAngstrom
            let left = { (text: String, width: Int) in text + String(repeating: " ", count: max(0, width - text.count)) }
            let right = { (text: String, width: Int) in String(repeating: " ", count: max(0, width - text.count)) + text }
            result += left(kind, 6) + String(format: "%5d ", serial % 100_000) + " " + left(name, 3) + " " + left(residue, 3)
            result += " A" + String(format: "%4d    %8.3f%8.3f%8.3f%6.2f", 1, r.x, r.y, r.z, 1.0)
            result += String(format: "%6.2f", max(-99.99, min(999.99, value))) + "          " + right(symbol, 2) + "\n"
        }
        for atom in molecule.atoms {
            record("HETATM", atom.element.symbol.uppercased(), "MOL", atom.position, 0, atom.element.symbol.uppercased())
        }
        for extremum in extrema {
            let isMaximum = extremum.kind == "maximum"
            let r = SIMD3(extremum.position[0], extremum.position[1], extremum.position[2])
            let value = extremum.value * PhysicalConstants.hartreeInKilocaloriePerMole
            record("HETATM", isMaximum ? "C" : "O", isMaximum ? "MAX" : "MIN", r, value, isMaximum ? "C" : "O")
        }
        return result + "END\n"
    }
}
