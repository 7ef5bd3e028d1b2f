import ReductionSeries
@testable import ChargeFlow
import Testing

@Suite struct StudyResultTests {
    /// A cell in which every deciding claim holds in so many of ten schemes.
    private func cell(
        _ method: String, _ basis: String, _ structures: ElectronAccount.Structures, holding: Int,
        failures: [String: String] = [:]
    ) -> StudyResult.Cell {
        var comparison = ComplexComparison([])
        comparison.tallies = StudyResult.deciding.map {
            .init(claim: $0, countsBridges: nil, schemes: 10, holding: holding, failing: 10 - holding, undecided: 0)
        }
        return .init(method: method, basis: basis, structures: structures, comparison: comparison, failures: failures)
    }

    private func matrix(holding: (Int) -> Int) -> StudyResult {
        var index = -1
        return StudyResult(
            cells: ["b3lyp", "wB97X", "hf"].flatMap { method in
                ["paper", "def2-TZVP"].flatMap { basis in
                    ElectronAccount.Structures.allCases.map { structures in
                        index += 1
                        return cell(method, basis, structures, holding: holding(index))
                    }
                }
            })
    }

    @Test func fourFifthsInEveryCellAreNeeded() {
        #expect(matrix { _ in 8 }.verdict == .supported)
        #expect(matrix { $0 == 5 ? 7 : 10 }.verdict == .mixed)
        #expect(matrix { _ in 7 }.verdict == .notSupported)
        #expect(StudyResult(cells: []).verdict == .notTestable)
    }

    @Test func verdictsArePreliminaryUntilTheMatrixIsComplete() {
        var study = matrix { _ in 10 }
        #expect(study.missing.isEmpty && !study.text.contains("preliminary"))
        study.cells[3].failures = ["nb-tcbq": "did not converge"]
        #expect(study.missing == ["b3lyp, def2-tzvp, relaxed: nb-tcbq"])
        study.cells.removeLast()
        #expect(study.missing.count == 2 && study.text.contains("preliminary"))
        #expect(study.text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }
}
