import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure
import ParallelExecution

/// The superposition of atomic densities: each atom's spherically averaged Hartree-Fock density in its own basis and
/// core potential, placed on the diagonal. Van Lenthe et al., J. Comput. Chem. 27, 926 (2006), doi 10.1002/jcc.20393.
enum AtomicDensityGuess {
    /// Total density matrix; its electron count is that of the neutral molecule. Cost: one small SCF for each kind of atom.
    static func density(basis: AtomicOrbitalBasis, pool: WorkerPool) throws -> Matrix {
        var result = Matrix(rows: basis.functionCount, columns: basis.functionCount)
        var known: [(element: Element, basis: ElementBasis, density: Matrix)] = []
        var offset = 0
        for (atom, elementBasis) in zip(basis.molecule.atoms, basis.elementBases) {
            let density: Matrix
            if let found = known.first(where: { $0.element == atom.element && $0.basis == elementBasis }) {
                density = found.density
            } else {
                density = try atomicDensity(
                    atom.element, elementBasis, functionType: basis.functionType, pool: pool.ofThisRank)
                known.append((atom.element, elementBasis, density))
            }
            for i in 0..<density.rows {
                for j in 0..<density.columns { result[offset + i, offset + j] = density[i, j] }
            }
            offset += density.rows
        }
        return result
    }

    /// Spherical density of one atom over its basis functions.
    private static func atomicDensity(
        _ element: Element, _ elementBasis: ElementBasis, functionType: AngularFunctionType, pool: WorkerPool
    ) throws -> Matrix {
        let molecule = Molecule(atoms: [Atom(element: element, positionInBohr: SIMD3())])
        let basis = AtomicOrbitalBasis(molecule: molecule, elementBases: [elementBasis], functionType: .pure)
        let electrons = AtomicConfiguration.valenceElectrons(
            of: element, coreElectrons: elementBasis.effectiveCorePotential?.coreElectrons ?? 0)
        let overlap = OneElectronIntegrals.overlap(basis: basis)
        let core = CoreHamiltonian(basis: basis, pool: pool, ledger: TimeLedger()).sum
        let builder = CoulombExchangeBuilder(basis: basis, pool: pool, memoryLimitInBytes: 1 << 30)
        let blocks = try RadialBlocks(basis: basis, overlap: overlap)

        var density = try blocks.density(fock: core, electrons: electrons)
        var accelerator = ConvergenceAccelerator(capacity: 8)
        let orthogonalizer = try Orthogonalizer(overlap: overlap)
        for _ in 0..<60 {
            let (coulomb, exchange) = builder.build(coulomb: [density], exchange: [density])
            var fock = core + coulomb[0]
            fock.add(exchange[0], scaledBy: -0.5)
            let error = orthogonalizer.commutator(fock: fock, density: density)
            let largest = error.largestMagnitude
            accelerator.append(.init(fock: [fock], density: [density], error: [error], largestError: largest))
            if largest < 1e-5 { break }
            density = try blocks.density(fock: accelerator.extrapolate().fock[0], electrons: electrons)
        }
        return functionType == .pure
            ? density : try convert(density, basis: basis, elementBasis, to: functionType)
    }

    /// The same density in functions of another type: a pure function is a combination of Cartesian ones.
    private static func convert(
        _ density: Matrix, basis: AtomicOrbitalBasis, _ elementBasis: ElementBasis, to type: AngularFunctionType
    ) throws -> Matrix {
        let cartesian = AtomicOrbitalBasis(
            molecule: basis.molecule, elementBases: [elementBasis], functionType: type)
        var map = Matrix(rows: basis.functionCount, columns: cartesian.functionCount)
        for (pureShell, cartesianShell) in zip(basis.shells, cartesian.shells) {
            var row = pureShell.firstFunction
            var column = cartesianShell.firstFunction
            for contraction in pureShell.contractions {
                let l = contraction.angularMomentum
                let pure = AngularTransformation.matrix(l, .pure)
                let target = AngularTransformation.matrix(l, type)
                if l < 2 || type.isCartesian(l) {
                    for i in 0..<pure.rows {
                        for k in 0..<pure.columns { map[row + i, column + k] = pure[i, k] / target[k, k] }
                    }
                } else {
                    for i in 0..<pure.rows { map[row + i, column + i] = 1 }
                }
                row += pure.rows
                column += target.rows
            }
        }
        return density.transformed(by: map)
    }
}

/// The radial problems of a spherical atom: one per angular momentum, with matrices averaged over m.
private struct RadialBlocks {
    private struct Block {
        let angularMomentum: Int
        /// First function (m = -l) of every contraction of this angular momentum.
        let firstFunctions: [Int]
        package let orthogonalizer: Orthogonalizer
    }

    private let blocks: [Block]
    private let functionCount: Int

    init(basis: AtomicOrbitalBasis, overlap: Matrix) throws {
        functionCount = basis.functionCount
        let highest = basis.labels.map(\.angularMomentum).max() ?? 0
        blocks = try (0...highest).compactMap { l in
            let first = basis.labels.indices.filter {
                basis.labels[$0].angularMomentum == l && basis.labels[$0].component == 0
            }
            if first.isEmpty { return nil }
            return Block(
                angularMomentum: l, firstFunctions: first,
                orthogonalizer: try Orthogonalizer(overlap: Self.average(overlap, first, l)))
        }
    }

    private static func average(_ matrix: Matrix, _ first: [Int], _ l: Int) -> Matrix {
        var result = Matrix(rows: first.count, columns: first.count)
        for (i, a) in first.enumerated() {
            for (j, b) in first.enumerated() {
                for m in 0...(2 * l) { result[i, j] += matrix[a + m, b + m] / Double(2 * l + 1) }
            }
        }
        return result
    }

    /// Fills the lowest radial orbitals of each angular momentum with its electrons, equally over m.
    func density(fock: Matrix, electrons: [Double]) throws -> Matrix {
        var result = Matrix(rows: functionCount, columns: functionCount)
        for block in blocks where block.angularMomentum < electrons.count {
            let l = block.angularMomentum
            var left = electrons[l]
            let (coefficients, _) = try block.orthogonalizer.diagonalize(Self.average(fock, block.firstFunctions, l))
            for orbital in 0..<coefficients.columns where left > 0 {
                let filled = min(left, Double(2 * (2 * l + 1)))
                left -= filled
                let each = filled / Double(2 * l + 1)
                for (i, a) in block.firstFunctions.enumerated() {
                    for (j, b) in block.firstFunctions.enumerated() {
                        let value = each * coefficients[i, orbital] * coefficients[j, orbital]
                        for m in 0...(2 * l) { result[a + m, b + m] += value }
                    }
                }
            }
        }
        return result
    }
}
