import Foundation
import Synchronization

/// The signals that ask every command to end: SIGINT (Ctrl-C), SIGTERM and SIGHUP, which counts as SIGTERM. The first one lets the running
/// step finish, so that files and checkpoints are complete; the second one ends the program at once.
enum Interruption {
    private static let received = Atomic<Int32>(0)
    private static let isResumable = Atomic<Bool>(false)
    /// 0 for a single process; with several ranks 1 for the one that speaks, and 2 for the others.
    private static let ranks = Atomic<Int32>(0)

    /// Installs the handlers, before anything else. Broken pipes and the limit on file sizes become errors of the failing call.
    static func install() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        for number in [SIGINT, SIGHUP, SIGTERM] where number == SIGTERM || !isIgnored(number) {
            // The handler may only do what is safe at any point: an atomic exchange, write and _exit.
            signal(number) { number in
                let kind = number == SIGINT ? SIGINT : SIGTERM
                let ranks = Interruption.ranks.load(ordering: .relaxed)
                if ranks != 0 {
                    let message: StaticString =
                        "\nesp: stopped, because a rank was lost or the calculation was ended. Run the same command to restart from the checkpoint.\n"
                    if ranks == 1 { _ = write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount) }
                    _exit(128 + kind)
                }
                if Interruption.received.exchange(kind, ordering: .relaxed) != 0 { _exit(128 + kind) }
                let message: StaticString = "\nesp: stopping after this step; a second signal stops at once\n"
                _ = write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount)
            }
            // A parent may have blocked the signals in the thread that started this process. Pending ones are delivered now.
            var signals = sigset_t()
            sigemptyset(&signals)
            sigaddset(&signals, number)
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        }
    }

    /// With several ranks, the first signal ends the program: the others may no longer answer. Files and checkpoints are written whole or not
    /// at all.
    ///
    /// - Parameter isSpeaking: whether this rank says so.
    static func endAtOnce(isSpeaking: Bool) { ranks.store(isSpeaking ? 1 : 2, ordering: .relaxed) }

    /// Whether the parent had the signal ignored, as `nohup` and background jobs of a shell do; it stays ignored.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Declares that the running command writes checkpoints from which a later call restarts.
    static func announceCheckpoints() { isResumable.store(true, ordering: .relaxed) }

    /// Throws if a signal has arrived.
    static func check() throws {
        let number = received.load(ordering: .relaxed)
        guard number != 0 else { return }
        let advice =
            isResumable.load(ordering: .relaxed)
            ? "Run the same command to restart from the checkpoint." : "Run the same command again."
        throw Failure(number == SIGINT ? .interrupted : .terminated, "interrupted. " + advice)
    }
}
