import Foundation
import GaussianBasis
import GaussianIntegrals
import MolecularStructure
import ParallelExecution
import TestSupport
import Testing

/// Matrices of published potentials from the independent script Tests/References/ecp_oracle.py.
@Suite struct CorePotentialReferenceTests {
    private struct File: Decodable { let systems: [System] }

    private struct System: Decodable {
        /// Written as [element, x, y, z].
        struct Site: Decodable {
            let element: String
            let position: SIMD3<Double>

            init(from decoder: any Decoder) throws {
                var values = try decoder.unkeyedContainer()
                element = try values.decode(String.self)
                position = SIMD3(
                    try values.decode(Double.self), try values.decode(Double.self), try values.decode(Double.self))
            }
        }
        struct ReferenceShell: Decodable {
            let angularMomentum: Int
            let exponents: [Double]
            let coefficients: [Double]
        }
        struct Potential: Decodable {
            struct Part: Decodable {
                struct Term: Decodable {
                    let n: Int
                    let exponent: Double
                    let coefficient: Double
                }
                let l: Int
                let terms: [Term]
            }
            let coreElectrons: Int
            let potentials: [Part]

            var value: EffectiveCorePotential {
                func terms(_ l: Int) -> [EffectiveCorePotential.Term] {
                    (potentials.first { $0.l == l }?.terms ?? []).map {
                        .init(power: $0.n, exponent: $0.exponent, coefficient: $0.coefficient)
                    }
                }
                let highest = potentials.reduce(-1) { max($0, $1.l) }
                return EffectiveCorePotential(
                    coreElectrons: coreElectrons, local: terms(-1), projected: (0..<(highest + 1)).map(terms))
            }
        }

        let name: String
        let atoms: [Site]
        let cartesian: Bool
        let shells: [String: [ReferenceShell]]
        let ecp: [String: Potential]?
        /// Lower triangle, row by row.
        let effectiveCorePotential: [[Double]]?
    }

    @Test func publishedPotentialsAgreeWithTheReferences() throws {
        let url = Repository.references.appendingPathComponent("integrals-small.json")
        let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
        var compared = 0
        for system in file.systems {
            guard let expected = system.effectiveCorePotential else { continue }
            let molecule = Molecule(
                atoms: try system.atoms.map {
                    Atom(
                        element: try #require(Element(symbol: $0.element)),
                        positionInBohr: $0.position)
                })
            let bases = try system.atoms.map { atom in
                let shells = try #require(system.shells[atom.element])
                // The references list an atom's functions by ascending angular momentum.
                let sorted = (0...5).flatMap { l in shells.filter { $0.angularMomentum == l } }
                return ElementBasis(
                    shells: sorted.map { shell in
                        ShellDefinition(
                            exponents: shell.exponents,
                            contractions: [
                                Contraction(angularMomentum: shell.angularMomentum, coefficients: shell.coefficients)
                            ])
                    }, effectiveCorePotential: system.ecp?[atom.element]?.value)
            }
            let basis = AtomicOrbitalBasis(
                molecule: molecule, elementBases: bases, functionType: system.cartesian ? .cartesian : .pure)
            let matrix = EffectiveCorePotentialIntegrals.matrix(basis: basis, pool: WorkerPool(threads: 2))
            try #require(matrix.rows == expected.count)
            var largest = 0.0
            for (i, row) in expected.enumerated() {
                for (j, value) in row.enumerated() { largest = max(largest, abs(matrix[i, j] - value)) }
            }
            #expect(largest < 1e-10, "\(system.name)")
            compared += 1
        }
        #expect(compared >= 5)
    }
}

@Suite struct CorePotentialValidationTests {
    private func basis(_ term: EffectiveCorePotential.Term, projectors: Int = 0) -> AtomicOrbitalBasis {
        let potential = EffectiveCorePotential(
            coreElectrons: 2, local: [term],
            projected: [[EffectiveCorePotential.Term]](repeating: [], count: projectors))
        return AtomicOrbitalBasis(
            molecule: SmallBases.molecule([SIMD3(0, 0, 0)], ["Ne"]),
            elementBases: [
                ElementBasis(shells: [SmallBases.shell([1], [(0, [1])])], effectiveCorePotential: potential)
            ], functionType: .pure)
    }

    @Test func unsupportedPotentialsAreRefused() throws {
        let good = EffectiveCorePotential.Term(power: 2, exponent: 1, coefficient: 1)
        try EffectiveCorePotentialIntegrals.validate(basis(good, projectors: 7))
        #expect(throws: EffectiveCorePotentialError.power(-1, atom: 0)) {
            try EffectiveCorePotentialIntegrals.validate(basis(.init(power: -1, exponent: 1, coefficient: 1)))
        }
        #expect(throws: EffectiveCorePotentialError.term(exponent: 0, atom: 0)) {
            try EffectiveCorePotentialIntegrals.validate(basis(.init(power: 2, exponent: 0, coefficient: 1)))
        }
        #expect(throws: EffectiveCorePotentialError.projectedMomentum(7, atom: 0)) {
            try EffectiveCorePotentialIntegrals.validate(basis(good, projectors: 8))
        }
    }

    /// A wide range of powers at the potential's own centre, where the integral is a ratio of gamma functions.
    @Test func everyPowerIsRightAtItsCentre() {
        for power in 0...EffectiveCorePotentialIntegrals.highestPower {
            let basis = basis(.init(power: power, exponent: 0.8, coefficient: 1.7))
            let value = EffectiveCorePotentialIntegrals.matrix(basis: basis, pool: WorkerPool(threads: 1))[0, 0]
            let half = 0.5 * Double(power + 1)
            let expected = 1.7 * tgamma(half) / pow(2.8, half) / (tgamma(1.5) / pow(2, 1.5))
            #expect(abs(value - expected) < 1e-13 * max(1, expected), "power \(power)")
        }
    }
}
