import Foundation

/// Writes a cube file in pieces, so that its values need not all be in memory at once.
public final class CubeFileWriter {
    private let cube: CubeFile
    private let file: AtomicFileWriter
    private var count = 0

    /// Writes the head.
    ///
    /// - Parameter cube: its values are not used.
    /// - Throws: `CubeFileError` or `OutputFileError`.
    public init(_ cube: CubeFile, to url: URL) throws {
        self.cube = cube
        let head = try cube.head()
        file = try AtomicFileWriter(url)
        try file.append(head)
    }

    /// - Parameter values: the next ones, whole rows along z.
    public func append(_ values: [Double]) throws {
        try file.append(cube.rows(values, from: count))
        count += values.count
    }

    /// Moves the file to its place; without this call the file is removed.
    public func finish() throws {
        let expected = cube.counts.x * cube.counts.y * cube.counts.z
        guard count == expected else { throw CubeFileError.wrongValueCount(expected: expected, found: count) }
        try file.finish()
    }
}
