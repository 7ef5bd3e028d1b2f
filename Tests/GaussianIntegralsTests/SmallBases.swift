import GaussianBasis
import MolecularStructure

/// Small bases with awkward geometries.
enum SmallBases {
    static func shell(_ exponents: [Double], _ contractions: [(Int, [Double])]) -> ShellDefinition {
        ShellDefinition(
            exponents: exponents,
            contractions: contractions.map { Contraction(angularMomentum: $0.0, coefficients: $0.1) })
    }

    static func molecule(_ positions: [SIMD3<Double>], _ symbols: [String]) -> Molecule {
        Molecule(
            atoms: zip(positions, symbols).compactMap { position, symbol in
                Element(symbol: symbol).map { Atom(element: $0, positionInBohr: position) }
            })
    }

    static let positions = [
        SIMD3(0.13, -0.42, 0.27), SIMD3(1.31, 0.58, -0.77), SIMD3(-0.65, 1.92, 1.08),
    ]

    /// SP, S, D, F and G shells on three atoms, contracted and not.
    static func everyAngularMomentum(_ type: AngularFunctionType, turned rotation: [SIMD3<Double>]? = nil) -> AtomicOrbitalBasis {
        let places = positions.map { p in
            guard let r = rotation else { return p }
            return SIMD3((r[0] * p).sum(), (r[1] * p).sum(), (r[2] * p).sum())
        }
        return AtomicOrbitalBasis(
            molecule: molecule(places, ["O", "H", "C"]),
            elementBases: [
                ElementBasis(shells: [
                    shell([5.1, 1.2, 0.35], [(0, [-0.1, 0.4, 0.7]), (1, [0.15, 0.6, 0.4])]), shell([0.9], [(2, [1])]),
                ]),
                ElementBasis(shells: [shell([3.2, 0.6], [(0, [0.3, 0.8])]), shell([0.8], [(4, [1])])]),
                ElementBasis(shells: [shell([1.4, 0.5], [(3, [0.4, 0.7])])]),
            ], functionType: type)
    }

    /// s and p functions with deep contractions and large exponents, and a distant atom.
    static let popleLike = AtomicOrbitalBasis(
        molecule: molecule(positions + [SIMD3(7.5, -6.1, 3.3)], ["C", "H", "O", "H"]),
        elementBases: [
            ElementBasis(shells: [
                shell([3047.5, 457.4, 103.9, 29.2, 9.29, 3.16], [(0, [0.0018, 0.014, 0.069, 0.232, 0.468, 0.362])]),
                shell([7.87, 1.88, 0.544], [(0, [-0.119, -0.161, 1.143]), (1, [0.069, 0.316, 0.744])]),
                shell([0.169], [(0, [1]), (1, [1])]),
            ]),
            ElementBasis(shells: [shell([18.7, 2.8, 0.64], [(0, [0.033, 0.234, 0.814])]), shell([0.161], [(0, [1])])]),
            ElementBasis(shells: [shell([15.5, 3.6, 1.01], [(0, [-0.11, -0.148, 1.13]), (1, [0.071, 0.34, 0.727])])]),
            ElementBasis(shells: [shell([0.161], [(0, [1])])]),
        ], functionType: .pure)
}
