import Foundation
import ParallelExecution
import Synchronization

/// Ranks of a calculation in one process, each a thread: what they exchange is copied from one to the other.
public enum ThreadRanks {
    /// Runs `body` on every rank and returns the results by rank; nil for ranks that ended because of a failure, which is returned.
    public static func run<Result: Sendable>(
        _ size: Int, _ body: @escaping @Sendable (Communicator) throws -> Result
    ) throws -> (results: [Result?], failure: CommunicationFailure?) {
        let place = MeetingPlace(size)
        let outcomes = Mutex([Int: Swift.Result<Result, any Error>]())
        let failure = Mutex<CommunicationFailure?>(nil)
        let done = DispatchGroup()
        for rank in 0..<size {
            done.enter()
            let thread = Thread {
                let communicator = Communicator(ThreadTransport(rank: rank, size: size, place: place)) { reason in
                    failure.withLock { $0 = reason }
                    done.leave()
                    Thread.exit()
                    fatalError("the thread has ended")
                }
                let outcome = Swift.Result { try body(communicator) }
                outcomes.withLock { $0[rank] = outcome }
                done.leave()
            }
            thread.stackSize = 64 << 20
            thread.start()
        }
        done.wait()
        return (
            try outcomes.withLock { outcomes in try (0..<size).map { try outcomes[$0]?.get() } }, failure.withLock { $0 }
        )
    }

    /// The results of all ranks, none of which fails.
    public static func results<Result: Sendable>(
        _ size: Int, _ body: @escaping @Sendable (Communicator) throws -> Result
    ) throws -> [Result] {
        try run(size, body).results.compactMap { $0 }
    }
}

/// Where ranks wait for each other and show their buffers.
private final class MeetingPlace: @unchecked Sendable {
    private let condition = NSCondition()
    private var waiting = 0
    private var round = 0
    private let size: Int
    var buffers: [UnsafeRawPointer?]
    var ranges: [[Range<Int>]]

    init(_ size: Int) {
        self.size = size
        buffers = [UnsafeRawPointer?](repeating: nil, count: size)
        ranges = [[Range<Int>]](repeating: [], count: size)
    }

    func show(_ buffer: UnsafeRawPointer, _ shown: [Range<Int>], by rank: Int) {
        condition.withLock { (buffers[rank], ranges[rank]) = (buffer, shown) }
        meet()
    }

    func meet() {
        condition.withLock {
            let own = round
            waiting += 1
            if waiting == size {
                (waiting, round) = (0, round + 1)
                condition.broadcast()
            }
            while round == own { condition.wait() }
        }
    }
}

private struct ThreadTransport: MessageTransport {
    let rank: Int
    let size: Int
    let place: MeetingPlace

    func exchange(_ source: UnsafeRawPointer, _ sent: [Range<Int>], _ target: UnsafeMutableRawPointer, _ received: [Range<Int>]) {
        place.show(source, sent, by: rank)
        for other in 0..<size {
            let range = place.ranges[other][rank]
            precondition(range.count == received[other].count, "a rank sends what another does not expect")
            if let from = place.buffers[other], !range.isEmpty {
                (target + received[other].lowerBound).copyMemory(from: from + range.lowerBound, byteCount: range.count)
            }
        }
        place.meet()
    }

    func gather(_ buffer: UnsafeMutableRawPointer, _ ranges: [Range<Int>]) {
        place.show(buffer, ranges, by: rank)
        for other in 0..<size where other != rank {
            let range = ranges[other]
            precondition(place.ranges[other][other].count == range.count, "ranks disagree about what is gathered")
            if let from = place.buffers[other], !range.isEmpty {
                (buffer + range.lowerBound).copyMemory(from: from + place.ranges[other][other].lowerBound, byteCount: range.count)
            }
        }
        place.meet()
    }

    func waitForEnd() -> Never { fatalError("no rank of these tests ends before the others") }
}
