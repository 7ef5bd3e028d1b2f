import DensityFunctionals
import MolecularStructure
import TestSupport
import Testing

@testable import DispersionCorrection

/// An energy and gradient of s-dftd3: an entry of dispersion.json.
private struct DispersionReference: Decodable, Sendable {
    let name: String
    let functional: String
    let atoms: [ReferenceAtom]
    let energy: Double
    /// Only some cases have it.
    let gradient: [[Double]]?

    static func all() throws -> [DispersionReference] { try ReferenceCases.all(in: "dispersion.json") }

    func molecule() throws -> Molecule { try Molecule(atoms: atoms.map { try $0.atom() }) }
    func correction() throws -> D3Dispersion {
        D3Dispersion(damping: try #require(RationalDamping.published(for: [functional]), "\(functional)"))
    }
}

@Suite struct D3DispersionTests {
    private static func named(_ name: String) throws -> (Molecule, D3Dispersion) {
        let reference = try #require(try DispersionReference.all().first { $0.name == name && $0.gradient != nil })
        return (try reference.molecule(), try reference.correction())
    }

    @Test func agreesWithAnotherProgram() throws {
        let references = try DispersionReference.all()
        #expect(references.count >= 50)
        #expect(Set(references.map(\.functional)) == Set(RationalDamping.knownNames))
        for reference in references {
            let (molecule, correction) = (try reference.molecule(), try reference.correction())
            let label = "\(reference.name), \(reference.functional)"
            let energy = correction.energy(of: molecule)
            // Clusters are denser than matter, and the program of the references converts radii with CODATA 2018: with that value
            // they agree to 1e-12, too.
            let isCluster = reference.name.hasPrefix("all elements")
            #expect(
                energy < 0 && abs(energy - reference.energy) < (isCluster ? 1e-9 : 1e-10),
                "\(label): \(energy - reference.energy)")
            guard let rows = reference.gradient else { continue }
            let gradient = correction.gradient(of: molecule)
            let largest = zip(gradient, rows).reduce(0) { max($0, ($1.0 - SIMD3($1.1[0], $1.1[1], $1.1[2])).length) }
            #expect(gradient.count == rows.count && largest < (isCluster ? 2e-8 : 1e-9), "\(label): \(largest)")
        }
    }

    /// A five-point difference along a direction in which all atoms move.
    @Test(arguments: ["water dimer", "nb-al-tcbq", "octane", "all elements in 16 bohr", "all elements in 26 bohr"])
    func gradientIsTheDerivative(_ name: String) throws {
        let (molecule, correction) = try Self.named(name)
        let properties = CorrectionProperties(
            molecule: molecule, energy: { correction.energy(of: $0) }, gradient: { correction.gradient(of: $0) })
        let (difference, slope) = try properties.slopes()
        #expect(abs(slope) > 1e-5 && abs(difference - slope) < 1e-8 * max(1, 100 * abs(slope)), "\(difference) \(slope)")
    }

    @Test func staysTheSameWhenMovedTurnedAndReordered() throws {
        let (molecule, correction) = try Self.named("nb-al-tcbq")
        let properties = CorrectionProperties(
            molecule: molecule, energy: { correction.energy(of: $0) }, gradient: { correction.gradient(of: $0) })
        try properties.expectSameWhenMovedTurnedAndReordered()
    }

    @Test func limits() throws {
        let correction = D3Dispersion(damping: try #require(RationalDamping.published(for: ["pbe"])))
        func pair(_ symbol: String, _ r: Double) throws -> Molecule {
            let element = try #require(Element(symbol: symbol))
            return Molecule(
                atoms: [Atom(element: element, positionInBohr: .zero), Atom(element: element, positionInBohr: SIMD3(0, 0, r))])
        }
        #expect(correction.energy(of: Molecule(atoms: [try pair("Ar", 1).atoms[0]])) == 0)
        // Far apart only C6 counts, which is that of free atoms: 64.6462 for argon in the table.
        let far: Double = correction.energy(of: try pair("Ar", 3000))
        let sixth: Double = 3000.0 * 3000 * 3000 * 3000 * 3000 * 3000
        #expect(abs(far * sixth + 64.6462) < 1e-3)
        // Far more neighbours than any reference system has.
        let krypton = try #require(Element(symbol: "Kr"))
        var crowd: [Atom] = []
        for k in 0..<64 {
            let place = SIMD3(Double(k % 4), Double(k / 4 % 4), Double(k / 16))
            crowd.append(Atom(element: krypton, positionInBohr: 1.2 * place))
        }
        let dense = Molecule(atoms: crowd)
        #expect(correction.energy(of: dense).isFinite && correction.gradient(of: dense).allSatisfy { $0.length.isFinite })
    }

    @Test func tableIsComplete() throws {
        let systems = ReferenceSystems.published
        #expect(systems.systemCount == 237 && systems.coefficientCount == 237 * 238 / 2)
        let hydrogen = systems.entry(try #require(Element(symbol: "H")))
        #expect(hydrogen.coordinationNumbers == [0.9118, 0] && systems.coefficient(1, 0) == 4.7379)
    }

    @Test func parametersGoByFunctional() throws {
        for name in RationalDamping.knownNames where name != "hf" {
            let functional = try DensityFunctional(named: name)
            #expect(functional.commonNames.contains(name) || functional.componentNames == [name], "\(name)")
        }
        #expect(try DensityFunctional(named: "gga_c_pbe,gga_x_pbe").commonNames == ["pbe"])
        #expect(RationalDamping.published(for: ["wb97x", "m062x"]) == nil)
    }
}
