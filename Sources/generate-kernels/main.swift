import Foundation
import KernelGeneration

// Rewrites the generated kernels of the checkout in the current folder.
let folder = URL(filePath: GeneratedFiles.folder, directoryHint: .isDirectory)
guard FileManager.default.fileExists(atPath: "Package.swift") else {
    FileHandle.standardError.write(Data("generate-kernels: run me in the folder that holds Package.swift\n".utf8))
    exit(1)
}
do {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let files = GeneratedFiles.all()
    for old in try FileManager.default.contentsOfDirectory(atPath: folder.path) where files[old] == nil {
        try FileManager.default.removeItem(at: folder.appending(path: old))
    }
    for (name, text) in files {
        try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
    }
    print("\(files.count) files in \(GeneratedFiles.folder)")
} catch {
    FileHandle.standardError.write(Data("generate-kernels: \(error.localizedDescription)\n".utf8))
    exit(1)
}
