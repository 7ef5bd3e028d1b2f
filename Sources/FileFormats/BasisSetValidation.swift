import GaussianBasis

/// Checks shared by the basis-set readers.
package enum BasisSetValidation {
    /// Why a shell is unusable; nil if it is valid.
    package static func problem(in shell: ShellDefinition) -> String? {
        for contraction in shell.contractions {
            guard contraction.coefficients.count == shell.exponents.count else {
                return "there are \(contraction.coefficients.count) coefficients for \(shell.exponents.count) exponents"
            }
            let norm = squaredNorm(contraction, exponents: shell.exponents)
            let largest = contraction.coefficients.reduce(0) { max($0, abs($1)) }
            guard norm.isFinite, norm > 1e-12 * largest * largest else {
                return "the \(AngularMomentumLetter.letter(contraction.angularMomentum)) function cannot be normalised"
            }
        }
        return nil
    }

    private static func squaredNorm(_ contraction: Contraction, exponents: [Double]) -> Double {
        let l = contraction.angularMomentum
        let norms = exponents.map { AngularTransformation.radialNormalization(l, exponent: $0) }
        var sum = 0.0
        for (i, a) in exponents.enumerated() {
            for (j, b) in exponents.enumerated() {
                let pair = AngularTransformation.radialNormalization(l, exponent: 0.5 * (a + b))
                sum += contraction.coefficients[i] * contraction.coefficients[j] * norms[i] * norms[j] / (pair * pair)
            }
        }
        return sum
    }
}
