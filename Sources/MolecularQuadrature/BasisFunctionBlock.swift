import LinearAlgebra

/// Scratch space of one worker: a block of points and the values of the basis functions that reach it.
final class BasisFunctionBlock: @unchecked Sendable {
    /// Points processed together.
    static let size = 256

    /// The functions that reach the block, in the order of the rows.
    private(set) var functions: [Int] = []
    /// Points in the block, padded to whole vectors.
    private(set) var stride = 0
    /// Functions by points; the derivatives along x, y, z follow the values in the same layout.
    let values: AlignedDoubles
    private let coordinates: AlignedDoubles
    private var rows: [Int32]
    private let functionCount: Int

    init(functionCount: Int, withGradient: Bool) {
        self.functionCount = functionCount
        coordinates = AlignedDoubles(count: 3 * Self.size)
        values = AlignedDoubles(count: (withGradient ? 4 : 1) * functionCount * Self.size)
        rows = [Int32](repeating: 0, count: functionCount)
    }

    /// Component 0 is the value, 1 to 3 are the derivatives.
    func rows(component: Int) -> UnsafeMutablePointer<Double> { values.base + component * functionCount * Self.size }

    /// Fills the block with the points `order` of `points`, at most `size` of them.
    func fill(
        _ evaluator: BasisFunctionEvaluator, points: [SIMD3<Double>], order: ArraySlice<Int32>, withGradient: Bool
    ) {
        let count = order.count
        let vectors = (count + 7) / 8
        stride = 8 * vectors
        let x = coordinates.base
        let y = x + Self.size
        let z = y + Self.size
        for k in 0..<stride {
            let p = points[Int(order[order.startIndex + min(k, count - 1)])]
            x[k] = p.x
            y[k] = p.y
            z[k] = p.z
        }
        let box = BasisFunctionEvaluator.Box(x: x, y: y, z: z, count: count)
        let layout = OrbitalLayout(strips: 1, vectors: vectors, rowStride: stride, stripStride: 0)
        functions.removeAll(keepingCapacity: true)
        evaluator.forEachReachingUnit(box) { unit, range in
            for function in range {
                rows[function] = Int32(functions.count)
                functions.append(function)
            }
            if withGradient {
                evaluator.evaluate(
                    unit: unit, box: box, x: x, y: y, z: z, layout: layout, rows: rows, values: values.base,
                    gradientX: rows(component: 1), gradientY: rows(component: 2), gradientZ: rows(component: 3))
            } else {
                evaluator.evaluate(
                    unit: unit, box: box, x: x, y: y, z: z, layout: layout, rows: rows, values: values.base)
            }
        }
    }

    /// The rows and columns of a matrix over all functions that belong to the functions of the block.
    func gather(_ matrix: Matrix, into target: UnsafeMutablePointer<Double>) {
        let n = functions.count
        matrix.elements.withUnsafeBufferPointer { elements in
            for i in 0..<n {
                let row = functions[i] * matrix.columns
                for j in 0..<n { target[i * n + j] = elements[row + functions[j]] }
            }
        }
    }

    /// The rows of a matrix of functions by columns that belong to the functions of the block.
    func gatherRows(_ matrix: Matrix, into target: UnsafeMutablePointer<Double>) {
        let columns = matrix.columns
        matrix.elements.withUnsafeBufferPointer { elements in
            guard let base = elements.baseAddress else { return }
            for (i, function) in functions.enumerated() {
                (target + i * columns).update(from: base + function * columns, count: columns)
            }
        }
    }
}
