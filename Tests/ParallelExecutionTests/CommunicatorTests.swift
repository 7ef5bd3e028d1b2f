import Foundation
import ParallelExecution
import TestSupport
import Testing

/// Sums, shares and agreement of ranks, which are threads here.
@Suite struct CommunicatorTests {
    private static func numbers(_ rank: Int, _ count: Int) -> [Double] {
        (0..<count).map { sin(Double(3 * $0 + 7 * rank)) * pow(10, Double(($0 + 5 * rank) % 9)) }
    }

    /// In the order of the ranks, whatever the number of numbers; all ranks get the same bits.
    @Test(arguments: [1, 2, 3, 4, 7], [0, 1, 2, 5, 1000])
    func sumsAreFormedInTheOrderOfTheRanks(size: Int, count: Int) throws {
        let results = try ThreadRanks.results(size) { communicator in
            var numbers = Self.numbers(communicator.rank, count)
            communicator.sum(&numbers)
            return numbers
        }
        var expected = Self.numbers(0, count)
        for rank in 1..<max(1, size) where size > 1 {
            for (k, number) in Self.numbers(rank, count).enumerated() { expected[k] += number }
        }
        #expect(results.count == size)
        for result in results { #expect(result == expected) }
    }

    /// More numbers than fit into a block.
    @Test func longSums() throws {
        let count = (1 << 22) + 5
        let results = try ThreadRanks.results(3) { communicator in
            var numbers = [Double](repeating: Double(communicator.rank + 1), count: count)
            numbers[count - 1] = Double(10 * communicator.rank)
            communicator.sum(&numbers)
            return (numbers.dropLast().allSatisfy { $0 == 6 }, numbers[count - 1], communicator.traffic.bytes)
        }
        for result in results { #expect(result.0 && result.1 == 30) }
        // Each rank sends two thirds of the numbers, and its third to two others.
        let sent = results.reduce(0) { $0 + $1.2 }
        #expect(abs(sent - 3 * 8 * count * 4 / 3) <= 3 * 64)
    }

    @Test(arguments: [1, 2, 3, 5])
    func everyPieceIsDoneOnce(size: Int) throws {
        for count in [0, 1, 4, 23] {
            let results = try ThreadRanks.results(size) { communicator in
                let pool = WorkerPool(threads: 2, communicator: communicator)
                var filled = [Double](repeating: -1, count: count)
                filled.withUnsafeMutableBufferPointer { buffer in
                    guard let base = buffer.baseAddress else { return }
                    let target = SharedPointer(base)
                    pool.fill(base, count: count, pieces: count) { piece, _ in target[piece] = Double(piece * piece) }
                }
                let mapped = pool.sharedMap(count, inChunksOf: 3) { SIMD2(Double($0), -Double($0)) }
                let arrays = pool.sharedArrays(count) { piece in (0..<piece % 4).map { Int32(10 * piece + $0) } }
                return (communicator.own(count), filled, mapped, arrays)
            }
            #expect(results.flatMap(\.0).sorted() == Array(0..<count))
            for result in results {
                #expect(result.1 == (0..<count).map { Double($0 * $0) })
                #expect(result.2 == (0..<count).map { SIMD2(Double($0), -Double($0)) })
                #expect(result.3 == (0..<count).map { piece in (0..<piece % 4).map { Int32(10 * piece + $0) } })
            }
        }
    }

    /// Costs that decrease along the list are shared evenly.
    @Test func piecesOfDecreasingCostAreShared() throws {
        let costs = (0..<1000).map { Double((1000 - $0) * (1000 - $0)) }
        let shares = try ThreadRanks.results(4) { $0.own(costs.count).reduce(0) { $0 + costs[$1] } }
        let mean = shares.reduce(0, +) / 4
        for share in shares { #expect(abs(share - mean) < 1e-3 * mean) }
    }

    @Test func agreement() throws {
        let results = try ThreadRanks.results(3) { communicator in
            let rank = communicator.rank
            return (
                communicator.least(10 - rank), communicator.sum(rank), communicator.agreed(rank == 0),
                communicator.values(Int8(rank)),
                communicator.agreed([UInt8](repeating: UInt8(7 + rank), count: rank == 0 ? 100_000 : 3)),
                communicator.sum([SIMD3(Double(rank), 1, 2)])
            )
        }
        for result in results {
            #expect(result.0 == 8 && result.1 == 3 && result.2 && result.3 == [0, 1, 2])
            #expect(result.4 == [UInt8](repeating: 7, count: 100_000) && result.5 == [SIMD3(3, 3, 6)])
        }
        #expect(Communicator.single.agreed(5) == 5 && Communicator.single.least(4) == 4 && Communicator.single.traffic.calls == 0)
    }

    /// Ranks that compute different things end instead of waiting for each other.
    @Test func disagreementEndsTheRanks() throws {
        let calls = try ThreadRanks.run(2) { communicator in
            if communicator.rank == 0 { return communicator.sum(1.0) }
            return Double(communicator.least(1))
        }
        #expect(calls.failure == .differentCalls && calls.results == [nil, nil])
        let lengths = try ThreadRanks.run(3) { communicator in
            var numbers = [Double](repeating: 1, count: communicator.rank == 2 ? 4 : 5)
            communicator.sum(&numbers)
            return numbers
        }
        #expect(lengths.failure == .differentCalls)
        let numbers = try ThreadRanks.run(2) { communicator in
            communicator.verify([[1, 2, communicator.rank == 0 ? 3 : Double(3).nextUp]])
            return true
        }
        #expect(numbers.failure == .differentNumbers && numbers.results == [nil, nil])
        let same = try ThreadRanks.run(2) { communicator in
            communicator.verify([[1, 2], [3]])
            return communicator.end(status: 0)
        }
        #expect(same.failure == nil && same.results == [true, true])
    }

    /// An error of one rank is reported by that rank; those that follow rank 0 report none.
    @Test func endsAreCompared() throws {
        let results = try ThreadRanks.results(3) { communicator in
            communicator.end(status: communicator.rank == 0 ? 73 : Communicator.followsFirst)
        }
        #expect(results == [true, true, true])
    }
}
