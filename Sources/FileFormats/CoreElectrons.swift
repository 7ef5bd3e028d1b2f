import MolecularStructure

/// What is known about the electrons that another program's file omits at an atom.
public struct CoreElectrons: Sendable, Equatable {
    public var count: Int
    /// Whether the file or the user says so. Otherwise 0 is an assumption that the orbital energies have to support.
    public var isStated: Bool

    public init(count: Int, isStated: Bool) {
        self.count = count
        self.isStated = isStated
    }
}

/// Cores that programs omit at all atoms, without saying so in their files.
public enum CoreConvention: String, Sendable, CaseIterable {
    /// The noble gas before the element.
    case nobleGas = "noble-gas"
    /// The GFN methods of xtb: filled d and f shells belong to the core, and every lanthanide keeps three electrons.
    /// Electron counts of the files that xtb 6.5.1 writes for single atoms.
    case xtb

    /// Number of electrons omitted at an atom of the element.
    public func electrons(of element: Element) -> Int {
        let number = element.atomicNumber
        if self == .xtb {
            switch number {
            case 30...36: return 28
            case 48...54: return 46
            case 58...71: return number - 3
            case 72...79: return 68
            case 80...: return 78
            default: break
            }
        }
        return element.nobleGasCoreElectrons
    }
}

extension ForeignWavefunction {
    /// Sets the number of electrons that core potentials replace, as given by the user.
    ///
    /// - Parameters:
    ///   - convention: cores of all atoms.
    ///   - elements: electrons by element; they take precedence.
    public mutating func setCoreElectrons(_ convention: CoreConvention?, elements: [Element: Int]) throws(InputFileError) {
        for (index, atom) in molecule.atoms.enumerated() {
            let element = atom.element
            if let convention { cores[index] = .init(count: convention.electrons(of: element), isStated: true) }
            if let chosen = elements[element] { cores[index] = .init(count: chosen, isStated: true) }
            guard (0..<element.atomicNumber).contains(cores[index].count) else {
                throw error("\(cores[index].count) core electrons are not possible for \(element)", cure: "Correct --core")
            }
        }
        for element in elements.keys.sorted() where !molecule.atoms.contains(where: { $0.element == element }) {
            throw error("the molecule has no \(element)", cure: "Correct --core")
        }
    }

    /// Sets the elements given by the user, for files that contain the charge left by a core potential instead of the atomic number: the
    /// difference is the number of core electrons.
    ///
    /// - Parameter elements: the true element of atoms, by index.
    public mutating func setElements(_ elements: [Int: Element]) throws(InputFileError) {
        var atoms = molecule.atoms
        for (index, element) in elements.sorted(by: { $0.key < $1.key }) {
            guard atoms.indices.contains(index) else {
                throw error("there is no atom \(index + 1)", cure: "Correct --element")
            }
            let charge = atoms[index].element.atomicNumber - cores[index].count
            guard element.atomicNumber >= charge else {
                throw error(
                    "atom \(index + 1) has the charge \(charge), more than the \(element.atomicNumber) protons of \(element)",
                    cure: "Correct --element")
            }
            atoms[index] = Atom(element: element, positionInBohr: atoms[index].position)
            cores[index] = CoreElectrons(count: element.atomicNumber - charge, isStated: true)
        }
        molecule = Molecule(atoms: atoms, ghosts: molecule.ghosts)
    }

    /// An atom whose innermost electrons are missing in the orbitals although nothing says that they are omitted; nil if all are present,
    /// or if the file has no orbital energies.
    ///
    /// Of atoms without a stated core, the k-th lowest orbital energy must lie below -0.2 Z^2 of the k-th heaviest: a 1s
    /// energy is about -0.5 (Z - 0.3)^2 hartree, and -0.2 Z^2 is above that of every atom from Li on.
    var atomWithoutCore: Int? {
        let energies = alpha.energies.sorted()
        guard let lowest = energies.first, lowest < 0 else { return nil }
        // Without s functions there is no 1s orbital.
        let hasS = Set(shells.filter { $0.angularMomentum == 0 }.map(\.atom))
        let open = molecule.atoms.indices
            .filter { !cores[$0].isStated && molecule.atoms[$0].element.atomicNumber >= 3 && hasS.contains($0) }
            .sorted { molecule.atoms[$0].element > molecule.atoms[$1].element }
        for (rank, index) in open.enumerated() {
            let number = Double(molecule.atoms[index].element.atomicNumber)
            guard rank < energies.count, energies[rank] < -0.2 * number * number else { return index }
        }
        return nil
    }

    /// Whether the file has the form of xtb's: no title, and a minimal basis of several Gaussians per function, with different exponents
    /// for each angular momentum.
    var looksLikeXTB: Bool {
        guard format == .molden, title.isEmpty, beta == nil else { return false }
        let shellsOfAtoms = Dictionary(grouping: shells, by: \.atom)
        return molecule.atoms.indices.allSatisfy { atom in
            let own = shellsOfAtoms[atom] ?? []
            let s = own.count { $0.angularMomentum == 0 }
            let isLight = molecule.atoms[atom].element.atomicNumber <= 2
            guard own.allSatisfy({ $0.angularMomentum <= 2 && (2...8).contains($0.exponents.count) }),
                (1...(isLight ? 2 : 1)).contains(s),
                [1, 2].allSatisfy({ l in own.count { $0.angularMomentum == l } <= 1 })
            else { return false }
            return own.indices.allSatisfy { i in !own[..<i].contains { $0.exponents == own[i].exponents } }
        }
    }
}
