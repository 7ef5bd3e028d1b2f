import Synchronization

/// Wall time by phase of a calculation; any thread may add to it.
public final class TimeLedger: Sendable {
    public struct Entry: Sendable, Equatable {
        public let phase: String
        /// Wall time in seconds.
        public var seconds: Double
        /// How often the phase was entered.
        public var count: Int
    }

    /// Whether the timed work may take slightly longer in order to record more details.
    public let isDetailed: Bool
    private let list = Mutex<[Entry]>([])

    /// What one rank has sent in a phase.
    public struct MessageEntry: Sendable, Equatable {
        public let phase: String
        public var traffic: MessageTraffic
        /// How often the phase was entered.
        public var count: Int
    }
    private let messageList = Mutex<[MessageEntry]>([])

    /// Phases in which this rank has sent messages, in the order in which they were first entered.
    public var messageEntries: [MessageEntry] { messageList.withLock { $0 } }

    /// Nothing is recorded if nothing was sent.
    public func add(_ phase: String, messages traffic: MessageTraffic) {
        guard traffic.calls > 0 else { return }
        messageList.withLock { list in
            if let index = list.firstIndex(where: { $0.phase == phase }) {
                list[index].traffic = list[index].traffic + traffic
                list[index].count += 1
            } else {
                list.append(MessageEntry(phase: phase, traffic: traffic, count: 1))
            }
        }
    }

    public init(isDetailed: Bool = false) { self.isDetailed = isDetailed }

    /// Phases in the order in which they were first entered.
    public var entries: [Entry] { list.withLock { $0 } }

    /// Runs `body` and records its wall time.
    public func measure<Result>(_ phase: String, _ body: () throws -> Result) rethrows -> Result {
        let start = ContinuousClock.now
        defer { add(phase, seconds: start.secondsToNow) }
        return try body()
    }

    public func add(_ phase: String, seconds: Double) {
        list.withLock { list in
            if let index = list.firstIndex(where: { $0.phase == phase }) {
                list[index].seconds += seconds
                list[index].count += 1
            } else {
                list.append(Entry(phase: phase, seconds: seconds, count: 1))
            }
        }
    }
}
