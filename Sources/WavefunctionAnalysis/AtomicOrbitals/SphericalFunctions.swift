import GaussianBasis
import LinearAlgebra

/// The basis functions of every atom sorted by true angular momentum.
///
/// A Cartesian shell of degree l spans pure functions of angular momentum l, l - 2, ...: six d functions are five d
/// functions and r^2 exp(-a r^2), an s function. Only functions so separated can be averaged over directions.
struct SphericalFunctions {
    /// All functions of one angular momentum on one atom.
    struct Family {
        let atom: Int
        let angularMomentum: Int
        /// One entry per radial function: its 2 l + 1 columns of `transformation`, in a fixed order of components.
        var columns: [[Int]] = []
    }

    /// Functions of the basis by functions of pure angular momentum, the latter not normalised; square.
    let transformation: Matrix
    /// By atom, then angular momentum.
    let families: [Family]

    init(basis: AtomicOrbitalBasis) {
        var transformation = Matrix.identity(basis.functionCount)
        var families: [[Int]: Family] = [:]
        func add(_ columns: [Int], _ atom: Int, _ l: Int) {
            families[[atom, l], default: Family(atom: atom, angularMomentum: l)].columns.append(columns)
        }
        for shell in basis.shells {
            var first = shell.firstFunction
            for contraction in shell.contractions {
                let l = contraction.angularMomentum
                let count = AngularTransformation.functionCount(l, shell.functionType)
                if shell.functionType.isCartesian(l) {
                    let block = Self.pureParts(ofCartesian: l)
                    for i in 0..<count { for j in 0..<count { transformation[first + i, first + j] = block[i, j] } }
                    var column = first
                    for part in stride(from: l, through: 0, by: -2) {
                        add(Array(column..<column + 2 * part + 1), shell.atom, part)
                        column += 2 * part + 1
                    }
                } else {
                    add(Array(first..<first + count), shell.atom, l)
                }
                first += count
            }
        }
        self.transformation = transformation
        self.families = families.values.sorted { ($0.atom, $0.angularMomentum) < ($1.atom, $1.angularMomentum) }
    }

    /// Columns: r^(l-k) times the solid harmonics of degree k = l, l - 2, ..., over normalised Cartesian functions.
    private static func pureParts(ofCartesian l: Int) -> Matrix {
        let count = CartesianMonomials.count(l)
        let norms = AngularTransformation.matrix(l, .cartesian)
        var result = Matrix(rows: count, columns: count)
        var column = 0
        for part in stride(from: l, through: 0, by: -2) {
            let harmonics = AngularTransformation.matrix(part, .pure)
            let powers = CartesianMonomials.powers(part)
            for row in 0..<harmonics.rows {
                for (k, p) in powers.enumerated() where harmonics[row, k] != 0 {
                    for (q, factor) in radialPower((l - part) / 2) {
                        let target = CartesianMonomials.index(p.x + q.x, p.y + q.y, p.z + q.z)
                        result[target, column + row] += harmonics[row, k] * factor / norms[target, target]
                    }
                }
            }
            column += harmonics.rows
        }
        return result
    }

    /// (x^2 + y^2 + z^2)^n as monomials with their coefficients.
    private static func radialPower(_ n: Int) -> [((x: Int, y: Int, z: Int), Double)] {
        func factorial(_ k: Int) -> Double { (0..<k).reduce(1.0) { $0 * Double($1 + 1) } }
        return CartesianMonomials.powers(n).map {
            ((2 * $0.x, 2 * $0.y, 2 * $0.z), factorial(n) / (factorial($0.x) * factorial($0.y) * factorial($0.z)))
        }
    }
}
