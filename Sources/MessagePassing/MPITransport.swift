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
        esp_mpi_exchange(source, counts(sent), places(sent), target, counts(received), places(received))
    }

    public func gather(_ buffer: UnsafeMutableRawPointer, _ ranges: [Range<Int>]) {
        esp_mpi_gather(buffer, counts(ranges), places(ranges))
    }

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
