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

func inner(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
