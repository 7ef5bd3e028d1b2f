import FileFormats
import ReductionSeries
import RunFolders
import TestSupport
import Testing

@Suite struct FukuiIndicesTests {
    /// For the middle one of three states: each function sums to one electron, and the dual descriptor to zero.
    @Test func functionsOfTheMiddleStateSumUp() throws {
        let document = try SeriesSample(molecule: "al-tcbq").document(seed: 5)
        let fukui = try FukuiIndices(try ElectronAccount(document), charge: -1)
        #expect(fukui.schemes.map(\.name) == ["made_up", "mulliken"])
        for scheme in fukui.schemes {
            for values in [scheme.atoms, scheme.fragments] {
                for list in [values.plus, values.minus, values.average] {
                    #expect(abs((list?.reduce(0, +) ?? 0) - 1) < 1e-9)
                }
                #expect(abs(values.dual?.reduce(0, +) ?? 1) < 1e-9)
            }
            let charges = document.states.map { $0.charges[scheme.name] ?? [] }
            for atom in charges[0].indices {
                #expect(scheme.atoms.plus?[atom] == charges[1][atom] - charges[2][atom])
                #expect(scheme.atoms.minus?[atom] == charges[0][atom] - charges[1][atom])
            }
        }
        #expect(fukui.text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    /// What needs a state that is missing is null, not a number.
    @Test func whatNeedsAMissingStateIsNull() throws {
        let account = try ElectronAccount(try SeriesSample(molecule: "tcbq").document(seed: 6))
        let fukui = try FukuiIndices(account, charge: 0)
        #expect(fukui.schemes[0].atoms.plus != nil && fukui.schemes[0].atoms.minus == nil && fukui.schemes[0].atoms.dual == nil)
        #expect(String(decoding: try fukui.json(), as: UTF8.self).contains("\"minus\" : null"))
        #expect(throws: FukuiError.noState(3, known: [0, -1, -2])) { try FukuiIndices(account, charge: 3) }
    }
}
