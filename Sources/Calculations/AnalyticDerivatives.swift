import FileFormats
import Foundation
import GaussianBasis
import LinearAlgebra
import MachineLimits
import MolecularStructure
import NuclearDerivatives
import RunFolders

/// Analytic second derivatives of the energy, and what comes with them.
struct AnalyticDerivatives {
    let surface: PotentialEnergySurface
    let monitor: CalculationMonitor

    /// Why a molecule has no analytic second derivatives; nil if it has. Follows the words "no analytic second derivatives".
    static func limitation(_ solver: StateSolver, of wavefunction: Wavefunction, memoryLimitInBytes: Int) -> String? {
        if solver.isFitted { return "of fitted integrals" }
        if solver.solvent != nil { return "in a solvent" }
        if let reason = EnergyHessian.limitation(
            of: solver.method, basis: wavefunction.basis,
            isRestrictedOpen: wavefunction.isRestrictedOpen)
        {
            return "of \(reason)"
        }
        let needed = memory(wavefunction)
        return needed <= memoryLimitInBytes / 2
            ? nil
            : "in \(MemorySize(bytes: memoryLimitInBytes).description) of memory (--memory \(MemorySize(bytes: 2 * needed).need))"
    }

    private static func memory(_ wavefunction: Wavefunction) -> Int {
        EnergyHessian.memory(
            basis: wavefunction.basis, charge: wavefunction.state.charge, isRestricted: wavefunction.isRestricted)
    }

    /// - Parameter onSolution: gets the energy of the solution before the long work begins; an error that it throws ends the calculation.
    /// - Throws: `CalculationError`.
    func derivatives(of wavefunction: Wavefunction, onSolution: (_ energy: Double) throws -> Void) throws -> EnergyDerivatives {
        let needed = Self.memory(wavefunction)
        let solution = try surface.solution(
            wavefunction.basis.molecule, from: wavefunction.orbitals, examinesStability: false, reserved: needed)
        try onSolution(solution.result.energy)
        let start = ContinuousClock.now
        var afterSkeleton = start
        var first: Double?
        let hessian: EnergyHessian
        do {
            hessian = try EnergyHessian(
                problem: solution.problem, wavefunction: solution.result.wavefunction, memoryLimitInBytes: needed
            ) { progress in
                try monitor.checkCancellation()
                switch progress {
                case .skeleton:
                    afterSkeleton = .now
                    monitor.note("second derivatives at fixed orbitals: \(DurationText.rounded(start.secondsToNow))")
                    try monitor.report(.progress("second derivatives", fraction: 0.2))
                case .iteration(let iteration, let residual, let tolerance):
                    let initial = first ?? residual
                    first = initial
                    // Residuals fall by about one order of magnitude per iteration.
                    let done = iteration < 2 ? 0.1 : min(1, max(0.1, log(initial / residual) / log(initial / tolerance)))
                    let left = afterSkeleton.secondsToNow * (1 / done - 1)
                    monitor.note(
                        "response of the orbitals: iteration \(iteration), residual \(String(format: "%.1e", residual))"
                            + (residual > tolerance && iteration > 1 ? ", about \(DurationText.rounded(left)) left" : ""))
                    try monitor.report(.progress("second derivatives", fraction: 0.2 + 0.8 * done))
                }
            }
        } catch let error as HessianError {
            throw CalculationError.notConverged("\(error). Take --hessian differences.")
        }
        return EnergyDerivatives(
            method: .analytic, step: nil, energy: solution.result.energy,
            gradient: solution.gradient().flatMap { [$0.x, $0.y, $0.z] },
            hessian: hessian.matrix, dipoles: hessian.dipoleDerivatives, polarizability: hessian.polarizability)
    }
}
