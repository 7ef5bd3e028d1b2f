import ArgumentParser
import GaussianBasis

/// Pure or Cartesian functions, as flags.
enum FunctionChoice: String, EnumerableFlag {
    case pure, cartesian

    var type: AngularFunctionType { self == .pure ? .pure : .cartesian }
}

/// Where the first orbitals come from.
enum GuessChoice: String, ExpressibleByArgument, CaseIterable {
    /// The checkpoint when it fits, else atomic densities.
    case auto
    /// The superposition of atomic densities.
    case atoms
    /// The checkpoint, or an error when there is none that fits.
    case checkpoint
}

/// Contents of cube files.
enum CubeChoice: String, CaseIterable, Sendable {
    case esp, density, spin, difference, step, homo, lumo

    /// Written where nothing else is asked for.
    static let usual: [CubeChoice] = [.esp, .density, .spin]

    /// From `esp,density` or `none`.
    static func parse(_ text: String) throws -> [CubeChoice] {
        let words = text.lowercased().split(separator: ",", omittingEmptySubsequences: false).map {
            $0.filter { !$0.isWhitespace }
        }
        if words == ["none"] { return [] }
        let choices = try words.map { word in
            guard let choice = CubeChoice(rawValue: word) else {
                throw ValidationError("'\(word)' is not a cube; write \(allCases.map(\.rawValue).joined(separator: ", ")) (several with commas) or none")
            }
            return choice
        }
        return allCases.filter(choices.contains)
    }
}
