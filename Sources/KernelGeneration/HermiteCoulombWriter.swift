/// Writes the recursion for Hermite Coulomb integrals up to one degree as straight-line code, for 1/r and for range-separated
/// operators.
enum HermiteCoulombWriter {
    static func file(_ degree: Int) -> String {
        var lines = [
            GeneratedFiles.header, "import CVectorShims", "", "extension HermiteCoulombIntegrals {",
            "    /// All R_tuv with t + u + v <= \(degree) of 1/r.",
            "    @inline(never)", "    static func degree\(degree)(_ work: HermiteCoulombIntegrals) {",
        ]
        lines += geometry
        lines.append("            let scale = root * Lanes(repeating: prefactor)")
        lines += auxiliaries(degree, part: "")
        lines += recursion(degree) + ["        }", "    }", ""]
        lines += [
            "    /// All R_tuv with t + u + v <= \(degree) of any operator: those of 1/r and of erf(omega r) / r are added up.",
            "    @inline(never)", "    static func separatedDegree\(degree)(_ work: HermiteCoulombIntegrals) {",
        ]
        lines += geometry + separation
        lines += auxiliaries(degree, part: "Near") + auxiliaries(degree, part: "Far")
        for m in 0...degree {
            let sum = name(.zero, m)
            lines.append("            let \(sum) = \(sum)Near + \(sum)Far")
        }
        lines += recursion(degree) + ["        }", "    }", "}"]
        return lines.joined(separator: "\n") + "\n"
    }

    /// The part common to all operators: the distance of the centres and the exponent alpha.
    private static var geometry: [String] {
        [
            "        for i in 0..<work.primitiveCount {",
            "            let target = work.cubes + i * work.cubeStride",
            "            let x = Lanes(repeating: work.centerX[i]) - work.ket[1]",
            "            let y = Lanes(repeating: work.centerY[i]) - work.ket[2]",
            "            let z = Lanes(repeating: work.centerZ[i]) - work.ket[3]",
            "            let p = Lanes(repeating: work.exponent[i])",
            "            let q = work.ket[0]",
            "            let root = esp_reciprocal_sqrt8(p + q)",
            "            let alpha = p * q * (root * root)",
            "            let squared = esp_fma8(x, x, esp_fma8(y, y, z * z))",
        ]
    }

    /// Exponents and prefactors of the two parts of an operator.
    private static var separation: [String] {
        [
            "            let omega = Lanes(repeating: work.interaction.omega)",
            "            let damping = omega * esp_reciprocal_sqrt8(esp_fma8(omega, omega, alpha))",
            "            let alphaNear = alpha",
            "            let alphaFar = alpha * (damping * damping)",
            "            let whole = root * Lanes(repeating: prefactor)",
            "            let scaleNear = whole * Lanes(repeating: work.interaction.shortRange)",
            "            let scaleFar = whole * (damping * Lanes(repeating: work.interaction.excess))",
        ]
    }

    /// R^m_000 = (-2 alpha)^m F_m, scaled, by downward recursion. `part` is appended to all names.
    private static func auxiliaries(_ degree: Int, part: String) -> [String] {
        func value(_ m: Int) -> String { name(.zero, m) + part }
        var lines = ["            let boys\(part) = work.boys.highest(alpha\(part) * squared, order: \(degree))"]
        if degree == 0 { return lines + ["            let \(value(0)) = boys\(part).value * scale\(part)"] }
        lines.append("            let f1\(part) = alpha\(part) * Lanes(repeating: -2)")
        var powers: Set<Int> = []
        func needPower(_ m: Int) {
            guard m > 1, powers.insert(m).inserted else { return }
            needPower(m / 2)
            needPower(m - m / 2)
        }
        needPower(degree)
        for m in powers.sorted() { lines.append("            let f\(m)\(part) = f\(m / 2)\(part) * f\(m - m / 2)\(part)") }
        lines.append("            let e0\(part) = boys\(part).exponential * scale\(part)")
        for m in 1..<max(1, degree) { lines.append("            let e\(m)\(part) = e\(m - 1)\(part) * f1\(part)") }
        lines.append("            let negative\(part) = Lanes.zero - squared")
        lines.append("            let \(value(degree)) = boys\(part).value * (scale\(part) * f\(degree)\(part))")
        for m in stride(from: degree, to: 0, by: -1) {
            let sum = "esp_fma8(negative\(part), \(value(m)), e\(m - 1)\(part))"
            lines.append(
                m == 1
                    ? "            let \(value(0)) = \(sum)"
                    : "            let \(value(m - 1)) = \(sum) * Lanes(repeating: 1.0 / \(2 * m - 1))")
        }
        return lines
    }

    /// R^m_tuv from the axis with the least work: a power of one needs only one source.
    private struct Step {
        let axis: Int
        let power: Int
        /// The power along the axis reduced by one and by two; order m + 1.
        let first: Hermite
        let second: Hermite?

        init(_ h: Hermite) {
            let powers = [h.t, h.u, h.v]
            let axis = powers.firstIndex(of: 1) ?? powers.firstIndex { $0 > 0 } ?? 0
            func lowered(by k: Int) -> Hermite {
                var lower = powers
                lower[axis] -= k
                return Hermite(t: lower[0], u: lower[1], v: lower[2])
            }
            self.axis = axis
            power = powers[axis]
            first = lowered(by: 1)
            second = power > 1 ? lowered(by: 2) : nil
        }
    }

    /// The orders m of each (t, u, v) that are required for some R^0.
    private static func neededOrders(_ degree: Int) -> [Hermite: Set<Int>] {
        var result: [Hermite: Set<Int>] = [:]
        for h in Hermite.all(upTo: degree).reversed() {
            result[h, default: []].insert(0)
            guard h.index > 0 else { continue }
            let step = Step(h)
            for m in result[h] ?? [] {
                for source in [step.first, step.second].compactMap({ $0 }) { result[source, default: []].insert(m + 1) }
            }
        }
        return result
    }

    private static func recursion(_ degree: Int) -> [String] {
        var lines = ["            target[0] = \(name(.zero, 0))"]
        let needed = neededOrders(degree)
        for hermite in Hermite.all(upTo: degree) where hermite.index > 0 {
            let step = Step(hermite)
            let displacement = ["x", "y", "z"][step.axis]
            for m in (needed[hermite] ?? []).sorted() {
                let first = name(step.first, m + 1)
                var value = "\(displacement) * \(first)"
                if let second = step.second.map({ name($0, m + 1) }) {
                    value =
                        step.power == 2
                        ? "esp_fma8(\(displacement), \(first), \(second))"
                        : "esp_fma8(Lanes(repeating: \(step.power - 1)), \(second), \(value))"
                }
                lines.append("            let \(name(hermite, m)) = \(value)")
            }
            lines.append(
                "            target[\(hermite.place(stride: GeneratedFiles.cubeEdge))] = \(name(hermite, 0))")
        }
        return lines
    }

    private static func name(_ h: Hermite, _ m: Int) -> String { "r\(h.t)\(h.u)\(h.v)m\(m)" }
}
