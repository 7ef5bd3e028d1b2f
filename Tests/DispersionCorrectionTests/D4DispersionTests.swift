import DensityFunctionals
import LinearAlgebra
import MolecularStructure
import TestSupport
import Testing

@testable import DispersionCorrection

/// An energy and gradient of dftd4: an entry of dispersion-d4.json.
private struct D4Reference: Decodable, Sendable {
    let name: String
    let functional: String
    let charge: Int
    let atoms: [ReferenceAtom]
    let energy: Double
    /// Only some cases have them.
    let gradient: [[Double]]?
    let partialCharges: [Double]?

    enum CodingKeys: String, CodingKey {
        case name, functional, charge, atoms, energy, gradient
        case partialCharges = "partial_charges"
    }

    static func all() throws -> [D4Reference] { try ReferenceCases.all(in: "dispersion-d4.json") }

    func molecule() throws -> Molecule { try Molecule(atoms: atoms.map { try $0.atom() }) }
    func correction() throws -> D4Dispersion {
        D4Dispersion(damping: try #require(RationalDamping.publishedForD4(for: [functional]), "\(functional)"))
    }
}

@Suite struct D4DispersionTests {
    private static func named(_ name: String) throws -> (Molecule, D4Dispersion) {
        let reference = try #require(try D4Reference.all().first { $0.name == name && $0.gradient != nil })
        return (try reference.molecule(), try reference.correction())
    }

    @Test func agreesWithAnotherProgram() throws {
        let references = try D4Reference.all()
        #expect(references.count >= 70)
        #expect(Set(references.map(\.functional)) == Set(RationalDamping.knownNamesForD4))
        for reference in references {
            let (molecule, correction) = (try reference.molecule(), try reference.correction())
            let label = "\(reference.name), \(reference.charge), \(reference.functional)"
            let energy = try correction.energy(of: molecule, charge: reference.charge)
            // Clusters are denser than matter, and the program of the references converts radii with CODATA 2018.
            let isCluster = reference.name.hasPrefix("all elements")
            #expect(abs(energy - reference.energy) < (isCluster ? 1e-9 : 1e-10), "\(label): \(energy - reference.energy)")
            guard let rows = reference.gradient, let charges = reference.partialCharges else { continue }
            let gradient = try correction.gradient(of: molecule, charge: reference.charge)
            let largest = zip(gradient, rows).reduce(0) { max($0, ($1.0 - SIMD3($1.1[0], $1.1[1], $1.1[2])).length) }
            #expect(gradient.count == rows.count && largest < (isCluster ? 2e-8 : 1e-9), "\(label): \(largest)")
            let own = try ChargeEquilibration(molecule).charges(total: reference.charge)
            let difference = zip(own, charges).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(own.count == charges.count && difference < 1e-7, "\(label): \(difference)")
        }
    }

    /// A five-point difference along a direction in which all atoms move.
    @Test(
        arguments: [
            "water dimer", "nb-al-tcbq", "octane", "cerium-fluoride", "all elements in 16 bohr", "all elements in 26 bohr",
        ], [0, -2])
    func gradientIsTheDerivative(_ name: String, charge: Int) throws {
        let (molecule, correction) = try Self.named(name)
        let properties = CorrectionProperties(
            molecule: molecule, energy: { try correction.energy(of: $0, charge: charge) },
            gradient: { try correction.gradient(of: $0, charge: charge) })
        let (difference, slope) = try properties.slopes()
        #expect(abs(slope) > 1e-6 && abs(difference - slope) < 1e-8 * max(1, 100 * abs(slope)), "\(difference) \(slope)")
    }

    @Test func staysTheSameWhenMovedTurnedAndReordered() throws {
        let (molecule, correction) = try Self.named("nb-al-tcbq")
        let properties = CorrectionProperties(
            molecule: molecule, energy: { try correction.energy(of: $0, charge: -1) },
            gradient: { try correction.gradient(of: $0, charge: -1) })
        try properties.expectSameWhenMovedTurnedAndReordered()
    }

    @Test func dependsOnTheCharge() throws {
        let (molecule, correction) = try Self.named("o-TCBQ")
        let energies = try [0, -1, -2].map { try correction.energy(of: molecule, charge: $0) }
        // More electrons are more polarizable.
        #expect(energies[1] < energies[0] - 1e-5 && energies[2] < energies[1] - 1e-5)
        let bound = try MolecularDispersion(.d4(correction), of: molecule)
        #expect([0, -1, -2].map { bound.energy(charge: $0) } == energies)
        #expect(try bound.gradient(charge: -2) == correction.gradient(of: molecule, charge: -2))
        for charge in [0, -1, -2] {
            let sum = try ChargeEquilibration(molecule).charges(total: charge).reduce(0, +)
            #expect(abs(sum - Double(charge)) < 1e-13)
        }
    }

    @Test func threeBodyTermOfAnEquilateralTriangle() throws {
        // 11/8 C9 / r^9, undamped far away.
        let krypton = try #require(Element(symbol: "Kr"))
        let side = 40.0
        let molecule = Molecule(
            atoms: [
                Atom(element: krypton, positionInBohr: .zero), Atom(element: krypton, positionInBohr: SIMD3(side, 0, 0)),
                Atom(element: krypton, positionInBohr: SIMD3(side / 2, side * 0.75.squareRoot(), 0)),
            ])
        let damping = try #require(RationalDamping.publishedForD4(for: ["pbe"]))
        let with = try D4Dispersion(damping: damping).energy(of: molecule, charge: 0)
        let without = try D4Dispersion(damping: damping, threeBodyScale: 0).energy(of: molecule, charge: 0)
        let pair = try D4Dispersion(damping: damping).energy(of: Molecule(atoms: Array(molecule.atoms[..<2])), charge: 0)
        let free = AtomicPolarizabilities(molecule, coordinationNumbers: [0, 0, 0], charges: [0, 0, 0]).coefficients[0, 1]
        let expected = 11.0 / 8 * free * free.squareRoot() / (side * side * side * side * side * side * side * side * side)
        #expect(abs(without - 3 * pair) < 1e-16)
        #expect(abs((with - without) / expected - 1) < 1e-3)
    }

    @Test func limits() throws {
        let correction = D4Dispersion(damping: try #require(RationalDamping.publishedForD4(for: ["pbe"])))
        func pair(_ symbol: String, _ r: Double) throws -> Molecule {
            let element = try #require(Element(symbol: symbol))
            return Molecule(
                atoms: [Atom(element: element, positionInBohr: .zero), Atom(element: element, positionInBohr: SIMD3(0, 0, r))])
        }
        #expect(try correction.energy(of: Molecule(atoms: [try pair("Ar", 1).atoms[0]]), charge: 0) == 0)
        #expect(try correction.gradient(of: Molecule(atoms: [try pair("Ar", 1).atoms[0]]), charge: 0) == [.zero])
        // Nothing is divided by zero where atoms have no neighbours at all.
        let far = try pair("Ar", 3000)
        #expect(try correction.energy(of: far, charge: 0) < 0)
        #expect(try correction.gradient(of: far, charge: 0).allSatisfy { $0.length < 1e-20 })
        #expect(throws: LinearAlgebraError.self) { try correction.energy(of: try pair("Ar", 0), charge: 0) }
        // Far more neighbours than any model system has, and far more charge.
        let krypton = try #require(Element(symbol: "Kr"))
        var crowd: [Atom] = []
        for k in 0..<64 {
            let place = SIMD3(Double(k % 4), Double(k / 4 % 4), Double(k / 16))
            crowd.append(Atom(element: krypton, positionInBohr: 1.2 * place))
        }
        for charge in [0, -2600, 2000] {
            let dense = Molecule(atoms: crowd)
            #expect(try correction.energy(of: dense, charge: charge).isFinite)
            #expect(try correction.gradient(of: dense, charge: charge).allSatisfy { $0.length.isFinite })
        }
    }

    @Test func tableIsComplete() throws {
        let systems = D4ReferenceSystems.published
        #expect(systems.systemCount == 262)
        let hydrogen = systems.entry(try #require(Element(symbol: "H")))
        // The free atom, and half of the molecule.
        #expect(hydrogen.systems.map(\.coordinationNumber) == [0, 0.8942243654604])
        #expect(hydrogen.systems[0].polarizability[0] == 5.054016 && hydrogen.systems[1].polarizability[0] == 0.5 * 5.441516)
        for number in 1...86 {
            let entry = systems.entry(try #require(Element(atomicNumber: number)))
            #expect(entry.systems.allSatisfy { $0.polarizability.count == D4ReferenceSystems.frequencies.count })
            // The free atom comes first; of cerium there is none.
            #expect((entry.systems.first?.coordinationNumber == 0) == (number != 58))
            #expect(entry.hardness > 0 && entry.equilibration.width > 0)
        }
        // Charges within a model system change nothing.
        let carbon = systems.entry(try #require(Element(symbol: "C")))
        #expect(carbon.chargeScaling(from: 0.3, to: 0.3).value == 1)
        #expect(carbon.chargeScaling(from: 0, to: -0.5).value > 1 && carbon.chargeScaling(from: 0, to: 0.5).value < 1)
    }

    @Test func parametersGoByFunctional() throws {
        for name in RationalDamping.knownNamesForD4 where name != "hf" {
            let functional = try DensityFunctional(named: name)
            #expect(functional.commonNames.contains(name), "\(name)")
        }
        for name in ["m062x", "hse06", "pbesol", "lcwpbe", "wb97m", "b97"] {
            #expect(RationalDamping.publishedForD4(for: [name]) == nil, "\(name)")
        }
    }
}
