import FileFormats
import Foundation
import Synchronization

/// Keeps a second process out of a folder in which one is at work: their files would mix, and one would lose its results.
///
/// An advisory lock of the system on the folder itself, which ends with the program however it ends. Where the file system has no
/// locks, nothing is kept out. Within the process a folder may be locked more than once, as by a series and by each of its parts; it
/// stays locked until the last of them ends.
package final class FolderLock: Sendable {
    private struct Place: Hashable {
        package let device: UInt64
        package let inode: UInt64
    }

    private final class Hold: Sendable {
        package let descriptor: Int32
        package init(_ descriptor: Int32) { self.descriptor = descriptor }
        deinit { if descriptor >= 0 { close(descriptor) } }
    }

    private struct WeakHold {
        package weak var hold: Hold?
    }

    private static let held = Mutex<[Place: WeakHold]>([:])

    private let hold: Hold

    /// - Throws: `RunFolderError.inUse` when another process has the folder.
    package convenience init(_ folder: OutputFolder) throws { try self.init(path: folder.path) }

    package init(path: String) throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            hold = Hold(descriptor)
            return
        }
        let place = Place(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        let own = Hold(descriptor)
        let found = Self.held.withLock { held -> Hold? in
            if let known = held[place]?.hold { return known }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else { return nil }
            held[place] = WeakHold(hold: own)
            return own
        }
        guard let found else {
            throw RunFolderError.inUse(path: path)
        }
        hold = found
    }
}
