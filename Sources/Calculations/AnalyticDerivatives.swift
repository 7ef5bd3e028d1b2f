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
    let parts: HessianPartFiles
    let memoryLimitInBytes: Int
    let includesGridResponse: Bool
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
        let least = memory(wavefunction).least
        return least <= memoryLimitInBytes / 2
            ? nil
            : "in \(MemorySize(bytes: memoryLimitInBytes).description) of memory (--memory \(MemorySize(bytes: 2 * least).need))"
    }

    private static func memory(_ wavefunction: Wavefunction) -> (least: Int, full: Int) {
        EnergyHessian.memory(
            basis: wavefunction.basis, charge: wavefunction.state.charge, isRestricted: wavefunction.isRestricted)
    }

    /// - Parameter onSolution: gets the energy of the solution before the long work begins; an error that it throws ends the calculation.
    /// - Throws: `CalculationError`.
    func derivatives(of wavefunction: Wavefunction, onSolution: (_ energy: Double) throws -> Void) throws -> EnergyDerivatives {
        // The integrals get what is left.
        let need = Self.memory(wavefunction)
        let needed = max(need.least, min(need.full, memoryLimitInBytes / 2))
        let solution = try surface.solution(
            wavefunction.basis.molecule, from: wavefunction.orbitals, examinesStability: false, reserved: needed)
        try onSolution(solution.result.energy)
        let start = ContinuousClock.now
        var progress = ResponseProgress(start: start)
        let hessian: EnergyHessian
        do {
            hessian = try EnergyHessian(
                problem: solution.problem, wavefunction: solution.result.wavefunction, includesGridResponse: includesGridResponse,
                memoryLimitInBytes: needed, store: parts
            ) { step in
                try monitor.checkCancellation()
                if let note = progress.note(step) { monitor.note(note) }
                try monitor.report(.progress("second derivatives", fraction: progress.fraction))
            }
        } catch let error as HessianError {
            if case .asymmetric = error { parts.discard() }
            throw CalculationError.notConverged("\(error). Take --hessian differences.")
        }
        return EnergyDerivatives(
            method: .analytic, step: nil, includesGridResponse: includesGridResponse, energy: solution.result.energy,
            gradient: solution.gradient().flatMap { [$0.x, $0.y, $0.z] },
            hessian: hessian.matrix, dipoles: hessian.dipoleDerivatives, polarizability: hessian.polarizability)
    }
}
