import FileFormats
import MolecularStructure
@testable import ReductionSeries
import TestSupport
import Testing

/// The criteria know bonds and numbers only.
@Suite struct ChargeFlowCriteriaTests {
    /// Charges that put `onHalogen` of each electron on the halogens of Al, the rest evenly on the other atoms, for atoms
    /// in any order.
    private func document(_ molecule: Molecule, onHalogen share: Double) throws -> ResultDocument {
        let fragments = try Fragmentation(molecule).fragments
        let halogens = Set(
            fragments.filter { fragment in
                fragment.kind == .terminalHalogen
                    && fragment.metals.contains { [13, 31].contains(molecule.atoms[$0].element.atomicNumber) }
            }.flatMap(\.atoms))
        let others = Double(molecule.atoms.count - halogens.count)
        return try SeriesSample(molecule).document { _, charge in
            molecule.atoms.indices.map { atom in
                halogens.contains(atom) ? Double(charge) * share / Double(halogens.count) : Double(charge) * (1 - share) / others
            }
        }
    }

    private func verdict(_ molecule: Molecule, _ share: Double) throws -> ChargeFlowCriteria.Verdict {
        let document = try document(molecule, onHalogen: share)
        return ChargeFlowCriteria.halogenShare(
            try ElectronAccount(document), symbols: document.molecule.symbols, scheme: "mulliken")
    }

    private func replacing(_ molecule: Molecule, _ old: Int, by new: String) throws -> Molecule {
        let element = try #require(Element(symbol: new))
        return Molecule(
            atoms: molecule.atoms.map {
                $0.element.atomicNumber == old ? Atom(element: element, positionInBohr: $0.position) : $0
            })
    }

    @Test func shareOnTheHalogensDecides() throws {
        let molecule = try SeriesSample(molecule: "nb-al-tcbq").molecule
        let holds = try verdict(molecule, 0.6)
        #expect(holds.outcome == .holds && abs(holds.numbers[0] - 0.4) < 1e-12 && abs(holds.numbers[1] - 0.8 / 19) < 1e-12)
        #expect(try verdict(molecule, 0).outcome == .fails)
        #expect(try verdict(molecule, 3.0 / 22).outcome == .undecided)
    }

    /// Another order of atoms, Ta for Nb and Ga for Al change nothing.
    @Test func namesAndOrderDoNotMatter() throws {
        let molecule = try SeriesSample(molecule: "nb-al-tcbq").molecule
        let original = try verdict(molecule, 0.6)
        for other in [
            Molecule(atoms: molecule.atoms.reversed()), try replacing(molecule, 41, by: "Ta"), try replacing(molecule, 13, by: "Ga"),
        ] {
            let verdict = try verdict(other, 0.6)
            #expect(verdict.outcome == original.outcome)
            #expect(zip(verdict.numbers, original.numbers).allSatisfy { abs($0 - $1) < 1e-12 })
        }
    }

    /// Without AlCl3 the claim about its chlorides has no object, and P1 becomes testable.
    @Test func withoutTheSecondMetalOtherClaimsApply() throws {
        let mixed = try SeriesSample(molecule: "nb-al-tcbq").molecule
        let fragments = try Fragmentation(mixed).fragments
        let removed = Set(
            fragments.filter { fragment in
                fragment.kind != .carbonylOxygen
                    && fragment.metals.contains { mixed.atoms[$0].element.atomicNumber == 13 } && fragment.kind != .bridgingHalogen
            }.flatMap(\.atoms))
        let pure = Molecule(atoms: mixed.atoms.indices.filter { !removed.contains($0) }.map { mixed.atoms[$0] })
        #expect(pure.atoms.count == 18)
        #expect(try verdict(pure, 0).outcome == .notTestable)
        let document = try SeriesSample(pure).document { _, charge in
            pure.atoms.map { $0.element.symbol == "O" ? Double(charge) / 2 : 0 }
        }
        let account = try ElectronAccount(document)
        let first = ChargeFlowCriteria.oxygenAboveHalogen(account, symbols: document.molecule.symbols, scheme: "mulliken")
        #expect(first.outcome == .holds && first.numbers == [1, 0])
        let both = try self.document(mixed, onHalogen: 0.6)
        #expect(
            ChargeFlowCriteria.oxygenAboveHalogen(
                try ElectronAccount(both), symbols: both.molecule.symbols, scheme: "mulliken"
            ).outcome == .notTestable)
    }
}

@Suite struct ComplexComparisonTests {
    @Test func orderOfComplexesDoesNotMatter() throws {
        let entries = try ["nb-tcbq", "nb-al-tcbq", "al-tcbq"].map { name in
            let document = try SeriesSample(molecule: name).document(seed: 2)
            return ComplexComparison.Entry(
                name: name, account: try ElectronAccount(document), symbols: document.molecule.symbols)
        }
        func keys(_ rows: [ComplexComparison.Row]) -> [String] { rows.map { "\($0)" }.sorted() }
        let comparison = ComplexComparison(entries)
        #expect(keys(comparison.rows) == keys(ComplexComparison(entries.reversed()).rows))
        // P1 for the pure complex, P3 for the mixed one, P4 against AlCl3.TCBQ; no d populations, no P2; two schemes.
        #expect(comparison.rows.map(\.verdict.claim) == ["P1", "P1", "P3", "P3", "P4", "P4"])
        #expect(comparison.rows.last?.complexes == ["nb-al-tcbq", "al-tcbq"])
        #expect(comparison.text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }
}
