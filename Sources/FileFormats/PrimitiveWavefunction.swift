import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// A wavefunction over primitive Gaussians x^i y^j z^k exp(-a r^2), as stored in .wfn and .wfx files.
struct PrimitiveWavefunction {
    struct Primitive {
        var atom: Int
        /// 1 s, 2 x, 3 y, 4 z, 5 xx, ... in the order of the .wfn format.
        var type: Int
        var exponent: Double
    }

    struct Orbital {
        var energy: Double
        var occupation: Double
        /// Nil if the file does not give spins.
        var isBeta: Bool?
        /// One for each primitive, which are not normalised.
        var coefficients: [Double]
    }

    var primitives: [Primitive]
    var orbitals: [Orbital]

    /// Angular momentum and place among `CartesianMonomials` of a type; nil beyond h functions.
    static func function(ofType type: Int) -> (l: Int, row: Int)? {
        guard types.indices.contains(type - 1) else { return nil }
        return types[type - 1]
    }

    private static let types: [(l: Int, row: Int)] = {
        let words =
            "1 x y z xx yy zz xy xz yz xxx yyy zzz xxy xxz yyz xyy xzz yzz xyz xxxx yyyy zzzz xxxy xxxz xyyy yyyz xzzz yzzz "
            + "xxyy xxzz yyzz xxyz xyyz xyzz zzzzz yzzzz yyzzz yyyzz yyyyz yyyyy xzzzz xyzzz xyyzz xyyyz xyyyy xxzzz xxyzz xxyyz "
            + "xxyyy xxxzz xxxyz xxxyy xxxxz xxxxy xxxxx"
        return words.split(separator: " ").map { word in
            func power(_ letter: Character) -> Int { word.count { $0 == letter } }
            let (x, y, z) = (power("x"), power("y"), power("z"))
            return (x + y + z, CartesianMonomials.index(x, y, z))
        }
    }()

    /// Shells of one primitive each, and coefficients of the orbitals over their normalised functions. Primitives that occur
    /// in several contractions are one function here.
    private func functions() -> (shells: [ContractedShell], coefficients: Matrix) {
        struct Key: Hashable {
            var atom: Int
            var l: Int
            var exponent: Double
        }
        var firsts: [Key: Int] = [:]
        var shells: [ContractedShell] = []
        var count = 0
        var places: [(function: Int, norm: Double)] = []
        for primitive in primitives {
            let (l, row) = Self.types[primitive.type - 1]
            let key = Key(atom: primitive.atom, l: l, exponent: primitive.exponent)
            let first = firsts[key] ?? count
            if firsts[key] == nil {
                firsts[key] = count
                let shell = ContractedShell(
                    atom: primitive.atom, angularMomentum: l, isCartesian: l >= 2, exponents: [primitive.exponent],
                    coefficients: [1])
                shells.append(shell)
                count += shell.functionCount
            }
            let norm =
                AngularTransformation.matrix(l, .cartesian)[row, row]
                * AngularTransformation.radialNormalization(l, exponent: primitive.exponent)
            places.append((first + row, norm))
        }
        var coefficients = Matrix(rows: count, columns: orbitals.count)
        for (column, orbital) in orbitals.enumerated() {
            for (place, value) in zip(places, orbital.coefficients) {
                coefficients[place.function, column] += value / place.norm
            }
        }
        return (shells, coefficients)
    }

    /// The same as a wavefunction over shells.
    ///
    /// If spins are not given and every orbital contains one electron, the beta orbitals begin where the ascending energies drop.
    func wavefunction(
        path: String, format: ForeignWavefunction.Format, centers: ForeignCenters
    ) throws(InputFileError) -> ForeignWavefunction {
        let (shells, coefficients) = functions()
        let isBeta = spins()
        func set(_ indices: [Int]) -> MolecularOrbitals {
            MolecularOrbitals(
                coefficients: coefficients.columns(indices), energies: indices.map { orbitals[$0].energy },
                occupations: indices.map { orbitals[$0].occupation })
        }
        let beta = orbitals.indices.filter { isBeta[$0] }
        var result = try ForeignWavefunction(
            path: path, format: format, centers: centers, shells: shells,
            alpha: set(orbitals.indices.filter { !isBeta[$0] }).occupiedFirst(),
            beta: beta.isEmpty ? nil : set(beta).occupiedFirst())
        result.notes.append(
            "The file has primitive Gaussians only: charges that need the basis functions (Loewdin, natural populations, intrinsic "
                + "orbitals) are left out; shell populations and Wiberg indices are those of primitives.")
        return result
    }

    private func spins() -> [Bool] {
        if orbitals.contains(where: { $0.isBeta == true }) { return orbitals.map { $0.isBeta == true } }
        let occupied = orbitals.indices.filter { abs(orbitals[$0].occupation) > 1e-3 }
        let none = orbitals.map { _ in false }
        // Natural orbitals of two spins, without energies: occupations decrease to almost zero, and start again.
        if orbitals.allSatisfy({ $0.isBeta == nil && $0.energy == 0 && $0.occupation < 1.001 }),
            let first = orbitals.indices.dropFirst().first(where: { orbitals[$0].occupation > orbitals[$0 - 1].occupation + 0.5 })
        {
            return orbitals.indices.map { $0 >= first }
        }
        guard orbitals.allSatisfy({ $0.isBeta == nil }), occupied.count > 1,
            occupied.allSatisfy({ abs(orbitals[$0].occupation - 1) < 1e-3 }),
            let place = occupied.indices.dropFirst().first(where: {
                orbitals[occupied[$0]].energy < orbitals[occupied[$0 - 1]].energy - 1e-6
            })
        else { return none }
        // Empty alpha orbitals may lie between the occupied ones of both spins.
        var first = occupied[place]
        while first > 0, orbitals[first - 1].occupation == 0, orbitals[first - 1].energy < orbitals[first].energy { first -= 1 }
        return orbitals.indices.map { $0 >= first }
    }
}
