import CVectorShims
import MolecularStructure

/// The position of the boundary between the cells of two different atoms.
public enum CellBoundaries: Sendable {
    /// Moved by the square roots of the atoms' radii, which suits quadrature: O. Treutler and R. Ahlrichs, J. Chem. Phys. 102,
    /// 346 (1995), doi 10.1063/1.469408.
    case treutlerAhlrichs
    /// At the ratio of the atoms' radii, as far as the functions allow: the appendix of A. D. Becke, J. Chem. Phys. 88, 2547
    /// (1988), doi 10.1063/1.454033. Cells with these boundaries are atoms: I. Mayer and P. Salvador, Chem. Phys. Lett. 383,
    /// 368 (2004), doi 10.1016/j.cplett.2003.11.048.
    case braggSlater
}

/// The partition of space among the atoms by A. D. Becke, J. Chem. Phys. 88, 2547 (1988), doi 10.1063/1.454033.
struct BeckePartition: Sendable {
    let atomCount: Int
    private let x, y, z: [Double]
    /// Row by row: 1 / distance of the atoms i and j, and the shift a_ij.
    private let inverseDistances: [Double]
    private let shifts: [Double]
    /// Row i: all atoms in ascending order of their distance from atom i, which comes first.
    private let neighbors: [Int]
    /// A cell function that has fallen below this counts as zero: relative errors of weights stay below 1e-17.
    static let negligible = 1e-19

    init(molecule: Molecule, boundaries: CellBoundaries = .treutlerAhlrichs) {
        let atoms = molecule.atoms
        let n = atoms.count
        var inverse = [Double](repeating: 0, count: n * n)
        var shifts = inverse
        var neighbors: [Int] = []
        for i in 0..<n {
            var distances = [Double](repeating: 0, count: n)
            for j in 0..<n where j != i {
                distances[j] = distance(atoms[i].position, atoms[j].position)
                inverse[i * n + j] = 1 / distances[j]
                shifts[i * n + j] = Self.shift(atoms[i].element, atoms[j].element, boundaries)
            }
            neighbors += (0..<n).sorted { (distances[$0], $0) < (distances[$1], $1) }
        }
        atomCount = n
        x = atoms.map(\.position.x)
        y = atoms.map(\.position.y)
        z = atoms.map(\.position.z)
        inverseDistances = inverse
        self.shifts = shifts
        self.neighbors = neighbors
    }

    /// The shift a_ij of the boundary between two atoms: beyond a half the boundary would fold.
    static func shift(
        _ first: Element, _ second: Element, _ boundaries: CellBoundaries = .treutlerAhlrichs
    ) -> Double {
        var (own, other) = (first.braggSlaterRadius, second.braggSlaterRadius)
        if case .treutlerAhlrichs = boundaries { (own, other) = (own.squareRoot(), other.squareRoot()) }
        // Becke's u / (u^2 - 1) with u = (own - other) / (own + other).
        return min(0.5, max(-0.5, 0.25 * (other / own - own / other)))
    }

    /// The share of an atom at eight points.
    ///
    /// - Parameter distances: room for one value per atom.
    func weights(
        ofAtom atom: Int, x px: Lanes, y py: Lanes, z pz: Lanes, distances: UnsafeMutablePointer<Lanes>
    ) -> Lanes {
        let n = atomCount
        guard n > 1 else { return Lanes(repeating: 1) }
        return withTables { tables in
            for i in 0..<n {
                let dx = px - tables.x[i]
                let dy = py - tables.y[i]
                let dz = pz - tables.z[i]
                distances[i] = esp_sqrt8(fused(dx, dx, fused(dy, dy, dz * dz)))
            }
            let own = tables.cell(atom, outwardsFrom: atom, distances: distances)
            if esp_all_below8(own, Self.negligible) != 0 { return Lanes(repeating: 0) }
            var sum = Lanes(repeating: 0)
            for i in 0..<n { sum += i == atom ? own : tables.cell(i, outwardsFrom: atom, distances: distances) }
            return own / sum
        }
    }

    /// The tables as the kernels read them.
    struct Tables {
        let atomCount: Int
        let x, y, z: UnsafeBufferPointer<Double>
        fileprivate let inverse, shifts: UnsafeBufferPointer<Double>
        fileprivate let neighbors: UnsafeBufferPointer<Int>

        /// Where eight points are between the atoms i and j.
        @inline(__always)
        func boundary(_ i: Int, _ j: Int, _ distances: UnsafePointer<Lanes>) -> Boundary {
            let pair = i * atomCount + j
            let mu = (distances[i] - distances[j]) * inverse[pair]
            let nu = fused(Lanes(repeating: shifts[pair]), fused(-mu, mu, Lanes(repeating: 1)), mu)
            return Boundary(mu: mu, nu: nu, shift: shifts[pair], inverseDistance: inverse[pair])
        }

        /// The cell function of atom i at eight points near `atom`.
        ///
        /// The product starts with the nearest atom and stops when it becomes negligible: in a large molecule almost always after a few
        /// factors.
        @inline(__always)
        func cell(_ i: Int, outwardsFrom atom: Int, distances: UnsafePointer<Lanes>) -> Lanes {
            var cell = Lanes(repeating: 1)
            for k in 0..<atomCount {
                let j = neighbors[atom * atomCount + k]
                if j == i { continue }
                cell *= BeckePartition.step(boundary(i, j, distances).nu)
                if esp_all_below8(cell, BeckePartition.negligible) != 0 { break }
            }
            return cell
        }
    }

    struct Boundary {
        /// The difference of the distances from both atoms over that between them.
        let mu: Lanes
        /// The same, moved.
        let nu: Lanes
        let shift: Double
        let inverseDistance: Double
    }

    @inline(__always)
    func withTables<Result>(_ body: (Tables) -> Result) -> Result {
        x.withUnsafeBufferPointer { x in
            y.withUnsafeBufferPointer { y in
                z.withUnsafeBufferPointer { z in
                    inverseDistances.withUnsafeBufferPointer { inverse in
                        shifts.withUnsafeBufferPointer { shifts in
                            neighbors.withUnsafeBufferPointer { neighbors in
                                body(
                                    Tables(
                                        atomCount: atomCount, x: x, y: y, z: z, inverse: inverse, shifts: shifts,
                                        neighbors: neighbors))
                            }
                        }
                    }
                }
            }
        }
    }

    /// (1 - p(p(p(nu)))) / 2 with p(t) = (3 - t^2) t / 2.
    @inline(__always)
    private static func step(_ nu: Lanes) -> Lanes {
        let half = Lanes(repeating: 0.5)
        let three = Lanes(repeating: 3)
        var t = nu
        t = fused(-t, t, three) * (t * half)
        t = fused(-t, t, three) * (t * half)
        t = fused(-t, t, three) * (t * half)
        return fused(-half, t, half)
    }
}

@inline(__always)
func largest(_ v: Lanes) -> Double {
    let a = v.lowHalf
    let b = v.highHalf
    let c = a.replacing(with: b, where: b .> a)
    return Swift.max(Swift.max(c[0], c[1]), Swift.max(c[2], c[3]))
}
