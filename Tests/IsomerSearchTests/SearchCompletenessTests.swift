import IsomerSearch
import MolecularStructure
import Testing

@Suite struct SearchCompletenessTests {
    @Test func estimates() {
        let some = SearchCompleteness(counts: [5, 2, 1, 1, 1])
        #expect(some.searches == 10 && some.missingShare == 0.3)
        #expect(some.unseenAtLeast == 1.5)
        #expect(SearchCompleteness(counts: [4, 3]).missingShare == 0)
        #expect(SearchCompleteness(counts: []).missingShare == nil)
    }

    /// Ten outcomes of equal probability, drawn fifteen times: the share of draws that would be new is the share of outcomes not seen. The
    /// estimate is right on average.
    @Test func turingsEstimateIsRightOnAverage() {
        var generator = SeededGenerator(seed: 3)
        var (estimated, actual) = (0.0, 0.0)
        let rounds = 4000
        for _ in 0..<rounds {
            var counts = [Int](repeating: 0, count: 10)
            for _ in 0..<15 { counts[Int.random(in: 0..<10, using: &generator)] += 1 }
            estimated += SearchCompleteness(counts: counts).missingShare ?? 0
            actual += Double(counts.count { $0 == 0 }) / 10
        }
        // Good's estimate belongs to one draw fewer: (9/10)^14 against (9/10)^15.
        #expect(abs(estimated / Double(rounds) - 0.2288) < 0.01)
        #expect(abs(actual / Double(rounds) - 0.2059) < 0.01)
    }
}
