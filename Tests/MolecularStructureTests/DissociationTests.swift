import MolecularStructure
import Testing

@Suite struct DissociationTests {
    /// LiF beside water, so far from it in Angstrom, and a neon atom far away.
    private func molecule(fluorideAt x: Double, moved: Double = 0) throws -> Molecule {
        let atoms: [(String, Double, Double)] = [
            ("O", 0, 0), ("H", 0.96, 0), ("H", -0.24, 0.93), ("Li", 0, -1.9), ("F", x, -1.9), ("Ne", 40 + moved, 0),
        ]
        return Molecule(
            atoms: try atoms.map {
                Atom(
                    element: try #require(Element(symbol: $0.0)),
                    positionInBohr: SIMD3($0.1, $0.2, 0) / PhysicalConstants.bohrInAngstrom)
            })
    }

    @Test func saysWhichAtomsLeave() throws {
        let first = try molecule(fluorideAt: 1.6)
        #expect(Dissociation(from: first, to: first) == nil)
        // Longer, but in touch.
        #expect(Dissociation(from: first, to: try molecule(fluorideAt: 2.2)) == nil)
        let near = try #require(Dissociation(from: first, to: try molecule(fluorideAt: 9)))
        #expect(near.atoms == [4] && !near.hasDissociated)
        #expect(abs(near.gapAtFirst * PhysicalConstants.bohrInAngstrom - 1.6) < 1e-12)
        #expect(abs(near.gap * PhysicalConstants.bohrInAngstrom - (8.04 * 8.04 + 1.9 * 1.9).squareRoot()) < 1e-12)
        #expect(try #require(Dissociation(from: first, to: try molecule(fluorideAt: 11.5))).hasDissociated)
    }

    @Test func whatWasApartMayMove() throws {
        #expect(Dissociation(from: try molecule(fluorideAt: 1.6), to: try molecule(fluorideAt: 1.6, moved: 20)) == nil)
    }

    @Test func twoPartsThatMeetAndAThirdThatLeaves() throws {
        // The neon comes to the water, the fluoride leaves: as many groups as before.
        let last = try molecule(fluorideAt: 20, moved: -37.5)
        let found = try #require(Dissociation(from: try molecule(fluorideAt: 1.6), to: last))
        #expect(found.atoms == [4] && found.hasDissociated)
    }

    /// Two water molecules that were never in touch.
    @Test func whatWasNearMayMoveAway() throws {
        func waters(_ gap: Double) throws -> Molecule {
            let atoms: [(String, Double, Double)] = [
                ("O", 0, 0), ("H", -0.6, 0.76), ("H", -0.6, -0.76), ("O", gap, 0), ("H", gap + 0.6, 0.76),
                ("H", gap + 0.6, -0.76),
            ]
            return Molecule(
                atoms: try atoms.map {
                    Atom(
                        element: try #require(Element(symbol: $0.0)),
                        positionInBohr: SIMD3($0.1, $0.2, 0) / PhysicalConstants.bohrInAngstrom)
                })
        }
        let first = try waters(3.5)
        for gap in [3.0, 4.4, 4.9] { #expect(Dissociation(from: first, to: try waters(gap)) == nil, "\(gap)") }
        let moved = try #require(Dissociation(from: first, to: try waters(7)))
        #expect(moved.atoms == [0, 1, 2] && moved.hasDissociatedAtRest && !moved.hasDissociated)
        #expect(abs(moved.gapAtFirst * PhysicalConstants.bohrInAngstrom - 3.5) < 1e-12)
        #expect(try #require(Dissociation(from: first, to: try waters(10.5))).hasDissociated)
        // Far at first: no part of the other.
        #expect(Dissociation(from: try waters(12), to: try waters(30)) == nil)
    }
}
