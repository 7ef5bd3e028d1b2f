import COpenBLAS
import DensityFunctionals
import GaussianBasis
import LinearAlgebra
import MolecularQuadrature

/// Scratch space of one worker, and the work on a block for second derivatives.
///
/// With c0 = w v / 2 and c = w dE/d(grad rho) at fixed points, u = D phi and u_b = D dphi/db, a function i that moves along a changes the
/// density by -2 dphi_i/da u_i and its gradient along b by -2 (d2phi_i/dadb u_i + dphi_i/da u_b,i). What the kernel makes of it adds to
/// the potential's matrix; so does -(dphi_i/da (2 c0 + c . grad) phi_j + (c . grad) dphi_i/da phi_j). The energy has the kernel between changes of
/// the density, and 2 D_ij (2 c0 + c . grad) (dphi_i/da dphi_j/db) for two functions that move.
final class SecondDerivativeWorkspace: @unchecked Sendable {
    private let block: BlockWorkspace
    private let basisCount: Int
    private let isPolarized: Bool
    private let atomOfFunction: [Int]
    /// The density matrix of a block's functions.
    private let packed: AlignedDoubles
    /// Rows in strips: six second derivatives; u and its three relatives; (c0 + c . grad) phi; along a, (c . grad) dphi/da.
    private let seconds: [AlignedDoubles]
    private let turned: [AlignedDoubles]
    private let half: AlignedDoubles
    private let bent: [AlignedDoubles]
    private let weighted: AlignedDoubles
    private let kernelRows, scratch: AlignedDoubles
    private let product: AlignedDoubles
    /// Coefficients at an address that vector instructions can read.
    private let aligned: AlignedDoubles
    private var rowOfFunction: [Int32]
    /// Changes of the densities and of the coefficients with every coordinate of a block.
    private var changes: [Double] = []
    private var coefficients: [Double] = []

    private static let width = OrbitalMatrices.pointsInStrip

    init(basis: AtomicOrbitalBasis, plans: [BlockPlan], blockSize: Int, isPolarized: Bool) {
        let functions = plans.reduce(1) { max($0, $1.functions.count) } + 1
        let points = OrbitalMatrices.paddedPoints(blockSize)
        block = BlockWorkspace(basisCount: basis.functionCount, plans: plans, blockSize: blockSize)
        basisCount = basis.functionCount
        self.isPolarized = isPolarized
        atomOfFunction = basis.labels.map(\.atom)
        func rows() -> AlignedDoubles {
            let result = AlignedDoubles(count: functions * points)
            result.base.initialize(repeating: 0, count: functions * points)
            return result
        }
        packed = AlignedDoubles(count: functions * functions)
        product = AlignedDoubles(count: functions * functions)
        seconds = (0..<6).map { _ in rows() }
        turned = (0..<4).map { _ in rows() }
        half = rows()
        weighted = rows()
        bent = (0..<3).map { _ in rows() }
        kernelRows = AlignedDoubles(count: KernelRows.rowCount(isPolarized: isPolarized) * points)
        scratch = AlignedDoubles(count: 29 * points)
        aligned = AlignedDoubles(count: FunctionalArrays.rowCount * points)
        rowOfFunction = [Int32](repeating: 0, count: basis.functionCount)
    }

    /// A block with its ground state's derivatives.
    private struct Work {
        let plan: BlockPlan
        let orbitals: OrbitalMatrices
        let kernel: KernelRows
        let points: Int
        let usesGradient: Bool
        let kind: DensityFunctional.Kind
        /// Doubles from one strip to the next in rows of this workspace.
        let strip: Int
        /// Of every function of the block: its atom, as an index into `atoms`.
        let slots: [Int]
        let atoms: [Int]
    }

    func add(
        _ plan: BlockPlan, state: SpinDensityMatrices, functional: DensityFunctional, grid: MolecularGrid,
        evaluator: BasisFunctionEvaluator, to energy: inout Matrix, potentials: UnsafeMutablePointer<Double>
    ) {
        block.coordinates.load(grid, plan.points)
        let orbitals = block.orbitalMatrices(plan, evaluator: evaluator)
        let points = OrbitalMatrices.paddedPoints(plan.points.count)
        for (spin, matrix) in state.matrices.enumerated() {
            block.fillDensity(plan, orbitals, matrix, spin: spin, uses: functional.kind)
        }
        let kernel = KernelRows(base: kernelRows.base, points: points, isPolarized: isPolarized)
        kernel.fill(
            functional, densities: block.densities.base, weights: block.coordinates.weights, count: plan.points.count,
            scratch: scratch.base)
        let own = plan.functions.map { atomOfFunction[Int($0)] }
        let atoms = Array(Set(own)).sorted()
        let slotOfAtom = Dictionary(uniqueKeysWithValues: atoms.enumerated().map { ($1, $0) })
        let work = Work(
            plan: plan, orbitals: orbitals, kernel: kernel, points: points, usesGradient: functional.usesGradient,
            kind: functional.kind, strip: Self.width * (plan.functions.count + 1), slots: own.map { slotOfAtom[$0] ?? 0 },
            atoms: atoms)
        if work.usesGradient { fillSeconds(work, evaluator) }
        let spins = state.matrices.count
        let rows = FunctionalArrays.rowCount
        let coordinates = 3 * atoms.count
        changes = [Double](repeating: 0, count: coordinates * spins * rows * points)
        coefficients = changes
        for (spin, matrix) in state.matrices.enumerated() {
            pack(plan, matrix)
            multiply(work)
            for x in 0..<coordinates {
                changes.withUnsafeMutableBufferPointer {
                    fillChange(work, coordinate: x, into: $0.baseAddress! + (x * spins + spin) * rows * points)
                }
            }
            kernel.fillCoefficients(spin: spin, usesGradient: work.usesGradient, target: block.coefficients.base)
            addMovingFunctions(work, spin: spin, spins: spins, to: &energy, potentials: potentials)
        }
        addKernel(work, spins: spins, to: &energy, potentials: potentials)
    }

    private func pack(_ plan: BlockPlan, _ matrix: Matrix) {
        let count = plan.functions.count
        for (i, row) in plan.functions.enumerated() {
            let source = Int(row) * basisCount
            for (j, column) in plan.functions.enumerated() {
                packed.base[i * count + j] = matrix.elements[source + Int(column)]
            }
        }
    }

    private func fillSeconds(_ work: Work, _ evaluator: BasisFunctionEvaluator) {
        let plan = work.plan
        let coordinates = block.coordinates
        for unit in plan.units {
            for function in evaluator.functions(ofUnit: Int(unit)) { rowOfFunction[function] = Int32(plan.functions.count) }
        }
        for (row, function) in plan.functions.enumerated() { rowOfFunction[Int(function)] = Int32(row) }
        let box = BasisFunctionEvaluator.Box(x: coordinates.x, y: coordinates.y, z: coordinates.z, count: plan.points.count)
        let layout = OrbitalLayout(
            strips: work.orbitals.strips, vectors: OrbitalMatrices.vectors, rowStride: Self.width, stripStride: work.strip)
        rowOfFunction.withUnsafeBufferPointer { rows in
            guard let rows = rows.baseAddress else { return }
            for unit in plan.units {
                evaluator.evaluateSecond(
                    unit: Int(unit), box: box, x: coordinates.x, y: coordinates.y, z: coordinates.z, layout: layout, rows: rows,
                    output: seconds.map(\.base))
            }
        }
    }

    private func values(_ work: Work, _ part: Int, strip: Int) -> UnsafeMutablePointer<Double> {
        UnsafeMutableRawPointer(work.orbitals.part(part, strip: strip)).assumingMemoryBound(to: Double.self)
    }

    /// u and its relatives.
    private func multiply(_ work: Work) {
        let n = Int32(work.plan.functions.count)
        let width = Int32(Self.width)
        for part in 0..<(work.usesGradient ? 4 : 1) {
            for s in 0..<work.orbitals.strips {
                cblas_dgemm(
                    CblasRowMajor, CblasNoTrans, CblasNoTrans, n, width, n, 1, packed.base, n, values(work, part, strip: s),
                    width, 0,
                    turned[part].base + s * work.strip, width)
            }
        }
    }

    private static let place = [[0, 1, 2], [1, 3, 4], [2, 4, 5]]

    /// Of the density and its gradient, rows as in `FunctionalArrays`.
    private func fillChange(_ work: Work, coordinate: Int, into target: UnsafeMutablePointer<Double>) {
        let (slot, axis) = (coordinate / 3, coordinate % 3)
        let width = Self.width
        let points = work.points
        for (i, own) in work.slots.enumerated() where own == slot {
            for s in 0..<work.orbitals.strips {
                let slope = values(work, axis + 1, strip: s) + i * width
                let u = turned[0].base + s * work.strip + i * width
                let output = target + s * width
                for p in 0..<width { output[p] -= 2 * slope[p] * u[p] }
                guard work.usesGradient else { continue }
                for b in 0..<3 {
                    let curve = seconds[Self.place[axis][b]].base + s * work.strip + i * width
                    let v = turned[b + 1].base + s * work.strip + i * width
                    let row = output + (b + 1) * points
                    for p in 0..<width { row[p] -= 2 * (curve[p] * u[p] + slope[p] * v[p]) }
                }
            }
        }
    }

    /// What follows from the coefficients of the undisplaced state, which are in `block.coefficients`.
    private func addMovingFunctions(
        _ work: Work, spin: Int, spins: Int, to energy: inout Matrix, potentials: UnsafeMutablePointer<Double>
    ) {
        let count = work.plan.functions.count
        let width = Self.width
        let points = work.points
        let c = block.coefficients.base
        for s in 0..<work.orbitals.strips {
            let offset = s * width
            for i in 0..<count {
                let row = s * work.strip + i * width
                let phi = values(work, 0, strip: s) + i * width
                let slopes = (0..<3).map { values(work, $0 + 1, strip: s) + i * width }
                let target = half.base + row
                // (2 c0 + c . grad) phi, which goes with dphi/da.
                for p in 0..<width { target[p] = 2 * c[offset + p] * phi[p] }
                for a in 0..<3 {
                    let output = bent[a].base + row
                    for p in 0..<width { output[p] = 0 }
                    guard work.usesGradient else { continue }
                    let direction = c + (a + 1) * points + offset
                    for p in 0..<width { target[p] += direction[p] * slopes[a][p] }
                    for b in 0..<3 {
                        let along = c + (b + 1) * points + offset
                        let curve = seconds[Self.place[a][b]].base + row
                        for p in 0..<width { output[p] += along[p] * curve[p] }
                    }
                }
            }
        }
        let n = Int32(count)
        func accumulate(_ left: (Int) -> UnsafePointer<Double>, _ right: (Int) -> UnsafePointer<Double>, isFirst: Bool) {
            for s in 0..<work.orbitals.strips {
                cblas_dgemm(
                    CblasRowMajor, CblasNoTrans, CblasTrans, n, n, Int32(width), 1, left(s), Int32(width), right(s), Int32(width),
                    isFirst && s == 0 ? 0 : 1, product.base, n)
            }
        }
        let square = basisCount * basisCount
        for a in 0..<3 {
            accumulate(
                { UnsafePointer(self.values(work, a + 1, strip: $0)) }, { UnsafePointer(self.half.base + $0 * work.strip) },
                isFirst: true)
            if work.usesGradient {
                accumulate(
                    { UnsafePointer(self.bent[a].base + $0 * work.strip) }, { UnsafePointer(self.values(work, 0, strip: $0)) },
                    isFirst: false)
            }
            for (i, f) in work.plan.functions.enumerated() {
                let coordinate = 3 * work.atoms[work.slots[i]] + a
                let row = potentials + (coordinate * spins + spin) * square + Int(f) * basisCount
                for (j, g) in work.plan.functions.enumerated() { row[Int(g)] -= product.base[i * count + j] }
            }
        }
        // Two functions that move: dphi_i/da (c0 + c . grad) dphi_j/db and the same the other way round.
        for b in 0..<3 {
            for s in 0..<work.orbitals.strips {
                for i in 0..<count {
                    let row = s * work.strip + i * width
                    let slope = values(work, b + 1, strip: s) + i * width
                    let (target, source) = (weighted.base + row, bent[b].base + row)
                    for p in 0..<width { target[p] = c[s * width + p] * slope[p] + source[p] }
                }
            }
            for a in 0..<3 {
                accumulate(
                    { UnsafePointer(self.values(work, a + 1, strip: $0)) },
                    { UnsafePointer(self.weighted.base + $0 * work.strip) },
                    isFirst: true)
                let slots = work.atoms.count
                var sums = [Double](repeating: 0, count: slots * slots)
                for i in 0..<count {
                    for j in 0..<count {
                        sums[work.slots[i] * slots + work.slots[j]] +=
                            2 * packed.base[i * count + j] * product.base[i * count + j]
                    }
                }
                for i in 0..<slots {
                    for j in 0..<slots where i != j {
                        energy[3 * work.atoms[i] + a, 3 * work.atoms[j] + b] += sums[i * slots + j]
                        energy[3 * work.atoms[j] + b, 3 * work.atoms[i] + a] += sums[i * slots + j]
                    }
                }
            }
        }
    }

    /// What follows from the changes of the densities.
    private func addKernel(_ work: Work, spins: Int, to energy: inout Matrix, potentials: UnsafeMutablePointer<Double>) {
        let coordinates = 3 * work.atoms.count
        let rows = FunctionalArrays.rowCount
        let length = spins * rows * work.points
        let square = basisCount * basisCount
        changes.withUnsafeMutableBufferPointer { changes in
            coefficients.withUnsafeMutableBufferPointer { coefficients in
                guard let change = changes.baseAddress, let coefficient = coefficients.baseAddress else { return }
                for x in 0..<coordinates {
                    let targets = (0..<spins).map { coefficient + x * length + $0 * rows * work.points }
                    work.kernel.fillChanges(change + x * length, usesGradient: work.usesGradient, targets: targets)
                    let atom = 3 * work.atoms[x / 3] + x % 3
                    for spin in 0..<spins {
                        aligned.base.update(from: targets[spin], count: rows * work.points)
                        block.addPotential(
                            work.plan, work.orbitals, coefficients: aligned.base, uses: work.kind,
                            to: potentials + (atom * spins + spin) * square)
                        // The kernel's first row is half of what multiplies the density.
                        for p in 0..<work.points { targets[spin][p] *= 2 }
                    }
                }
                var result = [Double](repeating: 0, count: coordinates * coordinates)
                let m = Int32(coordinates)
                cblas_dgemm(
                    CblasRowMajor, CblasNoTrans, CblasTrans, m, m, Int32(length), 1, change, Int32(length), coefficient,
                    Int32(length), 0, &result, m)
                for x in 0..<coordinates {
                    for y in 0..<coordinates where x / 3 != y / 3 {
                        energy[3 * work.atoms[x / 3] + x % 3, 3 * work.atoms[y / 3] + y % 3] += result[x * coordinates + y]
                    }
                }
            }
        }
    }
}
