import GaussianBasis

/// The orders in which other programs list the angular functions of a shell.
enum AngularOrder {
    /// Formatted checkpoint files of Gaussian.
    case formattedCheckpoint
    case molden
    /// Cartesian functions in the order of `CartesianMonomials`.
    case monomials

    init(_ format: ForeignWavefunction.Format) {
        self =
            switch format {
            case .fchk, .mwfn: .formattedCheckpoint
            case .molden: .molden
            case .wfn, .wfx: .monomials
            }
    }

    /// Element k is the row of `AngularTransformation.matrix` that stands at place k in the file: for pure functions
    /// m = 0, 1, -1, 2, -2, ...; Cartesian ones as the tables below say. Nil beyond h, and for Cartesian h functions of Molden.
    func rows(_ l: Int, isCartesian: Bool) -> [Int]? {
        switch l {
        case 0...1: Array(0..<(2 * l + 1))
        case 2...5 where !isCartesian: [l] + (1...l).flatMap { [l + $0, l - $0] }
        case 2...5 where self == .monomials: Array(0..<CartesianMonomials.count(l))
        case 2...5 where cartesianOrders.indices.contains(l - 2): cartesianOrders[l - 2].split(separator: " ").map(Self.row)
        default: nil
        }
    }

    private var cartesianOrders: [String] {
        switch self {
        case .monomials, .formattedCheckpoint:
            [
                Self.d, Self.f, "zzzz yzzz yyzz yyyz yyyy xzzz xyzz xyyz xyyy xxzz xxyz xxyy xxxz xxxy xxxx",
                "zzzzz yzzzz yyzzz yyyzz yyyyz yyyyy xzzzz xyzzz xyyzz xyyyz xyyyy xxzzz xxyzz xxyyz xxyyy xxxzz xxxyz xxxyy "
                    + "xxxxz xxxxy xxxxx",
            ]
        case .molden:
            [
                Self.d, Self.f, "xxxx yyyy zzzz xxxy xxxz yyyx yyyz zzzx zzzy xxyy xxzz yyzz xxyz yyxz zzxy",
            ]
        }
    }

    private static let d = "xx yy zz xy xz yz"
    private static let f = "xxx yyy zzz xyy xxy xxz xzz yzz yyz xyz"

    private static func row(_ monomial: Substring) -> Int {
        func power(_ letter: Character) -> Int { monomial.count { $0 == letter } }
        return CartesianMonomials.index(power("x"), power("y"), power("z"))
    }
}

/// One contraction on an atom, as files list them.
struct ContractedShell: Sendable, Equatable {
    var atom: Int
    var angularMomentum: Int
    var isCartesian: Bool
    var exponents: [Double]
    /// Multiply normalised primitives.
    var coefficients: [Double]

    var functionCount: Int {
        isCartesian ? CartesianMonomials.count(angularMomentum) : 2 * angularMomentum + 1
    }
}

extension AtomicOrbitalBasis {
    /// Every contraction as a separate shell, in the order of the basis functions; contractions are normalised.
    var contractedShells: [ContractedShell] {
        shells.flatMap { shell in
            shell.contractions.map { contraction in
                let l = contraction.angularMomentum
                return ContractedShell(
                    atom: shell.atom, angularMomentum: l, isCartesian: shell.functionType.isCartesian(l),
                    exponents: shell.exponents,
                    coefficients: zip(contraction.coefficients, shell.exponents).map {
                        $0 / AngularTransformation.radialNormalization(l, exponent: $1)
                    })
            }
        }
    }

    /// Element k is the basis function at position k in a file; nil if there are functions that the format does not have.
    func functions(in order: AngularOrder) -> [Int]? {
        var result: [Int] = []
        for shell in contractedShells {
            guard let rows = order.rows(shell.angularMomentum, isCartesian: shell.isCartesian) else { return nil }
            let first = result.count
            result += rows.map { first + $0 }
        }
        return result
    }
}
