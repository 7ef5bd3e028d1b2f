import Foundation
import GaussianBasis
import LinearAlgebra
import ParallelExecution

/// Integrals of the local parts of effective core potentials, in closed form.
///
/// A pair of primitives is expanded in Hermite Gaussians about its centre of charge. The potentials of each atom, integrated with
/// the spherical Hermite Gaussian, give one sequence of derivatives (`RadialTermKernel`).
struct LocalPotentialIntegrals: Sendable {
    private struct Site: Sendable {
        let position: SIMD3<Double>
        let terms: [RadialTermKernel]
    }

    /// Contributions with an upper bound below this are omitted.
    private static let negligible = 1e-17

    private let shells: [BoundedShell]
    private let sites: [Site]
    private let indexing: HermiteIndexing
    private let highest: Int

    init(shells: [BoundedShell], potentials: [(position: SIMD3<Double>, potential: EffectiveCorePotential)]) {
        self.shells = shells
        sites = potentials.map { entry in
            Site(
                position: entry.position,
                terms: entry.potential.local.filter { $0.coefficient != 0 }.map(RadialTermKernel.init))
        }.filter { !$0.terms.isEmpty }
        highest = shells.reduce(0) { max($0, $1.highestAngularMomentum) }
        indexing = HermiteIndexing(highest: 2 * highest)
    }

    /// Writes this rank's part of every requested block of shells (i, j) with j <= i to the matrix of `width` columns at `output`.
    func writeLowerBlocks(
        to output: SharedPointer<Double>, width: Int, pool: WorkerPool, isWanted: @Sendable (Int, Int) -> Bool = { _, _ in true }
    ) {
        guard !sites.isEmpty else { return }
        pool.forEachOwn(shells.count) { piece, _ in
            let i = shells.count - 1 - piece
            let work = Workspace(highest: highest, indexing: indexing)
            defer { work.deallocate() }
            for j in 0...i where isWanted(i, j) { writeBlock(shells[i], shells[j], work, output, width) }
        }
    }

    /// Scratch memory of one task.
    private struct Workspace {
        /// Hermite expansion coefficients, by axis, power on the first centre, power on the second centre, and order.
        let expansion: UnsafeMutablePointer<Double>
        let hermite: UnsafeMutablePointer<Double>
        let recursion: UnsafeMutablePointer<Double>
        let tower: UnsafeMutablePointer<Double>
        let moments: UnsafeMutablePointer<Double>
        let block: UnsafeMutablePointer<Double>
        let blockSize: Int

        init(highest: Int, indexing: HermiteIndexing) {
            let side = highest + 1
            let cartesian = CartesianMonomials.count(highest)
            expansion = .allocate(capacity: 3 * side * side * (2 * highest + 1))
            hermite = .allocate(capacity: indexing.steps.count)
            recursion = .allocate(capacity: 2 * indexing.steps.count)
            tower = .allocate(capacity: 2 * highest + 1)
            moments = .allocate(capacity: 2 * (ExponentialMoments.highestOrder + 1))
            blockSize = cartesian * cartesian
            block = .allocate(capacity: 4 * blockSize)
        }

        func deallocate() {
            for pointer in [expansion, hermite, recursion, tower, moments, block] { pointer.deallocate() }
        }
    }

    private func writeBlock(
        _ first: BoundedShell, _ second: BoundedShell, _ work: Workspace, _ output: SharedPointer<Double>, _ width: Int
    ) {
        let relevant = relevantSites(first, second)
        guard !relevant.isEmpty else { return }
        let pairs = first.shell.contractions.count * second.shell.contractions.count
        let size =
            CartesianMonomials.count(first.highestAngularMomentum)
            * CartesianMonomials.count(second.highestAngularMomentum)
        let blocks = pairs <= 4 ? work.block : .allocate(capacity: pairs * size)
        defer { if pairs > 4 { blocks.deallocate() } }
        blocks.update(repeating: 0, count: pairs * size)
        let a = first.shell
        let b = second.shell
        for (k, alpha) in a.exponents.enumerated() {
            for (n, beta) in b.exponents.enumerated() {
                guard
                    buildPotential(first, k, second, n, relevant, work)
                else { continue }
                buildExpansion(a.center, alpha, b.center, beta, first.highestAngularMomentum, second.highestAngularMomentum, work)
                for (c, one) in a.contractions.enumerated() {
                    for (d, other) in b.contractions.enumerated() {
                        contract(
                            one.angularMomentum, other.angularMomentum, one.coefficients[k] * other.coefficients[n],
                            second.highestAngularMomentum,
                            first.highestAngularMomentum + second.highestAngularMomentum, work,
                            blocks + (c * b.contractions.count + d) * size)
                    }
                }
            }
        }
        store(first, second, blocks, size, output, width)
    }

    /// Sites with potentials that may contribute to the pair of shells.
    private func relevantSites(_ first: BoundedShell, _ second: BoundedShell) -> [Site] {
        let a = BoundedShell.bounding * first.smallestExponent
        let b = BoundedShell.bounding * second.smallestExponent
        let p = a + b
        let difference = first.shell.center - second.shell.center
        let amplitude =
            first.totalAmplitude * second.totalAmplitude * exp(-a * b / p * (difference * difference).sum())
        guard amplitude > 0 else { return [] }
        let center = (a * first.shell.center + b * second.shell.center) / p
        return sites.filter { site in
            let displacement = center - site.position
            let squared = (displacement * displacement).sum()
            return amplitude * site.terms.reduce(0) { $0 + $1.bound(p: p, squared: squared) } > Self.negligible
        }
    }

    /// Sums Hermite integrals of all potentials for one pair of primitives. Returns false if all are negligible.
    private func buildPotential(
        _ first: BoundedShell, _ k: Int, _ second: BoundedShell, _ n: Int, _ relevant: [Site], _ work: Workspace
    ) -> Bool {
        let alpha = first.shell.exponents[k]
        let beta = second.shell.exponents[n]
        let p = alpha + beta
        let difference = first.shell.center - second.shell.center
        let decay = alpha * beta / p * (difference * difference).sum()
        let amplitude = first.amplitudes[k] * second.amplitudes[n] * exp(-BoundedShell.bounding * decay)
        guard amplitude > 0 else { return false }
        let center = (alpha * first.shell.center + beta * second.shell.center) / p
        let order = first.highestAngularMomentum + second.highestAngularMomentum
        let factor = exp(-decay)
        var found = false
        for site in relevant {
            let displacement = center - site.position
            let squared = (displacement * displacement).sum()
            var touched = false
            for term in site.terms
            where amplitude * term.bound(p: BoundedShell.bounding * p, squared: squared) > Self.negligible {
                if !touched { work.tower.update(repeating: 0, count: order + 1) }
                touched = true
                term.addTower(
                    p: p, squared: squared, factor: factor, highest: order, to: work.tower, scratch: work.moments)
            }
            guard touched else { continue }
            if !found { work.hermite.update(repeating: 0, count: indexing.counts[order]) }
            found = true
            var components = (displacement.x, displacement.y, displacement.z)
            withUnsafeBytes(of: &components) {
                indexing.add(
                    order: order, tower: work.tower, displacement: $0.baseAddress!.assumingMemoryBound(to: Double.self),
                    to: work.hermite, scratch: work.recursion)
            }
        }
        return found
    }

    /// Coefficients of (x - A)^i (x - B)^j exp(-p (x - P)^2) in Hermite Gaussians, one set per axis.
    private func buildExpansion(
        _ centerA: SIMD3<Double>, _ alpha: Double, _ centerB: SIMD3<Double>, _ beta: Double, _ la: Int, _ lb: Int,
        _ work: Workspace
    ) {
        let p = alpha + beta
        let half = 0.5 / p
        let depth = la + lb + 1
        let columns = lb + 1
        for axis in 0..<3 {
            let e = work.expansion + axis * (la + 1) * columns * depth
            // P - A and P - B, without subtraction of large numbers.
            let toA = beta / p * (centerB[axis] - centerA[axis])
            let toB = alpha / p * (centerA[axis] - centerB[axis])
            e.update(repeating: 0, count: (la + 1) * columns * depth)
            e[0] = 1
            for i in 0...la {
                if i > 0 {
                    Self.raise(e + (i - 1) * columns * depth, e + i * columns * depth, toA, half, i - 1)
                }
                for j in stride(from: 1, through: lb, by: 1) {
                    let target = e + (i * columns + j) * depth
                    Self.raise(target - depth, target, toB, half, i + j - 1)
                }
            }
        }
    }

    /// Multiplies an expansion of the given order by a coordinate.
    @inline(__always)
    private static func raise(
        _ source: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Double>, _ shift: Double, _ half: Double,
        _ order: Int
    ) {
        for t in 0...(order + 1) {
            var value = 0.0
            if t > 0 { value += half * source[t - 1] }
            if t <= order { value += shift * source[t] }
            if t < order { value += Double(t + 1) * source[t + 1] }
            target[t] = value
        }
    }

    /// Adds `coefficient` times the integrals over Cartesian monomials to `block`.
    private func contract(
        _ la: Int, _ lb: Int, _ coefficient: Double, _ highestB: Int, _ order: Int, _ work: Workspace,
        _ block: UnsafeMutablePointer<Double>
    ) {
        guard coefficient != 0 else { return }
        let depth = order + 1
        let columns = highestB + 1
        let stride = (order - highestB + 1) * columns * depth
        let side = indexing.highest + 1
        let hermite = work.hermite
        var element = 0
        indexing.places.withUnsafeBufferPointer { places in
            for xa in Swift.stride(from: la, through: 0, by: -1) {
                for ya in Swift.stride(from: la - xa, through: 0, by: -1) {
                    let za = la - xa - ya
                    for xb in Swift.stride(from: lb, through: 0, by: -1) {
                        let ex = work.expansion + (xa * columns + xb) * depth
                        for yb in Swift.stride(from: lb - xb, through: 0, by: -1) {
                            let zb = lb - xb - yb
                            let ey = work.expansion + stride + (ya * columns + yb) * depth
                            let ez = work.expansion + 2 * stride + (za * columns + zb) * depth
                            var sum = 0.0
                            for t in 0...(xa + xb) {
                                for u in 0...(ya + yb) {
                                    let place = (t * side + u) * side
                                    var inner = 0.0
                                    for v in 0...(za + zb) { inner += ez[v] * hermite[places[place + v]] }
                                    sum += ex[t] * ey[u] * inner
                                }
                            }
                            block[element] += coefficient * sum
                            element += 1
                        }
                    }
                }
            }
        }
    }

    /// Transforms monomials to the functions of the shells.
    private func store(
        _ first: BoundedShell, _ second: BoundedShell, _ blocks: UnsafePointer<Double>, _ size: Int,
        _ output: SharedPointer<Double>, _ width: Int
    ) {
        var row = first.shell.firstFunction
        for (c, left) in first.transformations.enumerated() {
            var column = second.shell.firstFunction
            for (d, right) in second.transformations.enumerated() {
                let block = blocks + (c * second.transformations.count + d) * size
                for f in 0..<left.rows {
                    for g in 0..<right.rows {
                        var sum = 0.0
                        for m in 0..<left.columns where left[f, m] != 0 {
                            var inner = 0.0
                            for n in 0..<right.columns { inner += right[g, n] * block[m * right.columns + n] }
                            sum += left[f, m] * inner
                        }
                        output[(row + f) * width + column + g] = sum
                    }
                }
                column += right.rows
            }
            row += left.rows
        }
    }
}
