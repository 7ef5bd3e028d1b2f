import MolecularStructure

/// A shell of basis functions on an atom: contractions that share exponents, each with all its angular functions.
public struct Shell: Sendable {
    /// Index into the molecule's atoms, followed by its ghost atoms.
    public let atom: Int
    /// In bohr.
    public let center: SIMD3<Double>
    public let exponents: [Double]
    /// These coefficients multiply `exp(-a r^2)` times a row of `AngularTransformation.matrix`: they include the norms of the primitives
    /// and of the contraction, so every basis function has unit norm.
    public let contractions: [Contraction]
    public let functionType: AngularFunctionType
    /// Index of the shell's first basis function. Functions run over contractions, then over angular functions.
    public let firstFunction: Int
    public let functionCount: Int

    public var functions: Range<Int> { firstFunction..<firstFunction + functionCount }
    public var highestAngularMomentum: Int { contractions.reduce(0) { max($0, $1.angularMomentum) } }

    /// An s function with exponent 0, which is constant everywhere; it is not part of any basis.
    package static func constant(_ coefficient: Double, at center: SIMD3<Double>) -> Shell {
        Shell(
            atom: 0, center: center, exponents: [0], contractions: [Contraction(angularMomentum: 0, coefficients: [coefficient])],
            functionType: .pure, firstFunction: 0, functionCount: 1)
    }
}

/// The shell and atom of a basis function.
public struct BasisFunctionLabel: Sendable, Equatable {
    public let atom: Int
    public let shell: Int
    public let angularMomentum: Int
    /// Row of `AngularTransformation.matrix`.
    public let component: Int
}

/// The Gaussian basis of a molecule, and its effective core potentials.
public struct AtomicOrbitalBasis: Sendable {
    /// Combinations of functions whose eigenvalue of the overlap matrix is below this are removed (canonical orthogonalisation).
    public static let smallestOverlapEigenvalue = 1e-7

    public let molecule: Molecule
    public let shells: [Shell]
    public let functionCount: Int
    public let functionType: AngularFunctionType
    /// One entry per atom, then one per ghost atom: the input of the basis. Ghost atoms have no core potentials.
    public let elementBases: [ElementBasis]
    /// One entry per basis function.
    public let labels: [BasisFunctionLabel]

    /// - Parameter elementBases: one entry per atom, then one per ghost atom, whose core potential is ignored.
    public init(molecule: Molecule, elementBases: [ElementBasis], functionType: AngularFunctionType) {
        precondition(elementBases.count == molecule.centerCount)
        var shells: [Shell] = []
        var labels: [BasisFunctionLabel] = []
        for (index, position) in molecule.centerPositions.enumerated() {
            for definition in Self.mergingEqualExponents(elementBases[index].shells) {
                let first = labels.count
                let contractions = definition.contractions.map {
                    Self.normalized($0, exponents: definition.exponents)
                }
                for contraction in contractions {
                    let l = contraction.angularMomentum
                    for component in 0..<AngularTransformation.functionCount(l, functionType) {
                        labels.append(
                            BasisFunctionLabel(
                                atom: index, shell: shells.count, angularMomentum: l, component: component))
                    }
                }
                shells.append(
                    Shell(
                        atom: index, center: position, exponents: definition.exponents,
                        contractions: contractions, functionType: functionType, firstFunction: first,
                        functionCount: labels.count - first))
            }
        }
        self.molecule = molecule
        self.shells = shells
        self.functionType = functionType
        self.labels = labels
        functionCount = labels.count
        self.elementBases = elementBases.enumerated().map { index, own in
            index < molecule.atoms.count ? own : ElementBasis(shells: own.shells)
        }
    }

    /// One entry per atom, then one per ghost atom; nil for all-electron atoms.
    public var effectiveCorePotentials: [EffectiveCorePotential?] { elementBases.map(\.effectiveCorePotential) }

    /// Nuclear charges minus the electrons replaced by core potentials, in atom order.
    public var effectiveNuclearCharges: [Double] {
        zip(molecule.atoms, effectiveCorePotentials).map {
            Double($0.element.atomicNumber - ($1?.coreElectrons ?? 0))
        }
    }

    /// Number of electrons described by the basis for the given total charge of the molecule.
    public func electronCount(charge: Int) -> Int {
        Int(effectiveNuclearCharges.reduce(0, +)) - charge
    }

    /// An s and a p shell (or several contractions) with the same exponents are processed as one.
    private static func mergingEqualExponents(_ shells: [ShellDefinition]) -> [ShellDefinition] {
        var result: [ShellDefinition] = []
        for shell in shells {
            if let last = result.last, last.exponents == shell.exponents,
                (last.contractions + shell.contractions).allSatisfy({ $0.angularMomentum <= 1 }),
                last.contractions.count + shell.contractions.count <= 2,
                last.contractions.last?.angularMomentum != shell.contractions.first?.angularMomentum
            {
                result[result.count - 1] = ShellDefinition(
                    exponents: last.exponents, contractions: last.contractions + shell.contractions)
            } else {
                result.append(shell)
            }
        }
        return result
    }

    private static func normalized(_ contraction: Contraction, exponents: [Double]) -> Contraction {
        let l = contraction.angularMomentum
        let norms = exponents.map { AngularTransformation.radialNormalization(l, exponent: $0) }
        var overlap = 0.0
        for (i, a) in exponents.enumerated() {
            for (j, b) in exponents.enumerated() {
                let pair = AngularTransformation.radialNormalization(l, exponent: 0.5 * (a + b))
                overlap += contraction.coefficients[i] * contraction.coefficients[j] * norms[i] * norms[j] / (pair * pair)
            }
        }
        let scale = 1 / overlap.squareRoot()
        return Contraction(
            angularMomentum: l, coefficients: zip(contraction.coefficients, norms).map { $0 * $1 * scale })
    }
}
