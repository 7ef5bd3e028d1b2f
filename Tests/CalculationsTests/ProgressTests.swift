import SolutionSearch
import Testing
import WavefunctionAnalysis

@testable import Calculations

/// How much of a step is done, and what is said of it.
@Suite struct ProgressTests {
    /// The time left is an estimate from the part that is done, and is said of what takes more than ten seconds.
    @Test func timeLeft() throws {
        var meter = ProgressMeter(title: "pictures", now: 100)
        let first = meter.bar(0, redraws: false, now: 100) ?? ""
        #expect(first.contains("pictures") && first.contains("[....................]") && !first.contains("left"))
        let same = meter.bar(0.001, redraws: false, now: 101)
        #expect(same == nil)
        let quarter = meter.bar(0.25, redraws: false, now: 110) ?? ""
        #expect(quarter.contains("[#####...............]  25 %  about 30 s left"), "\(quarter)")
        let again = meter.bar(0.25, redraws: true, now: 111)
        #expect(again != nil)
        let slow = meter.bar(0.5, redraws: false, now: 400) ?? ""
        #expect(slow.contains("50 %  about 5 min left") && slow.count <= 79, "\(slow)")

        var quick = ProgressMeter(title: "cubes", now: 0)
        let half = quick.bar(0.5, redraws: false, now: 4) ?? ""
        #expect(half.contains("50 %") && !half.contains("left"))
        let later = quick.bar(0.6, redraws: false, now: 7) ?? ""
        #expect(later.contains("about 5 s left"), "\(later)")
    }

    /// Candidates count within their round.
    @Test func candidatesOfASearch() {
        var tally = SearchTally()
        for place in 0..<3 { tally.take(place, round: 1, isDone: false, iterations: 0) }
        #expect(tally.title == "search" && tally.parts == "0 of 3" && tally.fraction == 0 && tally.news == nil)
        tally.take(1, round: 1, isDone: true, iterations: 8)
        tally.take(0, round: 1, isDone: false, iterations: 4)
        #expect(tally.news == "search for other solutions: 1 of 3 candidates done" && tally.news == nil)
        #expect(abs(tally.fraction - 0.5) < 1e-12)
        for place in 3..<5 { tally.take(place, round: 2, isDone: false, iterations: 0) }
        tally.take(0, round: 1, isDone: true, iterations: 9)
        #expect(tally.title == "search, round 2" && tally.parts == "0 of 2" && tally.news == nil)
        tally.take(4, round: 2, isDone: true, iterations: 3)
        #expect(tally.news == "search for other solutions, round 2: 1 of 2 candidates done")

        var meter = ProgressMeter(title: tally.title, now: 0)
        let bar = meter.bar(0.5, parts: "10 of 12", redraws: false, now: 100) ?? ""
        #expect(bar.contains("search, round 2: 10 of 12") && bar.contains("50 %  about") && bar.count <= 79, "\(bar)")
        #expect(meter.bar(0.5, parts: "10 of 12", redraws: false, now: 101) == nil)
        #expect(meter.bar(0.5, parts: "11 of 12", redraws: false, now: 102) != nil)
        #expect(meter.line(0.5, parts: "11 of 12", now: 103)?.hasPrefix("  search, round 2: 11 of 12, 50 %, about ") == true)
    }

    /// A log gets a line every half a minute at most.
    @Test func linesOfALog() {
        var meter = ProgressMeter(title: "charges", now: 0)
        let lines = [(0.0, 0.0), (0.2, 29), (0.4, 40), (0.5, 50), (0.75, 75)].map { meter.line($0.0, now: $0.1) }
        #expect(lines == [nil, nil, "  charges: 40 %, about 60 s left", nil, "  charges: 75 %, about 25 s left"])
    }

    private func line(_ number: Int, isTest: Bool) -> IterationLine {
        IterationLine(charge: 0, number: number, energy: -1, change: nil, residual: 0, method: "", isStabilityTest: isTest)
    }

    /// The first test is compared with what is usual, the next ones with those that have ended.
    @Test func stabilityTests() throws {
        var tally = StabilityTally()
        let monitor = CalculationMonitor()
        try tally.take(line(10, isTest: false), of: 0, monitor)
        #expect(tally.fraction == 0)
        try tally.take(line(16, isTest: true), of: 0, monitor)
        #expect(abs(tally.fraction - 0.5) < 1e-12)
        try tally.take(line(18, isTest: true), of: 0, monitor)
        try tally.finish(0, monitor)
        #expect(tally.fraction == 1)
        try tally.take(line(5, isTest: false), of: 1, monitor)
        try tally.take(line(9, isTest: true), of: 1, monitor)
        // Eight products for the first, four of eight for the second.
        #expect(abs(tally.fraction - 0.75) < 1e-12)
    }

    @Test func chargeSchemes() {
        let progress = ChargeProgress([.npa, .qtaim])
        let half = progress.take(.qtaim, 0.5)
        #expect(half > 0.4 && half < 0.5)
        // What was told later than something further on does not count.
        #expect(progress.take(.qtaim, 0.3) == half)
        _ = progress.take(.qtaim, 1)
        #expect(abs(progress.take(.npa, 1) - 1) < 1e-12)
    }
}
