import FileFormats
import MolecularStructure
@testable import ReductionSeries
import RunFolders
import TestSupport
import Testing

@Suite struct ElectronAccountTests {
    @Test func sharesSumToOneAndFollowTheCharges() throws {
        let series = try SeriesSample(molecule: "nb-al-tcbq")
        let account = try ElectronAccount(series.document(seed: 5))
        #expect(account.states.map(\.charge) == [0, -1, -2])
        #expect(Set(account.schemes.map(\.name)) == ["mulliken", "made_up"])
        for scheme in account.schemes {
            for shares in scheme.stepShares + scheme.totalShares + scheme.atomTotalShares {
                #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
            }
            // Two single steps make the total.
            for (k, total) in scheme.totalShares[1].enumerated() {
                #expect(abs(total - (scheme.stepShares[0][k] + scheme.stepShares[1][k]) / 2) < 1e-12)
            }
            for (charges, state) in zip(scheme.fragmentCharges, account.states) {
                #expect(abs(charges.reduce(0, +) - Double(state.charge)) < 1e-12)
            }
        }
        #expect(account.states[0].electronAffinity == nil)
        #expect(abs((account.states[1].electronAffinity ?? 0) - 0.1) < 1e-9)
        #expect(abs((account.states[2].electronAffinity ?? 0) + 0.2) < 1e-9)
    }

    /// A cation beside the neutral state and its anions changes nothing that is said of the added electrons.
    @Test func aCationIsNoBase() throws {
        var document = try SeriesSample(molecule: "nb-al-tcbq").document(seed: 5)
        let account = try ElectronAccount(document)
        var cation = document.states[0]
        cation.charge = 1
        cation.multiplicity = 2
        let count = Double(document.molecule.symbols.count)
        cation.charges = cation.charges.mapValues { $0.map { $0 + 1 / count } }
        document.states.insert(cation, at: 0)
        let larger = try ElectronAccount(document)
        #expect(larger.states.map(\.charge) == [1, 0, -1, -2] && larger.base == 1 && account.base == 0)
        #expect(larger.index(added: 2) == 3 && account.index(added: 2) == 2 && larger.index(added: 3) == nil)
        for (scheme, before) in zip(larger.schemes, account.schemes) {
            #expect(Array(scheme.totalShares.dropFirst()) == before.totalShares)
            #expect(Array(scheme.atomTotalShares.dropFirst()) == before.atomTotalShares)
            #expect(scheme.totalShares[0] == scheme.stepShares[0])
        }
        // A series of cations, and a cation with its neutral state, begin at the first charge; a cation that is the molecule itself, too.
        func charge(_ charges: [Int], own: Int? = nil) -> Int? { ReductionBase.charge(of: charges, own: own) }
        #expect(charge([4, 3, 2]) == 4 && charge([1, 0]) == 1 && charge([0, 1]) == 0 && charge([]) == nil)
        #expect(charge([0, -1, 2]) == 0 && charge([1, 0, -1]) == 0)
        #expect(charge([1, 0, -1], own: 1) == 1 && charge([1, 0, -1], own: 2) == 0 && charge([0, -1, -2], own: -1) == 0)
    }

    /// States in another order, and no fragments in the file: the same account.
    @Test func orderOfStatesDoesNotMatter() throws {
        var document = try SeriesSample(molecule: "nb-al-tcbq").document(seed: 5)
        let account = try ElectronAccount(document)
        document.states.reverse()
        document.fragments = nil
        #expect(try ElectronAccount(document) == account)
    }

    @Test func wrongInputIsRefused() throws {
        var document = try SeriesSample(molecule: "tcbq").document(seed: 5)
        document.fragments?.removeLast()
        #expect(throws: ElectronAccountError.fragmentsDoNotFit) { try ElectronAccount(document) }
        document.fragments = nil
        document.states[1].charges = ["mulliken": [0]]
        #expect(throws: ElectronAccountError.noCharges) { try ElectronAccount(document) }
        document.states = []
        #expect(throws: ElectronAccountError.noStates) { try ElectronAccount(document) }
    }
}

@Suite struct AccountTextTests {
    /// A charge that rounding leaves below zero is shown as zero without a sign.
    @Test func zeroHasNoSign() throws {
        let series = try SeriesSample(molecule: "tcbq")
        let count = Double(series.molecule.atoms.count)
        let document = try series.document { _, total in series.molecule.atoms.map { _ in Double(total) / count - 1e-9 } }
        let text = try ElectronAccount(document).text()
        #expect(text.contains(" 0.0000") && !text.contains("-0.0000"))
    }

    @Test func tablesFitAndFilesAreComplete() throws {
        let document = try SeriesSample(molecule: "nb-al-tcbq").document(seed: 9)
        let account = try ElectronAccount(document)
        let text = account.text()
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
        #expect(account.fragments.allSatisfy { text.contains($0.name) })
        #expect(!account.text(schemes: ["mulliken"]).contains("made_up"))
        let lines = account.csv.split(separator: "\n")
        #expect(lines.count == 1 + 2 * 3 * (account.fragments.count + 22))
        let value = try #require(account.schemes.first?.fragmentCharges[2][0])
        #expect(account.csv.contains(",-2,1,\(value),"))
        #expect(try !account.json().isEmpty)
    }
}
