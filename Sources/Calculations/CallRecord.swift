import Foundation
import ParallelExecution
import RunFolders

/// How a calculation was called, for the provenance stored in results.
public struct CallRecord: Sendable {
    /// Command-line arguments without the program's name; empty for a caller of the library.
    public var arguments: [String]

    public init(arguments: [String] = []) { self.arguments = arguments }

    /// - Parameter seconds: wall time of earlier calls of the same calculation.
    package func provenance(
        input: String, since start: ContinuousClock.Instant?, earlierSeconds seconds: Double = 0, pool: WorkerPool
    ) -> ResultDocument.Provenance {
        .init(
            creator: "esp", version: ProgramVersion.number, instructionSet: ProgramVersion.instructionSet,
            libraries: ProgramVersion.libraries, input: input, arguments: arguments,
            finished: start == nil ? "" : ISO8601DateFormatter().string(from: Date()),
            wallSeconds: seconds + (start?.secondsToNow ?? 0), threads: pool.threads,
            ranks: pool.communicator.isSingle ? nil : pool.communicator.size)
    }
}
