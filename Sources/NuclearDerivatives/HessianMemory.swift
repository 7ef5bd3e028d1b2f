import GaussianBasis

/// The memory that second derivatives need in addition to the integrals, in bytes.
struct HessianMemory {
    private let coordinates, functions: Int
    /// One entry per spin; a single one if both are equal.
    private let spaces: [(occupied: Int, empty: Int)]

    /// Perturbations at a time. More of them save passes over the integrals, but fewer passes than an interruption may cost.
    static let (smallestBatch, largestBatch) = (6, 96)

    init(basis: AtomicOrbitalBasis, charge: Int, isRestricted: Bool) {
        functions = basis.functionCount
        coordinates = 3 * basis.molecule.atoms.count
        let occupied = (basis.electronCount(charge: charge) + 1) / 2
        let space = (occupied: occupied, empty: max(0, functions - occupied))
        spaces = isRestricted ? [space] : [space, space]
    }

    /// Matrices over basis functions, for all coordinates: overlap, Fock matrices, and one part of them, with its sums.
    private var skeleton: Int {
        let matrices = 8 * coordinates * functions * functions
        // Quadratures and exchange bound the memory of further sums themselves.
        return matrices * (3 + 4 * spaces.count) + 2 * min(512 << 20, 8 * spaces.count * matrices)
    }

    /// What is kept of all perturbations.
    private var kept: Int {
        SkeletonBlocks.memory(coordinates: coordinates, spaces: spaces)
            + (coordinates + 3) * PerturbationResponse.memory(spaces: spaces)
    }

    /// One perturbation that is being solved: its matrices, and its share of some twenty iterations of the subspace with their products.
    private var perturbation: Int {
        8 * (8 * spaces.count * functions * functions + 40 * spaces.reduce(0) { $0 + $1.occupied * $1.empty })
    }

    func total(batch: Int) -> Int { max(skeleton, kept + min(batch, coordinates + 3) * perturbation) }

    /// Perturbations at a time.
    func batch(memoryLimitInBytes: Int) -> Int {
        min(max((memoryLimitInBytes - kept) / perturbation, Self.smallestBatch), Self.largestBatch)
    }
}
