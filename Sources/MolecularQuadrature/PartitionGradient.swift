import CVectorShims
import MolecularStructure

/// The change of the weights of a grid when the atoms move together with their points.
///
/// B. G. Johnson, P. M. W. Gill and J. A. Pople, J. Chem. Phys. 98, 5612 (1993), doi 10.1063/1.464906.
package final class PartitionGradient: @unchecked Sendable {
    /// Points taken together.
    package static let lanes = 8

    private let partition: BeckePartition
    /// From atom j to atom i, as long as 1: entry i n + j.
    private let directions: [SIMD3<Double>]
    /// Of every atom, at eight points.
    private let distances, cells: UnsafeMutablePointer<Lanes>
    /// Three vectors an atom: from the atom to the points, as long as 1; and the derivatives by its position.
    private let outward, slopes: UnsafeMutablePointer<Lanes>

    package init(molecule: Molecule) {
        partition = BeckePartition(molecule: molecule)
        let positions = molecule.atoms.map(\.position)
        let n = positions.count
        directions = (0..<(n * n)).map { pair in
            let separation = positions[pair / n] - positions[pair % n]
            return pair / n == pair % n ? .zero : separation / (separation * separation).sum().squareRoot()
        }
        distances = .allocate(capacity: n)
        cells = .allocate(capacity: n)
        outward = .allocate(capacity: 3 * n)
        slopes = .allocate(capacity: 3 * n)
    }

    deinit {
        distances.deallocate()
        cells.deallocate()
        outward.deallocate()
        slopes.deallocate()
    }

    /// Adds `factor` times the derivative of the logarithm of a point's weight by the position of every atom to `forces`,
    /// for eight points; each moves with its atom of `parents`. Cost: the number of atoms times that of atoms near the points.
    package func add(
        x: SIMD8<Double>, y: SIMD8<Double>, z: SIMD8<Double>, parents: SIMD8<Int64>, factor: SIMD8<Double>,
        to forces: inout [SIMD3<Double>]
    ) {
        let n = partition.atomCount
        guard n > 1 else { return }
        partition.withTables { tables in
            fillDistances(tables, x, y, z)
            fillSlopes(tables, parents)
        }
        // Only relative positions matter: the point's own atom gets minus the sum of the others.
        let zero = Lanes(repeating: 0)
        var (othersX, othersY, othersZ) = (zero, zero, zero)
        for i in 0..<n {
            let others = factor.replacing(with: zero, where: parents .== SIMD8(repeating: Int64(i)))
            let (sx, sy, sz) = (others * slopes[3 * i], others * slopes[3 * i + 1], others * slopes[3 * i + 2])
            forces[i] += SIMD3(sx.sum(), sy.sum(), sz.sum())
            othersX += sx
            othersY += sy
            othersZ += sz
        }
        for lane in 0..<Self.lanes {
            forces[Int(parents[lane])] -= SIMD3(othersX[lane], othersY[lane], othersZ[lane])
        }
    }

    @inline(__always)
    private func fillDistances(_ tables: BeckePartition.Tables, _ x: Lanes, _ y: Lanes, _ z: Lanes) {
        for i in 0..<tables.atomCount {
            let (dx, dy, dz) = (x - tables.x[i], y - tables.y[i], z - tables.z[i])
            let distance = esp_sqrt8(fused(dx, dx, fused(dy, dy, dz * dz)))
            distances[i] = distance
            // At the nucleus itself the direction is undefined.
            let inverse = (1 / distance).replacing(with: 0, where: distance .== 0)
            outward[3 * i] = dx * inverse
            outward[3 * i + 1] = dy * inverse
            outward[3 * i + 2] = dz * inverse
        }
    }

    /// The derivatives of the logarithm of the share of each point's own atom by the positions of the others: its own cell
    /// function's less those of all, each by its share.
    @inline(__always)
    private func fillSlopes(_ tables: BeckePartition.Tables, _ parents: SIMD8<Int64>) {
        let n = tables.atomCount
        let (zero, one) = (Lanes(repeating: 0), Lanes(repeating: 1))
        let negligible = BeckePartition.negligible
        var sum = zero
        for i in 0..<n {
            let cell = tables.cell(i, outwardsFrom: Int(parents[0]), distances: distances)
            cells[i] = cell.replacing(with: zero, where: cell .< Lanes(repeating: negligible))
            sum += cells[i]
        }
        let inverse = one / sum.replacing(with: one, where: sum .== zero)
        slopes.update(repeating: zero, count: 3 * n)
        for i in 0..<n where esp_all_below8(cells[i], negligible) == 0 {
            let own = one.replacing(with: zero, where: parents .!= SIMD8(repeating: Int64(i)))
            let share = fused(-cells[i], inverse, own).replacing(with: zero, where: cells[i] .== zero)
            if esp_all_below8(magnitude(share), negligible) == 0 { addSlopes(tables, ofCell: i, share: share) }
        }
    }

    /// `share` times the derivative of the logarithm of a cell function.
    @inline(__always)
    private func addSlopes(_ tables: BeckePartition.Tables, ofCell i: Int, share: Lanes) {
        let n = tables.atomCount
        let (zero, one) = (Lanes(repeating: 0), Lanes(repeating: 1))
        var (whole, x, y, z) = (zero, zero, zero, zero)
        for j in 0..<n where j != i {
            let boundary = tables.boundary(i, j, distances)
            let step = Self.step(boundary.nu)
            let outside = step.value .<= zero
            let value = step.value.replacing(with: one, where: outside)
            let moved = fused(Lanes(repeating: -2 * boundary.shift), boundary.mu, one)
            let slope = (share * step.slope / value * moved * boundary.inverseDistance).replacing(with: zero, where: outside)
            if esp_all_below8(magnitude(slope), BeckePartition.negligible) != 0 { continue }
            let along = slope * boundary.mu
            let direction = directions[i * n + j]
            let (ax, ay, az) = (along * direction.x, along * direction.y, along * direction.z)
            slopes[3 * j] += fused(slope, outward[3 * j], ax)
            slopes[3 * j + 1] += fused(slope, outward[3 * j + 1], ay)
            slopes[3 * j + 2] += fused(slope, outward[3 * j + 2], az)
            whole += slope
            x += ax
            y += ay
            z += az
        }
        slopes[3 * i] -= fused(whole, outward[3 * i], x)
        slopes[3 * i + 1] -= fused(whole, outward[3 * i + 1], y)
        slopes[3 * i + 2] -= fused(whole, outward[3 * i + 2], z)
    }

    /// (1 - p(p(p(nu)))) / 2 with p(t) = (3 - t^2) t / 2, and its derivative.
    @inline(__always)
    private static func step(_ nu: Lanes) -> (value: Lanes, slope: Lanes) {
        let (half, one, three) = (Lanes(repeating: 0.5), Lanes(repeating: 1), Lanes(repeating: 3))
        var t = nu
        var slope = -half
        for _ in 0..<3 {
            slope *= 1.5 * fused(-t, t, one)
            t = fused(-t, t, three) * (t * half)
        }
        return (fused(-half, t, half), slope)
    }
}

@inline(__always)
private func magnitude(_ v: Lanes) -> Lanes { v.replacing(with: -v, where: v .< 0) }
