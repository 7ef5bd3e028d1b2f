import DensityFunctionals
import LinearAlgebra
import MolecularStructure
import Testing

@testable import SelfConsistentField

@Suite("Spherical atoms")
struct SphericalAtomTests {
    static func atom(_ symbol: String, charge: Int = 0) throws -> SphericalAtom {
        BLASThreads.limit(to: 1)
        return try SphericalAtom(
            element: try #require(Element(symbol: symbol)), charge: charge, functional: try DensityFunctional(named: "pbe"))
    }

    /// Integral of a density over space: the logarithms of the radii are even.
    static func electrons(_ atom: SphericalAtom, _ density: [Double]) -> Double {
        zip(atom.radii, density).reduce(0) { $0 + 4 * .pi * $1.0 * $1.0 * $1.0 * $1.1 } * RadialMesh.step
    }

    /// PySCF 2.14.0, PBE, the same exponents (28 s, 20 p), radial grid of 300 points.
    @Test("energies of closed shells against another program", arguments: [("He", -2.8929348659), ("Ne", -128.8664235496)])
    func energies(_ symbol: String, _ energy: Double) throws {
        let atom = try Self.atom(symbol)
        #expect(atom.isConverged)
        #expect(abs(atom.energy - energy) < 1e-5, "\(symbol) \(atom.energy)")
    }

    @Test("densities hold the electrons, ions and cores too", arguments: [("C", 0), ("Cl", -1), ("Al", 3), ("Nb", 0), ("O", -2)])
    func populations(_ symbol: String, _ charge: Int) throws {
        let atom = try Self.atom(symbol, charge: charge)
        #expect(atom.isConverged)
        let number = Double(try #require(Element(symbol: symbol)).atomicNumber - charge)
        #expect(abs(Self.electrons(atom, atom.density) - number) < 1e-8)
        for size in SphericalAtom.coreSizes where size > 0 {
            guard let core = atom.coreDensity(electrons: size) else { continue }
            #expect(abs(Self.electrons(atom, core) - Double(size)) < 1e-8)
            #expect(zip(core, atom.density).allSatisfy { $0 <= $1 * 1.00001 + 1e-20 })
        }
        if symbol == "Nb" { #expect(atom.coreDensity(electrons: 28) != nil) }
    }

    @Test("ions lose and gain the electrons that chemists expect")
    func configurations() throws {
        func electrons(_ symbol: String, _ charge: Int) throws -> [Double] {
            AtomicConfiguration.electrons(of: try #require(Element(symbol: symbol)), charge: charge)
        }
        #expect(try electrons("Al", 1) == [6, 6, 0, 0])
        #expect(try electrons("Al", 3) == [4, 6, 0, 0])
        #expect(try electrons("Cl", -1) == [6, 12, 0, 0])
        #expect(try electrons("Nb", 0) == [9, 18, 14, 0])
        #expect(try electrons("Nb", 1) == [8, 18, 14, 0])
        #expect(try electrons("Nb", 5) == [8, 18, 10, 0])
        #expect(try electrons("Fe", 2) == [6, 12, 6, 0])
    }
}
