import Foundation
import MolecularStructure
import TestSupport
import Testing

@testable import WavefunctionAnalysis

/// Free atoms and ions against PySCF: unrestricted B3LYP, sf-X2C-1e, the same Gaussians; see proatoms.json in Tests/References.
@Suite("Spin-polarised free atoms and ions")
struct ProatomTests {
    private struct Reference: Decodable {
        struct Atom: Decodable {
            let symbol: String
            let charge: Int
            let radius, squaredRadius: Double
            let densities: [Double]
        }
        let cases: [Atom]
    }

    /// Electrons, and the integrals of the density times the distance and its square.
    private static func moments(_ density: RadialDensity, step h: Double = 0.01) -> [Double] {
        let first = log(1e-5)
        return (0..<Int(14.9 / h)).reduce(into: [0, 0, 0]) { sums, k in
            let r = exp(first + h * Double(k))
            let shell = 4 * .pi * r * r * r * h * density.value(atLogarithm: first + h * Double(k))
            for power in 0...2 { sums[power] += shell * pow(r, Double(power)) }
        }
    }

    /// Closed and half-filled shells, which are spherical in PySCF, too.
    @Test func momentsAndDensitiesAreThoseOfAnotherProgram() throws {
        let data = try Data(contentsOf: Repository.references.appendingPathComponent("proatoms.json"))
        let atoms = try JSONDecoder().decode(Reference.self, from: data).cases
        let library = ProatomLibrary(elements: Set(atoms.compactMap { Element(symbol: $0.symbol) }), set: .spinPolarized)
        for atom in atoms {
            let element = try #require(Element(symbol: atom.symbol))
            let density = try #require(try library.ion(element, charge: atom.charge))
            let found = Self.moments(density)
            let tolerance = 1e-4
            #expect(abs(found[0] - Double(element.atomicNumber - atom.charge)) < 1e-3, "\(atom.symbol) \(found)")
            #expect(abs(found[1] / atom.radius - 1) < tolerance, "\(atom.symbol) \(atom.charge) \(found[1]) \(atom.radius)")
            #expect(
                abs(found[2] / atom.squaredRadius - 1) < 2 * tolerance,
                "\(atom.symbol) \(atom.charge) \(found[2]) \(atom.squaredRadius)")
            for (r, expected) in zip([0.5, 1, 2, 3, 4, 6], atom.densities) where expected > 1e-6 {
                let own = density.value(atLogarithm: log(r))
                #expect(abs(own / expected - 1) < 10 * tolerance, "\(atom.symbol) \(atom.charge) at \(r): \(own) \(expected)")
            }
        }
    }

    /// B3LYP/cc-pVQZ has 8.472e-4 at 3 bohr (as Multiwfn's own free atom), the limit of basis sets 8.37e-4, the exact atom
    /// exp(-6)/pi = 7.89e-4. With the exact atom the Hirshfeld charge of O in water would miss that of Gaussian by 0.003 e.
    @Test func hydrogenIsThatOfTheFunctional() throws {
        let hydrogen = try #require(Element(symbol: "H"))
        let density = try #require(try ProatomLibrary(elements: [hydrogen], set: .spinPolarized).ion(hydrogen, charge: 0))
        #expect(abs(density.value(atLogarithm: log(3)) - 8.47202e-4) < 1e-6, "\(density.value(atLogarithm: log(3)))")
        let mean = Self.moments(density)[1]
        #expect(mean > 1.50 && mean < 1.53, "\(mean)")
    }

    /// Neighbouring ions of every element hold one electron less, and are smaller. Nuclei without electrons need no density.
    @Test(arguments: ProatomSet.allCases) func everyElementHasItsIons(_ set: ProatomSet) throws {
        let elements = (1...86).compactMap { Element(atomicNumber: $0) }
        let library = ProatomLibrary(elements: Set(elements), set: set)
        for element in elements {
            let range = library.charges(element)
            #expect(range == -2...(element.atomicNumber <= 6 ? element.atomicNumber : 5), "\(element) \(range)")
            let sizes = try range.compactMap { try library.ion(element, charge: $0) }.map { Self.moments($0, step: 0.1)[2] }
            #expect(zip(sizes, sizes.dropFirst()).allSatisfy { $0 > $1 }, "\(element) \(sizes)")
        }
    }
}
