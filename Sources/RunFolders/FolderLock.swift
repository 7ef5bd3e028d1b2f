import FileFormats
import Foundation
import Synchronization

/// Keeps a second process out of a folder that is in use: otherwise files would be mixed up, and results lost.
///
/// An advisory system lock, which ends with the program, however it ends: on the folder itself, which keeps out processes of this machine,
/// and on a file system that other machines may share also on the file `.esp-lock` in it, which is removed at the end. Where the file system
/// cannot lock, the work goes on, and `LockWarnings` says that other processes are not kept out. Within the process a folder may be locked
/// more than once, for example by a series and by each of its parts; it stays locked until the last of them ends.
package final class FolderLock: Sendable {
    private struct Place: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private final class Hold: Sendable {
        let descriptor: Int32
        /// Folders that this call created, innermost first.
        let created: [String]
        let file: LockFile?

        init(_ descriptor: Int32, created: [String] = [], file: LockFile? = nil) {
            self.descriptor = descriptor
            self.created = created
            self.file = file
        }

        deinit {
            file?.remove()
            // The system removes a folder only if it is empty.
            _ = created.allSatisfy { rmdir($0) == 0 }
            if descriptor >= 0 { close(descriptor) }
        }
    }

    private struct WeakHold {
        weak var hold: Hold?
    }

    private static let held = Mutex<[Place: WeakHold]>([:])

    private let hold: Hold

    /// When the lock ends, folders that this call created and left empty are removed: a calculation that fails leaves no trace.
    ///
    /// - Throws: `RunFolderError.inUse` if another process is using the folder.
    package convenience init(_ folder: OutputFolder) throws { try self.init(path: folder.path, created: folder.created) }

    /// - Parameter system: other system calls, for tests.
    package convenience init(path: String, system: LockSystem = LockSystem()) throws {
        try self.init(path: path, created: [], system: system)
    }

    private init(path: String, created: [String], system: LockSystem = LockSystem()) throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            hold = Hold(descriptor, created: created)
            return
        }
        let place = Place(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        let found = Self.held.withLock { held -> Hold? in
            if let known = held[place]?.hold {
                close(descriptor)
                return known
            }
            guard let own = Self.hold(descriptor, path: path, created: created, system: system) else {
                close(descriptor)
                return nil
            }
            held[place] = WeakHold(hold: own)
            return own
        }
        guard let found else {
            throw RunFolderError.inUse(path: path)
        }
        hold = found
    }

    /// Nil if another process has the folder.
    private static func hold(_ descriptor: Int32, path: String, created: [String], system: LockSystem) -> Hold? {
        let fileSystem = system.fileSystem(descriptor)
        switch system.attempt(descriptor) {
        case .heldByAnother: return nil
        case .taken: break
        // Clients of network file systems may refuse locks on folders.
        case .impossible(let code):
            if fileSystem?.isShared != true { warn(path, fileSystem, code, system) }
        }
        guard let fileSystem, fileSystem.isShared else { return Hold(descriptor, created: created) }
        switch LockFile.take(in: path, system: system) {
        case .success(let file):
            if fileSystem.lockReach == .thisMachine { warn(path, fileSystem, nil, system) }
            return Hold(descriptor, created: created, file: file)
        case .failure(.heldByAnother): return nil
        case .failure(.impossible(let code)):
            warn(path, fileSystem, code, system)
            return Hold(descriptor, created: created)
        // Nothing can be written here, which whoever writes reports.
        case .failure(.notCreated): return Hold(descriptor, created: created)
        }
    }

    /// - Parameter code: of the error; nil if locks do not reach other machines.
    private static func warn(_ path: String, _ fileSystem: MountedFileSystem?, _ code: Int32?, _ system: LockSystem) {
        let type = fileSystem?.type ?? "of unknown type"
        let problem =
            code.map { "this file system (\(type)) cannot lock: \(SystemMessage.text($0))" }
            ?? "this file system (\(type)) is mounted so that its locks hold on this machine only"
        system.warnings.give(
            "\(path): \(problem). If another esp writes to this folder meanwhile, results can be lost. "
                + "Write to it with one process at a time, or compute in a folder on a local disk.",
            kind: "folder \(type) \(code ?? 0)")
    }
}

/// A file in a folder whose lock stands for the folder, on file systems that lock only files for all machines.
private struct LockFile {
    enum Failure: Error {
        case heldByAnother, notCreated
        case impossible(Int32)
    }

    private let path: String
    private let descriptor: Int32

    static func take(in folder: String, system: LockSystem) -> Result<LockFile, Failure> {
        let path = folder + "/.esp-lock"
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else {
                let code = errno
                // Another user may have made it.
                return .failure(access(path, F_OK) == 0 ? .impossible(code) : .notCreated)
            }
            switch system.attempt(descriptor) {
            case .taken: break
            case .heldByAnother:
                close(descriptor)
                return .failure(.heldByAnother)
            case .impossible(let code):
                close(descriptor)
                unlink(path)
                return .failure(.impossible(code))
            }
            // The process that had the lock may have removed the file meanwhile.
            var (own, current) = (stat(), stat())
            if fstat(descriptor, &own) == 0, stat(path, &current) == 0, own.st_ino == current.st_ino {
                return .success(LockFile(path: path, descriptor: descriptor))
            }
            close(descriptor)
        }
    }

    /// Ends the lock. The file is removed while it is locked: nobody else can have the lock.
    func remove() {
        unlink(path)
        close(descriptor)
    }
}
