import Foundation
import TestSupport
import Testing

@testable import BasisSets

/// Where the program looks for its basis sets: beside `bin`, and beside `libexec/esp` of a release.
@Suite struct BasisSetFolderTests {
    @Test(arguments: ["bin/esp", "libexec/esp/esp-v3"]) func installation(_ program: String) throws {
        let prefix = FileManager.default.temporaryDirectory.appendingPathComponent("installation-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: prefix) }
        let executable = prefix.appendingPathComponent(program)
        let share = prefix.appendingPathComponent("share/esp")
        for folder in [executable.deletingLastPathComponent(), share] {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        try Data().write(to: executable)
        try FileManager.default.copyItem(at: Repository.basisSets, to: share.appendingPathComponent("BasisSets"))

        let library = try BasisSetLibrary.locate(option: nil, environment: [:], executable: executable.path, currentFolder: "/")
        #expect(library.folder == prefix.resolvingSymlinksInPath().path + "/share/esp/BasisSets")
        #expect(throws: BasisSetError.self) {
            try BasisSetLibrary.locate(option: nil, environment: [:], executable: "/nowhere/bin/esp", currentFolder: "/")
        }
    }
}
