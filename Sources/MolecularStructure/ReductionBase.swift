/// The base state of a reduction series, to which electrons are added: that of the molecule's own charge if this is positive, else the
/// neutral one where the series has it and an anion, else the first one. A cation beside a neutral molecule and its anions is a state of its
/// own, from which nothing is counted.
public enum ReductionBase {
    /// The charge of the base state; nil without any state.
    ///
    /// - Parameter own: the charge that the file of the molecule states; nil where it states none.
    public static func charge(of charges: [Int], own: Int?) -> Int? {
        if let own, own > 0, charges.contains(own) { return own }
        return charges.contains(0) && charges.contains { $0 < 0 } ? 0 : charges.first
    }
}
