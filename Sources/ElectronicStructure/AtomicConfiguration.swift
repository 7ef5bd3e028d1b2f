import MolecularStructure

/// Electrons by angular momentum in the ground state of a neutral atom, outside the core that a potential replaces.
package enum AtomicConfiguration {
    /// Valence electrons in s, p, d, f shells.
    static func valenceElectrons(of element: Element, coreElectrons: Int) -> [Double] {
        let all = electrons(element.atomicNumber)
        let core =
            coreShells(electrons: coreElectrons)?.enumerated().map { l, count in count * (4 * l + 2) } ?? electrons(coreElectrons)
        var result = zip(all, core).map { Double($0) - Double($1) }
        // A core that is not a subset of the ground state (no published one) must not leave holes.
        let deficit = result.filter { $0 < 0 }.reduce(0, +)
        result = result.map { max($0, 0) }
        result[0] = max(0, result[0] + deficit)
        return result
    }

    /// Electrons by angular momentum of an ion. A cation has lost electrons of the highest principal quantum number, those of the highest
    /// angular momentum first; an anion's electrons are added as in the next elements.
    package static func electrons(of element: Element, charge: Int) -> [Double] {
        let neutral = electrons(element.atomicNumber)
        var result = neutral
        for _ in 0..<max(0, charge) {
            // The outermost occupied shell of each angular momentum.
            let outermost = result.indices.filter { result[$0] > 0 }.map { l in
                (n: l + (result[l] + 4 * l + 1) / (4 * l + 2), l: l)
            }
            guard let last = outermost.max(by: { ($0.n, $0.l) < ($1.n, $1.l) }) else { break }
            result[last.l] -= 1
        }
        for _ in 0..<max(0, -charge) {
            // Open shells first, in the order of n + l; otherwise the next shell in that order.
            let next = result.indices.map { l -> (open: Bool, sum: Int, n: Int, l: Int) in
                let full = result[l] / (4 * l + 2)
                return (result[l] % (4 * l + 2) > 0, full + 2 * l + 1, full + l + 1, l)
            }
            let open = next.filter(\.open)
            let choice = (open.isEmpty ? next : open).min { ($0.sum, $0.n) < ($1.sum, $1.n) }
            if let choice { result[choice.l] += 1 }
        }
        return result.map(Double.init)
    }

    /// The number of closed shells of each angular momentum that published core potentials with this many electrons replace.
    package static func coreShells(electrons: Int) -> [Int]? {
        ClosedShells.shells[electrons].map { shells in (0...3).map { $0 < shells.count ? shells[$0] : 0 } }
    }

    /// Numbers of electrons of published cores.
    package static var coreSizes: [Int] { ClosedShells.shells.keys.sorted() }

    /// Filling in the order of n + l, then the exceptions among the ground states (NIST Atomic Spectra Database).
    private static func electrons(_ atomicNumber: Int) -> [Int] {
        var left = atomicNumber
        var result = [0, 0, 0, 0]
        for l in madelungOrder {
            let filled = min(left, 2 * (2 * l + 1))
            result[l] += filled
            left -= filled
            if left == 0 { break }
        }
        if let shift = exceptions[atomicNumber] {
            result[shift.from] -= shift.count
            result[shift.to] += shift.count
        }
        return result
    }

    /// Angular momenta of 1s 2s 2p 3s 3p 4s 3d 4p 5s 4d 5p 6s 4f 5d 6p.
    private static let madelungOrder = [0, 0, 1, 0, 1, 0, 2, 1, 0, 2, 1, 0, 3, 2, 1]

    private static let exceptions: [Int: (from: Int, to: Int, count: Int)] = [
        24: (0, 2, 1), 29: (0, 2, 1), 41: (0, 2, 1), 42: (0, 2, 1), 44: (0, 2, 1), 45: (0, 2, 1), 46: (0, 2, 2),
        47: (0, 2, 1), 57: (3, 2, 1), 58: (3, 2, 1), 64: (3, 2, 1), 78: (0, 2, 1), 79: (0, 2, 1),
    ]
}
