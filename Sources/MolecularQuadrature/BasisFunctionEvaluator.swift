import CVectorShims
import GaussianBasis

/// Memory layout of the function values of a block: consecutive strips of points, each with a row of points per function.
package struct OrbitalLayout: Sendable {
    package let strips: Int
    /// Vectors of eight points in a row.
    package let vectors: Int
    /// Doubles from one row to the next.
    package let rowStride: Int
    /// Doubles from one strip to the next.
    package let stripStride: Int

    package init(strips: Int, vectors: Int, rowStride: Int, stripStride: Int) {
        self.strips = strips
        self.vectors = vectors
        self.rowStride = rowStride
        self.stripStride = stripStride
    }
}

/// Values and gradients of a basis on blocks of points.
package final class BasisFunctionEvaluator: Sendable {
    let tables: BasisFunctionTables

    /// - Parameter negligible: values and gradients below this may be replaced by zero.
    package init(basis: AtomicOrbitalBasis, negligible: Double) {
        tables = BasisFunctionTables(basis: basis, negligible: negligible)
    }

    package var functionCount: Int { tables.functionCount }

    /// The position of a block of points.
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
    ///   - rows: for every function of the basis, the row it is written to; only this unit's entries are read.
    ///   - values: 64-byte aligned; likewise the derivatives along x, y and z, in the same layout.
    package func evaluate(
        unit index: Int, box: Box, x: UnsafePointer<Double>, y: UnsafePointer<Double>, z: UnsafePointer<Double>,
        layout: OrbitalLayout, rows: UnsafePointer<Int32>, values: UnsafeMutablePointer<Double>,
        gradientX: UnsafeMutablePointer<Double>, gradientY: UnsafeMutablePointer<Double>,
        gradientZ: UnsafeMutablePointer<Double>
    ) {
        let output = OrbitalRows(
            rows: rows, stride: layout.rowStride / 8, value: lanePointer(values), x: lanePointer(gradientX),
            y: lanePointer(gradientY), z: lanePointer(gradientZ))
        evaluate(
            unit: index, box: box, points: PointRows(x: x, y: y, z: z, vectors: layout.vectors), layout: layout,
            output: output, withGradient: true)
    }

    /// Values alone; see the other form.
    package func evaluate(
        unit index: Int, box: Box, x: UnsafePointer<Double>, y: UnsafePointer<Double>, z: UnsafePointer<Double>,
        layout: OrbitalLayout, rows: UnsafePointer<Int32>, values: UnsafeMutablePointer<Double>
    ) {
        let value = lanePointer(values)
        let output = OrbitalRows(rows: rows, stride: layout.rowStride / 8, value: value, x: value, y: value, z: value)
        evaluate(
            unit: index, box: box, points: PointRows(x: x, y: y, z: z, vectors: layout.vectors), layout: layout,
            output: output, withGradient: false)
    }

    private func evaluate(
        unit index: Int, box: Box, points: PointRows, layout: OrbitalLayout, output: OrbitalRows, withGradient: Bool
    ) {
        let unit = tables.units[index]
        let vectors = layout.vectors
        withUnsafeTemporaryAllocation(of: RadialTerm.self, capacity: tables.longestContraction) { terms in
            let count = fillTerms(terms, unit, squaredDistance: box.squaredDistance(unit.x, unit.y, unit.z))
            let active = UnsafePointer(terms.baseAddress!)
            withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 7 * vectors) { scratch in
                let radial = RadialRows(scratch.baseAddress!, vectors: vectors)
                for strip in 0..<layout.strips {
                    let part = points.advanced(by: 8 * vectors * strip)
                    let target = output.advanced(by: layout.stripStride / 8 * strip)
                    if unit.second != nil {
                        radial.fillTwo(part, x: unit.x, y: unit.y, z: unit.z, terms: active, count: count)
                    } else {
                        radial.fillOne(part, x: unit.x, y: unit.y, z: unit.z, terms: active, count: count)
                    }
                    angular(unit.first, radial, slot: 0, output: target, withGradient: withGradient)
                    if let second = unit.second {
                        angular(second, radial, slot: 1, output: target, withGradient: withGradient)
                    }
                }
            }
        }
    }

    /// The primitives that are not negligible everywhere beyond a distance: exp(-100) times any contraction coefficient is far below the
    /// threshold.
    func fillTerms(
        _ terms: UnsafeMutableBufferPointer<RadialTerm>, _ unit: RadialUnit, squaredDistance: Double
    ) -> Int {
        let farthest = 100 / max(squaredDistance, 1e-300)
        var count = 0
        for k in unit.exponents where tables.exponents[k] < farthest {
            let place = k - unit.exponents.lowerBound
            let a = tables.exponents[k]
            let c = tables.coefficients[unit.first.coefficients + place]
            let d = unit.second.map { tables.coefficients[$0.coefficients + place] } ?? 0
            terms[count] = RadialTerm(exponent: -a, first: c, firstSlope: -2 * a * c, second: d, secondSlope: -2 * a * d)
            count += 1
        }
        return count
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
