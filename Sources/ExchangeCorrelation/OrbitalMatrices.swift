import MolecularQuadrature

/// Basis functions on a block of points: values and derivatives.
///
/// Points are cut into strips of 32. A strip has four parts, values and the derivatives along x, y and z, each with a
/// row of 32 points for every function: the kernels run through memory from one end to the other.
struct OrbitalMatrices {
    /// Vectors of eight points in a strip.
    static let vectors = 4
    static let pointsInStrip = 8 * vectors

    let functionCount: Int
    let strips: Int
    /// Vectors of one part of a strip.
    let partSize: Int
    private let base: UnsafeMutablePointer<Lanes>

    /// - Parameter spareRow: whether there is a row beyond the functions for scratch.
    init(_ base: UnsafeMutablePointer<Double>, functions: Int, points: Int, spareRow: Bool = false) {
        functionCount = functions
        strips = Self.strips(forPoints: points)
        partSize = Self.vectors * Self.paddedRows(functions + (spareRow ? 1 : 0))
        self.base = lanePointer(base)
    }

    /// Rows are padded to whole tiles of both kernels.
    static func paddedRows(_ functions: Int) -> Int {
        func padded(_ tile: Int) -> Int { (functions + tile - 1) / tile * tile }
        return max(padded(DensityKernel.tile), padded(PotentialKernel.tile))
    }

    static func strips(forPoints count: Int) -> Int { (count + pointsInStrip - 1) / pointsInStrip }

    /// Points with the padding of the last strip.
    static func paddedPoints(_ count: Int) -> Int { strips(forPoints: count) * pointsInStrip }

    /// Doubles for values and three derivatives.
    static func doubles(functions: Int, points: Int) -> Int { 4 * paddedRows(functions) * paddedPoints(points) }

    /// Part 0: values; 1, 2, 3: derivatives along x, y, z.
    @inline(__always)
    func part(_ part: Int, strip: Int) -> UnsafeMutablePointer<Lanes> { base + (4 * strip + part) * partSize }

    var layout: OrbitalLayout {
        OrbitalLayout(
            strips: strips, vectors: Self.vectors, rowStride: 8 * Self.vectors, stripStride: 8 * 4 * partSize)
    }

    /// Sets the rows that pad the last tiles to zero.
    func clearPadding() {
        let first = Self.vectors * functionCount
        for part in 0..<4 * strips {
            (base + part * partSize + first).update(repeating: Lanes(repeating: 0), count: partSize - first)
        }
    }

    /// Values and derivatives of a unit's functions at the points; `rows` tells where each function goes.
    func evaluate(
        _ evaluator: BasisFunctionEvaluator, unit: Int, box: BasisFunctionEvaluator.Box, points: PointCoordinates,
        rows: [Int32]
    ) {
        func doubles(_ part: Int) -> UnsafeMutablePointer<Double> {
            UnsafeMutableRawPointer(self.part(part, strip: 0)).assumingMemoryBound(to: Double.self)
        }
        rows.withUnsafeBufferPointer { rows in
            evaluator.evaluate(
                unit: unit, box: box, x: points.x, y: points.y, z: points.z, layout: layout, rows: rows.baseAddress!,
                values: doubles(0), gradientX: doubles(1), gradientY: doubles(2), gradientZ: doubles(3))
        }
    }
}
