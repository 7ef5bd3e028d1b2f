/// The base state of a reduction series, to which electrons are added: the neutral one where the series has it and an anion, else the
/// first one. A cation beside a neutral state and its anions is a state of its own, from which nothing is counted.
public enum ReductionBase {
    /// The charge of the base state; nil without any.
    public static func charge(of charges: [Int]) -> Int? {
        charges.contains(0) && charges.contains { $0 < 0 } ? 0 : charges.first
    }

    /// The place of the first state with that charge; 0 without any.
    public static func index(in charges: [Int]) -> Int {
        charge(of: charges).flatMap { charges.firstIndex(of: $0) } ?? 0
    }
}
