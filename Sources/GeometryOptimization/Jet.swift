/// A number with its derivatives with respect to the coordinates of at most four atoms: x, y, z of the first, then of the second, ...
///
/// Arithmetic follows the rules of differentiation, so the formula of a coordinate also gives its derivatives.
struct Jet {
    var value: Double
    var derivatives: SIMD16<Double>

    init(_ value: Double, _ derivatives: SIMD16<Double> = .zero) {
        self.value = value
        self.derivatives = derivatives
    }

    static func + (a: Jet, b: Jet) -> Jet { Jet(a.value + b.value, a.derivatives + b.derivatives) }
    static func - (a: Jet, b: Jet) -> Jet { Jet(a.value - b.value, a.derivatives - b.derivatives) }
    static func * (a: Jet, b: Jet) -> Jet {
        Jet(a.value * b.value, a.value * b.derivatives + b.value * a.derivatives)
    }
    static func / (a: Jet, b: Jet) -> Jet {
        let quotient = a.value / b.value
        return Jet(quotient, (a.derivatives - quotient * b.derivatives) / b.value)
    }

    func squareRoot() -> Jet {
        let root = value.squareRoot()
        return Jet(root, derivatives / (2 * root))
    }
}

/// A vector of three such numbers.
struct JetVector {
    var x: Jet
    var y: Jet
    var z: Jet

    init(_ x: Jet, _ y: Jet, _ z: Jet) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// Position of atom number `slot`, 0 to 3, among those of the derivatives.
    init(_ position: SIMD3<Double>, slot: Int) {
        func unit(_ axis: Int) -> SIMD16<Double> {
            var result = SIMD16<Double>.zero
            result[3 * slot + axis] = 1
            return result
        }
        self.init(Jet(position.x, unit(0)), Jet(position.y, unit(1)), Jet(position.z, unit(2)))
    }

    /// A constant.
    init(_ v: SIMD3<Double>) { self.init(Jet(v.x), Jet(v.y), Jet(v.z)) }

    static func - (a: JetVector, b: JetVector) -> JetVector { JetVector(a.x - b.x, a.y - b.y, a.z - b.z) }
    static func + (a: JetVector, b: JetVector) -> JetVector { JetVector(a.x + b.x, a.y + b.y, a.z + b.z) }

    func dot(_ b: JetVector) -> Jet { x * b.x + y * b.y + z * b.z }
    func cross(_ b: JetVector) -> JetVector {
        JetVector(y * b.z - z * b.y, z * b.x - x * b.z, x * b.y - y * b.x)
    }
    var length: Jet { dot(self).squareRoot() }
    var unit: JetVector {
        let length = length
        return JetVector(x / length, y / length, z / length)
    }
}

/// Angle of the point (x, y), in (-pi, pi].
func arcTangent(y: Jet, x: Jet) -> Jet {
    let square = x.value * x.value + y.value * y.value
    return Jet(angleOf(y: y.value, x: x.value), (x.value * y.derivatives - y.value * x.derivatives) / square)
}
