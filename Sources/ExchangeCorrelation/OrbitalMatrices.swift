import MolecularQuadrature

/// Basis functions on a block of points: values and derivatives, one row a function, eight points a vector.
struct OrbitalMatrices {
    let functionCount: Int
    /// Vectors of a row that hold points.
    let vectors: Int
    /// Vectors from one row to the next: one more than the points need, so that equal columns of different rows fall into
    /// different sets of the first-level cache.
    let stride: Int
    let value, x, y, z: UnsafeMutablePointer<Lanes>

    /// Rows are padded to whole tiles of both kernels.
    static func paddedRows(_ functions: Int) -> Int {
        let densityTile = DensityKernel.tile
        let potentialTile = PotentialKernel.tile
        return max(
            (functions + densityTile - 1) / densityTile * densityTile,
            (functions + potentialTile - 1) / potentialTile * potentialTile)
    }

    static func vectors(forPoints count: Int) -> Int {
        let strip = 8 * DensityKernel.strip
        return (count + strip - 1) / strip * DensityKernel.strip
    }

    /// Doubles for values and three derivatives.
    static func doubles(functions: Int, points: Int) -> Int {
        4 * paddedRows(functions) * 8 * (vectors(forPoints: points) + 1)
    }

    /// - Parameter spareRow: whether there is a row beyond the functions for scratch.
    init(_ base: UnsafeMutablePointer<Double>, functions: Int, points: Int, spareRow: Bool = false) {
        functionCount = functions
        vectors = Self.vectors(forPoints: points)
        stride = vectors + 1
        let size = Self.paddedRows(functions + (spareRow ? 1 : 0)) * stride
        value = lanePointer(base)
        x = value + size
        y = x + size
        z = y + size
    }

    /// Sets the rows that pad the last tiles to zero.
    func clearPadding() {
        for i in functionCount..<Self.paddedRows(functionCount) {
            for v in 0..<vectors {
                value[i * stride + v] = Lanes(repeating: 0)
                x[i * stride + v] = Lanes(repeating: 0)
                y[i * stride + v] = Lanes(repeating: 0)
                z[i * stride + v] = Lanes(repeating: 0)
            }
        }
    }
}
