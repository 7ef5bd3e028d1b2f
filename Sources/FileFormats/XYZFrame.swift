/// Selects a structure of an XYZ file with several.
public enum XYZFrame: Sendable, Equatable {
    /// The file contains one structure; a second one is an error.
    case only
    /// Counted from 1.
    case number(Int)
    case last

    /// The lines of the structure, with their numbers in the whole file.
    func text(in file: TextFile) throws(InputFileError) -> TextFile {
        if self == .only { return file }
        var frames: [ArraySlice<TextLine>] = []
        var next = 0
        while next < file.lines.count {
            if file.lines[next].isBlank {
                next += 1
                continue
            }
            let count = try XYZFile.atomCount(TextFile(path: file.path, lines: [file.lines[next]]))
            let end = next + 2 + count
            guard end <= file.lines.count else {
                // A run that goes on, or was stopped, has an incomplete last structure.
                throw file.errorAtEnd(
                    "structure \(frames.count + 1) is not complete",
                    cure: "Choose an earlier one with --frame, or complete the file")
            }
            frames.append(file.lines[next..<end])
            if case .number(let number) = self, frames.count == number { break }
            next = end
        }
        let chosen: ArraySlice<TextLine>? =
            switch self {
            case .number(let number): frames.indices.contains(number - 1) ? frames[number - 1] : nil
            default: frames.last
            }
        guard let chosen else {
            throw file.errorAtEnd(
                "the file has \(frames.count) structure\(frames.count == 1 ? "" : "s")", cure: "Choose one of them with --frame")
        }
        return TextFile(path: file.path, lines: Array(chosen))
    }
}
