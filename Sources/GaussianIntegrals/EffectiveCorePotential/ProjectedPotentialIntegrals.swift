import Foundation
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Integrals of the projected parts of one core potential, sum over l, m of <f|lm> U_l(r) <lm|g>. The projections of every
/// function are tabulated once on a radial grid.
struct ProjectedPotentialIntegrals: Sendable {
    let center: SIMD3<Double>
    let potential: EffectiveCorePotential

    /// Contributions of individual radial points with an upper bound below this are omitted.
    private static let negligible = 1e-18
    /// Maximum difference of two quadratures of a diagonal element, relative to the integral of the magnitude of the integrand if
    /// this exceeds one.
    private static let tolerance = 1e-12
    /// Maximum number of times that panels are halved.
    private static let highestRefinement = 6

    /// Adds this rank's part of every block of shells (i, j) with j <= i to the matrix of `width` columns at `output`.
    func addLowerBlocks(
        shells: [BoundedShell], context: ProjectionContext, to output: SharedPointer<Double>, width: Int,
        pool: WorkerPool
    ) {
        guard let (grid, projections) = tabulate(shells, context, pool) else { return }
        pool.forEachOwn(projections.count) { piece, _ in
            let i = projections.count - 1 - piece
            let left = projections[i]
            let scaled = Self.scaled(left, grid.weightedPotentials)
            for j in 0...i { Self.addBlock(left, scaled, projections[j], context.highest, output, width) }
        }
    }

    /// Adds this rank's part of the integrals of all functions of `rows` with all of `columns` to the matrix of `width` columns at
    /// `output`, at the positions given by the first functions of the shells.
    func addRectangle(
        rows: [BoundedShell], columns: [BoundedShell], context: ProjectionContext, to output: SharedPointer<Double>,
        width: Int, pool: WorkerPool
    ) {
        guard let (grid, projections) = tabulate(rows + columns, context, pool) else { return }
        let left = projections.filter { $0.shell < rows.count }
        let right = projections.filter { $0.shell >= rows.count }
        pool.forEachOwn(left.count) { piece, _ in
            let scaled = Self.scaled(left[piece], grid.weightedPotentials)
            for other in right { Self.addBlock(left[piece], scaled, other, context.highest, output, width) }
        }
    }

    /// Tables on a sufficiently fine grid: panels are shortened until the diagonal elements from 16 and from 20 points per panel
    /// agree. The initial panels pass unless the underlying bounds are violated. If no grid passes, all values are NaN rather
    /// than inaccurate.
    private func tabulate(
        _ shells: [BoundedShell], _ context: ProjectionContext, _ pool: WorkerPool
    ) -> (ProjectedRadialGrid, [ShellProjection])? {
        let rule = LegendreQuadrature(count: ProjectedRadialGrid.nodesPerPanel)
        let check = LegendreQuadrature(count: ProjectedRadialGrid.nodesPerPanel - 4)
        var refinement = 1.0
        for _ in 0...Self.highestRefinement {
            let panels = ProjectedRadialGrid.panels(
                shells: shells, center: center, potential: potential, refinement: refinement)
            guard !panels.isEmpty else { return nil }
            let grid = ProjectedRadialGrid(panels: panels, rule: rule, potential: potential)
            let projections = project(shells, grid, context, pool)
            let coarse = ProjectedRadialGrid(panels: panels, rule: check, potential: potential)
            let one = diagonals(projections, grid, context, shells.count)
            let two = diagonals(project(shells, coarse, context, pool), coarse, context, shells.count)
            let agrees = zip(one, two).allSatisfy { fine, coarse in
                zip(fine, coarse).allSatisfy { abs($0.value - $1.value) <= Self.tolerance * max(1, $0.size) }
            }
            if agrees { return (grid, projections) }
            refinement *= 0.5
        }
        let grid = ProjectedRadialGrid(
            panels: [(0, 1)], rule: LegendreQuadrature(count: 8), potential: potential)
        return (grid, shells.enumerated().map { ShellProjection(invalid: $1.shell, index: $0, context: context) })
    }

    private func project(
        _ shells: [BoundedShell], _ grid: ProjectedRadialGrid, _ context: ProjectionContext, _ pool: WorkerPool
    ) -> [ShellProjection] {
        // The magnitude of every projection is at most `largest`.
        let largest = (4 * Double.pi).squareRoot() * (shells.map(\.totalAmplitude).max() ?? 0)
        let importance = grid.radii.indices.map { i in
            largest * grid.weightedPotentials.reduce(0) { max($0, abs($1[i])) }
        }
        let results = UnsafeMutablePointer<ShellProjection?>.allocate(capacity: shells.count)
        results.initialize(repeating: nil, count: shells.count)
        defer {
            results.deinitialize(count: shells.count)
            results.deallocate()
        }
        let shared = SharedPointer(results)
        pool.forEach(shells.count) { piece, _ in
            shared[piece] = ShellProjection(
                shells[piece], index: piece, center: center, radii: grid.radii, importance: importance,
                negligible: Self.negligible, context: context)
        }
        return (0..<shells.count).compactMap { results[$0] }
    }

    /// For every shell, the contribution of each angular momentum to the diagonal element of each function, and the corresponding
    /// sum of magnitudes.
    private func diagonals(
        _ projections: [ShellProjection], _ grid: ProjectedRadialGrid, _ context: ProjectionContext, _ shellCount: Int
    ) -> [[(value: Double, size: Double)]] {
        var result = [[(value: Double, size: Double)]](repeating: [], count: shellCount)
        let harmonics = RealSolidHarmonics.count(context.highest)
        for projection in projections {
            let scaled = Self.scaled(projection, grid.weightedPotentials)
            var values: [(value: Double, size: Double)] = []
            let points = projection.window.count
            for f in 0..<projection.functionCount {
                for l in 0...context.highest {
                    var sum = 0.0
                    var size = 0.0
                    for n in ((f * harmonics + l * l) * points)..<((f * harmonics + (l + 1) * (l + 1)) * points) {
                        let term = scaled[n] * projection.values[n]
                        sum += term
                        size += abs(term)
                    }
                    values.append((sum, size))
                }
            }
            result[projection.shell] = values
        }
        return result
    }

    /// A projection times the weighted potentials.
    private static func scaled(_ projection: ShellProjection, _ weightedPotentials: [[Double]]) -> [Double] {
        var result = projection.values
        let points = projection.window.count
        let highest = weightedPotentials.count - 1
        let harmonics = RealSolidHarmonics.count(highest)
        for l in 0...highest {
            let weights = weightedPotentials[l]
            for f in 0..<projection.functionCount {
                for lm in (l * l)..<((l + 1) * (l + 1)) {
                    let base = (f * harmonics + lm) * points
                    for (n, i) in projection.window.enumerated() { result[base + n] *= weights[i] }
                }
            }
        }
        return result
    }

    private static func addBlock(
        _ left: ShellProjection, _ scaled: [Double], _ right: ShellProjection, _ highest: Int,
        _ output: SharedPointer<Double>, _ width: Int
    ) {
        let common = left.window.clamped(to: right.window)
        guard !common.isEmpty else { return }
        let harmonics = RealSolidHarmonics.count(highest)
        let lanes = common.count / 8
        let leftOffset = common.lowerBound - left.window.lowerBound
        let rightOffset = common.lowerBound - right.window.lowerBound
        scaled.withUnsafeBytes { a in
            right.values.withUnsafeBytes { b in
                for f in 0..<left.functionCount {
                    for g in 0..<right.functionCount {
                        var sum = SIMD8<Double>()
                        for lm in 0..<harmonics {
                            var one = 8 * ((f * harmonics + lm) * left.window.count + leftOffset)
                            var two = 8 * ((g * harmonics + lm) * right.window.count + rightOffset)
                            for _ in 0..<lanes {
                                sum = sum.addingProduct(
                                    a.loadUnaligned(fromByteOffset: one, as: SIMD8<Double>.self),
                                    b.loadUnaligned(fromByteOffset: two, as: SIMD8<Double>.self))
                                one += 64
                                two += 64
                            }
                        }
                        output[(left.firstFunction + f) * width + right.firstFunction + g] += sum.sum()
                    }
                }
            }
        }
    }
}
