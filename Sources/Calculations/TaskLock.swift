import Foundation
import RunFolders

/// Keeps a second process from running a task: it waits until the first one has ended, in whatever way.
///
/// The lock is on a separate file, because network file systems cannot lock folders.
final class TaskLock {
    private let descriptor: Int32

    /// Waits for the lock.
    ///
    /// - Parameter monitor: is notified of the waiting, and of a file system without locks, on which other processes are not excluded.
    init(path: String, monitor: CalculationMonitor) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        self.descriptor = descriptor
        guard descriptor >= 0 else {
            throw CalculationError.inputOutput("\(path) cannot be made (\(String(cString: strerror(errno)))).")
        }
        var isWaiting = false
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            guard code == EWOULDBLOCK || code == EINTR else {
                monitor.note(
                    "\(path): this file system has no locks (\(String(cString: strerror(code)))). Two processes must not be given the same task."
                )
                return
            }
            if !isWaiting { monitor.note("another process has this task; waiting for its end") }
            isWaiting = true
            try monitor.checkCancellation()
            // Not every signal that ends the program interrupts a system call that waits for a lock.
            usleep(200_000)
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}
