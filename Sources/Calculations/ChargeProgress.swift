import Synchronization
import WavefunctionAnalysis

/// Completed fraction of the work of several charge schemes.
final class ChargeProgress: Sendable {
    private let schemes: [ChargeScheme]
    private let done = Mutex<[ChargeScheme: Double]>([:])

    init(_ schemes: [ChargeScheme]) { self.schemes = schemes }

    /// Takes the completed fraction of one scheme, and returns the total.
    func take(_ scheme: ChargeScheme, _ part: Double) -> Double {
        done.withLock { done in
            done[scheme] = max(done[scheme] ?? 0, min(part, 1))
            let all = schemes.reduce(0) { $0 + Self.cost(of: $1) }
            return schemes.reduce(0) { $0 + Self.cost(of: $1) * (done[$1] ?? 0) } / max(all, 1e-12)
        }
    }

    /// Relative times, measured for the states of o-TCBQ and its complexes. They affect only the estimate of the time left.
    private static func cost(of scheme: ChargeScheme) -> Double {
        switch scheme {
        case .mulliken, .lowdin, .cm5, .adch: 0.01
        case .npa, .iao: 0.1
        case .chelpg, .mk, .hirshfeld, .hirshfeldI, .mbis, .becke: 0.4
        case .resp: 0.05
        case .vdd: 0.7
        case .qtaim: 3.4
        }
    }
}
