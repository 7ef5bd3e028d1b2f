import Foundation
import Synchronization

/// An attempt to lock an open file or folder for this process alone (`flock`), without waiting.
package enum LockAttempt: Equatable, Sendable {
    case taken, heldByAnother
    /// With the number of the error: the file system has no locks, or the server does not answer.
    case impossible(Int32)
}

/// The system calls behind locks. Tests replace them.
package struct LockSystem: Sendable {
    /// Returns 0, or the number of the error.
    package var lock: @Sendable (_ descriptor: Int32) -> Int32 = { flock($0, LOCK_EX | LOCK_NB) == 0 ? 0 : errno }
    package var fileSystem: @Sendable (_ descriptor: Int32) -> MountedFileSystem? = { MountedFileSystem(descriptor: $0) }
    /// Told of locks that do not protect.
    package var warnings = LockWarnings.ofProcess

    package init() {}

    package func attempt(_ descriptor: Int32) -> LockAttempt {
        while true {
            switch lock(descriptor) {
            case 0: return .taken
            case EWOULDBLOCK: return .heldByAnother
            case EINTR: continue
            case let code: return .impossible(code)
            }
        }
    }
}

/// Warnings about locks that do not protect. Of one kind a process gives one, however many folders it locks.
package final class LockWarnings: Sendable {
    /// Writes to standard error, unless the program has set something else.
    package static let ofProcess = LockWarnings { FileHandle.standardError.write(Data("esp: warning: \($0)\n".utf8)) }

    private struct State {
        var given: Set<String> = []
        var write: @Sendable (String) -> Void
    }

    private let state: Mutex<State>

    package init(_ write: @escaping @Sendable (String) -> Void) { state = Mutex(State(write: write)) }

    /// - Parameter write: is called with sentences: what is not protected, then the cure.
    package func send(to write: @escaping @Sendable (String) -> Void) { state.withLock { $0.write = write } }

    package func give(_ text: String, kind: String) {
        let write = state.withLock { $0.given.insert(kind).inserted ? $0.write : nil }
        write?(text)
    }
}
