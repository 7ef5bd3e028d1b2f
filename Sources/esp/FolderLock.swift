import Foundation
import Synchronization

/// Keeps a second process out of a folder in which one is at work: their files would mix, and one would lose its results.
///
/// An advisory lock of the system on the folder itself, which ends with the program however it ends. Where the file system has no
/// locks, nothing is kept out. Within the process a folder may be locked more than once, as by a series and by each of its parts; it
/// stays locked until the last of them ends.
final class FolderLock: Sendable {
    private struct Place: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private final class Hold: Sendable {
        let descriptor: Int32
        init(_ descriptor: Int32) { self.descriptor = descriptor }
        deinit { if descriptor >= 0 { close(descriptor) } }
    }

    private struct WeakHold {
        weak var hold: Hold?
    }

    private static let held = Mutex<[Place: WeakHold]>([:])

    private let hold: Hold

    /// - Throws: `Failure` when another process has the folder.
    convenience init(_ folder: OutputFolder) throws { try self.init(path: folder.path) }

    init(path: String) throws {
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
            throw Failure(
                .outputNotCreated,
                "\(path): another esp is at work in this folder. Wait until it has ended, or name another one with --output.")
        }
        hold = found
    }
}
