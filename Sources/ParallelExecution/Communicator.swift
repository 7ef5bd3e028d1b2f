import Synchronization

/// The ranks that share a calculation, and what they tell each other.
///
/// Every rank holds all matrices and makes every decision; only the loops that cost time are divided. After each of these, the ranks
/// exchange what they lack, so that all have the same bits. Every sum is formed in the order of the ranks, by one of them for all.
public final class Communicator: Sendable {
    /// A single process.
    public static let single = Communicator()

    public let rank: Int
    public let size: Int
    private let transport: (any MessageTransport)?
    private let onFailure: @Sendable (CommunicationFailure) -> Never
    private let counted = Mutex(MessageTraffic())

    private static let current = Mutex<Communicator>(.single)

    /// The ranks of this process. Set at most once, before the first calculation.
    public static var ofProcess: Communicator {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }

    private init() {
        (rank, size, transport) = (0, 1, nil)
        onFailure = { fatalError("\($0)") }
    }

    /// - Parameter onFailure: ends all ranks; called by one or several of them if the ranks no longer agree about what to do.
    public init(_ transport: any MessageTransport, onFailure: @escaping @Sendable (CommunicationFailure) -> Never) {
        (rank, size) = (transport.rank, transport.size)
        self.transport = transport.size > 1 ? transport : nil
        self.onFailure = onFailure
    }

    public var isSingle: Bool { transport == nil }

    /// What this rank has sent so far.
    public var traffic: MessageTraffic { counted.withLock { $0 } }

    // MARK: Shares

    /// The rank that takes a piece. Pieces are dealt to and fro, so that ranks get about the same work if the costs of pieces change
    /// slowly along the list.
    public func owner(of piece: Int) -> Int {
        let (round, place) = piece.quotientAndRemainder(dividingBy: size)
        return round % 2 == 0 ? place : size - 1 - place
    }

    public func owns(_ piece: Int) -> Bool { isSingle || owner(of: piece) == rank }

    /// This rank's pieces of 0..<count, in ascending order.
    public func own(_ count: Int) -> [Int] { (0..<count).filter(owns) }

    // MARK: Numbers

    /// Replaces numbers by their sums over the ranks, which are the same to the last bit everywhere.
    ///
    /// Each rank adds one part of the numbers for all, in the order of the ranks. It sends and receives the numbers about twice.
    public func sum(_ numbers: UnsafeMutablePointer<Double>, count: Int) {
        guard let transport, count > 0 else { return }
        check(.sum, count)
        // In blocks, so that the copies need little memory and the counts stay within those of the transport.
        let block = 1 << 22
        let room = UnsafeMutablePointer<Double>.allocate(capacity: min(block, count) + size)
        defer { room.deallocate() }
        for first in stride(from: 0, to: count, by: block) {
            sum(numbers + first, min(block, count - first), room, transport)
        }
    }

    private func sum(
        _ numbers: UnsafeMutablePointer<Double>, _ count: Int, _ room: UnsafeMutablePointer<Double>,
        _ transport: any MessageTransport
    ) {
        let width = MemoryLayout<Double>.stride
        let parts = (0..<size).map { count * $0 / size..<count * ($0 + 1) / size }
        let own = parts[rank]
        transport.exchange(
            numbers, parts.map { $0.lowerBound * width..<$0.upperBound * width }, room,
            (0..<size).map { $0 * own.count * width..<($0 + 1) * own.count * width })
        for k in 0..<own.count {
            var total = room[k]
            for other in 1..<size { total += room[other * own.count + k] }
            numbers[own.lowerBound + k] = total
        }
        transport.gather(numbers, parts.map { $0.lowerBound * width..<$0.upperBound * width })
        record(bytes: (count - own.count) * width + (size - 1) * own.count * width)
    }

    public func sum(_ numbers: inout [Double]) {
        numbers.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { sum(base, count: $0.count) } }
    }

    /// Sums of vectors with three components.
    public func sum(_ vectors: [SIMD3<Double>]) -> [SIMD3<Double>] {
        guard !isSingle else { return vectors }
        var numbers = vectors.flatMap { [$0.x, $0.y, $0.z] }
        sum(&numbers)
        return vectors.indices.map { SIMD3(numbers[3 * $0], numbers[3 * $0 + 1], numbers[3 * $0 + 2]) }
    }

    public func sum(_ number: Double) -> Double {
        var numbers = [number]
        sum(&numbers)
        return numbers[0]
    }

    /// Sums of whole numbers below 2^53.
    public func sum(_ number: Int) -> Int { isSingle ? number : Int(sum(Double(number))) }

    /// The smallest of the ranks' numbers.
    public func least(_ number: Int) -> Int { values(number).min() ?? number }

    /// The number of every rank.
    public func values<Value: BitwiseCopyable & Sendable>(_ value: Value) -> [Value] {
        guard !isSingle else { return [value] }
        check(.values, MemoryLayout<Value>.stride)
        var result = [Value](repeating: value, count: size)
        gather(&result, (0..<size).map { $0..<$0 + 1 })
        return result
    }

    /// The value of rank 0.
    public func agreed<Value: BitwiseCopyable & Sendable>(_ value: Value) -> Value { values(value)[0] }

    /// The bytes of rank 0.
    public func agreed(_ bytes: [UInt8]) -> [UInt8] {
        guard !isSingle else { return bytes }
        let count = agreed(bytes.count)
        var result = rank == 0 ? bytes : [UInt8](repeating: 0, count: count)
        // The counts of a transport may be limited to 32 bits.
        let block = 1 << 26
        for first in stride(from: 0, to: count, by: block) {
            let range = first..<min(count, first + block)
            gather(&result, (0..<size).map { $0 == 0 ? range : range.upperBound..<range.upperBound })
        }
        return result
    }

    /// Fills the ranges of all ranks: rank r has written the elements `ranges[r]`.
    public func gather<Element: BitwiseCopyable>(_ elements: inout [Element], _ ranges: [Range<Int>]) {
        guard let transport else { return }
        let width = MemoryLayout<Element>.stride
        elements.withUnsafeMutableBytes {
            if let base = $0.baseAddress { transport.gather(base, ranges.map { $0.lowerBound * width..<$0.upperBound * width }) }
        }
        record(bytes: (size - 1) * ranges[rank].count * width)
    }

    /// Gives every rank a part of `source`, and appends what it gets from each, in the order of the ranks.
    public func exchange<Element: BitwiseCopyable>(
        _ source: UnsafePointer<Element>, _ sent: [Range<Int>], _ target: UnsafeMutablePointer<Element>, _ received: [Range<Int>]
    ) {
        guard let transport else { return }
        check(.exchange, 0)
        let width = MemoryLayout<Element>.stride
        func bytes(_ ranges: [Range<Int>]) -> [Range<Int>] { ranges.map { $0.lowerBound * width..<$0.upperBound * width } }
        transport.exchange(source, bytes(sent), target, bytes(received))
        record(bytes: sent.indices.reduce(0) { $0 + ($1 == rank ? 0 : sent[$1].count * width) })
    }

    private func record(bytes: Int) {
        counted.withLock {
            $0.bytes += bytes
            $0.calls += 1
        }
    }

    // MARK: Agreement

    private enum Kind: Int {
        case sum = 1
        case values, exchange, comparison, end
    }

    /// Verifies that all ranks make the same call. Ranks that compute different things would otherwise wait for each other for ever.
    private func check(_ kind: Kind, _ detail: Int) {
        guard let transport else { return }
        let calls = self.calls(kind, detail, transport)
        guard calls.contains(where: { $0 != calls[0] }) else { return }
        // A rank that has ended with an error reports it and ends the others.
        if calls.contains(where: { $0.kind == Kind.end.rawValue }) { transport.waitForEnd() }
        onFailure(.differentCalls)
    }

    private struct Call: Equatable {
        var kind: Int
        var detail: Int
    }

    private func calls(_ kind: Kind, _ detail: Int, _ transport: any MessageTransport) -> [Call] {
        var result = [Call](repeating: Call(kind: kind.rawValue, detail: detail), count: size)
        let width = MemoryLayout<Call>.stride
        result.withUnsafeMutableBytes {
            if let base = $0.baseAddress { transport.gather(base, (0..<size).map { $0 * width..<($0 + 1) * width }) }
        }
        return result
    }

    /// Verifies that all ranks hold the same numbers; otherwise their processors or libraries differ, and so would their decisions.
    public func verify(_ numbers: [[Double]]) {
        guard let transport else { return }
        // FNV-1a over whole words.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for array in numbers { for number in array { hash = (hash ^ number.bitPattern) &* 0x100_0000_01b3 } }
        let calls = self.calls(.comparison, Int(bitPattern: UInt(hash)), transport)
        guard calls.contains(where: { $0 != calls[0] }) else { return }
        if calls.contains(where: { $0.kind == Kind.end.rawValue }) { transport.waitForEnd() }
        onFailure(calls.allSatisfy { $0.kind == Kind.comparison.rawValue } ? .differentNumbers : .differentCalls)
    }

    /// The status of a rank that has ended because rank 0 has.
    public static let followsFirst: Int32 = -1

    /// Called once by every rank when its work has ended, however it has ended.
    ///
    /// - Returns: whether all ranks have ended in the same way; otherwise this rank must report its error and end the others.
    public func end(status: Int32) -> Bool {
        guard let transport else { return true }
        let calls = self.calls(.end, Int(status), transport)
        guard calls.allSatisfy({ $0.kind == Kind.end.rawValue }) else { return false }
        let own = calls.map(\.detail).filter { $0 != Int(Self.followsFirst) }
        if own.allSatisfy({ $0 == own[0] }) { return true }
        // The first with an error reports it.
        guard calls.firstIndex(where: { $0.detail > 0 }) == rank else { transport.waitForEnd() }
        return false
    }
}

/// Messages of one rank.
public struct MessageTraffic: Sendable, Equatable {
    /// Sent to other ranks.
    public var bytes = 0
    /// Collective operations, without those that verify that the ranks agree.
    public var calls = 0

    public static func + (a: MessageTraffic, b: MessageTraffic) -> MessageTraffic {
        MessageTraffic(bytes: a.bytes + b.bytes, calls: a.calls + b.calls)
    }

    public static func - (a: MessageTraffic, b: MessageTraffic) -> MessageTraffic {
        MessageTraffic(bytes: a.bytes - b.bytes, calls: a.calls - b.calls)
    }
}

/// Why ranks cannot go on together.
public enum CommunicationFailure: Error, Sendable, CustomStringConvertible {
    case differentCalls
    case differentNumbers

    public var description: String {
        switch self {
        case .differentCalls: "the ranks no longer do the same"
        case .differentNumbers:
            "the ranks obtained different numbers from the same input: their processors or libraries differ. Take machines of one kind, or set "
                + "OPENBLAS_CORETYPE to the same value for all ranks."
        }
    }
}
