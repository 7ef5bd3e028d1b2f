import FileFormats
import Foundation
import RunFolders

/// Keeps a second process from running a task: it waits until the first one has ended, in whatever way.
///
/// The lock is on a separate file, because network file systems cannot lock folders.
final class TaskLock {
    private var descriptor: Int32

    /// Waits for the lock. Where locks do not keep out all processes, `LockWarnings` says so, and the task is run.
    ///
    /// - Parameters:
    ///   - monitor: is notified of the waiting.
    ///   - waiting: what it is told.
    ///   - system: other system calls, for tests.
    init(
        path: String, monitor: CalculationMonitor, waiting: String = "another process has this task; waiting for its end",
        system: LockSystem = LockSystem()
    ) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        self.descriptor = descriptor
        guard descriptor >= 0 else {
            throw CalculationError.inputOutput("\(path) cannot be made (\(SystemMessage.text(errno))).")
        }
        let fileSystem = system.fileSystem(descriptor)
        let type = fileSystem?.type ?? "of unknown type"
        var isWaiting = false
        while true {
            switch system.attempt(descriptor) {
            case .taken:
                switch fileSystem?.lockReach {
                case .thisMachine:
                    Self.warn(path, "is mounted so that its locks hold on this machine only", type, system)
                case .unknown: Self.warn(path, "may have locks that hold on this machine only", type, system)
                case .allMachines, nil: break
                }
                return
            case .impossible(let code):
                Self.warn(path, "cannot lock: \(SystemMessage.text(code))", type, system)
                return
            case .heldByAnother:
                if !isWaiting { monitor.note(waiting) }
                isWaiting = true
                try monitor.checkCancellation()
                // Not every signal that ends the program interrupts a system call that waits for a lock.
                usleep(200_000)
            }
        }
    }

    private static func warn(_ path: String, _ problem: String, _ type: String, _ system: LockSystem) {
        system.warnings.give(
            "\(path): this file system (\(type)) \(problem). Two processes that get the same task both compute it, and write "
                + "to the same folder. Give every task to one process at a time, as Slurm and Snakemake do; where structures are "
                + "relaxed, run one task of each molecule to its end before the others. --scratch with a folder on a local disk keeps the "
                + "files of other tasks apart until they are finished.",
            kind: "task \(type) \(problem)")
    }

    /// Ends the lock.
    func release() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    deinit { release() }
}
