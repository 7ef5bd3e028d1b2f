import CVectorShims

/// Contraction of Hermite Coulomb integrals over one of their two indices.
enum HermiteContraction {
    /// target[g] += sum_h coefficients[h] R_(g+h) for g < count and h < termCount.
    /// - Parameters:
    ///   - cube: R, see `HermiteCoulombIntegrals`.
    ///   - places: indices of Hermite Gaussians in the cube.
    @inline(__always)
    static func add(
        _ cube: UnsafePointer<Lanes>, places: UnsafePointer<Int32>, coefficients: UnsafePointer<Lanes>, termCount: Int,
        to target: UnsafeMutablePointer<Lanes>, count: Int
    ) {
        var g = 0
        while g + 5 <= count {
            let r0 = cube + Int(places[g])
            let r1 = cube + Int(places[g + 1])
            let r2 = cube + Int(places[g + 2])
            let r3 = cube + Int(places[g + 3])
            let r4 = cube + Int(places[g + 4])
            var a0 = target[g]
            var a1 = target[g + 1]
            var a2 = target[g + 2]
            var a3 = target[g + 3]
            var a4 = target[g + 4]
            for h in 0..<termCount {
                let place = Int(places[h])
                let c = coefficients[h]
                a0 = esp_fma8(c, r0[place], a0)
                a1 = esp_fma8(c, r1[place], a1)
                a2 = esp_fma8(c, r2[place], a2)
                a3 = esp_fma8(c, r3[place], a3)
                a4 = esp_fma8(c, r4[place], a4)
            }
            target[g] = a0
            target[g + 1] = a1
            target[g + 2] = a2
            target[g + 3] = a3
            target[g + 4] = a4
            g += 5
        }
        while g + 2 <= count {
            let r0 = cube + Int(places[g])
            let r1 = cube + Int(places[g + 1])
            var a0 = target[g]
            var a1 = target[g + 1]
            for h in 0..<termCount {
                let place = Int(places[h])
                let c = coefficients[h]
                a0 = esp_fma8(c, r0[place], a0)
                a1 = esp_fma8(c, r1[place], a1)
            }
            target[g] = a0
            target[g + 1] = a1
            g += 2
        }
        while g < count {
            let r0 = cube + Int(places[g])
            var a0 = target[g]
            for h in 0..<termCount { a0 = esp_fma8(coefficients[h], r0[Int(places[h])], a0) }
            target[g] = a0
            g += 1
        }
    }
}
