/// Why a name does not give a usable functional.
public enum DensityFunctionalError: Error, Equatable, CustomStringConvertible {
    case unknownName(String, suggestions: [String])
    case unsupported(String, reason: String)

    public var description: String {
        switch self {
        case .unknownName(let name, let suggestions):
            let hint =
                suggestions.isEmpty
                ? "give a common name such as b3lyp or pbe, or names of libxc such as gga_x_pbe,gga_c_pbe"
                : "did you mean \(suggestions.joined(separator: ", "))?"
            return "there is no density functional \"\(name)\"; \(hint)"
        case .unsupported(let name, let reason):
            return "the density functional \"\(name)\" cannot be used: \(reason)"
        }
    }
}
