import DensityFunctionals
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure
import Testing

@testable import ElectronicStructure
@testable import SphericalAtoms

@Suite("Spherical atoms")
struct SphericalAtomTests {
    static func atom(_ symbol: String, charge: Int = 0) throws -> SphericalAtom {
        BLASThreads.limit(to: 1)
        return try SphericalAtom(
            element: try #require(Element(symbol: symbol)), charge: charge,
            model: .init(functional: try DensityFunctional(named: "pbe")))
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

    /// PySCF 2.14.0, unrestricted B3LYP with the scalar-relativistic exact two-component Hamiltonian or without, the same
    /// exponents, 300 radial points. These atoms are spherical: nothing is averaged.
    @Test(
        "spin-polarised atoms with exact exchange and relativity against another program",
        arguments: [
            ("He", false, -2.9152184694, 1e-7), ("He", true, -2.9153365319, 1e-7), ("N", false, -54.6070212721, 1e-6),
            ("N", true, -54.6370919656, 1e-6), ("Ar", true, -529.3955522849, 2e-6), ("Cr", true, -1050.8301837987, 5e-6),
            ("Mo", true, -4048.5034439291, 5e-5),
        ])
    func polarizedEnergies(_ symbol: String, _ isRelativistic: Bool, _ energy: Double, _ tolerance: Double) throws {
        BLASThreads.limit(to: 1)
        let atom = try SphericalAtom(
            element: try #require(Element(symbol: symbol)), charge: 0,
            model: .init(
                functional: try DensityFunctional(named: "b3lyp"), isSpinPolarized: true, isScalarRelativistic: isRelativistic))
        #expect(atom.isConverged)
        #expect(abs(atom.energy - energy) < tolerance, "\(symbol) \(atom.energy)")
    }

    /// Two p electrons of one spin: their functions of m = 1 and -1 have (3/2) (1 - x^2) times the average.
    @Test("shapes of open shells: average one, moments of known functions, full shells without shape")
    func shapes() {
        let rule = LegendreQuadrature(count: 12).onUnitInterval
        let directions = AngularShape.Directions(cosines: rule.map(\.node), weights: rule.map(\.weight))
        for (l, electrons) in [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (2, 4), (3, 1), (3, 2), (3, 3), (3, 5), (3, 6)] {
            let shape = AngularShape(l: l, electrons: electrons, directions: directions)
            #expect(shape.members.count == electrons)
            #expect(abs(zip(shape.values, directions.weights).reduce(0) { $0 + $1.0 * $1.1 } - 1) < 1e-12, "\(l) \(electrons)")
            #expect(abs(shape.moments[0] - 1) < 1e-12)
        }
        let ring = AngularShape(l: 1, electrons: 2, directions: directions)
        for (k, x) in directions.cosines.enumerated() {
            #expect(abs(ring.values[k] - 1.5 * (1 - x * x)) < 1e-12)
            #expect(abs(ring.slopes[k] - 3 * x * (1 - x * x).squareRoot()) < 1e-12)
        }
        #expect(abs(ring.moments[1] + 0.2) < 1e-12)
    }

    /// Squares of the coefficients of Condon and Shortley: c_2(10, 10) = 2/5 and c_2(11, 10) = sqrt(3)/5; a full shell sees
    /// all directions alike.
    @Test("angular coefficients of exchange")
    func coefficients() {
        #expect(abs(RadialExchange.average(1, [0], 1, [0], 2) - 4.0 / 25) < 1e-12)
        #expect(abs(RadialExchange.average(1, [1], 1, [0], 2) - 3.0 / 25) < 1e-12)
        #expect(abs(RadialExchange.average(0, [0], 1, [1], 1) - 1.0 / 3) < 1e-12)
        let whole = RadialExchange.average(2, [0], 2, [-2, -1, 0, 1, 2], 2)
        for m in [-2, -1, 1, 2] {
            #expect(abs(RadialExchange.average(2, [m], 2, [-2, -1, 0, 1, 2], 2) - whole) < 1e-12)
        }
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
