import MolecularStructure

/// A shell of basis functions on an atom: contractions that share exponents, each with all its angular functions.
public struct Shell: Sendable {
    /// Index into the molecule's atoms, which its ghost atoms follow.
    public let atom: Int
    /// In bohr.
    public let center: SIMD3<Double>
    public let exponents: [Double]
    /// Coefficients here multiply `exp(-a r^2)` times a row of `AngularTransformation.matrix`: the primitives' and
    /// the contraction's norms are folded in, so every basis function has unit norm.
    public let contractions: [Contraction]
    public let functionType: AngularFunctionType
    /// Index of the shell's first basis function. Functions run over contractions, then over angular functions.
    public let firstFunction: Int
    public let functionCount: Int

    public var functions: Range<Int> { firstFunction..<firstFunction + functionCount }
    public var highestAngularMomentum: Int { contractions.reduce(0) { max($0, $1.angularMomentum) } }

    /// An s function with exponent 0, which has the same value everywhere; it belongs to no basis.
    package static func constant(_ coefficient: Double, at center: SIMD3<Double>) -> Shell {
        Shell(
            atom: 0, center: center, exponents: [0], contractions: [Contraction(angularMomentum: 0, coefficients: [coefficient])],
            functionType: .pure, firstFunction: 0, functionCount: 1)
    }
}

/// Where a basis function belongs.
public struct BasisFunctionLabel: Sendable, Equatable {
    public let atom: Int
    public let shell: Int
    public let angularMomentum: Int
    /// Row of `AngularTransformation.matrix`.
    public let component: Int
}

/// The Gaussian basis of a molecule, and the effective core potentials that come with it.
public struct AtomicOrbitalBasis: Sendable {
    /// Combinations of functions whose eigenvalue of the overlap matrix is below this are removed (canonical orthogonalisation).
    public static let smallestOverlapEigenvalue = 1e-7

    public let molecule: Molecule
    public let shells: [Shell]
    public let functionCount: Int
    public let functionType: AngularFunctionType
    /// One entry an atom, then one a ghost atom: what the basis was made from. Ghost atoms have no core potentials.
    public let elementBases: [ElementBasis]
    /// One entry a basis function.
    public let labels: [BasisFunctionLabel]

    /// - Parameter elementBases: one entry an atom, then one a ghost atom, whose core potential is left out.
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

    /// One entry an atom, then one a ghost atom; nil where all electrons are treated.
    public var effectiveCorePotentials: [EffectiveCorePotential?] { elementBases.map(\.effectiveCorePotential) }

    /// Charges of the nuclei less the electrons that core potentials replace, in atom order.
    public var effectiveNuclearCharges: [Double] {
        zip(molecule.atoms, effectiveCorePotentials).map {
            Double($0.element.atomicNumber - ($1?.coreElectrons ?? 0))
        }
    }

    /// Electrons that are described by the basis when the molecule has the given total charge.
    public func electronCount(charge: Int) -> Int {
        Int(effectiveNuclearCharges.reduce(0, +)) - charge
    }

    /// An s and a p shell (or several contractions) over the same exponents are worked on as one.
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
