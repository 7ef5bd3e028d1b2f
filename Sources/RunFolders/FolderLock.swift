import FileFormats
import Foundation
import Synchronization

/// Keeps a second process out of a folder that is in use: otherwise files would be mixed up, and results lost.
///
/// An advisory system lock on the folder itself, which ends with the program, however it ends. On file systems without locks, other
/// processes are not excluded. Within the process a folder may be locked more than once, for example by a series and by each of its parts;
/// it stays locked until the last of them ends.
package final class FolderLock: Sendable {
    private struct Place: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private final class Hold: Sendable {
        let descriptor: Int32
        /// Folders that this call created, innermost first.
        let created: [String]

        init(_ descriptor: Int32, created: [String] = []) {
            self.descriptor = descriptor
            self.created = created
        }

        deinit {
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

    package convenience init(path: String) throws { try self.init(path: path, created: []) }

    private init(path: String, created: [String]) throws {
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
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
                close(descriptor)
                return nil
            }
            let own = Hold(descriptor, created: created)
            held[place] = WeakHold(hold: own)
            return own
        }
        guard let found else {
            throw RunFolderError.inUse(path: path)
        }
        hold = found
    }
}
