import LinearAlgebra

extension Matrix {
    /// The BFGS update with Powell's damping, which keeps a Hessian positive definite.
    ///
    /// M. J. D. Powell, Math. Program. 14, 224 (1978), doi 10.1007/BF01588967.
    mutating func updateByBFGS(step s: [Double], gradientChange: [Double]) {
        var y = gradientChange
        let hs = times(s)
        let (shs, sy) = (inner(s, hs), inner(s, y))
        guard shs > 1e-14 else { return }
        if sy < 0.2 * shs {
            let share = 0.8 * shs / (shs - sy)
            y = zip(y, hs).map { share * $0 + (1 - share) * $1 }
        }
        let damped = inner(s, y)
        guard damped > 1e-14 else { return }
        for i in s.indices {
            for j in s.indices { self[i, j] += y[i] * y[j] / damped - hs[i] * hs[j] / shs }
        }
    }
}

extension Matrix {
    /// The update of Bofill, which lets curvatures change their sign: a mixture of those of Murtagh and Sargent and of Powell.
    ///
    /// J. M. Bofill, J. Comput. Chem. 15, 1 (1994), doi 10.1002/jcc.540150102.
    mutating func updateByBofill(step s: [Double], gradientChange: [Double]) {
        let hs = times(s)
        let error = zip(gradientChange, hs).map { $0 - $1 }
        let (ss, se, ee) = (inner(s, s), inner(s, error), inner(error, error))
        guard ss > 1e-14, ee > 1e-20 else { return }
        let share = se * se / (ss * ee)
        for i in s.indices {
            for j in s.indices {
                // The share is zero where the first form is not defined.
                let symmetric = share > 1e-12 ? share * error[i] * error[j] / se : 0
                let powell = (error[i] * s[j] + s[i] * error[j]) / ss - se * s[i] * s[j] / (ss * ss)
                self[i, j] += symmetric + (1 - share) * powell
            }
        }
    }
}

func inner(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
