import CProcessorFeatures
import DensityFunctionals
import GaussianIntegrals
import LinearAlgebra
import RunFolders

/// Version of the program and of its libraries.
package enum ProgramVersion {
    package static let number = "0.1.0"

    /// Title of a file about a molecule: `esp 0.1.0: water, b3lyp, def2-SVP`.
    ///
    /// - Parameter path: of the input or of the run; the file is named after it.
    static func title(_ path: String, _ details: String?...) -> String {
        "esp \(number): " + ([OutputFolder.stem(of: path)] + details.compactMap { $0 }).joined(separator: ", ")
    }

    package static var instructionSet: String { InstructionSet.compiled().rawValue }

    package static var libraries: [String: String] {
        ["libxc": DensityFunctional.libxcVersion, "OpenBLAS": BLASVersion.text]
    }

    /// For `esp --version`.
    package static var text: String {
        """
        esp \(number)
        instruction set  \(instructionSet)
        libxc            \(DensityFunctional.libxcVersion)
        OpenBLAS         \(BLASVersion.text)
        """
    }

    /// Throws if the processor lacks instructions that this build uses. Without this check the program would be killed.
    package static func checkProcessor() throws {
        let needed = InstructionSet.compiled()
        let isThere =
            switch needed {
            case .avx512: esp_processor_has_avx512() != 0
            case .avx2: esp_processor_has_avx2() != 0
            case .baseline: true
            }
        guard isThere else {
            throw CalculationError.unavailable(
                "this build of esp needs a processor with \(needed.rawValue), which this one lacks. Build it again on this "
                    + "machine, or for older ones: ESP_MARCH=x86-64-v3 (AVX2) or ESP_MARCH=x86-64 swift build -c release.")
        }
    }
}
