import Foundation
import ReaderFuzzing

/// The reader that the environment names.
private let reader = ProcessInfo.processInfo.environment["ESP_FUZZED_READER"].flatMap(FuzzedReader.init(rawValue:))

/// What libFuzzer calls with every input (https://llvm.org/docs/LibFuzzer.html).
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    guard let reader else {
        FileHandle.standardError.write(Data("ESP_FUZZED_READER must name a reader\n".utf8))
        exit(64)
    }
    var bytes = Array(UnsafeBufferPointer(start: start, count: size))
    reader.seal(&bytes)
    _ = reader.accepts(bytes)
    return 0
}
