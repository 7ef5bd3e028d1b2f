import Foundation
import Testing

@testable import GaussianIntegrals

/// Looks at the machine code of the generated kernels in this very executable.
@Suite struct KernelCodeTests {
    /// Faults of one kernel's instructions: scalar multiply-adds, fused or in two, scalar divisions and roots, and calls
    /// other than that of the stack's guard. Lone scalar products are let pass: the compiler makes
    /// two of them for one lane of the asymptotic Boys function.
    static func faults(_ instructions: [Substring]) -> [String] {
        func isScalar(_ name: Substring, _ operations: [String]) -> Bool {
            operations.contains { name == $0 || name == "v" + $0 }
        }
        var faults: [String] = []
        var products: [String] = []
        var sums: [String] = []
        for line in instructions {
            guard let name = line.split(whereSeparator: \.isWhitespace).first else { continue }
            let isCall = name.hasPrefix("call") && !line.contains("__stack_chk_fail")
            let isFused = name.hasPrefix("vf") && name.hasSuffix("sd")
            if isCall || isFused || isScalar(name, ["divsd", "sqrtsd"]) { faults.append(String(line)) }
            if isScalar(name, ["mulsd"]) { products.append(String(line)) }
            if isScalar(name, ["addsd", "subsd"]) { sums.append(String(line)) }
        }
        return products.isEmpty || sums.isEmpty ? faults : faults + products + sums
    }

    /// A disassembler: that of binutils, which the linker of every Swift toolchain brings along, or LLVM's.
    private static func disassembler() -> URL? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
        for name in ["objdump", "llvm-objdump"] {
            for folder in folders {
                let url = URL(fileURLWithPath: String(folder)).appendingPathComponent(name)
                if FileManager.default.isExecutableFile(atPath: url.path) { return url }
            }
        }
        return nil
    }

    /// Instructions of the generated kernels by symbol.
    private static func kernels() throws -> [String: [Substring]] {
        let process = Process()
        process.executableURL = try #require(disassembler(), "no objdump: install binutils")
        process.arguments = ["--disassemble", "--no-show-raw-insn", "/proc/\(ProcessInfo.processInfo.processIdentifier)/exe"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        var result: [String: [Substring]] = [:]
        var current: String?
        for bytes in data.split(separator: UInt8(ascii: "\n")) {
            // Symbols stand alone on lines such as "00000000000aed00 <name>:".
            if bytes.last == UInt8(ascii: ":"), let start = bytes.firstIndex(of: UInt8(ascii: "<")) {
                let name = String(decoding: bytes[(start + 1)...].dropLast(2), as: UTF8.self)
                current = isKernel(name) ? name : nil
            } else if let current, let tab = bytes.lastIndex(of: UInt8(ascii: "\t")) ?? bytes.firstIndex(of: UInt8(ascii: ":")) {
                // GNU: "address:<tab>name operands"; LLVM: "address:<tab>name<tab>operands".
                let first = bytes.firstIndex(of: UInt8(ascii: "\t")) ?? tab
                result[current, default: []].append(Substring(decoding: bytes[(first + 1)...], as: UTF8.self))
            }
        }
        // Entries that merely jump to the kernel proper are left out.
        return result.filter { $0.value.contains { $0.hasPrefix("v") } }
    }

    private static func isKernel(_ symbol: String) -> Bool {
        guard symbol.contains("GaussianIntegrals") else { return false }
        let isTransformation =
            symbol.contains("KetTransformationV") && ["By2", "By1"].contains { symbol.contains($0) } && !symbol.contains("general")
            || StraightLinePair.allCases.contains { symbol.contains("BraTransformationV\("\($0)".count)\($0)yy") }
        // The length of the name, as symbols have it, tells "degree4" from "edge(degree:)".
        return isTransformation || ["HermiteCoulombB0V7degree", "HermiteCoulombB0V16separatedDegree"].contains { symbol.contains($0) }
    }

    @Test func kernelsHoldNoScalarArithmeticAndNoCalls() throws {
        let kernels = try Self.kernels()
        // One kernel of the bra and two block sizes of the ket for every pair, and two recursions for every degree.
        let expected = StraightLinePair.allCases.count * 3 + 2 * (HermiteCoulombIntegrals.highestDegree + 1)
        #expect(kernels.count == expected)
        for (symbol, instructions) in kernels {
            #expect(Self.faults(instructions) == [], "\(symbol)")
        }
    }

    @Test func faultsAreSeen() {
        #expect(Self.faults(["vfmadd231sd %xmm1,%xmm2,%xmm3"]).count == 1)
        #expect(Self.faults(["vmulsd\t%xmm1, %xmm2, %xmm3", "vaddsd (%rax),%xmm2,%xmm3", "callq 0x1234", "call 5"]).count == 4)
        #expect(Self.faults(["vfmadd231pd %zmm1,%zmm2,%zmm3", "vbroadcastsd (%rax),%zmm1", "vmovsd (%rax),%xmm0", "ret"]) == [])
    }
}
