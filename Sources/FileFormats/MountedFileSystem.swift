import Foundation

/// The file system of an open file or folder, and how far locks on it reach.
package struct MountedFileSystem: Equatable, Sendable {
    /// Which processes are kept out by a lock on a file (`flock`).
    package enum LockReach: Sendable {
        case allMachines, thisMachine
        /// It depends on settings that a client does not see.
        case unknown
    }

    /// As in /proc/mounts, such as `ext4`, `nfs4` or `fuse.sshfs`.
    package let type: String
    private let options: Set<String>

    package init(type: String, options: Set<String> = []) {
        self.type = type
        self.options = options
    }

    /// - Parameter descriptor: of an open file or folder.
    /// - Returns: nil if /proc does not say.
    package init?(descriptor: Int32) {
        guard let information = try? String(contentsOfFile: "/proc/self/fdinfo/\(descriptor)", encoding: .utf8),
            let table = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8),
            let line = information.split(separator: "\n").first(where: { $0.hasPrefix("mnt_id:") }),
            let mount = line.split(whereSeparator: \.isWhitespace).last
        else { return nil }
        self.init(mountTable: table, mount: String(mount))
    }

    /// - Parameters:
    ///   - table: in the form of /proc/self/mountinfo, see proc(5).
    ///   - mount: its number in the first column.
    package init?(mountTable table: String, mount: String) {
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.first == mount[...], let mark = words.firstIndex(of: "-"), mark > 5, words.count > mark + 2 else {
                continue
            }
            let options = [words[5]] + words[(mark + 2)...].dropFirst()
            self.init(
                type: String(words[mark + 1]), options: Set(options.flatMap { $0.split(separator: ",").map(String.init) }))
            return
        }
        return nil
    }

    /// Whether other machines may see the same files. A lock on a folder then holds on this machine only, as clients of network file systems
    /// pass on locks of files alone.
    package var isShared: Bool { lockReach != nil }

    /// Nil for a file system of this machine.
    package var lockReach: LockReach? {
        switch type {
        case "nfs", "nfs4":
            options.isDisjoint(with: ["nolock", "local_lock=flock", "local_lock=all"]) ? .allMachines : .thisMachine
        case "lustre": options.contains("localflock") ? .thisMachine : .allMachines
        case "cifs", "smb3": options.contains("nobrl") ? .thisMachine : .allMachines
        case "ceph", "gpfs", "ocfs2", "gfs2": .allMachines
        case "9p", "virtiofs", "fuse", "afs", "beegfs", "orangefs", "panfs", "wekafs": .unknown
        case _ where type.hasPrefix("fuse."): .unknown
        default: nil
        }
    }
}
