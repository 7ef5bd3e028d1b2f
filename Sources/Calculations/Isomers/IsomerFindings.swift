import FileFormats
import GaussianBasis
import MolecularStructure
import ParallelExecution

/// What has been found for one charge.
struct IsomerFindings {
    let state: ChargeState
    var cheap: [RelaxedIsomer] = []
    /// At the level of the relaxation; energies of single points are added to them.
    var relaxed: [RelaxedIsomer] = []
    var starts = 0
    var untried = 0
    var unfinished = 0
    var dissociated: [String] = []
    var failures: [String: String] = [:]
    var isComplete = true

    mutating func take(_ outcome: IsomerRelaxation.Outcome, id: String, to list: WritableKeyPath<IsomerFindings, [RelaxedIsomer]>)
    {
        switch outcome {
        case .found(let isomer): self[keyPath: list].append(isomer)
        case .dissociated: dissociated.append(id)
        case .unfinished: unfinished += 1
        case .failed(let text): failures[id] = text
        }
        if case .unfinished = outcome { isComplete = false }
    }
}

/// How many relaxations of a level are done, and the estimated time for the others.
struct IsomerMeter {
    let count: Int
    var done = 0
    private let start = ContinuousClock.now

    init(count: Int) { self.count = count }

    mutating func step() -> String {
        done += 1
        let left = start.secondsToNow / Double(done) * Double(count - done)
        return "\(done) of \(count)" + (left >= 1 ? ", about \(DurationText.rounded(left)) left" : "")
    }
}
