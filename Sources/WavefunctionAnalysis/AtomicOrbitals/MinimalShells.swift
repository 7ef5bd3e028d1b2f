import MolecularStructure

/// The number of shells of every angular momentum in the minimal set of an element: those occupied in the ground state of the neutral atom.
///
/// The outer p shell of groups 1 to 12 is not included, although it has the same principal quantum number as the valence s shell: 5p of Nb,
/// 3p of Mg. Natural populations depend on that choice; F. Maseras and K. Morokuma, Chem. Phys. Lett. 195, 500 (1992), doi
/// 10.1016/0009-2614(92)85551-K. Lanthanides have both 4f and 5d.
struct MinimalShells: Equatable {
    /// Shells of s, p, d, f that are closed below the valence.
    let core: [Int]
    /// Shells of s, p, d, f altogether.
    let coreAndValence: [Int]

    /// - Parameter includesOuterP: counts the p shell of groups 1 to 12 as valence.
    init(_ element: Element, includesOuterP: Bool = false) {
        let number = element.atomicNumber
        let closed = element.nobleGasCoreElectrons
        var core = (0...3).map { ClosedShells.count(electrons: closed, $0) }
        let outer = number - closed
        var all = core
        all[0] += 1
        if number <= 2 {
            // 1s alone.
        } else if outer <= 2 {
            if includesOuterP { all[1] += 1 }
        } else if closed < 18 {
            all[1] += 1
        } else {
            // Electrons in the (n-2)f shell before the d shell starts to fill.
            let inF = closed >= 54 ? 14 : 0
            if inF > 0 {
                all[3] += 1
                if outer > 2 + inF { core[3] += 1 }
            }
            all[2] += 1
            if outer > 12 + inF {
                core[2] += 1
                all[1] += 1
            } else if includesOuterP {
                all[1] += 1
            }
        }
        self.core = core
        coreAndValence = all
    }
}
