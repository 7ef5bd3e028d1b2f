import FileFormats
import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// Orbitals of a calculation, finished or not, with the data that decide whether a later one can restart from them.
public struct Checkpoint: Sendable {
    public var molecule: Molecule
    public var basisFingerprint: String
    public var state: ChargeState
    public var method: String
    /// Empty for methods without a grid.
    public var grid: String
    public var iteration: Int
    public var energy: Double
    public var isConverged: Bool
    public var orbitals: Wavefunction.Orbitals
    /// Number of unstable solutions from which descents started before these orbitals.
    public var instabilitiesFollowed: Int
    /// Whether the orbitals come from Newton steps, which should be continued.
    public var isSecondOrder: Bool
    /// Further restart data of the code that wrote the file.
    public var details: Data?

    public init(
        molecule: Molecule, basisFingerprint: String, state: ChargeState, method: String, grid: String, iteration: Int,
        energy: Double, isConverged: Bool, orbitals: Wavefunction.Orbitals, instabilitiesFollowed: Int = 0,
        isSecondOrder: Bool = false, details: Data? = nil
    ) {
        self.molecule = molecule
        self.basisFingerprint = basisFingerprint
        self.state = state
        self.method = method
        self.grid = grid
        self.iteration = iteration
        self.energy = energy
        self.isConverged = isConverged
        self.orbitals = orbitals
        self.instabilitiesFollowed = instabilitiesFollowed
        self.isSecondOrder = isSecondOrder
        self.details = details
    }

    /// Basis functions that the orbitals are expanded in.
    public var functionCount: Int {
        switch orbitals {
        case .restricted(let both): both.coefficients.rows
        case .unrestricted(let alpha, _): alpha.coefficients.rows
        }
    }

    /// Electrons in the orbitals.
    public var electrons: Double {
        switch orbitals {
        case .restricted(let both): both.occupations.reduce(0, +)
        case .unrestricted(let alpha, let beta): (alpha.occupations + beta.occupations).reduce(0, +)
        }
    }

    /// Why the orbitals cannot be used in another calculation: another molecule, basis or state. Nil if they fit.
    public func obstacle(molecule: Molecule, basisFingerprint: String, state: ChargeState) -> String? {
        let isSameMolecule =
            molecule.atoms.count == self.molecule.atoms.count
            && zip(molecule.atoms, self.molecule.atoms).allSatisfy {
                $0.element == $1.element && distance($0.position, $1.position) < 1e-6
            }
            && molecule.ghosts.count == self.molecule.ghosts.count
            && zip(molecule.ghosts, self.molecule.ghosts).allSatisfy {
                $0.element == $1.element && distance($0.position, $1.position) < 1e-6
            }
        if !isSameMolecule { return "the geometry has changed" }
        if basisFingerprint != self.basisFingerprint { return "the basis set has changed" }
        if state != self.state { return "it is for another charge or multiplicity" }
        return nil
    }
}

/// Why a checkpoint cannot be used.
public enum CheckpointError: Error, Equatable, CustomStringConvertible {
    case notACheckpoint(path: String)
    case otherVersion(path: String)
    case damaged(path: String)

    public var description: String {
        switch self {
        case .notACheckpoint(let path): "\(path): this is not a checkpoint of esp. Remove it to start afresh."
        case .otherVersion(let path): "\(path): the checkpoint was written by another version of esp. Remove it to start afresh."
        case .damaged(let path): "\(path): the checkpoint is damaged. Remove it to start afresh."
        }
    }
}

extension Checkpoint {
    private static let kind = "esp-checkpoint"
    private static let version = 1

    private struct Header: Codable {
        var atomicNumbers: [Int]
        /// Atomic numbers of ghost atoms, 0 if the element is unknown; absent without ghost atoms.
        var ghosts: [Int]?
        var basisFingerprint: String
        var charge: Int
        var multiplicity: Int
        var method: String
        var grid: String
        var iteration: Int
        var isConverged: Bool
        /// Absent if there was none.
        var instabilitiesFollowed: Int?
        /// Absent if they do not.
        var isSecondOrder: Bool?
        var details: Data?
        var functions: Int
        /// Orbitals of each spin; one entry if both spins share them.
        var orbitals: [Int]
    }

    /// The bytes of the file.
    public func data() throws -> Data {
        let sets: [MolecularOrbitals]
        switch orbitals {
        case .restricted(let both): sets = [both]
        case .unrestricted(let alpha, let beta): sets = [alpha, beta]
        }
        let header = Header(
            atomicNumbers: molecule.atoms.map(\.element.atomicNumber),
            ghosts: molecule.ghosts.isEmpty ? nil : molecule.ghosts.map { $0.element?.atomicNumber ?? 0 },
            basisFingerprint: basisFingerprint,
            charge: state.charge, multiplicity: state.multiplicity, method: method, grid: grid, iteration: iteration,
            isConverged: isConverged,
            instabilitiesFollowed: instabilitiesFollowed > 0 ? instabilitiesFollowed : nil,
            isSecondOrder: isSecondOrder ? true : nil,
            details: details, functions: sets[0].coefficients.rows, orbitals: sets.map(\.energies.count))
        let headerBytes = try JSONEncoder().encode(header)
        var numbers = [energy] + molecule.centerPositions.flatMap { [$0.x, $0.y, $0.z] }
        for set in sets { numbers += set.energies + set.occupations + set.coefficients.elements }
        return BinaryRecord(header: headerBytes, numbers: numbers).data(kind: Self.kind, version: Self.version)
    }

    /// Reads a file; whatever its content, the outcome is a valid checkpoint or an error.
    public init(readingFrom path: String) throws {
        try self.init(bytes: TextFile.bytes(ofFileAt: path, limit: 4 << 30), path: path)
    }

    /// Reads bytes that are already in memory; `path` is used only in messages.
    public init(bytes: [UInt8], path: String) throws {
        let record = try BinaryRecord(bytes, kind: Self.kind, version: Self.version, path: path)
        guard let header = try? JSONDecoder().decode(Header.self, from: record.header) else {
            throw CheckpointError.damaged(path: path)
        }

        // Sizes are checked against the available numbers before anything is read.
        let ghostNumbers = header.ghosts ?? []
        var needed = 1 + 3 * (header.atomicNumbers.count + ghostNumbers.count)
        let limit = 1 << 20
        guard (1...2).contains(header.orbitals.count), (1...limit).contains(header.functions), !header.atomicNumbers.isEmpty,
            header.orbitals.allSatisfy({ (1...header.functions).contains($0) }),
            (1...limit).contains(header.multiplicity), (-limit...limit).contains(header.charge),
            (0...1_000_000_000).contains(header.iteration), (0...1000).contains(header.instabilitiesFollowed ?? 0)
        else { throw CheckpointError.damaged(path: path) }
        if let details = header.details {
            do { try NumberBounds.check(details) } catch { throw CheckpointError.damaged(path: path) }
        }
        for count in header.orbitals { needed += count * (header.functions + 2) }
        guard needed == record.numbers.count else { throw CheckpointError.damaged(path: path) }

        var position = 0
        func take(_ count: Int) -> [Double] {
            defer { position += count }
            return Array(record.numbers[position..<position + count])
        }
        energy = take(1)[0]
        // A wavefunction of another program may lack its energy.
        guard energy.isNaN || abs(energy) < 1e9 else { throw CheckpointError.damaged(path: path) }
        var atoms: [Atom] = []
        for number in header.atomicNumbers {
            let r = take(3)
            guard let element = Element(atomicNumber: number), r.allSatisfy({ abs($0) < 1e7 }) else {
                throw CheckpointError.damaged(path: path)
            }
            atoms.append(Atom(element: element, positionInBohr: SIMD3(r[0], r[1], r[2])))
        }
        var ghosts: [GhostAtom] = []
        for number in ghostNumbers {
            let r = take(3)
            guard (0...86).contains(number), r.allSatisfy({ abs($0) < 1e7 }) else { throw CheckpointError.damaged(path: path) }
            ghosts.append(GhostAtom(element: Element(atomicNumber: number), positionInBohr: SIMD3(r[0], r[1], r[2])))
        }
        var sets: [MolecularOrbitals] = []
        for count in header.orbitals {
            let energies = take(count)
            let occupations = take(count)
            let coefficients = Matrix(rows: header.functions, columns: count, elements: take(header.functions * count))
            // An orbital contains at most two electrons, at most one per spin; natural occupations may be slightly outside.
            let most = header.orbitals.count == 1 ? 2.0 : 1.0
            guard energies.allSatisfy({ abs($0) < 1e9 }), occupations.allSatisfy({ $0 > -0.5 && $0 < most + 0.5 }),
                coefficients.elements.allSatisfy({ abs($0) < 1e15 })
            else { throw CheckpointError.damaged(path: path) }
            sets.append(MolecularOrbitals(coefficients: coefficients, energies: energies, occupations: occupations))
        }
        guard Self.isPossible(header, sets) else { throw CheckpointError.damaged(path: path) }
        molecule = Molecule(atoms: atoms, ghosts: ghosts)
        basisFingerprint = header.basisFingerprint
        state = ChargeState(charge: header.charge, multiplicity: header.multiplicity)
        method = header.method
        grid = header.grid
        iteration = header.iteration
        isConverged = header.isConverged
        instabilitiesFollowed = header.instabilitiesFollowed ?? 0
        isSecondOrder = header.isSecondOrder ?? false
        details = header.details
        orbitals = sets.count == 1 ? .restricted(sets[0]) : .unrestricted(alpha: sets[0], beta: sets[1])
    }
    /// Whether the orbitals contain the state's electrons, except those that core potentials may replace, and its unpaired ones.
    private static func isPossible(_ header: Header, _ sets: [MolecularOrbitals]) -> Bool {
        let electrons = sets.map { $0.occupations.reduce(0, +) }
        let unpaired = sets.count == 1 ? 0 : electrons[0] - electrons[1]
        let replaced = Double(header.atomicNumbers.reduce(0, +) - header.charge) - electrons.reduce(0, +)
        return abs(unpaired - Double(header.multiplicity - 1)) < 0.51 && replaced > -0.5
    }
}
