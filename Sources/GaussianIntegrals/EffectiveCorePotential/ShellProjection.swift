import Foundation
import GaussianBasis
import LinearAlgebra

/// Data shared by all projections on the harmonics of one potential.
struct ProjectionContext: Sendable {
    /// Maximum projected angular momentum.
    let highest: Int
    let sphere: SphereRule
    let polar: PolarRecursion
    /// Expansions of the functions of shells in harmonics, by angular momentum.
    private let pureExpansions: [Matrix]
    private let cartesianExpansions: [Matrix]
    /// Rules for polynomials times exponentials that decrease to exp(-12), exp(-40) and exp(-50).
    let coarse: LegendreQuadrature
    let medium: LegendreQuadrature
    let fine: LegendreQuadrature

    init(highest: Int, highestShell: Int) {
        self.highest = highest
        let top = max(highest, highestShell)
        let sphere = SphereRule(highest: top)
        self.sphere = sphere
        polar = PolarRecursion(highest: top)
        pureExpansions = (0...highestShell).map { sphere.expansion($0, .pure) }
        cartesianExpansions = (0...highestShell).map { sphere.expansion($0, .cartesian) }
        coarse = LegendreQuadrature(count: 16 + 8 * (top / 8))
        medium = LegendreQuadrature(count: 24 + 8 * (top / 8))
        fine = LegendreQuadrature(count: 32 + 8 * (top / 8))
    }

    /// Functions of a shell on the unit sphere as combinations of harmonics.
    func expansion(_ l: Int, _ type: AngularFunctionType) -> Matrix {
        type.isCartesian(l) ? cartesianExpansions[l] : pureExpansions[l]
    }
}

/// The functions of one shell projected on the real harmonics about one centre, over a range of its radial grid.
///
/// Value (f, lm, i) has the index (f * harmonics + lm) * window.count + i - window.lowerBound.
struct ShellProjection: Sendable {
    let shell: Int
    let firstFunction: Int
    let functionCount: Int
    /// Range of radial points; both bounds are multiples of eight. Outside, the projection is negligible.
    let window: Range<Int>
    let values: [Double]

    /// - Parameters:
    ///   - radii: their number must be a multiple of eight.
    ///   - importance: at every radius, the largest factor of a projection.
    ///   - negligible: projections are omitted if their upper bound times `importance` is below this.
    init?(
        _ bounded: BoundedShell, index: Int, center: SIMD3<Double>, radii: [Double], importance: [Double],
        negligible: Double, context: ProjectionContext
    ) {
        let shell = bounded.shell
        let displacement = shell.center - center
        let distance = (displacement * displacement).sum().squareRoot()
        guard
            let window = Self.window(
                bounded, distance: distance, radii: radii, importance: importance, negligible: negligible)
        else { return nil }
        self.shell = index
        self.window = window
        firstFunction = shell.firstFunction
        functionCount = shell.functionCount
        let harmonics = RealSolidHarmonics.count(context.highest)
        var values = [Double](repeating: 0, count: shell.functionCount * harmonics * window.count)
        let rotation = distance > 0 ? Self.frame(displacement / distance, context.sphere) : []
        values.withUnsafeMutableBufferPointer { values in
            var function = 0
            for (c, contraction) in shell.contractions.enumerated() {
                let target = values.baseAddress! + function * harmonics * window.count
                if distance == 0 {
                    Self.projectAtCenter(shell, contraction, radii, window, context, target)
                } else {
                    Self.project(
                        bounded, contraction, distance, rotation, radii, importance, window, negligible, context, target)
                }
                function += bounded.transformations[c].rows
            }
        }
        self.values = values
    }

    /// A projection that sets every integral to NaN, used if no quadrature is sufficiently accurate.
    init(invalid shell: Shell, index: Int, context: ProjectionContext) {
        self.shell = index
        firstFunction = shell.firstFunction
        functionCount = shell.functionCount
        window = 0..<8
        values = [Double](
            repeating: .nan, count: shell.functionCount * RealSolidHarmonics.count(context.highest) * window.count)
    }

    private static func window(
        _ bounded: BoundedShell, distance: Double, radii: [Double], importance: [Double], negligible: Double
    ) -> Range<Int>? {
        let root = (4 * Double.pi).squareRoot()
        func matters(_ i: Int) -> Bool {
            let gap = radii[i] - distance
            var bound = 0.0
            for (k, a) in bounded.shell.exponents.enumerated() {
                bound += bounded.amplitudes[k] * exp(-BoundedShell.bounding * a * gap * gap)
            }
            return bound * root * importance[i] > negligible
        }
        guard let first = radii.indices.first(where: matters), let last = radii.indices.last(where: matters) else {
            return nil
        }
        return (first / 8 * 8)..<(last / 8 * 8 + 8)
    }

    /// Rotation of harmonics to a frame with `axis` as its third axis.
    private static func frame(_ axis: SIMD3<Double>, _ sphere: SphereRule) -> [Matrix] {
        // The coordinate axis closest to perpendicular.
        var helper = SIMD3<Double>(1, 0, 0)
        if abs(axis.y) < abs(axis.x) { helper = SIMD3(0, 1, 0) }
        if abs(axis.z) < min(abs(axis.x), abs(axis.y)) { helper = SIMD3(0, 0, 1) }
        var u = helper - (helper * axis).sum() * axis
        u /= (u * u).sum().squareRoot()
        let v = SIMD3(axis.y * u.z - axis.z * u.y, axis.z * u.x - axis.x * u.z, axis.x * u.y - axis.y * u.x)
        return sphere.rotation(u, v, axis)
    }

    /// A shell at the centre of the potential contains only its own harmonics.
    private static func projectAtCenter(
        _ shell: Shell, _ contraction: Contraction, _ radii: [Double], _ window: Range<Int>,
        _ context: ProjectionContext, _ target: UnsafeMutablePointer<Double>
    ) {
        let l = contraction.angularMomentum
        let expansion = context.expansion(l, shell.functionType)
        let harmonics = RealSolidHarmonics.count(context.highest)
        for i in window {
            let r = radii[i]
            var radial = 0.0
            for (k, a) in shell.exponents.enumerated() { radial += contraction.coefficients[k] * exp(-a * r * r) }
            for _ in 0..<l { radial *= r }
            for f in 0..<expansion.rows {
                for lm in 0..<min(harmonics, expansion.columns) {
                    target[(f * harmonics + lm) * window.count + i - window.lowerBound] = radial * expansion[f, lm]
                }
            }
        }
    }

    /// If the third axis of the frame points from the potential to the shell, a harmonic about one centre overlaps only with
    /// harmonics of equal m about the other. Only one integral over the polar angle remains (`PolarIntegrals`); rotations
    /// transform the result to the common frame.
    private static func project(
        _ bounded: BoundedShell, _ contraction: Contraction, _ distance: Double, _ rotation: [Matrix],
        _ radii: [Double], _ importance: [Double], _ window: Range<Int>, _ negligible: Double,
        _ context: ProjectionContext, _ target: UnsafeMutablePointer<Double>
    ) {
        let l = contraction.angularMomentum
        let harmonics = RealSolidHarmonics.count(context.highest)
        let integrals = PolarIntegrals(shellMomentum: l, highest: context.highest)
        let points = window.count
        let polar = UnsafeMutablePointer<Double>.allocate(capacity: integrals.count * points)
        defer { polar.deallocate() }
        polar.initialize(repeating: 0, count: integrals.count * points)
        integrals.evaluate(
            bounded, contraction, distance, radii, importance, window, negligible, context, into: polar)

        let expansion = context.expansion(l, bounded.shell.functionType)
        for f in 0..<expansion.rows {
            for inner in stride(from: l % 2, through: l, by: 2) {
                let block = rotation[inner]
                for n in -inner...inner where abs(n) <= context.highest {
                    // The contribution of harmonic (inner, n) of the rotated frame to the function.
                    var share = 0.0
                    for m in 0...(2 * inner) { share += expansion[f, inner * inner + m] * block[m, n + inner] }
                    if share == 0 { continue }
                    for outer in abs(n)...context.highest {
                        let source = polar + integrals.place(inner, abs(n), outer) * points
                        for m in 0...(2 * outer) {
                            let factor = share * rotation[outer][m, n + outer]
                            let sum = target + (f * harmonics + outer * outer + m) * points
                            for i in 0..<points { sum[i] = sum[i].addingProduct(factor, source[i]) }
                        }
                    }
                }
            }
        }
    }
}
