import ElectronicStructure
import GaussianBasis
import LinearAlgebra
import MolecularStructure
import OrbitalResponse
import ParallelExecution

/// Derivatives at fixed orbitals, over the orbitals: all that the response needs of them. They take a fraction of the memory of
/// matrices over basis functions.
struct SkeletonBlocks: Sendable {
    /// Second derivatives of the energy, without the blocks of one atom.
    let energy: Matrix
    /// One entry per spin; a single one if both are equal.
    let spaces: [PerturbedSpaces]
    /// For every coordinate and spin, empty by occupied orbitals: F^x - S^x e.
    let mixed: [[Matrix]]
    /// For every coordinate and spin, over occupied orbitals: F^x and S^x.
    let occupied, overlap: [[Matrix]]

    var coordinates: Int { energy.rows }

    init(_ skeleton: SkeletonSum, _ spaces: [PerturbedSpaces], pool: WorkerPool) {
        energy = skeleton.energy
        self.spaces = spaces
        let coordinates = skeleton.energy.rows
        mixed = pool.map(coordinates) { x in
            spaces.indices.map { spin in
                let space = spaces[spin]
                var side = space.empty.times(skeleton.fock[x][spin].times(space.occupied), transposed: true)
                let overlap = space.empty.times(skeleton.overlap[x].times(space.occupied), transposed: true)
                for a in 0..<side.rows {
                    for i in 0..<side.columns { side[a, i] -= space.occupiedEnergies[i] * overlap[a, i] }
                }
                return side
            }
        }
        occupied = pool.map(coordinates) { x in
            spaces.indices.map { skeleton.fock[x][$0].transformed(by: spaces[$0].occupied) }
        }
        overlap = pool.map(coordinates) { x in spaces.map { skeleton.overlap[x].transformed(by: $0.occupied) } }
    }

    /// Memory in bytes.
    static func memory(coordinates: Int, spaces: [(occupied: Int, empty: Int)]) -> Int {
        8 * coordinates * spaces.reduce(0) { $0 + $1.occupied * $1.empty + 2 * $1.occupied * $1.occupied }
    }

    // MARK: As numbers

    var numbers: [Double] {
        var writer = MatrixWriter()
        writer.add(energy)
        for space in spaces {
            writer.add(space.occupied)
            writer.add(space.empty)
            writer.add(space.occupiedEnergies)
            writer.add(space.emptyEnergies)
        }
        for x in 0..<coordinates {
            for spin in spaces.indices { for part in [mixed, occupied, overlap] { writer.add(part[x][spin]) } }
        }
        return writer.numbers
    }

    /// Nil for numbers of another state or structure.
    ///
    /// - Parameters:
    ///   - state: the state whose shapes the numbers must have, and whose densities their orbitals must give.
    init?(_ numbers: [Double], of state: PerturbedState, coordinates: Int) {
        var reader = MatrixReader(numbers)
        energy = reader.matrix(coordinates, coordinates)
        spaces = state.spaces.map { space in
            let functions = space.occupied.rows
            let (o, v) = (space.occupiedEnergies.count, space.emptyEnergies.count)
            return PerturbedSpaces(
                occupied: reader.matrix(functions, o), empty: reader.matrix(functions, v), occupiedEnergies: reader.values(o),
                emptyEnergies: reader.values(v))
        }
        var (mixed, occupied, overlap): ([[Matrix]], [[Matrix]], [[Matrix]]) = ([], [], [])
        for _ in 0..<coordinates {
            var parts: (mixed: [Matrix], occupied: [Matrix], overlap: [Matrix]) = ([], [], [])
            for space in state.spaces {
                let (o, v) = (space.occupiedEnergies.count, space.emptyEnergies.count)
                parts.mixed.append(reader.matrix(v, o))
                parts.occupied.append(reader.matrix(o, o))
                parts.overlap.append(reader.matrix(o, o))
            }
            mixed.append(parts.mixed)
            occupied.append(parts.occupied)
            overlap.append(parts.overlap)
        }
        (self.mixed, self.occupied, self.overlap) = (mixed, occupied, overlap)
        guard reader.isAtEnd else { return nil }
        for (space, density) in zip(spaces, state.densities) {
            let own = space.occupied.times(space.occupied, otherTransposed: true)
            guard (own - density).elements.allSatisfy({ abs($0) < Self.sameDensity }) else { return nil }
        }
    }

    /// Largest difference between elements of the density matrices of one solution, solved twice.
    private static let sameDensity = 1e-6
}

/// The response of the orbitals to one perturbation: for every spin.
struct PerturbationResponse: Sendable {
    /// Right sides of the coupled-perturbed equations less the residual, and their solution, empty by occupied orbitals. With U_x and s_x,
    /// U_x s_y + U_y s_x is U_x B_y + U_y B_x + U_x A U_y twice over, which has errors of second order in the residuals, also for
    /// perturbations of different batches.
    let side, rotation: [Matrix]
    /// Over occupied orbitals: the derivative of the Fock matrix at occupied orbitals that stay orthonormal, less (e_i + e_j) S_ij. Empty
    /// for a field.
    let occupied: [Matrix]

    /// Memory in bytes.
    static func memory(spaces: [(occupied: Int, empty: Int)]) -> Int {
        8 * spaces.reduce(0) { $0 + 2 * $1.occupied * $1.empty + $1.occupied * $1.occupied }
    }

    /// Numbers of some perturbations, in order.
    static func numbers(_ responses: [PerturbationResponse]) -> [Double] {
        var writer = MatrixWriter()
        for response in responses {
            for matrix in response.side + response.rotation + response.occupied { writer.add(matrix) }
        }
        return writer.numbers
    }

    /// Nil if the numbers do not have the shapes of these perturbations.
    static func responses(_ numbers: [Double], _ range: Range<Int>, _ skeleton: SkeletonBlocks) -> [PerturbationResponse]? {
        var reader = MatrixReader(numbers)
        let shapes = skeleton.spaces.map { (o: $0.occupiedEnergies.count, v: $0.emptyEnergies.count) }
        let result = range.map { x in
            PerturbationResponse(
                side: shapes.map { reader.matrix($0.v, $0.o) }, rotation: shapes.map { reader.matrix($0.v, $0.o) },
                occupied: x < skeleton.coordinates ? shapes.map { reader.matrix($0.o, $0.o) } : [])
        }
        return reader.isAtEnd ? result : nil
    }
}
