import Foundation
import Synchronization

/// Ctrl-C and SIGTERM: the first one lets the step that is running end, so that the checkpoint is whole; the second
/// one ends the program at once.
enum Interruption {
    private static let received = Atomic<Int32>(0)

    /// Starts listening. Also makes a broken pipe and the limit on file sizes errors of the call that meets them.
    static func install() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        // The handler may only do what is safe in the middle of anything: an atomic exchange, write and _exit.
        received.store(0, ordering: .relaxed)
        // A parent may have blocked the signals in the thread that started this process.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                if Interruption.received.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
                let message: StaticString = "\nesp: stopping after this step; once more stops at once\n"
                _ = write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount)
            }
        }
    }

    /// Throws when a signal has come.
    static func check() throws {
        switch received.load(ordering: .relaxed) {
        case 0: return
        case SIGINT: throw Failure(.interrupted, "stopped on request; the same command goes on from the checkpoint.")
        default: throw Failure(.terminated, "stopped on request; the same command goes on from the checkpoint.")
        }
    }
}
