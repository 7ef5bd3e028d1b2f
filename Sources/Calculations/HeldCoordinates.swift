import FileFormats
import GeometryOptimization
import MolecularStructure
import RunFolders

extension OptimizationInput {
    /// - Throws: `CalculationError.usage` if they are not defined in the molecule or contradict each other.
    func constraints(of molecule: Molecule) throws -> [Constraint] {
        let constraints = try constraints(atomCount: molecule.atoms.count)
        do {
            try constraints.check(molecule)
        } catch let error as ConstraintError {
            throw CalculationError.usage("\(error.text(holds: constraintTexts)). Leave out a hold, or change its value.")
        }
        return constraints
    }

    private func constraints(atomCount: Int) throws -> [Constraint] {
        try holds.map { try Self.constraint($0, atomCount: atomCount) }
            + (frozenAtoms.map { try Self.frozenAtoms($0, atomCount: atomCount) } ?? []).flatMap { atom in
                (0..<3).map { Constraint(.position(atom, axis: $0)) }
            }
    }

    static func frozenAtoms(_ text: String, atomCount: Int) throws -> [Int] {
        do {
            return try AtomList(parsing: text, atomCount: atomCount).indices
        } catch {
            throw CalculationError.usage("'\(error.text)' names no atoms of 1 to \(atomCount); write for example 1,4-6.")
        }
    }

    /// As the user wrote them.
    var constraintTexts: [String] { holds + (frozenAtoms.map { ["freeze \($0)"] } ?? []) }

    private static func constraint(_ text: String, atomCount: Int) throws -> Constraint {
        func fail(_ reason: String) -> CalculationError { .usage("--hold \(text): \(reason)") }
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        let atoms = try parts[0].split(separator: "-", omittingEmptySubsequences: false).map { word in
            guard let number = Int(word), (1...atomCount).contains(number) else {
                throw fail("'\(word)' is not the number of an atom; there are \(atomCount).")
            }
            return number - 1
        }
        guard (2...4).contains(atoms.count), Set(atoms).count == atoms.count else {
            throw fail("two, three or four different atoms are needed, such as 1-2 or 3-1-2=109.5.")
        }
        var target: Double?
        if parts.count == 2 {
            guard let value = Double(parts[1]), value.isFinite else { throw fail("'\(parts[1])' is not a number.") }
            switch atoms.count {
            case 2:
                guard value > 0.1 else { throw fail("a distance must be more than 0.1 Angstrom.") }
                target = value / PhysicalConstants.bohrInAngstrom
            case 3:
                guard value > 0, value < 175 else { throw fail("an angle must lie between 0 and 175 degrees.") }
                target = value * .pi / 180
            default: target = value * .pi / 180
            }
        } else if parts.count > 2 {
            throw fail("one = is enough.")
        }
        switch atoms.count {
        case 2: return Constraint(.distance(atoms[0], atoms[1]), target: target)
        case 3: return Constraint(.angle(atoms[0], atoms[1], atoms[2]), target: target)
        default: return Constraint(.dihedral(atoms[0], atoms[1], atoms[2], atoms[3]), target: target)
        }
    }
}

extension ConstraintError {
    /// Why constraints cannot be satisfied, in the words of the options.
    ///
    /// - Parameter holds: as the user wrote them; frozen atoms come last.
    package func text(holds: [String]) -> String {
        func name(_ index: Int) -> String {
            index < holds.count && !holds[index].hasPrefix("freeze") ? "--hold \(holds[index])" : "--freeze"
        }
        switch self {
        case .undefined(let index): return "\(name(index)) has no value: its atoms lie on a line"
        case .nothingIsFree: return "the constraints hold every coordinate, so that no direction leads uphill"
        case .contradiction(let indices):
            var names: [String] = []
            for index in indices where !names.contains(name(index)) { names.append(name(index)) }
            return "no structure was found that fulfils all holds; the nearest one misses \(names.joined(separator: ", "))"
        }
    }
}
