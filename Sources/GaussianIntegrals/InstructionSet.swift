import CVectorShims

/// The vector instructions that the numerical kernels were compiled for.
public enum InstructionSet: String, Sendable {
    case avx512 = "AVX-512"
    case avx2 = "AVX2"
    case baseline

    /// The vector instructions that this build requires.
    ///
    /// Must not be inlined: code of other modules is compiled for the baseline and would use different flags.
    @inline(never)
    public static func compiled() -> InstructionSet {
        if esp_compiled_for_avx512() != 0 { return .avx512 }
        return esp_compiled_for_avx2() != 0 ? .avx2 : .baseline
    }
}
