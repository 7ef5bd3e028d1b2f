import Foundation

/// Seconds of a piece of work: wall time, and processor time of all threads.
struct Timing: Codable {
    let wall: Double
    let processor: Double

    static func measure<Result>(_ body: () throws -> Result) rethrows -> (Timing, Result) {
        let start = ContinuousClock.now
        let used = processorSeconds()
        let result = try body()
        let parts = (ContinuousClock.now - start).components
        let wall = Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
        return (Timing(wall: wall, processor: processorSeconds() - used), result)
    }

    private static func processorSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ t: timeval) -> Double { Double(t.tv_sec) + 1e-6 * Double(t.tv_usec) }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
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
