import Foundation
@testable import FileFormats
import Testing

/// What stands where a file is to be written.
@Suite struct SpecialFileTests {
    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("esp-atomic-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    private static func kind(_ url: URL) -> mode_t {
        var information = stat()
        return lstat(url.path, &information) == 0 ? information.st_mode & S_IFMT : 0
    }

    private static func names(_ folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    @Test func aLinkStaysAndItsTargetIsWritten() throws {
        try withFolder { folder in
            let (file, link, broken) = (folder.appending(path: "f"), folder.appending(path: "l"), folder.appending(path: "b"))
            try Data("old".utf8).write(to: file)
            try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: "f")
            try FileManager.default.createSymbolicLink(atPath: broken.path, withDestinationPath: folder.path + "/new")
            try AtomicFile.write(Data("one".utf8), to: link)
            try AtomicFile.write(Data("two".utf8), to: broken)
            #expect(Self.kind(link) == S_IFLNK && Self.kind(broken) == S_IFLNK)
            #expect(try String(contentsOf: file, encoding: .utf8) == "one")
            #expect(try String(contentsOf: folder.appending(path: "new"), encoding: .utf8) == "two")
            #expect(try Self.names(folder) == ["b", "f", "l", "new"])
            let loop = folder.appending(path: "loop")
            try FileManager.default.createSymbolicLink(atPath: loop.path, withDestinationPath: "loop")
            #expect { try AtomicFile.write(Data(), to: loop) } throws: { error in
                if case OutputFileError.notCreated = error { true } else { false }
            }
        }
    }

    @Test func aPipeIsWrittenThroughOrRefused() throws {
        try withFolder { folder in
            let pipe = folder.appending(path: "pipe")
            try #require(mkfifo(pipe.path, 0o600) == 0)
            // Without a reader it must neither wait nor replace the pipe.
            #expect(throws: OutputFileError.notCreated(path: pipe.path, reason: "nobody reads this pipe")) {
                try AtomicFile.write(Data("x".utf8), to: pipe)
            }
            let reader = open(pipe.path, O_RDONLY | O_NONBLOCK)
            defer { close(reader) }
            try AtomicFile.write(Data("through".utf8), to: pipe)
            var buffer = [UInt8](repeating: 0, count: 100)
            #expect(read(reader, &buffer, 100) == 7 && Self.kind(pipe) == S_IFIFO)
        }
    }

    @Test func devicesStayDevices() throws {
        let null = URL(fileURLWithPath: "/dev/null")
        try AtomicFile.write(Data("x".utf8), to: null)
        #expect(Self.kind(null) == S_IFCHR)
        #expect(throws: OutputFileError.diskFull(path: "/dev/full")) {
            try AtomicFile.write(Data("x".utf8), to: URL(fileURLWithPath: "/dev/full"))
        }
        #expect(Self.kind(URL(fileURLWithPath: "/dev/full")) == S_IFCHR)
    }

    @Test func aFolderInTheWayIsRefused() throws {
        try withFolder { folder in
            let inner = folder.appending(path: "inner")
            try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: false)
            #expect(throws: OutputFileError.notCreated(path: inner.path, reason: "a folder of this name is in the way")) {
                try AtomicFile.write(Data(), to: inner)
            }
            let broken = folder.appending(path: "broken")
            try FileManager.default.createSymbolicLink(atPath: broken.path, withDestinationPath: "nowhere")
            #expect { try AtomicFile.createFolder(broken) } throws: { error in
                if case OutputFileError.folderNotCreated = error { true } else { false }
            }
            let linked = folder.appending(path: "linked")
            try FileManager.default.createSymbolicLink(atPath: linked.path, withDestinationPath: "inner")
            try AtomicFile.createFolder(linked)
            #expect(try Self.names(folder) == ["broken", "inner", "linked"])
        }
    }

    /// Temporary files of the dead go with the first file written to their folder; those of the living, and of others, stay.
    @Test func straysAreRemoved() throws {
        try withFolder { folder in
            let (stray, held) = (".result.json.esp-aB3dE6", ".x.checkpoint.esp-000000")
            let others = [".result.json.Ab12Cd", ".esp-abcdef", "x.esp-abcdef", ".x.esp-abcdefg", ".x.esp-abcde"]
            for name in [stray, held] + others { try Data("x".utf8).write(to: folder.appending(path: name)) }
            let descriptor = open(folder.appending(path: held).path, O_RDONLY)
            defer { close(descriptor) }
            try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
            try AtomicFile.write(Data("y".utf8), to: folder.appending(path: "file"))
            #expect(try Self.names(folder) == (others + [held, "file"]).sorted())
        }
    }

    /// Writers of one file at the same time: each writes it whole, and none takes the other's temporary file for a stray.
    @Test func writersDoNotDisturbEachOther() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("esp-atomic-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "file")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    for _ in 0..<20 { try AtomicFile.write(Data(repeating: UInt8(writer), count: 5000), to: file) }
                }
            }
            try await group.waitForAll()
        }
        let content = try Data(contentsOf: file)
        #expect(content.count == 5000 && Set(content).count == 1)
        #expect(try Self.names(folder) == ["file"])
    }
}
