import COpenBLAS

/// The OpenBLAS library that the program runs with.
public enum BLASVersion {
    /// Version, build options and the processor type that it chose.
    public static var text: String {
        String(cString: openblas_get_config()).split(separator: " ").dropFirst().joined(separator: " ")
    }
}
