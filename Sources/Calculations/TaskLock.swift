import Foundation
import RunFolders

/// Keeps a second process from a task: it waits until the first one has ended, however that ends.
///
/// The lock is one of the system on a file of its own, because network file systems lock no folders.
final class TaskLock {
    private let descriptor: Int32

    /// Waits for the lock.
    ///
    /// - Parameter monitor: is told of the waiting, and of a file system without locks, on which nothing is kept out.
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
            // The system does not end a wait for a lock for every signal that ends the program.
            usleep(200_000)
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}
