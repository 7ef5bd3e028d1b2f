/// Shells in a core of closed shells.
public enum ClosedShells {
    /// Shells of angular momentum l among the electrons of a core. Cores are noble-gas configurations, to which closed (n-1)d or (n-2)f
    /// shells may be added; other numbers of electrons count as the next smaller such core.
    public static func count(electrons: Int, _ l: Int) -> Int {
        let nearest = shells.keys.filter { $0 <= electrons }.max() ?? 0
        let counts = shells[nearest] ?? []
        return l < counts.count ? counts[l] : 0
    }

    /// s, p, d and f shells of the cores that published potentials replace, by the number of electrons; shells at the end that are empty are
    /// left out.
    public static let shells: [Int: [Int]] = [
        0: [], 2: [1], 10: [2, 1], 18: [3, 2], 28: [3, 2, 1], 36: [4, 3, 1], 46: [4, 3, 2], 54: [5, 4, 2], 60: [4, 3, 2, 1],
        68: [5, 4, 2, 1], 78: [5, 4, 3, 1],
    ]
}
