import CMessagePassing
import Foundation
import ParallelExecution

/// Messages by MPI. Only the thread that started it may send.
public struct MPITransport: MessageTransport {
    public let rank: Int
    public let size: Int
    /// The number of ranks on this rank's machine.
    public let sizeOfMachine: Int

    /// Starts MPI. Called at most once.
    public init() {
        esp_mpi_start()
        rank = Int(esp_mpi_rank())
        size = Int(esp_mpi_size())
        sizeOfMachine = Int(esp_mpi_size_of_machine())
    }

    public func exchange(
        _ source: UnsafeRawPointer, _ sent: [Range<Int>], _ target: UnsafeMutableRawPointer, _ received: [Range<Int>]
    ) {
        guard (sent + received).allSatisfy({ $0.upperBound <= Self.mostBytes }) else {
            let text = "esp: error: more than 1 GiB for one message between two ranks; take more ranks, or less --memory\n"
            FileHandle.standardError.write(Data(text.utf8))
            abort(status: 71)
        }
        esp_mpi_exchange(source, counts(sent), places(sent), target, counts(received), places(received))
    }

    public func gather(_ buffer: UnsafeMutableRawPointer, _ ranges: [Range<Int>]) {
        guard ranges.contains(where: { $0.upperBound > Self.mostBytes }) else {
            esp_mpi_gather(buffer, counts(ranges), places(ranges))
            return
        }
        for (rank, range) in ranges.enumerated() {
            for first in stride(from: range.lowerBound, to: range.upperBound, by: Self.mostBytes) {
                let length = min(Self.mostBytes, range.upperBound - first)
                let parts = ranges.indices.map { $0 == rank ? 0..<length : length..<length }
                esp_mpi_gather(buffer + first, counts(parts), places(parts))
            }
        }
    }

    /// MPI counts bytes in 32 bits.
    private static let mostBytes = 1 << 30

    private func counts(_ ranges: [Range<Int>]) -> [Int32] { ranges.map { Int32($0.count) } }
    private func places(_ ranges: [Range<Int>]) -> [Int32] { ranges.map { Int32($0.lowerBound) } }

    public func waitForEnd() -> Never {
        while true { pause() }
    }

    /// Ends MPI, when all ranks have ended their work.
    public func end() { esp_mpi_end() }

    /// Ends all ranks with an exit code.
    public func abort(status: Int32) -> Never {
        esp_mpi_abort(status)
        _exit(status)
    }
}
