import FileFormats
import MolecularStructure
import ReductionSeries
import RunFolders
import TestSupport
import Testing

@testable import ChargeFlow

/// The criteria know bonds and numbers only.
@Suite struct ChargeFlowCriteriaTests {
    /// A complex whose charges and spins follow from what each atom is, for atoms in any order.
    private func complex(
        _ name: String, _ molecule: Molecule, dElectrons: [Double] = [], baseSpins: ((Fragment) -> Double)? = nil,
        spins: ((Fragment) -> Double)? = nil, charges: (Fragment, _ total: Int) -> Double
    ) throws -> AccountedComplex {
        let fragments = try Fragmentation(molecule).fragments
        func perAtom(_ value: (Fragment) -> Double) -> [Double] {
            molecule.atoms.indices.map { atom in fragments.first { $0.atoms.contains(atom) }.map(value) ?? 0 }
        }
        var document = try SeriesSample(molecule).document { _, total in perAtom { charges($0, total) } }
        for index in document.states.indices {
            if let spins, index == 1 {
                document.states[index].spinPopulations = ["mulliken": perAtom(spins), "made_up": perAtom(spins)]
            }
            if let baseSpins, index == 0 {
                document.states[index].spinPopulations = ["mulliken": perAtom(baseSpins), "made_up": perAtom(baseSpins)]
            }
            guard dElectrons.count == 3, let metal = molecule.atoms.firstIndex(where: { $0.element.isTransitionMetal }) else {
                continue
            }
            document.states[index].shellPopulations = [
                .init(
                    atom: metal, symbol: molecule.atoms[metal].element.symbol, shell: "d", scheme: "made_up",
                    population: dElectrons[index], spin: 0)
            ]
        }
        return AccountedComplex(name: name, account: try ElectronAccount(document))
    }

    private func isOnMainGroup(_ fragment: Fragment, _ molecule: Molecule) -> Bool {
        fragment.kind == .terminalHalogen && fragment.metals.contains { !molecule.atoms[$0].element.isTransitionMetal }
    }

    /// Charges that put `share` of each electron on the halogens of the main-group metal, the rest evenly on the other atoms.
    private func complex(_ name: String, _ molecule: Molecule, onHalogen share: Double) throws -> AccountedComplex {
        let halogens = try Fragmentation(molecule).fragments.filter { isOnMainGroup($0, molecule) }.flatMap(\.atoms).count
        return try complex(name, molecule) { fragment, total in
            isOnMainGroup(fragment, molecule)
                ? Double(total) * share / Double(halogens) : Double(total) * (1 - share) / Double(molecule.atoms.count - halogens)
        }
    }

    private func sample(_ name: String) throws -> Molecule { try SeriesSample(molecule: name).molecule }

    /// AlCl3 taken out of the mixed complex: the atoms that are held by Al alone, and Al.
    private func alChloride(of molecule: Molecule) throws -> Set<Int> {
        Set(
            try Fragmentation(molecule).fragments.filter { fragment in
                isOnMainGroup(fragment, molecule)
                    || (fragment.kind == .metal && !molecule.atoms[fragment.atoms[0]].element.isTransitionMetal)
            }.flatMap(\.atoms))
    }

    /// The same complexes in other clothes: atoms in reverse, Ta for Nb, Ga for Al, turned in space.
    private func disguises(_ molecule: Molecule) throws -> [Molecule] {
        func replacing(_ old: Int, by new: String) throws -> Molecule {
            let element = try #require(Element(symbol: new))
            return Molecule(
                atoms: molecule.atoms.map {
                    $0.element.atomicNumber == old ? Atom(element: element, positionInBohr: $0.position) : $0
                })
        }
        return [
            Molecule(atoms: molecule.atoms.reversed()), try replacing(41, by: "Ta"), try replacing(13, by: "Ga"),
            Molecule(
                atoms: molecule.atoms.map {
                    Atom(element: $0.element, positionInBohr: SIMD3($0.position.z, $0.position.x, $0.position.y) + 3)
                }),
        ]
    }

    private func expectSame(_ a: ChargeFlowCriteria.Verdict, _ b: ChargeFlowCriteria.Verdict) {
        #expect(a.outcome == b.outcome && a.numbers.count == b.numbers.count)
        #expect(zip(a.numbers, b.numbers).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    @Test func shareOnTheHalogensDecides() throws {
        let molecule = try sample("nb-al-tcbq")
        func verdict(_ share: Double, _ molecule: Molecule, bridges: Bool = false) throws -> ChargeFlowCriteria.Verdict {
            ChargeFlowCriteria.halogenShare(
                try complex("a", molecule, onHalogen: share), scheme: "mulliken", countsBridges: bridges)
        }
        let holds = try verdict(0.6, molecule)
        #expect(holds.outcome == .holds && abs(holds.numbers[0] - 0.4) < 1e-12 && abs(holds.numbers[1] - 0.8 / 19) < 1e-12)
        #expect(try verdict(0, molecule).outcome == .fails)
        #expect(try verdict(3.0 / 22, molecule).outcome == .undecided)
        for other in try disguises(molecule) { expectSame(try verdict(0.6, other), holds) }
        // The one bridge takes as much as any other atom: four atoms share what three had.
        let counted = try verdict(0.6, molecule, bridges: true)
        #expect(abs(counted.numbers[0] - (1.2 + 0.8 / 19) / 4) < 1e-12)
    }

    @Test func saturationComparesGainsOfD() throws {
        let (pure, mixed) = (try sample("nb-tcbq"), try sample("nb-al-tcbq"))
        func verdict(_ gain: Double, _ other: Double, _ pure: Molecule, _ mixed: Molecule) throws -> ChargeFlowCriteria.Verdict {
            ChargeFlowCriteria.saturation(
                pure: try complex("a", pure, dElectrons: [3, 3.1, 3 + gain]) { _, _ in 0 },
                mixed: try complex("b", mixed, dElectrons: [2, 2, 2 + other]) { _, _ in 0 }, scheme: "made_up")
        }
        let holds = try verdict(0.5, 0.3, pure, mixed)
        #expect(holds.outcome == .holds && abs(holds.numbers[0] - 0.5) < 1e-12 && abs(holds.numbers[1] - 0.3) < 1e-12)
        #expect(try verdict(0.3, 0.5, pure, mixed).outcome == .fails)
        #expect(try verdict(0.3, 0.28, pure, mixed).outcome == .undecided)
        #expect(try verdict(0.5, 0.3, mixed, pure).outcome == .notTestable)
        for (a, b) in zip(try disguises(pure), try disguises(mixed)) { expectSame(try verdict(0.5, 0.3, a, b), holds) }
    }

    /// AlCl3 ten Angstrom away is a control, not a mixed complex.
    @Test func excessNeedsAControlThatIsNotMixed() throws {
        let mixed = try sample("nb-al-tcbq")
        let chloride = try alChloride(of: mixed)
        func apart(_ molecule: Molecule) throws -> Molecule {
            let moved = try alChloride(of: molecule)
            return Molecule(
                atoms: molecule.atoms.enumerated().map { index, atom in
                    moved.contains(index) ? Atom(element: atom.element, positionInBohr: atom.position + SIMD3(0, 0, 40)) : atom
                })
        }
        #expect(chloride.count == 4)
        let control = try complex("control", try apart(mixed), onHalogen: 0.3)
        #expect(!control.isMixed && !control.isPure)
        let here = try complex("here", mixed, onHalogen: 0.6)
        #expect(here.isMixed)
        let verdict = ChargeFlowCriteria.excess(mixed: here, control: control, scheme: "mulliken", countsBridges: false)
        #expect(verdict.outcome == .holds)
        #expect(
            ChargeFlowCriteria.excess(mixed: control, control: here, scheme: "mulliken", countsBridges: false).outcome
                == .notTestable)
        for other in try disguises(mixed) {
            expectSame(
                ChargeFlowCriteria.excess(
                    mixed: try complex("x", other, onHalogen: 0.6), control: try complex("y", try apart(other), onHalogen: 0.3),
                    scheme: "mulliken", countsBridges: false), verdict)
        }
    }

    /// Less of a deficit than the control has is no excess.
    @Test(arguments: [
        (0.6, 0.3, ChargeFlowCriteria.Outcome.holds), (0.6, 0.75, .fails), (0.6, 0.61, .undecided), (0, -0.3, .fails),
        (0.17, 0, .undecided),
        (0.3, 0, .holds),
    ])
    func excessMustBePositive(here: Double, there: Double, outcome: ChargeFlowCriteria.Outcome) throws {
        let molecule = try sample("nb-al-tcbq")
        let control = try sample("al-tcbq")
        let verdict = ChargeFlowCriteria.excess(
            mixed: try complex("a", molecule, onHalogen: here), control: try complex("b", control, onHalogen: there),
            scheme: "mulliken", countsBridges: false)
        // Each of the three halogens takes a third of the share, every other atom an equal part of the rest.
        let excess = (2 * here / 3 - 2 * (1 - here) / 19, 2 * there / 3 - 2 * (1 - there) / 13)
        #expect(verdict.outcome == outcome, "\(verdict.numbers)")
        #expect(verdict.numbers.count == 4)
        #expect(zip(verdict.numbers, [excess.0, excess.1, excess.0, 0]).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    @Test(arguments: [(0.5, "transfer"), (0.05, "polarisation"), (0.3, "undecided")])
    func unpairedPartTellsTransferFromPolarisation(spin: Double, wording: String) throws {
        let molecule = try sample("nb-al-tcbq")
        func verdict(_ molecule: Molecule) throws -> ChargeFlowCriteria.Verdict {
            let complex = try complex(
                "a", molecule, spins: { isOnMainGroup($0, molecule) ? spin / 3 : (1 - spin) / 19 },
                charges: { isOnMainGroup($0, molecule) ? Double($1) * 0.6 / 3 : Double($1) * 0.4 / 19 })
            return ChargeFlowCriteria.transfer(complex, scheme: "mulliken", countsBridges: false)
        }
        let original = try verdict(molecule)
        #expect(original.wording == wording)
        #expect(abs(original.numbers[0] - spin) < 1e-12 && abs(original.numbers[1] - (0.6 - spin)) < 1e-12)
        for other in try disguises(molecule) { expectSame(try verdict(other), original) }
    }

    /// A chlorine atom that is there before the first electron is added: its unpaired electron is no added one, and the electron that
    /// fills its hole is. The spins of the first state may have either sign.
    @Test(arguments: [1.0, -1.0], [(0.85, 0.05, "polarisation"), (0.0, 0.8, "transfer")])
    func unpairedElectronsOfTheFirstStateDoNotCount(sign: Double, after: (spin: Double, added: Double, wording: String)) throws {
        let molecule = try sample("nb-al-tcbq")
        func spins(_ onHalogens: Double, _ elsewhere: Double) -> (Fragment) -> Double {
            { $0.kind == .quinoneRing ? elsewhere / 6 : isOnMainGroup($0, molecule) ? onHalogens / 3 : 0 }
        }
        let complex = try complex(
            "a", molecule, baseSpins: spins(-0.8 * sign, 0.8 * sign), spins: spins(after.spin, 1 - after.spin),
            charges: { isOnMainGroup($0, molecule) ? Double($1) * 0.6 / 3 : Double($1) * 0.4 / 19 })
        let verdict = ChargeFlowCriteria.transfer(complex, scheme: "mulliken", countsBridges: false)
        #expect(verdict.wording == after.wording)
        #expect(abs(verdict.numbers[0] - after.added) < 1e-12 && abs(verdict.numbers[1] - (0.6 - after.added)) < 1e-12)
    }

    /// Without AlCl3 the claim about its chlorides has no object, and P1 becomes testable.
    @Test func withoutTheSecondMetalOtherClaimsApply() throws {
        let mixed = try sample("nb-al-tcbq")
        let removed = try alChloride(of: mixed)
        let pure = Molecule(atoms: mixed.atoms.indices.filter { !removed.contains($0) }.map { mixed.atoms[$0] })
        #expect(pure.atoms.count == 18)
        let oxygens = try complex("pure", pure) { $0.kind == .carbonylOxygen ? Double($1) / 2 : 0 }
        #expect(
            ChargeFlowCriteria.halogenShare(oxygens, scheme: "mulliken", countsBridges: false).outcome == .notTestable)
        let first = ChargeFlowCriteria.oxygenAboveHalogen(oxygens, scheme: "mulliken")
        #expect(first.outcome == .holds && first.numbers == [1, 0])
        #expect(
            ChargeFlowCriteria.oxygenAboveHalogen(try complex("b", mixed, onHalogen: 0.6), scheme: "mulliken").outcome
                == .notTestable)
    }

    /// One quinone on one niobium, and on two: the mixed complex with Al replaced.
    @Test func redistributionFollowsTheSolvation() throws {
        let pair = try sample("nb-tcbq")
        let niobium = try #require(Element(symbol: "Nb"))
        let separated = Molecule(
            atoms: try sample("nb-al-tcbq").atoms.map {
                $0.element.symbol == "Al" ? Atom(element: niobium, positionInBohr: $0.position) : $0
            })
        func charges(_ shift: Double) -> (Fragment, Int) -> Double {
            { fragment, total in
                switch fragment.kind {
                case .quinoneRing, .carbonylOxygen: shift
                case .terminalHalogen: -shift
                default: Double(total) / 10
                }
            }
        }
        let first = try complex("pair", pair, charges: charges(0))
        #expect(first.solvation == .contactPair)
        let second = try complex("separated", separated, charges: charges(0.1))
        #expect(second.solvation == .separatedPair)
        let verdict = ChargeFlowCriteria.redistribution(from: first, to: second, scheme: "mulliken")
        #expect(verdict.outcome == .holds && verdict.numbers.count == 6)
        #expect(abs(verdict.numbers[0] - 0.6) < 1e-12 && abs(verdict.numbers[2] - 0.1) < 1e-12)
        #expect(ChargeFlowCriteria.redistribution(from: second, to: first, scheme: "mulliken").outcome == .notTestable)
        let less = try complex("separated", separated, charges: charges(-0.1))
        #expect(ChargeFlowCriteria.redistribution(from: first, to: less, scheme: "mulliken").outcome == .fails)
    }
}

/// What the molecules that come with the program are to the criteria.
@Suite struct AccountedComplexTests {
    private func complex(_ name: String) throws -> AccountedComplex {
        let document = try SeriesSample(molecule: name).document(seed: 1)
        return AccountedComplex(name: "x", account: try ElectronAccount(document))
    }

    @Test(arguments: [
        ("nb-tcbq", false, true), ("nb-tcbq-one-handed", false, true), ("nb-al-tcbq", true, false),
        ("nb-al-tcbq-double-bridge", true, false), ("nb-tcbq-al-apart", false, false),
        ("al-tcbq", false, false), ("tcbq", false, false),
    ])
    func bondsTellWhatAComplexIs(name: String, isMixed: Bool, isPure: Bool) throws {
        let complex = try complex(name)
        #expect(complex.isMixed == isMixed && complex.isPure == isPure)
    }

    /// Li+ at an oxygen or a chloride leaves the kind of the complex and the classes of its atoms as they are.
    @Test(arguments: ["nb-tcbq", "nb-al-tcbq", "al-tcbq", "tcbq"]) func counterIonsAreNoMetalsOfTheComplex(name: String) throws {
        let molecule = try SeriesSample(molecule: name).molecule
        let lithium = try #require(Element(symbol: "Li"))
        let center = molecule.atoms.reduce(SIMD3<Double>()) { $0 + $1.position } / Double(molecule.atoms.count)
        let bare = try complex(name)
        for donor in molecule.atoms where [8, 17].contains(donor.element.atomicNumber) {
            let direction = (donor.position - center) / (donor.position - center).length
            let ion = Atom(element: lithium, positionInBohr: donor.position + 3.6 * direction)
            let salt = AccountedComplex(
                name: "salt",
                account: try ElectronAccount(SeriesSample(Molecule(atoms: molecule.atoms + [ion])).document(seed: 1)))
            #expect(salt.isMixed == bare.isMixed && salt.isPure == bare.isPure)
            guard name != "tcbq" else { continue }
            #expect(salt.solvation == bare.solvation)
            func classes(_ complex: AccountedComplex) -> [String: [Int]] {
                Dictionary(complex.account.fragments.map { ($0.name, $0.atoms) }) { $0 + $1 }
            }
            // An oxygen without a metal of the complex belongs to the ion.
            let found = classes(salt).filter { $0.key != "Li" && $0.key != "Li+" && !$0.key.hasSuffix("on Li") }
            #expect(found.allSatisfy { classes(bare)[$0.key] == $0.value }, "\(found)")
            #expect(found.count >= classes(bare).count - 1)
        }
    }

    @Test func solvationStructuresAreRecognised() throws {
        #expect(try complex("zr-tcbq4").solvation == .aggregate)
        #expect(try complex("zr-tcbq").solvation == .contactPair)
        #expect(try complex("zr2-tcbq").solvation == .separatedPair)
        #expect(try complex("tcbq").solvation == nil)
    }
}

@Suite struct ComplexComparisonTests {
    private func entries() throws -> [AccountedComplex] {
        try ["nb-tcbq", "nb-al-tcbq", "al-tcbq"].map { name in
            let document = try SeriesSample(molecule: name).document(seed: 2)
            return AccountedComplex(name: name, account: try ElectronAccount(document))
        }
    }

    @Test func orderOfComplexesDoesNotMatter() throws {
        let entries = try entries()
        let comparison = ComplexComparison(entries)
        let reversed = ComplexComparison(entries.reversed())
        #expect(comparison.rows == reversed.rows && comparison.tallies == reversed.tallies)
        // P1 for the pure complex, P3 for the mixed one, P4 against AlCl3.TCBQ, both without and with bridges; no d populations
        // and no spins, so neither P2 nor P5; two schemes.
        #expect(comparison.rows.map(\.verdict.claim.rawValue) == ["P1", "P1", "P3", "P3", "P3", "P3", "P4", "P4", "P4", "P4"])
        #expect(comparison.rows.last?.complexes == ["nb-al-tcbq", "al-tcbq"])
        #expect(comparison.text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test func namesPlayNoPart() throws {
        let entries = try entries()
        let alike = entries.map { AccountedComplex(name: "vertical", account: $0.account) }
        #expect(ComplexComparison(alike).tallies == ComplexComparison(entries).tallies)
    }

    /// Mulliken's charges do not count where there are others, and shares of the classes sum to one.
    @Test func talliesLeaveOutBasisBoundSchemes() throws {
        let comparison = ComplexComparison(try entries())
        #expect(comparison.tallies.allSatisfy { $0.schemes == 1 && $0.holding + $0.failing + $0.undecided == 1 })
        for tally in comparison.tallies {
            let rows = comparison.rows.filter {
                $0.verdict.claim == tally.claim && $0.verdict.countsBridges == tally.countsBridges
                    && $0.verdict.scheme == "made_up"
            }
            #expect(rows.allSatisfy { $0.verdict.outcome == .holds } == (tally.holding == 1))
        }
        for name in comparison.complexes {
            let shares = comparison.shares.filter { $0.complex == name }
            #expect(!shares.isEmpty && shares.allSatisfy { $0.lowest <= $0.median && $0.median <= $0.highest })
            // Two schemes: the median is their mean, and means sum to one.
            #expect(abs(shares.reduce(0) { $0 + $1.median } - 1) < 1e-12)
        }
    }
}
