import FileFormats
import Foundation
import NuclearDerivatives

/// The progress of analytic second derivatives, in words and as a fraction.
struct ResponseProgress {
    let start: ContinuousClock.Instant
    /// Part of the whole that derivatives at fixed orbitals take.
    private static let skeletonShare = 0.2

    private var afterSkeleton: ContinuousClock.Instant
    /// Batches of perturbations: all, those that an earlier call has finished, and those that this call has finished.
    private var (batches, earlier, finished) = (1, 0, 0)
    /// Part of the derivatives at fixed orbitals.
    private var skeleton = 0.0
    private var firstResidual: Double?
    /// Of the current batch.
    private var part = 0.0

    init(start: ContinuousClock.Instant) {
        self.start = start
        afterSkeleton = start
    }

    var fraction: Double {
        Self.skeletonShare * skeleton + (1 - Self.skeletonShare) * (Double(earlier + finished) + part) / Double(batches)
    }

    /// A line for the user; nil if there is nothing to say.
    mutating func note(_ step: EnergyHessian.Progress) -> String? {
        switch step {
        case .grid(let count, let all):
            skeleton = Double(count) / Double(all)
            guard count * 10 / all > (count - 1) * 10 / all else { return nil }
            let left = start.secondsToNow * (Double(all) / Double(count) - 1)
            return "response of the grid: \(count) of \(all) coordinates, about \(DurationText.rounded(left)) left for the grid"
        case .skeleton(let isKnown):
            (afterSkeleton, skeleton) = (.now, 1)
            return isKnown
                ? "an earlier call has finished the second derivatives at fixed orbitals"
                : "second derivatives at fixed orbitals: \(DurationText.rounded(start.secondsToNow))"
        case .batches(let count, let known):
            (batches, earlier) = (count, known)
            guard count > 1 else { return nil }
            return "response of the orbitals: \(count) batches" + (known > 0 ? ", \(known) finished by an earlier call" : "")
        case .batch:
            finished += 1
            (firstResidual, part) = (nil, 0)
            return nil
        case .iteration(let iteration, let residual, let tolerance):
            let initial = firstResidual ?? residual
            firstResidual = initial
            // Residuals fall by about one order of magnitude per iteration.
            part = iteration < 2 ? 0.1 : min(1, max(0.1, log(initial / residual) / log(initial / tolerance)))
            let done = (Double(finished) + part) / Double(batches - earlier)
            let left = afterSkeleton.secondsToNow * (1 / done - 1)
            return "response of the orbitals: " + (batches > 1 ? "batch \(earlier + finished + 1) of \(batches), " : "")
                + "iteration \(iteration), residual \(String(format: "%.1e", residual))"
                + (done < 1 && iteration > 1 ? ", about \(DurationText.rounded(left)) left" : "")
        }
    }
}
