import Foundation
import MolecularStructure
import ReductionSeries
import RunFolders
import TestSupport
import Testing

@testable import ChargeFlow

@Suite struct IsomerEnsembleTests {
    /// NbCl5 with o-TCBQ, with given energies of the three states; each electron is evenly on the atoms of one fragment.
    private func complex(
        _ name: String, energies: [Double], on kind: Fragment.Kind, gibbs: Double? = nil, temperature: Double = 298.15
    ) throws -> AccountedComplex {
        let molecule = try SeriesSample(molecule: "nb-tcbq").molecule
        let atoms = try Fragmentation(molecule).fragments.filter { $0.kind == kind }.flatMap(\.atoms)
        let document = try SeriesSample(molecule).document { _, total in
            molecule.atoms.indices.map { atoms.contains($0) ? Double(total) / Double(atoms.count) : 0 }
        }
        var account = try ElectronAccount(document)
        for index in account.states.indices {
            account.states[index].energy = energies[index]
            account.states[index].gibbsEnergy = gibbs.map { .init(energy: energies[index] + $0, temperature: temperature) }
        }
        return AccountedComplex(name: name, account: account)
    }

    private let thermal = PhysicalConstants.boltzmannInHartreePerKelvin * 298.15

    @Test func weightsFollowFromEnergies() throws {
        let ensembles = IsomerEnsemble.all(
            in: [
                try complex("a", energies: [0, -1, -2], on: .quinoneRing),
                try complex("b", energies: [thermal * log(3), -1, -3], on: .metal),
            ], temperature: 298.15)
        let found = try #require(ensembles.first)
        #expect(ensembles.count == 1 && found.formula == "C6Cl9NbO2" && found.complexes == ["a", "b"])
        #expect(found.states.map(\.charge) == [0, -1, -2] && found.states.allSatisfy { !$0.isGibbsEnergy })
        for (state, expected) in zip(found.states, [[0.75, 0.25], [0.5, 0.5], [0, 1]]) {
            for (weight, value) in zip(state.weights, expected) { #expect(abs(weight - value) < 1e-12) }
        }
        // With two electrons only b is there, whose electrons are on the metal. All shares sum to one.
        let metal = try #require(found.shares.first { $0.atoms == "transition metal" })
        #expect(abs(metal.median - 1) < 1e-12)
        #expect(abs(found.shares.reduce(0) { $0 + $1.median } - 1) < 1e-12)
        #expect(found.text.contains("isomers of C6Cl9NbO2 at 298.15 K") && found.text.contains("0.750"))
        #expect(found.text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test func gibbsEnergiesCountWhereAllIsomersHaveThem() throws {
        let first = try complex("a", energies: [0, -1, -2], on: .metal, gibbs: 0.1)
        let second = try complex("b", energies: [0, -1, -2], on: .metal, gibbs: 0.1 + thermal * log(4))
        let found = try #require(IsomerEnsemble.all(in: [first, second], temperature: 298.15).first)
        #expect(found.states.allSatisfy { $0.isGibbsEnergy && abs($0.weights[0] - 0.8) < 1e-12 })
        // At another temperature, or without those of one isomer, energies count.
        let other = try complex("b", energies: [0, -1, -2], on: .metal, gibbs: 0.2, temperature: 350)
        for isomer in [other, try complex("b", energies: [0, -1, -2], on: .metal)] {
            let plain = try #require(IsomerEnsemble.all(in: [first, isomer], temperature: 298.15).first)
            #expect(plain.states.allSatisfy { !$0.isGibbsEnergy && abs($0.weights[0] - 0.5) < 1e-12 })
        }
    }

    @Test func anIsomerWithoutAStateHasNoWeightThere() throws {
        var second = try complex("b", energies: [0, -1, -2], on: .metal).account
        second.states[1].converged = false
        let found = try #require(
            IsomerEnsemble.all(
                in: [
                    try complex("a", energies: [0, -1, -2], on: .metal), AccountedComplex(name: "b", account: second),
                ], temperature: 298.15
            ).first)
        #expect(found.states[1].weights == [1, 0] && found.states[1].energies == [-1, nil])
    }

    @Test func differentFormulasAreNotMixed() throws {
        let other = try SeriesSample(molecule: "al-tcbq")
        let document = try other.document { _, total in
            other.molecule.atoms.map { _ in Double(total) / Double(other.molecule.atoms.count) }
        }
        let complexes = [
            try complex("a", energies: [0, -1, -2], on: .metal),
            AccountedComplex(name: "al", account: try ElectronAccount(document)),
        ]
        #expect(IsomerEnsemble.all(in: complexes, temperature: 298.15).isEmpty)
    }

    /// A Gibbs energy counts only at a minimum, and includes the electronic energy.
    @Test(arguments: [(VibrationRecord.Verdict.minimum, true), (.saddlePoint, false), (.notStationary, false)])
    func onlyMinimaHaveGibbsEnergies(verdict: VibrationRecord.Verdict, counts: Bool) throws {
        let molecule = try SeriesSample(molecule: "nb-tcbq").molecule
        let atoms = molecule.atoms.count
        var document = try SeriesSample(molecule).document(seed: 1)
        document.states[0].vibrations = VibrationRecord(
            hessianMethod: .analytic, step: nil, energy: -100, gradient: [[Double]](repeating: [0, 0, 0], count: atoms),
            hessian: [], dipoleDerivatives: [], frozenAtoms: nil, masses: [], massChoice: "abundant", isotopes: nil,
            frequencies: [], normalModes: [], reducedMasses: [], forceConstants: [], irIntensities: [], composition: [],
            residualFrequencies: [], verdict: verdict, imaginaryModes: 0, isLinear: false, rotationalConstants: [],
            thermochemistry: ThermochemistryRecord(
                temperature: 310, pressure: 101_325, symmetryNumber: 1, zeroPointEnergy: 0.1, energy: 0.2, enthalpy: 0.21,
                entropy: 1e-4, gibbsEnergy: 0.15, gibbsEnergyQuasiRigidRotor: 0.16, gibbsEnergyRaisedModes: 0.17, entropies: [:]))
        let account = try ElectronAccount(document)
        #expect(account.states[0].gibbsEnergy == (counts ? .init(energy: -99.84, temperature: 310) : nil))
        #expect(account.states[1].gibbsEnergy == nil)
    }
}
