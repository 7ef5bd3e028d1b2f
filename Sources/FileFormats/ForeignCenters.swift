import MolecularStructure

/// Centres of another program's file in the order of the file, atoms and ghost atoms mixed.
struct ForeignCenters {
    private struct Center {
        /// Nil for a ghost atom of unknown element.
        var element: Element?
        var position: SIMD3<Double>
        /// Nil for a ghost atom.
        var core: CoreElectrons?
    }

    private var centers: [Center] = []

    init() {}

    var count: Int { centers.count }
    /// The element of each centre; nil where the file does not tell it.
    var elements: [Element?] { centers.map(\.element) }

    func isGhost(_ index: Int) -> Bool { centers[index].core == nil }

    /// Why the charge of a centre in a file is invalid.
    enum ChargeFlaw: Error {
        /// Not the charge of an element from hydrogen to radon, or negative.
        case noElement
        /// Not a charge that core electrons can leave for the element.
        case impossible(Element)
    }

    /// A centre of a file that contains both the atomic number and the nuclear charge; the difference is the number of core electrons.
    /// Without charge it is a ghost atom.
    ///
    /// - Parameter ghost: the element of the functions of a ghost atom.
    mutating func append(
        atomicNumber: Int, charge: Double, at position: SIMD3<Double>, ghost: @autoclosure () -> Element?
    ) throws(ChargeFlaw) {
        if charge == 0 { return appendGhost(ghost(), at: position) }
        guard let element = Element(atomicNumber: atomicNumber), charge > 0 else { throw .noElement }
        let core = Double(atomicNumber) - charge
        guard core >= 0, core == core.rounded() else { throw .impossible(element) }
        append(element, at: position, core: Int(core))
    }

    /// Centres of a file that has lists of atomic numbers, nuclear charges and coordinates.
    ///
    /// - Parameters:
    ///   - positions: three an atom, in bohr.
    ///   - refusal: the error for a centre, counted from 0, with an invalid charge.
    init<Failure: Error>(
        atomicNumbers: [Int], charges: [Double], positions: [Double], refusal: (Int, ChargeFlaw) -> Failure
    ) throws(Failure) {
        for (index, (number, charge)) in zip(atomicNumbers, charges).enumerated() {
            let position = SIMD3(positions[3 * index], positions[3 * index + 1], positions[3 * index + 2])
            do {
                try append(atomicNumber: number, charge: charge, at: position, ghost: Element(atomicNumber: number))
            } catch {
                throw refusal(index, error)
            }
        }
    }

    /// An atom of a file that has a label and either the atomic number or the charge that a core potential leaves: the label names the
    /// element where that has the protons.
    ///
    /// - Parameter named: the element of the label; nil where the label names none.
    mutating func append(named: Element?, charge: Int, at position: SIMD3<Double>) throws(ChargeFlaw) {
        guard let own = Element(atomicNumber: charge) else { throw .noElement }
        let element = named.flatMap { $0 >= own ? $0 : nil } ?? own
        append(element, at: position, core: element.atomicNumber - charge)
    }

    /// - Parameter core: number of omitted electrons; 0 is an assumption.
    private mutating func append(_ element: Element, at position: SIMD3<Double>, core: Int) {
        centers.append(Center(element: element, position: position, core: CoreElectrons(count: core, isStated: core > 0)))
    }

    /// - Parameter element: the element of the functions; nil if the file does not say.
    mutating func appendGhost(_ element: Element?, at position: SIMD3<Double>) {
        centers.append(Center(element: element, position: position, core: nil))
    }

    mutating func setCore(_ core: CoreElectrons, at index: Int) { if !isGhost(index) { centers[index].core = core } }

    /// Atoms first, then ghost atoms with functions.
    struct Sorted {
        var molecule: Molecule
        /// One entry per atom.
        var cores: [CoreElectrons]
        /// With the new indices of their centres.
        var shells: [ContractedShell]
        var notes: [String] = []
    }

    /// - Parameter shells: with indices of centres in the order of the file. Centres with neither charge nor functions are omitted.
    func sorted(shells: [ContractedShell]) -> Sorted {
        let atoms = centers.indices.filter { !isGhost($0) }
        let used = Set(shells.map(\.atom))
        let ghosts = centers.indices.filter { isGhost($0) && used.contains($0) }
        let places = Dictionary(uniqueKeysWithValues: (atoms + ghosts).enumerated().map { ($1, $0) })
        var result = Sorted(
            molecule: Molecule(
                atoms: atoms.compactMap { index in
                    centers[index].element.map { Atom(element: $0, positionInBohr: centers[index].position) }
                },
                ghosts: ghosts.map { GhostAtom(element: centers[$0].element, positionInBohr: centers[$0].position) }),
            cores: atoms.compactMap { centers[$0].core },
            shells: shells.map { shell in
                var moved = shell
                moved.atom = places[shell.atom] ?? shell.atom
                return moved
            })
        let dummies = centers.count - atoms.count - ghosts.count
        if dummies > 0 { result.notes.append("Centres without charge and functions are left out: \(dummies).") }
        if !ghosts.isEmpty { result.notes.append("Ghost atoms (functions without nucleus): \(ghosts.count).") }
        if atoms != Array(atoms.indices) {
            let changed = atoms.enumerated().filter { $0.offset != $0.element }.map { "\($0.element + 1) is \($0.offset + 1)" }
            result.notes.append(
                "Atoms are numbered without the ghost atoms, which follow them: atom \(changed.prefix(20).joined(separator: ", "))"
                    + (changed.count > 20 ? ", ..." : "") + " here.")
        }
        return result
    }
}
