import Foundation
import ParallelExecution

/// Seconds of a piece of work: wall time, processor time of all threads, and how much of that the system took.
struct Timing: Codable {
    let wall: Double
    let processor: Double
    let system: Double

    static func measure<Result>(_ body: () throws -> Result) rethrows -> (Timing, Result) {
        let start = ContinuousClock.now
        let used = processorSeconds()
        let result = try body()
        let wall = start.secondsToNow
        let now = processorSeconds()
        return (
            Timing(wall: wall, processor: now.user + now.system - used.user - used.system, system: now.system - used.system),
            result
        )
    }

    private static func processorSeconds() -> (user: Double, system: Double) {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ t: timeval) -> Double { Double(t.tv_sec) + 1e-6 * Double(t.tv_usec) }
        return (seconds(usage.ru_utime), seconds(usage.ru_stime))
    }
}

/// Peak resident memory of this process so far, in MB.
func peakMemory() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) / 1024
}

func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
