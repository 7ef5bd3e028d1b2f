import FileFormats
import Foundation
import RunFolders
import Synchronization
import Testing

@testable import Calculations

/// What happens where `flock` fails, or holds on one machine only.
@Suite struct LockFailureTests {
    /// The warnings of a test, and the system calls that lead to them.
    private final class Warnings: Sendable {
        private let texts = Mutex<[String]>([])
        var all: [String] { texts.withLock { $0 } }

        /// - Parameter codes: results of the locks in their order; the last one is repeated, and 0 asks the system.
        func system(_ codes: [Int32], on fileSystem: MountedFileSystem? = MountedFileSystem(type: "ext4")) -> LockSystem {
            let left = Mutex(codes)
            var system = LockSystem()
            system.lock = { descriptor in
                let code = left.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
                return code != 0 ? code : flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 0 : errno
            }
            system.fileSystem = { _ in fileSystem }
            system.warnings = LockWarnings { text in self.texts.withLock { $0.append(text) } }
            return system
        }
    }

    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("esp-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    private func names(_ folder: String) throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder) }

    @Test(arguments: [ENOLCK, EOPNOTSUPP, EINVAL, ENOSYS, EBADF])
    func aFolderThatCannotBeLockedIsUsedWithOneWarning(code: Int32) throws {
        try inFolder { folder in
            let warnings = Warnings()
            let system = warnings.system([code])
            for _ in 0..<2 { withExtendedLifetime(try FolderLock(path: folder, system: system)) {} }
            #expect(warnings.all.count == 1)
            let text = try #require(warnings.all.first)
            #expect(text.hasPrefix("\(folder): this file system (ext4) cannot lock: \(SystemMessage.text(code)). "))
            #expect(text.contains("results can be lost") && text.contains("local disk"))
            #expect(try names(folder).isEmpty)
        }
    }

    @Test func aSignalIsNoFailure() throws {
        try inFolder { folder in
            let warnings = Warnings()
            let lock = try FolderLock(path: folder, system: warnings.system([EINTR, EINTR, 0]))
            let other = open(folder, O_RDONLY)
            #expect(flock(other, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
            close(other)
            withExtendedLifetime(lock) {}
            #expect(warnings.all.isEmpty)
        }
    }

    @Test func aFolderOfAnotherProcessIsRefused() throws {
        try inFolder { folder in
            let warnings = Warnings()
            #expect(throws: RunFolderError.inUse(path: folder)) {
                try FolderLock(path: folder, system: warnings.system([EWOULDBLOCK]))
            }
            #expect(warnings.all.isEmpty)
        }
    }

    /// Folders of network file systems are locked on this machine only, or not at all; files are for all machines.
    @Test(arguments: [0, EBADF]) func onNetworkFileSystemsAFileIsLocked(folderCode: Int32) throws {
        try inFolder { folder in
            let warnings = Warnings()
            let nfs = MountedFileSystem(type: "nfs4", options: ["local_lock=none"])
            let file = folder + "/.esp-lock"
            do {
                let lock = try FolderLock(path: folder, system: warnings.system([folderCode, 0], on: nfs))
                let other = open(file, O_RDWR)
                try #require(other >= 0)
                #expect(flock(other, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
                close(other)
                withExtendedLifetime(lock) {}
            }
            #expect(try names(folder).isEmpty)
            // What another machine does.
            let other = open(file, O_RDWR | O_CREAT, 0o666)
            try #require(flock(other, LOCK_EX | LOCK_NB) == 0)
            #expect(throws: RunFolderError.inUse(path: folder)) {
                try FolderLock(path: folder, system: warnings.system([folderCode, 0], on: nfs))
            }
            #expect(try names(folder) == [".esp-lock"])
            // A killed process leaves the file behind, and no lock.
            close(other)
            withExtendedLifetime(try FolderLock(path: folder, system: warnings.system([folderCode, 0], on: nfs))) {}
            #expect(try names(folder).isEmpty && warnings.all.isEmpty)
        }
    }

    @Test func networkFileSystemsWithoutLocksGiveAWarning() throws {
        try inFolder { folder in
            let warnings = Warnings()
            let local = MountedFileSystem(type: "nfs", options: ["nolock"])
            withExtendedLifetime(try FolderLock(path: folder, system: warnings.system([0], on: local))) {}
            #expect(
                warnings.all.count == 1
                    && warnings.all[0].contains("(nfs) is mounted so that its locks hold on this machine only"))
            withExtendedLifetime(try FolderLock(path: folder, system: warnings.system([EBADF, ENOLCK], on: .init(type: "nfs4"))))
            {}
            #expect(warnings.all.count == 2 && warnings.all[1].contains("(nfs4) cannot lock: No locks available"))
            // Whether other machines see the locks is unknown: no warning for every command.
            withExtendedLifetime(try FolderLock(path: folder, system: warnings.system([0], on: .init(type: "fuse.sshfs")))) {}
            #expect(try names(folder).isEmpty && warnings.all.count == 2)
        }
    }

    @Test func aTaskThatCannotBeLockedIsRunWithAWarning() throws {
        try inFolder { folder in
            for (code, fileSystem, words) in [
                (ENOLCK, MountedFileSystem(type: "nfs"), "(nfs) cannot lock: No locks available."),
                (0, MountedFileSystem(type: "nfs", options: ["local_lock=all"]), "(nfs) is mounted so that its locks hold on"),
                (0, MountedFileSystem(type: "fuse.sshfs"), "(fuse.sshfs) may have locks that hold on this machine only"),
            ] {
                let warnings = Warnings()
                let system = warnings.system([code], on: fileSystem)
                for _ in 0..<2 {
                    withExtendedLifetime(try TaskLock(path: folder + "/lock", monitor: CalculationMonitor(), system: system)) {}
                }
                #expect(warnings.all.count == 1 && warnings.all[0].contains(words), "\(warnings.all)")
                #expect(warnings.all.allSatisfy { $0.contains("--scratch") })
            }
            let warnings = Warnings()
            for fileSystem in [MountedFileSystem(type: "nfs4"), MountedFileSystem(type: "ext4"), nil] {
                let system = warnings.system([EINTR, EWOULDBLOCK, 0], on: fileSystem)
                withExtendedLifetime(try TaskLock(path: folder + "/lock", monitor: CalculationMonitor(), system: system)) {}
            }
            #expect(warnings.all.isEmpty)
        }
    }

    @Test func theMountTableTellsHowFarLocksReach() throws {
        let table = """
            22 1 254:1 / / rw,relatime - ext4 /dev/vda rw,discard
            40 22 0:45 / /home rw,relatime shared:1 - nfs4 server:/home rw,vers=4.2,local_lock=none,addr=10.0.0.1
            41 22 0:46 / /old rw,relatime shared:2 master:3 - nfs server:/old rw,vers=3,nolock,local_lock=all
            42 22 0:47 / /scratch rw,localflock - lustre mds@tcp:/scratch rw
            43 22 0:48 / /ssh rw,nosuid - fuse.sshfs host:/ rw,user_id=0
            44 22 0:49 / /share rw - cifs //host/share rw,nobrl
            """
        let reaches: [(String, MountedFileSystem.LockReach?)] = [
            ("22", nil), ("40", .allMachines), ("41", .thisMachine), ("42", .thisMachine), ("43", .unknown), ("44", .thisMachine),
        ]
        for (mount, reach) in reaches {
            let found = try #require(MountedFileSystem(mountTable: table, mount: mount))
            #expect(found.lockReach == reach && found.isShared == (reach != nil), "\(found)")
        }
        #expect(MountedFileSystem(mountTable: table, mount: "4") == nil)
        let process = open("/proc/self", O_RDONLY)
        #expect(MountedFileSystem(descriptor: process)?.type == "proc")
        close(process)
        #expect(MountedFileSystem(descriptor: process) == nil)
    }
}
