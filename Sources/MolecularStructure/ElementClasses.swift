/// The classes of elements that rules of this program distinguish.
extension Element {
    /// Metals up to bismuth, without the metalloids B, Si, Ge, As, Sb and Te.
    public var isMetal: Bool {
        [3...4, 11...13, 19...31, 37...50, 55...83].contains { $0.contains(atomicNumber) }
    }

    /// Li to Cs.
    public var isAlkali: Bool { [3, 11, 19, 37, 55].contains(atomicNumber) }

    /// Li to Cs and Be to Ba.
    public var isAlkaliOrAlkalineEarth: Bool { isAlkali || [4, 12, 20, 38, 56].contains(atomicNumber) }

    /// The d block and the lanthanides: Sc to Zn, Y to Cd, La to Hg.
    public var isTransitionMetal: Bool { [21...30, 39...48, 57...80].contains { $0.contains(atomicNumber) } }

    /// La to Lu.
    public var isLanthanide: Bool { (57...71).contains(atomicNumber) }

    /// F, Cl, Br, I or At.
    public var isHalogen: Bool { [9, 17, 35, 53, 85].contains(atomicNumber) }

    /// Electrons of the noble gas before the element; 0 for hydrogen and helium.
    public var nobleGasCoreElectrons: Int { [2, 10, 18, 36, 54].last { $0 < atomicNumber } ?? 0 }
}
