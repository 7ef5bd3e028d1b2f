import Foundation
import MolecularStructure

/// Places where a cation may bind to a molecule: at one, two or three atoms with lone pairs, by elements, bonds and distances alone.
public struct IonSites: Sendable {
    public struct Site: Sendable, Equatable {
        /// In bohr.
        public var position: SIMD3<Double>
        /// Indices of the donors that it touches, ascending.
        public var contacts: [Int]
    }

    public let ion: Element
    private let molecule: Molecule
    private let graph: BondGraph

    /// Largest distance of a contact over the sum of the covalent radii.
    public static let contactTolerance = 1.25
    /// Directions from which a donor is approached.
    private static let directions = 60
    private static let steps = 300
    /// Distance that other atoms keep beyond the sum of the covalent radii, in Angstrom.
    private static let clearance = 0.35
    /// Sites with the same contacts that are closer than this are one, in bohr.
    private static let separation = 1.0

    public init(_ molecule: Molecule, ion: Element) {
        self.molecule = molecule
        self.ion = ion
        graph = BondGraph(molecule)
    }

    /// Whether an element has lone pairs that bind cations.
    private static func isDonor(_ element: Element) -> Bool { [7, 8, 9, 16, 17, 34, 35, 53].contains(element.atomicNumber) }

    /// Bonds an atom may have besides that to the ion: two for oxygen and its group and for halogens (a bridge), three for nitrogen.
    private static func mostBonds(_ element: Element) -> Int { element.atomicNumber == 7 ? 3 : 2 }

    /// Atoms that may bind the ion.
    public var donors: [Int] {
        molecule.atoms.indices.filter { atom in
            let element = molecule.atoms[atom].element
            return Self.isDonor(element) && graph.neighbors[atom].count <= Self.mostBonds(element)
        }
    }

    /// The usual distance of the ion from an atom: the sum of the covalent radii, in bohr.
    private func length(_ atom: Int) -> Double {
        (ion.covalentRadiusInAngstrom + molecule.atoms[atom].element.covalentRadiusInAngstrom) / PhysicalConstants.bohrInAngstrom
    }

    /// The donors that an ion at a position touches.
    public func contacts(at position: SIMD3<Double>) -> [Int] {
        donors.filter { (molecule.atoms[$0].position - position).length <= Self.contactTolerance * length($0) }
    }

    /// A site at a minimum of the electrostatic potential on the molecular surface, moved to the usual distance of the nearest donor. Nil if
    /// other atoms are in the way.
    public func site(atMinimum position: SIMD3<Double>) -> Site? {
        guard
            let nearest = donors.min(by: {
                (molecule.atoms[$0].position - position).length / length($0)
                    < (molecule.atoms[$1].position - position).length / length($1)
            })
        else { return Site(position: position, contacts: []) }
        let center = molecule.atoms[nearest].position
        let place = center + length(nearest) * (position - center).direction
        return relaxed(from: place, holding: [nearest])
    }

    /// Sites at one donor from all sides, and at two or three donors together, in the order of the donors.
    public var sites: [Site] {
        let donors = donors
        var result: [Site] = []
        for first in donors {
            var groups = [[first]]
            for second in donors where second > first && areClose(first, second) {
                groups.append([first, second])
                for third in donors where third > second && areClose(first, third) && areClose(second, third) {
                    groups.append([first, second, third])
                }
            }
            for group in groups {
                let center = group.reduce(SIMD3<Double>()) { $0 + molecule.atoms[$1].position } / Double(group.count)
                for direction in Self.sphere {
                    guard let site = relaxed(from: center + length(first) * direction, holding: group) else { continue }
                    let isKnown = result.contains {
                        $0.contacts == site.contacts && ($0.position - site.position).length < Self.separation
                    }
                    if !isKnown { result.append(site) }
                }
            }
        }
        return result
    }

    /// Whether an ion can touch both.
    private func areClose(_ a: Int, _ b: Int) -> Bool {
        (molecule.atoms[a].position - molecule.atoms[b].position).length < 0.95 * (length(a) + length(b))
    }

    /// Moves a position to the usual distances from some donors and away from all other atoms.
    ///
    /// - Returns: nil if a donor cannot be reached, or if another atom is too close.
    private func relaxed(from start: SIMD3<Double>, holding group: [Int]) -> Site? {
        var position = start
        let clearance = Self.clearance / PhysicalConstants.bohrInAngstrom
        for _ in 0..<Self.steps {
            var move = SIMD3<Double>()
            for (index, atom) in molecule.atoms.enumerated() {
                let vector = position - atom.position
                let distance = max(vector.length, 1e-6)
                let isHeld = group.contains(index)
                let wanted = length(index) + (isHeld || Self.isDonor(atom.element) ? 0 : clearance)
                if isHeld || distance < wanted { move += (wanted - distance) / distance * vector }
            }
            position += 0.3 * move
            if move.length < 1e-5 { break }
        }
        for (index, atom) in molecule.atoms.enumerated() {
            let ratio = (position - atom.position).length / length(index)
            if group.contains(index) ? abs(ratio - 1) > 0.15 : ratio < 0.9 { return nil }
        }
        return Site(position: position, contacts: contacts(at: position))
    }

    /// Directions spread evenly by the golden angle.
    private static let sphere: [SIMD3<Double>] = (0..<directions).map { index in
        let z = 1 - (2 * Double(index) + 1) / Double(directions)
        let angle = Double(index) * .pi * (3 - 5.0.squareRoot())
        let radius = (1 - z * z).squareRoot()
        return SIMD3(radius * cos(angle), radius * sin(angle), z)
    }

    /// `Li on O7, O8; Li on Cl12`: what the last atoms of a molecule, which are ions, touch.
    public static func description(of molecule: Molecule, ions: Int) -> String {
        let host = Molecule(atoms: Array(molecule.atoms.dropLast(ions)))
        return molecule.atoms.suffix(ions).map { ion in
            let found = IonSites(host, ion: ion.element).contacts(at: ion.position)
            let names = found.map { "\(host.atoms[$0].element.symbol)\($0 + 1)" }
            return "\(ion.element.symbol) \(names.isEmpty ? "apart" : "on " + names.joined(separator: ", "))"
        }.joined(separator: "; ")
    }
}
