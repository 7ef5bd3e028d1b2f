import FileFormats
import GaussianBasis
import MolecularStructure

/// Distinguishes bases.
public enum BasisFingerprint {
    /// Sixteen hexadecimal digits that change whenever an exponent, a coefficient, a potential, the order of the entries or
    /// the convention for angular functions changes.
    public static func text(_ entries: [(Element, ElementBasis)], functionType: AngularFunctionType) -> String {
        var checksum = Checksum()
        checksum.add(functionType.rawValue)
        for (element, basis) in entries {
            checksum.add(element.atomicNumber)
            checksum.add(basis.shells.count)
            for shell in basis.shells {
                checksum.add(shell.exponents)
                for contraction in shell.contractions {
                    checksum.add(contraction.angularMomentum)
                    checksum.add(contraction.coefficients)
                }
            }
            guard let potential = basis.effectiveCorePotential else { continue }
            checksum.add(potential.coreElectrons)
            for part in [potential.local] + potential.projected {
                checksum.add(part.count)
                for term in part {
                    checksum.add(term.power)
                    checksum.add([term.exponent, term.coefficient])
                }
            }
        }
        return checksum.hexadecimal
    }
}
