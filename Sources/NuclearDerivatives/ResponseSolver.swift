import ElectronicStructure
import GaussianBasis
import HamiltonianTerms
import LinearAlgebra
import OrbitalResponse
import ParallelExecution

/// Solves the coupled-perturbed equations of all coordinates and of a uniform field, batch by batch.
struct ResponseSolver {
    let problem: ElectronicProblem
    let state: PerturbedState
    let skeleton: SkeletonBlocks
    /// Over basis functions: x, y, z.
    let dipole: [Matrix]
    /// Of the grid for the exchange-correlation kernel.
    let quality: QuadratureQuality

    private static let phase = "second derivatives: response"

    /// For every coordinate, followed by the three components of a field.
    ///
    /// - Parameters:
    ///   - size: maximum number of perturbations in a batch.
    ///   - readsStore: whether parts in the store belong to the orbitals of `skeleton`.
    func responses(
        inBatchesOf size: Int, store: (any HessianStore)?, readsStore: Bool, onProgress: (EnergyHessian.Progress) throws -> Void
    ) throws -> [PerturbationResponse] {
        let count = skeleton.coordinates + 3
        let batches = (count + size - 1) / size
        let ranges = (0..<batches).map { $0 * count / batches..<($0 + 1) * count / batches }
        let response = FockResponse(problem: problem, reference: state.densities, quality: quality)
        let equations = CoupledPerturbedEquations(spaces: skeleton.spaces, response: response, pool: problem.pool)
        let known = ranges.map { range in
            readsStore
                ? store?.numbers(of: .response(range)).flatMap { PerturbationResponse.responses($0, range, skeleton) } : nil
        }
        try onProgress(.batches(batches, finished: known.count { $0 != nil }))
        return try zip(ranges, known).flatMap { range, known in
            if let known { return known }
            let solved = try problem.ledger.measure(Self.phase) { try solve(range, response, equations, onProgress) }
            try store?.keep(PerturbationResponse.numbers(solved), of: .response(range))
            try onProgress(.batch)
            return solved
        }
    }

    private func solve(
        _ range: Range<Int>, _ response: FockResponse, _ equations: CoupledPerturbedEquations,
        _ onProgress: (EnergyHessian.Progress) throws -> Void
    ) throws -> [PerturbationResponse] {
        let (spaces, pool) = (skeleton.spaces, problem.pool)
        let moving = Array(range.prefix { $0 < skeleton.coordinates })
        // The change of the density that keeps the occupied orbitals orthonormal.
        let fixed = pool.map(moving.count) { k in
            spaces.indices.map { spin in
                -1.0
                    * spaces[spin].occupied.times(skeleton.overlap[moving[k]][spin])
                    .times(spaces[spin].occupied, otherTransposed: true)
            }
        }
        let turned = response.matrices(fixed)
        let sides = pool.map(range.count) { k in
            spaces.indices.map { spin -> Matrix in
                let space = spaces[spin]
                let x = range.lowerBound + k
                guard x < skeleton.coordinates else {
                    return space.empty.times(dipole[x - skeleton.coordinates].times(space.occupied), transposed: true)
                }
                return skeleton.mixed[x][spin] + space.empty.times(turned[k][spin].times(space.occupied), transposed: true)
            }
        }
        let occupied = pool.map(moving.count) { k in
            spaces.indices.map { spin -> Matrix in
                let (x, energies) = (moving[k], spaces[spin].occupiedEnergies)
                var total = skeleton.occupied[x][spin] + turned[k][spin].transformed(by: spaces[spin].occupied)
                for i in energies.indices {
                    for j in energies.indices { total[i, j] -= (energies[i] + energies[j]) * skeleton.overlap[x][spin][i, j] }
                }
                return total
            }
        }
        let tolerance = CoupledPerturbedEquations.usualTolerance
        do {
            let solutions = try equations.solve(sides, tolerance: tolerance) { iteration, residual, _ in
                try onProgress(.iteration(iteration, residual: residual, tolerance: tolerance))
            }
            return range.indices.map { x in
                let k = x - range.lowerBound
                return PerturbationResponse(
                    side: zip(sides[k], solutions[k].residual).map { $0 - $1 }, rotation: solutions[k].rotation,
                    occupied: k < occupied.count ? occupied[k] : [])
            }
        } catch CoupledPerturbedEquations.Failure.notConverged(let iterations, let residual) {
            throw HessianError.notConverged(iterations: iterations, residual: residual)
        }
    }
}
