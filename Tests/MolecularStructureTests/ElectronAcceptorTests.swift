import FileFormats
import Foundation
import MolecularStructure
import TestSupport
import Testing

@Suite struct ElectronAcceptorTests {
    private func reason(_ text: String) throws -> String? {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("acceptor-\(UUID().uuidString).xyz")
        defer { try? FileManager.default.removeItem(at: path) }
        try Data(text.utf8).write(to: path)
        return ElectronAcceptor.reason(try XYZFile(readingFrom: path.path).molecule)
    }

    /// A ring of carbon with a group on each atom: the element, or several on a line.
    private func ring(_ groups: [[(String, Double)]], radius: Double = 1.40) throws -> String? {
        var lines: [String] = []
        for (index, group) in groups.enumerated() {
            let angle = Double(index) * .pi / 3
            func line(_ symbol: String, _ distance: Double, sideways: Double = 0) -> String {
                let (x, y) = (distance * cos(angle) - sideways * sin(angle), distance * sin(angle) + sideways * cos(angle))
                return "\(symbol) \(x) \(y) 0"
            }
            lines.append(line("C", radius))
            for (symbol, distance) in group { lines.append(line(symbol, radius + distance)) }
            // The two oxygens of a nitro group.
            if group.first?.0 == "N" { for side in [-1.1, 1.1] { lines.append(line("O", radius + 2.05, sideways: side)) } }
        }
        return try reason("\(lines.count)\n\n" + lines.joined(separator: "\n") + "\n")
    }

    private let hydrogen = [("H", 1.09)]
    private let oxygen = [("O", 1.22)]

    @Test func ringsAreToldApart() throws {
        let cyano = [("C", 1.43), ("N", 2.59)]
        #expect(try ring([oxygen, hydrogen, hydrogen, oxygen, hydrogen, hydrogen]) == "is a quinone")
        #expect(try ring([oxygen, oxygen, hydrogen, hydrogen, hydrogen, hydrogen]) == "is a quinone")
        #expect(try ring([oxygen, hydrogen, hydrogen, hydrogen, hydrogen, hydrogen]) == nil)
        #expect(try ring([[("O", 1.36), ("H", 2.32)], hydrogen, hydrogen, oxygen, hydrogen, hydrogen]) == nil)
        #expect(
            try ring([[("N", 1.47)], hydrogen, hydrogen, hydrogen, hydrogen, hydrogen])
                == "has a nitro group on unsaturated carbon")
        #expect(try ring([cyano, hydrogen, hydrogen, hydrogen, hydrogen, hydrogen]) == nil)
        #expect(try ring([cyano, hydrogen, hydrogen, cyano, hydrogen, hydrogen]) == "has 2 cyano groups on unsaturated carbon")
    }

    /// Cyclohexane-1,2-dione, a cyclohex-2-ene-1,4-dione and o-benzoquinone: only the last has no saturated carbon in its ring.
    @Test func saturatedDiketonesAreNoQuinones() throws {
        /// - Parameter saturated: places of the ring with two hydrogen atoms, above and below the plane.
        func diketone(_ carbonyl: Set<Int>, saturated: Set<Int>) -> Molecule {
            func atom(_ symbol: String, _ radius: Double, _ place: Int, _ height: Double = 0) -> Atom? {
                let angle = Double(place) * .pi / 3
                return Element(symbol: symbol).map {
                    Atom(
                        element: $0,
                        positionInBohr: SIMD3(radius * cos(angle), radius * sin(angle), height) / PhysicalConstants.bohrInAngstrom
                    )
                }
            }
            let atoms = (0..<6).flatMap { place -> [Atom?] in
                let carbon = atom("C", 1.50, place)
                if carbonyl.contains(place) { return [carbon, atom("O", 2.72, place)] }
                if saturated.contains(place) { return [carbon, atom("H", 2.13, place, 0.89), atom("H", 2.13, place, -0.89)] }
                return [carbon, atom("H", 2.59, place)]
            }
            return Molecule(atoms: atoms.compactMap { $0 })
        }
        let saturated = diketone([0, 1], saturated: [2, 3, 4, 5])
        #expect(ElectronAcceptor.reason(saturated) == nil)
        #expect(try !Fragmentation(saturated).fragments.contains { $0.name.contains("quinone") })
        #expect(ElectronAcceptor.reason(diketone([0, 3], saturated: [1, 2])) == nil)
        let quinone = diketone([0, 1], saturated: [])
        #expect(ElectronAcceptor.reason(quinone) == "is a quinone")
        #expect(try Fragmentation(quinone).fragments.contains { $0.name == "quinone ring" })
    }

    @Test func metalsAndMoleculesOfTheProgram() throws {
        func reason(of name: String) throws -> String? {
            ElectronAcceptor.reason(
                try XYZFile(readingFrom: Repository.molecules.appendingPathComponent(name + ".xyz").path).molecule)
        }
        #expect(try reason(of: "tcbq") == "is a quinone")
        #expect(try reason(of: "nb-al-tcbq") == "contains Al and Nb")
        #expect(try reason(of: "zr-tcbq") == "contains Zr")
        #expect(try self.reason("3\nwater\nO 0 0 0\nH 0 0.757 0.587\nH 0 -0.757 0.587\n") == nil)
        #expect(try self.reason("2\nsalt\nNa 0 0 0\nCl 0 0 2.36\n") == nil)
        #expect(try self.reason("1\natom\nFe 0 0 0\n") == nil)
    }

    /// Nitromethane's carbon is saturated, and so are the ring carbons of cyclohexane-1,4-dione's CH2.
    @Test func saturatedCarbonDoesNotCount() throws {
        #expect(
            try reason(
                """
                7
                nitromethane
                N 0.17 0 0
                C -1.32 0 0
                O 0.72 1.09 0
                O 0.72 -1.09 0
                H -1.65 1.02 0.1
                H -1.65 -0.4 0.95
                H -1.65 -0.5 -0.95

                """) == nil)
    }
}
