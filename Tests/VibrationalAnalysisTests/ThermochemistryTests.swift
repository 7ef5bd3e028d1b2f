import Foundation
import MolecularStructure
import TestSupport
import Testing
import VibrationalAnalysis

@Suite struct ThermochemistryTests {
    private static let joule = PhysicalConstants.hartreeInJoule * PhysicalConstants.avogadro

    @Test func valuesAreThoseOfOtherPrograms() throws {
        for (name, entry) in try VibrationReference.load().molecules {
            let molecule = entry.molecule
            let masses = molecule.atoms.map { IsotopicMasses.mass(of: $0.element, .abundant) }
            let expected = entry.thermochemistry
            let found = Thermochemistry(
                masses: masses, rigid: try RigidMotions(molecule, masses: masses), wavenumbers: entry.frequencies_abundant,
                multiplicity: entry.multiplicity, symmetryNumber: expected.symmetry_number, temperature: 298.15, pressure: 101325)
            #expect(abs(found.zeroPointEnergy - expected.zero_point_energy) < 1e-8, "\(name)")
            #expect(abs(found.zeroPointEnergy + found.vibration.energy - expected.vibrational_energy) < 1e-8, "\(name)")
            // hartree per kelvin: 1e-10 is 0.00006 cal/(mol K). The other program has standard atomic weights in its translation.
            #expect(abs(found.vibration.entropy - expected.vibrational_entropy) < 1e-11, "\(name)")
            #expect(abs(found.translation.entropy - expected.translational_entropy) < 1e-8, "\(name)")
            #expect(abs(found.rotation.entropy - expected.rotational_entropy) < 1e-8, "\(name)")
            #expect(abs(found.gibbsEnergy - expected.gibbs_energy) < 1e-5, "\(name)")
            #expect(abs(found.quasiRigidRotorEntropy * Self.joule - expected.quasi_rigid_rotor_entropy_J) < 1e-4, "\(name)")
        }
    }

    @Test func lowModesAreTreatedAsPublished() throws {
        let reference = try VibrationReference.load().low_modes
        let molecule = try #require(try VibrationReference.load().molecules["water"]).molecule
        let masses = [16.0, 1, 1]
        let found = Thermochemistry(
            masses: masses, rigid: try RigidMotions(molecule, masses: masses), wavenumbers: [-300] + reference.wavenumbers,
            multiplicity: 1,
            symmetryNumber: 2, temperature: 298.15, pressure: 101325)
        #expect(abs(found.vibration.entropy * Self.joule - reference.harmonic_entropy_J) < 1e-4)
        #expect(abs(found.quasiRigidRotorEntropy * Self.joule - reference.quasi_rigid_rotor_entropy_J) < 1e-4)
        #expect(abs(found.raisedModesEntropy * Self.joule - reference.raised_entropy_J) < 1e-4)
        #expect(found.quasiRigidRotorGibbsEnergy > found.gibbsEnergy)
        #expect(abs(found.gibbsEnergy - (found.enthalpy - 298.15 * found.entropy)) < 1e-12)
    }

    /// The derivative of G by temperature is minus the entropy, and by pressure the volume.
    @Test func derivativesOfTheGibbsEnergy() throws {
        let entry = try #require(try VibrationReference.load().molecules["hooh"])
        let molecule = entry.molecule
        let masses = molecule.atoms.map { IsotopicMasses.mass(of: $0.element, .abundant) }
        let rigid = try RigidMotions(molecule, masses: masses)
        func gas(_ temperature: Double, _ pressure: Double) -> Thermochemistry {
            Thermochemistry(
                masses: masses, rigid: rigid, wavenumbers: entry.frequencies_abundant, multiplicity: 3, symmetryNumber: 2,
                temperature: temperature, pressure: pressure)
        }
        let slope = (gas(300.01, 1e5).gibbsEnergy - gas(299.99, 1e5).gibbsEnergy) / 0.02
        #expect(abs(slope + gas(300, 1e5).entropy) < 1e-10)
        let volume = (gas(300, 100_010).gibbsEnergy - gas(300, 99_990).gibbsEnergy) / 20
        #expect(abs(volume * 1e5 / (PhysicalConstants.boltzmannInHartreePerKelvin * 300) - 1) < 1e-6)
    }

    @Test func symmetryNumbers() throws {
        let molecules = try VibrationReference.load().molecules
        for (name, number) in [("water", 2), ("hcn", 1), ("methyl", 6), ("hooh", 2)] {
            let molecule = try #require(molecules[name]).molecule
            let masses = molecule.atoms.map { IsotopicMasses.mass(of: $0.element, .abundant) }
            #expect(molecule.rotationalSymmetryNumber(masses: masses) == number, "\(name)")
            // With one deuterium less, where hydrogens were alike.
            var heavier = masses
            heavier[masses.count - 1] *= 2
            if name != "hcn" { #expect(molecule.rotationalSymmetryNumber(masses: heavier) < number) }
        }
        func line(_ numbers: [Int]) -> Molecule {
            Molecule(
                atoms: numbers.enumerated().compactMap { index, number in
                    Element(atomicNumber: number).map { Atom(element: $0, positionInBohr: SIMD3(0, 0, 2.2 * Double(index))) }
                })
        }
        #expect(line([8, 6, 8]).rotationalSymmetryNumber(masses: [16, 12, 16]) == 2)
        #expect(line([8, 6, 8]).rotationalSymmetryNumber(masses: [16, 12, 18]) == 1)
        #expect(line([7, 7]).rotationalSymmetryNumber(masses: [14, 14]) == 2)
        // 505.379 GHz over 6.857143 u and (1.164190 Angstrom)^2.
        let constants = try RigidMotions(line([6, 8]), masses: [12, 16]).rotationalConstantsInGHz
        #expect(constants.count == 1 && abs(constants[0] - 54.378) < 0.01)
        #expect(line([6, 8]).rotationalSymmetryNumber(masses: [12, 16]) == 1)
    }

    @Test func scaleFactorsOfOneLevel() {
        #expect(PublishedScaleFactors(method: "b3lyp", basis: "6-31G(d)")?.fundamental == 0.952)
        #expect(
            PublishedScaleFactors(method: "b3lyp", basis: "6-31G*") == PublishedScaleFactors(method: "B3LYP", basis: "6-31g(d)"))
        #expect(PublishedScaleFactors(method: "b3lyp", basis: "def2-TZVP")?.zeroPoint == 0.985)
        #expect(PublishedScaleFactors(method: "b3lyp", basis: "def2-SVP") == nil)
    }

    @Test func masses() throws {
        let chlorine = try #require(Element(symbol: "Cl"))
        #expect(IsotopicMasses.isotope(37, of: chlorine)?.mass == 36.9659026 && IsotopicMasses.isotope(40, of: chlorine) == nil)
        for number in 1...86 {
            let element = try #require(Element(atomicNumber: number))
            let weight = IsotopicMasses.mass(of: element, .average)
            let isotopes = IsotopicMasses.isotopes(of: element)
            let total = isotopes.reduce(0) { $0 + $1.abundance }
            #expect(isotopes.allSatisfy { abs($0.mass - Double($0.massNumber)) < 0.2 }, "\(element)")
            // Weights are the means over the natural isotopes; those of lithium, lead and others vary in nature.
            if total > 0 {
                #expect(abs(total - 100) < 0.02, "\(element)")
                let mean = isotopes.reduce(0) { $0 + $1.abundance * $1.mass } / total
                #expect(abs(mean - weight) < 0.004 * weight, "\(element): \(mean), not \(weight)")
            }
            #expect(IsotopicMasses.mass(of: element, .abundant) > 0)
        }
    }
}
