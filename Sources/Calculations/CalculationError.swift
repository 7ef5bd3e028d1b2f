import RunFolders

/// Why a calculation cannot be done, or did not finish. Every message names the cure.
public enum CalculationError: Error, Equatable, CustomStringConvertible {
    /// Parts of the input contradict each other, or the input asks for something that does not exist.
    case usage(String)
    /// The molecule, basis set, charge or method is wrong.
    case badInput(String)
    case notConverged(String)
    /// The allowed memory is not sufficient.
    case outOfMemory(String)
    /// A file cannot be written or moved.
    case inputOutput(String)
    /// This processor lacks instructions that the build uses.
    case unavailable(String)
    /// An error in the program itself.
    case internalFault(String)

    public var description: String {
        switch self {
        case .usage(let text), .badInput(let text), .notConverged(let text), .outOfMemory(let text), .inputOutput(let text),
            .unavailable(let text), .internalFault(let text):
            text
        }
    }
}
