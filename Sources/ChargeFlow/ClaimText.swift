/// The claims in sentences.
extension ChargeFlowCriteria.Claim {
    /// What the claim says.
    public var sentence: String {
        switch self {
        case .p1:
            "With two electrons added to the complex of transition metals alone, its carbonyl oxygens are more negative than the "
                + "halogens on the metal, per atom."
        case .p2: "Two added electrons raise the d population of the transition metal more in that complex than in the mixed one."
        case .p3:
            "In the mixed complex, a halogen on the main-group metal takes more of two added electrons than an atom of any other class."
        case .p4: "This excess is positive, and larger than in a control that is not mixed."
        case .p5:
            "What these halogens gain with the first electron is that electron (transfer), not a shift of the others (polarisation)."
        case .z1:
            "Along the solvation structures, electron density moves from the quinone ring and the carbonyl oxygens to the halogens."
        }
    }

    /// What the runs must contain for the claim to be tested.
    public var requirement: String {
        switch self {
        case .p1: "a complex of transition metals alone, with two added electrons"
        case .p2: "a pure and a mixed complex, both with two added electrons"
        case .p3: "a mixed complex with two added electrons"
        case .p4: "a mixed complex and a control, both with two added electrons"
        case .p5: "a mixed complex with one added electron and its spins"
        case .z1: "two solvation structures of a complex of one transition metal"
        }
    }
}

extension ComplexComparison {
    /// Claim, result over the charge schemes and, where it cannot be tested, the reason: one sentence or two for each claim.
    public var sentences: [String] {
        ChargeFlowCriteria.Claim.allCases.flatMap { claim -> [String] in
            let head = "\(claim.rawValue). \(claim.sentence)"
            let chosen = tallies.filter { $0.claim == claim }
            guard !chosen.isEmpty else { return ["\(head) Cannot be tested: this takes \(claim.requirement)."] }
            let results = chosen.map { tally in
                let bridges =
                    tally.countsBridges.map { $0 ? "With the bridging halogens: " : "Without the bridging halogens: " } ?? ""
                return bridges + Self.result(tally)
            }
            return ["\(head) \(results.joined(separator: " "))"]
        }
    }

    private static func result(_ tally: Tally) -> String {
        let all = "of \(tally.schemes) charge \(tally.schemes == 1 ? "scheme" : "schemes")"
        let (yes, no) = tally.claim == .p5 ? ("transfer", "polarisation") : ("it holds", "it fails")
        if tally.undecided == tally.schemes { return "Undecided in \(tally.undecided) \(all)." }
        var parts: [String] = []
        if tally.holding > 0 { parts.append("\(yes) in \(tally.holding)") }
        if tally.failing > 0 { parts.append("\(no) in \(tally.failing)") }
        if tally.undecided > 0 { parts.append("undecided in \(tally.undecided)") }
        let verdict =
            tally.claim == .p5
            ? "" : tally.isSupported ? "Supported: " : 5 * tally.failing >= 4 * tally.schemes ? "Not supported: " : "Mixed: "
        return "\(verdict)\(parts.joined(separator: ", ")) \(all)."
    }
}
