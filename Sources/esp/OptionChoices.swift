import ArgumentParser
import Calculations
import GaussianBasis
import RunFolders

/// Pure or Cartesian functions, as flags.
enum FunctionChoice: String, EnumerableFlag {
    case pure, cartesian

    var type: AngularFunctionType { self == .pure ? .pure : .cartesian }
}

extension AnalysisInput.Cube {
    /// From `esp,density` or `none`.
    static func parse(_ text: String) throws -> [AnalysisInput.Cube] {
        let words = text.lowercased().split(separator: ",", omittingEmptySubsequences: false).map {
            $0.filter { !$0.isWhitespace }
        }
        if words == ["none"] { return [] }
        let choices = try words.map { word in
            guard let choice = AnalysisInput.Cube(rawValue: word) else {
                throw ValidationError(
                    "'\(word)' is not a cube; write \(allCases.map(\.rawValue).joined(separator: ", ")) (several with commas) or none"
                )
            }
            return choice
        }
        return allCases.filter(choices.contains)
    }
}

extension OutputFolder {
    /// The check of every option that names an output: the name must not be empty.
    static func checkName(_ name: String?) throws {
        guard name?.isEmpty != true else { throw ValidationError("--output needs a name") }
    }
}

extension CallRecord {
    /// Of this process.
    static var ofThisProcess: CallRecord { CallRecord(arguments: Array(CommandLine.arguments.dropFirst())) }
}
