/// The derivatives of a shell's functions with respect to its centre, as combinations of Cartesian monomials times Gaussians.
///
/// d/dA of (x-A)^i exp(-a (x-A)^2) is 2 a (x-A)^(i+1) exp(...) - i (x-A)^(i-1) exp(...): each contraction gives a shell of
/// one degree more and, but for s, one of a degree less.
public struct ShellDerivative: Sendable {
    /// `factor` times function `row` of the shells is a part of the derivative of basis function `function` along `axis`.
    public struct Term: Sendable {
        public let function: Int
        public let axis: Int
        public let row: Int
        public let factor: Double
    }

    /// Cartesian shells, one contraction each, whose functions are numbered on from `firstRow`.
    public let shells: [Shell]
    public let terms: [Term]

    /// - Parameter firstRow: number of the first function of `shells`.
    public init(_ shell: Shell, firstRow: Int) {
        var shells: [Shell] = []
        var terms: [Term] = []
        var row = firstRow
        var function = shell.firstFunction
        func append(_ l: Int, _ coefficients: [Double]) -> [Double] {
            let count = CartesianMonomials.count(l)
            shells.append(
                Shell(
                    atom: shell.atom, center: shell.center, exponents: shell.exponents,
                    contractions: [Contraction(angularMomentum: l, coefficients: coefficients)], functionType: .cartesian,
                    firstFunction: row, functionCount: count))
            row += count
            return AngularTransformation.matrix(l, .cartesian).diagonal
        }
        for contraction in shell.contractions {
            let l = contraction.angularMomentum
            let raisedRow = row
            let raisedNorms = append(l + 1, zip(contraction.coefficients, shell.exponents).map { 2 * $0 * $1 })
            let loweredRow = row
            let loweredNorms = l > 0 ? append(l - 1, contraction.coefficients) : []
            let angular = AngularTransformation.matrix(l, shell.functionType)
            for f in 0..<angular.rows {
                for (m, power) in CartesianMonomials.powers(l).enumerated() where angular[f, m] != 0 {
                    for axis in 0..<3 {
                        var powers = [power.x, power.y, power.z]
                        powers[axis] += 1
                        let raised = CartesianMonomials.index(powers[0], powers[1], powers[2])
                        terms.append(
                            Term(
                                function: function + f, axis: axis, row: raisedRow + raised,
                                factor: angular[f, m] / raisedNorms[raised]))
                        let own = powers[axis] - 1
                        guard own > 0 else { continue }
                        powers[axis] -= 2
                        let lowered = CartesianMonomials.index(powers[0], powers[1], powers[2])
                        terms.append(
                            Term(
                                function: function + f, axis: axis, row: loweredRow + lowered,
                                factor: -Double(own) * angular[f, m] / loweredNorms[lowered]))
                    }
                }
            }
            function += angular.rows
        }
        self.shells = shells
        self.terms = terms
    }
}
