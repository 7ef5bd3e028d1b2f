/// The base state of a reduction series, to which electrons are added: that of the molecule's own charge if this is positive, otherwise the
/// neutral state if the series contains it and an anion, otherwise the first state. A cation beside a neutral molecule and its anions is a
/// separate state, from which nothing is counted.
public enum ReductionBase {
    /// The charge of the base state; nil without any state.
    ///
    /// - Parameter own: the charge that the file of the molecule states; nil where it states none.
    public static func charge(of charges: [Int], own: Int?) -> Int? {
        if let own, own > 0, charges.contains(own) { return own }
        return charges.contains(0) && charges.contains { $0 < 0 } ? 0 : charges.first
    }
}
