import CVectorShims
import GaussianBasis

/// Values and gradients of a basis on blocks of points.
///
/// A block's values form a matrix with a row for every function that reaches it and a column for every point. Rows are
/// padded to a multiple of eight points, so that kernels work on whole vectors.
package final class BasisFunctionEvaluator: Sendable {
    let tables: BasisFunctionTables

    /// - Parameter negligible: values and gradients below this may be taken for zero.
    package init(basis: AtomicOrbitalBasis, negligible: Double) {
        tables = BasisFunctionTables(basis: basis, negligible: negligible)
    }

    package var functionCount: Int { tables.functionCount }

    /// Where a block of points lies.
    package struct Box: Sendable {
        package var low = SIMD3<Double>(repeating: .infinity)
        package var high = SIMD3<Double>(repeating: -.infinity)

        package init(x: UnsafePointer<Double>, y: UnsafePointer<Double>, z: UnsafePointer<Double>, count: Int) {
            for k in 0..<count {
                let p = SIMD3(x[k], y[k], z[k])
                low.replace(with: p, where: p .< low)
                high.replace(with: p, where: p .> high)
            }
        }

        /// From a point to the nearest point of the box, squared.
        func squaredDistance(_ x: Double, _ y: Double, _ z: Double) -> Double {
            let dx = max(0, low.x - x, x - high.x)
            let dy = max(0, low.y - y, y - high.y)
            let dz = max(0, low.z - z, z - high.z)
            return dx * dx + dy * dy + dz * dz
        }
    }

    /// Calls `body` with every unit (a pair of fused contractions, or one) that reaches the box and with its functions.
    package func forEachReachingUnit(_ box: Box, _ body: (_ unit: Int, _ functions: Range<Int>) -> Void) {
        for (index, unit) in tables.units.enumerated() {
            guard box.squaredDistance(unit.x, unit.y, unit.z) < unit.extent * unit.extent else { continue }
            body(index, tables.functions(of: unit))
        }
    }

    package func functions(ofUnit index: Int) -> Range<Int> { tables.functions(of: tables.units[index]) }

    /// The unit that each function belongs to.
    package var unitOfFunction: [Int] {
        var result = [Int](repeating: 0, count: functionCount)
        for index in tables.units.indices {
            for function in functions(ofUnit: index) { result[function] = index }
        }
        return result
    }

    /// Values and gradients of one unit's functions on a block.
    ///
    /// - Parameters:
    ///   - vectors: points of the block divided by eight.
    ///   - rowStride: doubles from one row to the next, a multiple of eight.
    ///   - rows: for every function of the basis, the row it is written to; only this unit's entries are read.
    ///   - values: rows of values, 64-byte aligned; likewise the derivatives along x, y and z.
    package func evaluate(
        unit index: Int, box: Box, x: UnsafePointer<Double>, y: UnsafePointer<Double>, z: UnsafePointer<Double>,
        vectors: Int, rowStride: Int, rows: UnsafePointer<Int32>, values: UnsafeMutablePointer<Double>,
        gradientX: UnsafeMutablePointer<Double>, gradientY: UnsafeMutablePointer<Double>,
        gradientZ: UnsafeMutablePointer<Double>
    ) {
        let output = OrbitalRows(
            rows: rows, stride: rowStride / 8, value: lanePointer(values), x: lanePointer(gradientX),
            y: lanePointer(gradientY), z: lanePointer(gradientZ))
        let points = PointRows(x: x, y: y, z: z, vectors: vectors)
        evaluate(unit: index, box: box, points: points, output: output, withGradient: true)
    }

    /// Values alone; see the other form.
    package func evaluate(
        unit index: Int, box: Box, x: UnsafePointer<Double>, y: UnsafePointer<Double>, z: UnsafePointer<Double>,
        vectors: Int, rowStride: Int, rows: UnsafePointer<Int32>, values: UnsafeMutablePointer<Double>
    ) {
        let value = lanePointer(values)
        let output = OrbitalRows(rows: rows, stride: rowStride / 8, value: value, x: value, y: value, z: value)
        let points = PointRows(x: x, y: y, z: z, vectors: vectors)
        evaluate(unit: index, box: box, points: points, output: output, withGradient: false)
    }

    private func evaluate(unit index: Int, box: Box, points: PointRows, output: OrbitalRows, withGradient: Bool) {
        let unit = tables.units[index]
        let capacity = tables.longestContraction
        withUnsafeTemporaryAllocation(of: RadialTerm.self, capacity: capacity) { terms in
            // exp(-100) times any contraction coefficient is nothing beside the threshold.
            let farthest = 100 / max(box.squaredDistance(unit.x, unit.y, unit.z), 1e-300)
            var count = 0
            for k in unit.exponents where tables.exponents[k] < farthest {
                let place = k - unit.exponents.lowerBound
                let a = tables.exponents[k]
                let c = tables.coefficients[unit.first.coefficients + place]
                let d = unit.second.map { tables.coefficients[$0.coefficients + place] } ?? 0
                terms[count] = RadialTerm(
                    exponent: -a, first: c, firstSlope: -2 * a * c, second: d, secondSlope: -2 * a * d)
                count += 1
            }
            let vectors = points.vectors
            withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 7 * vectors) { scratch in
                let radial = RadialRows(scratch.baseAddress!, vectors: vectors)
                let active = UnsafePointer(terms.baseAddress!)
                if unit.second != nil {
                    radial.fillTwo(points, x: unit.x, y: unit.y, z: unit.z, terms: active, count: count)
                } else {
                    radial.fillOne(points, x: unit.x, y: unit.y, z: unit.z, terms: active, count: count)
                }
                angular(unit.first, radial, slot: 0, output: output, withGradient: withGradient)
                if let second = unit.second {
                    angular(second, radial, slot: 1, output: output, withGradient: withGradient)
                }
            }
        }
    }

    private func angular(
        _ part: RadialUnit.Part, _ radial: RadialRows, slot: Int, output: OrbitalRows, withGradient: Bool
    ) {
        switch part.angularMomentum {
        case 0: AngularKernels.s(radial, slot, output, function: part.firstFunction, withGradient)
        case 1: AngularKernels.p(radial, slot, output, function: part.firstFunction, withGradient)
        default:
            AngularKernels.general(
                part.angularMomentum, tables.transformations[part.angularMomentum], radial, slot, output,
                function: part.firstFunction, withGradient)
        }
    }
}

@inline(__always)
func lanePointer(_ p: UnsafeMutablePointer<Double>) -> UnsafeMutablePointer<Lanes> {
    UnsafeMutableRawPointer(p).assumingMemoryBound(to: Lanes.self)
}
