import FileFormats
import GaussianBasis
import MolecularStructure
import RunFolders
import WavefunctionAnalysis

/// Orbitals of all states with the shares of fragments and atoms.
struct OrbitalTable {
    let fragments: [FragmentRecord]
    let symbols: [String]
    /// Of the shares.
    let scheme: String
    private var sets: [(state: ChargeState, spin: String, composition: OrbitalComposition)] = []

    init(fragments: [FragmentRecord], symbols: [String], scheme: String) {
        self.fragments = fragments
        self.symbols = symbols
        self.scheme = scheme
    }

    /// - Parameter spin: `alpha`, `beta` or `both`.
    mutating func add(_ composition: OrbitalComposition, _ state: ChargeState, spin: String) {
        sets.append((state, spin, composition))
    }

    /// Fragments with a share of at least this are named in the text.
    private static let smallestShown = 0.03

    /// The orbitals around each gap with their largest shares, at most 100 columns.
    func text(around count: Int) -> String {
        var result = "orbitals by fragment (shares in per cent by \(scheme))\n"
        for set in sets {
            result += "\n" + "q = \(signed(set.state.charge)), multiplicity \(set.state.multiplicity), spin \(set.spin)\n"
            result +=
                column("orbital", 9, right: true) + column("electrons", 11, right: true) + column("E / eV", 10, right: true)
                + "   fragments\n"
            let composition = set.composition
            // Natural orbitals are listed by occupation, around the half-filled one.
            let order = composition.energies.indices.sorted {
                composition.areNatural
                    ? composition.occupations[$0] > composition.occupations[$1]
                    : composition.energies[$0] < composition.energies[$1]
            }
            let most = set.spin == "both" ? 2.0 : 1
            func isOccupied(_ orbital: Int) -> Bool {
                composition.areNatural ? composition.occupations[orbital] > most / 2 : composition.occupations[orbital] > 0
            }
            let occupied = order.filter(isOccupied).suffix(count)
            let empty = order.filter { !isOccupied($0) }.prefix(count)
            for orbital in occupied + empty { result += row(orbital, composition) }
        }
        return result
    }

    private func row(_ orbital: Int, _ composition: OrbitalComposition) -> String {
        let shares = fragments.map { fragment in fragment.atoms.reduce(0) { $0 + composition.shares[orbital][$1] } }
        let shown = shares.indices.filter { abs(shares[$0]) >= Self.smallestShown }.sorted { shares[$0] > shares[$1] }
        let energy = composition.energies[orbital] * PhysicalConstants.hartreeInElectronvolt
        let head =
            column("\(orbital + 1)", 9, right: true)
            + column(composition.occupations[orbital], 11, composition.areNatural ? 4 : 2)
            + (composition.areNatural ? column("-", 10, right: true) : column(energy, 10, 3)) + "   "
        var line = head
        var result = ""
        for index in shown {
            let entry = "\(fragments[index].name) \(column(100 * shares[index], 0, 0))"
            // A new line for content beyond 100 columns.
            if line.count + entry.count + 3 > 100 {
                result += line + ",\n"
                line = String(repeating: " ", count: head.count)
            }
            line += line.count > head.count ? ", " + entry : entry
        }
        return result + line + "\n"
    }

    /// All orbitals in full precision: energies in hartree, shares of every fragment and atom.
    var csv: String {
        let heads =
            fragments.map { CSVText.quoted($0.name) }
            + symbols.enumerated().map { CSVText.quoted("\($0.offset + 1) \($0.element)") }
        var result = "charge,multiplicity,spin,orbital,electrons,energy," + heads.joined(separator: ",") + "\n"
        for set in sets {
            let groups = set.composition.shares(of: fragments.map(\.atoms))
            for orbital in set.composition.energies.indices {
                let values = groups[orbital] + set.composition.shares[orbital]
                result += "\(set.state.charge),\(set.state.multiplicity),\(set.spin),\(orbital + 1),"
                result += "\(set.composition.occupations[orbital]),\(set.composition.energies[orbital]),"
                result += values.map { "\($0)" }.joined(separator: ",") + "\n"
            }
        }
        return result
    }
}
