import Foundation

/// Keeps a second calculation out of a folder in which one is at work: their checkpoints would mix.
///
/// An advisory lock of the system on the folder itself, which ends with the program however it ends. Where the file system has no
/// locks, nothing is kept out.
final class FolderLock: Sendable {
    private let descriptor: Int32

    init(_ folder: OutputFolder) throws {
        descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
            close(descriptor)
            throw Failure(
                .outputNotCreated,
                "\(folder.path): another esp is at work in this folder. Wait until it has ended, or name another one with --output.")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}
