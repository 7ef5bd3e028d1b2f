/// Cells of a uniform mesh that are certainly within one basin: all points of the cell and of its neighbours are.
struct BasinMap: Sendable {
    private let mesh: EvenMesh
    /// Basin of the cell that begins at a point; -1 if basins meet, or are unknown.
    private let cells: [Int32]

    /// - Parameter basins: of all points; -1 is not known.
    init(mesh: EvenMesh, basins: [Int32]) {
        self.mesh = mesh
        var cells = basins
        let counts = [mesh.counts.x, mesh.counts.y, mesh.counts.z]
        let strides = [mesh.counts.y * mesh.counts.z, mesh.counts.z, 1]
        for axis in 0..<3 {
            let (count, stride) = (counts[axis], strides[axis])
            let previous = cells
            for index in cells.indices {
                let k = index / stride % count
                guard k >= 1, k + 2 < count else {
                    cells[index] = -1
                    continue
                }
                let basin = previous[index]
                let agree =
                    previous[index - stride] == basin && previous[index + stride] == basin
                    && previous[index + 2 * stride] == basin
                cells[index] = agree ? basin : -1
            }
        }
        self.cells = cells
    }

    /// Nil if it has to be determined.
    @inline(__always)
    func basin(at point: SIMD3<Double>) -> Int? {
        let place = (point - mesh.origin) * (1 / mesh.spacing)
        guard place.x >= 0, place.y >= 0, place.z >= 0, place.x < Double(mesh.counts.x), place.y < Double(mesh.counts.y),
            place.z < Double(mesh.counts.z)
        else { return nil }
        let basin = cells[(Int(place.x) * mesh.counts.y + Int(place.y)) * mesh.counts.z + Int(place.z)]
        return basin >= 0 ? Int(basin) : nil
    }
}
