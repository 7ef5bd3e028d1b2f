import ArgumentParser
import Foundation
import ReaderFuzzing

/// Gives changed files to the readers of the program. An input that a reader traps on ends the process; `scripts/fuzz` then
/// tells which one it was.
@main
struct FuzzReaders: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz-readers", abstract: "Gives files, changed at random, to a reader that must survive them.")

    @Argument(help: "The reader: \(FuzzedReader.allCases.map(\.rawValue).joined(separator: ", ")).")
    var reader: FuzzedReader

    @Option(help: "Number of inputs.")
    var inputs = 1_000_000

    @Option(help: "Another seed gives other inputs.")
    var seed: UInt64 = 1

    @Option(help: "Index of the first input.")
    var first = 0

    @Option(help: "Folder with valid files for each reader.")
    var corpus = "Tests/FuzzingCorpus"

    @Option(help: "File in which the index of the input at work is kept.")
    var position: String?

    @Option(help: "Write the input with this index to standard output instead.")
    var show: Int?

    /// Seconds after which an input counts as one that hangs the reader, and bytes that a reader may take.
    private static let patience: UInt32 = 20
    private static let memoryLimit: rlim_t = 4 << 30

    func validate() throws {
        guard inputs >= 0, first >= 0 else { throw ValidationError("--inputs and --first must not be negative") }
    }

    func run() throws {
        let source = try FuzzingInputs(reader: reader, corpus: URL(fileURLWithPath: corpus), seed: seed)
        guard !source.originals.isEmpty else { throw ValidationError("there are no files for \(reader.rawValue) in \(corpus)") }
        if let show {
            FileHandle.standardOutput.write(Data(source[show]))
            return
        }
        var limit = rlimit(rlim_cur: Self.memoryLimit, rlim_max: Self.memoryLimit)
        setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
        let place = try position.map { try SharedPosition(path: $0) }
        var accepted = 0
        let start = ContinuousClock.now
        for index in first..<(first + inputs) {
            place?.store(index)
            alarm(Self.patience)
            if reader.accepts(source[index]) { accepted += 1 }
        }
        alarm(0)
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        print(
            "\(reader.rawValue): \(inputs) inputs, \(accepted) accepted, \((ContinuousClock.now - start).components.seconds) s, "
                + "peak memory \(usage.ru_maxrss / 1024) MB")
    }
}

extension FuzzedReader: ExpressibleByArgument {}

/// A number in a file that is mapped into memory: what is stored survives any end of the process.
private struct SharedPosition {
    private let pointer: UnsafeMutableRawPointer

    init(path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT, 0o644)
        guard descriptor >= 0 else { throw ValidationError("\(path) cannot be opened") }
        defer { close(descriptor) }
        let size = MemoryLayout<Int>.size
        guard ftruncate(descriptor, size) == 0,
            let mapped = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), mapped != MAP_FAILED
        else { throw ValidationError("\(path) cannot be mapped") }
        pointer = mapped
    }

    func store(_ index: Int) { pointer.storeBytes(of: index, as: Int.self) }
}
