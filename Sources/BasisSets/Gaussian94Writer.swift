import FileFormats
import Foundation
import GaussianBasis
import MolecularStructure

extension Gaussian94 {
    /// A basis set in Gaussian94 form, with the comments that the reader understands. Numbers are written so that
    /// reading them gives the same doubles.
    public static func text(_ set: BasisSet) -> String {
        var result = "! Basis set: \(set.name)\n"
        if !set.aliases.isEmpty { result += "! Aliases: \(set.aliases.joined(separator: ", "))\n" }
        result += "! Function type: \(set.functionType == .pure ? "pure" : "cartesian")\n"
        for reference in set.references { result += "! Reference: \(reference)\n" }
        let elements = set.elements.sorted { $0.key < $1.key }
        for (element, basis) in elements {
            result += "\(element)     0\n" + basis.shells.map(text).joined() + "****\n"
        }
        for (element, basis) in elements {
            guard let potential = basis.effectiveCorePotential else { continue }
            result += "\n\(element.symbol.uppercased())     0\n" + text(potential, element: element)
        }
        return result
    }

    private static func text(_ shell: ShellDefinition) -> String {
        let isMixed = Set(shell.contractions.map(\.angularMomentum)).count > 1
        // One line of coefficients holds contractions of different angular momenta; equal ones become shells of their own.
        let groups = isMixed ? [shell.contractions] : shell.contractions.map { [$0] }
        return groups.map { contractions in
            let type = contractions.map { AngularMomentumLetter.letter($0.angularMomentum).uppercased() }.joined()
            let rows = shell.exponents.indices.map { row in
                ([shell.exponents[row]] + contractions.map { $0.coefficients[row] })
                    .map { column("\($0)") }.joined()
            }
            return "\(type)   \(shell.exponents.count)   1.00\n" + rows.joined(separator: "\n") + "\n"
        }.joined()
    }

    private static func text(_ potential: EffectiveCorePotential, element: Element) -> String {
        let highest = potential.projected.count
        var result = "\(element.symbol.uppercased())-ECP     \(highest)     \(potential.coreElectrons)\n"
        let local = AngularMomentumLetter.letter(highest)
        let titles = ["\(local) potential"] + (0..<highest).map { "\(AngularMomentumLetter.letter($0))-\(local) potential" }
        for (title, terms) in zip(titles, [potential.local] + potential.projected) {
            result += "\(title)\n  \(terms.count)\n"
            for term in terms { result += "\(term.power)" + column("\(term.exponent)") + column("\(term.coefficient)") + "\n" }
        }
        return result
    }

    private static func column(_ text: String) -> String {
        " " + String(repeating: " ", count: max(1, 22 - text.count)) + text
    }
}
