import Foundation
import LinearAlgebra
import MolecularStructure
import TestSupport
import Testing
import VibrationalAnalysis

@Suite struct NormalModesTests {
    private func masses(_ molecule: Molecule, _ choice: IsotopicMasses.Choice) -> [Double] {
        molecule.atoms.map { IsotopicMasses.mass(of: $0.element, choice) }
    }

    @Test func frequenciesAreThoseOfAnotherProgram() throws {
        let reference = try VibrationReference.load()
        for (name, entry) in reference.molecules {
            let molecule = entry.molecule
            for (choice, expected) in [
                (IsotopicMasses.Choice.abundant, entry.frequencies_abundant), (.average, entry.frequencies_average),
            ] {
                let found = try NormalModes(
                    hessian: entry.hessianMatrix, molecule: molecule, masses: masses(molecule, choice))
                #expect(found.modes.count == expected.count, "\(name)")
                for (mode, value) in zip(found.modes, expected) {
                    #expect(abs(mode.wavenumber - value) < 0.05, "\(name) \(choice): \(mode.wavenumber), not \(value)")
                }
                #expect(found.residualWavenumbers.count == 3 * molecule.atoms.count - expected.count)
                #expect(found.residualWavenumbers.allSatisfy { abs($0) < 1.5 }, "\(name): \(found.residualWavenumbers)")
                #expect(found.imaginaryCount == 0)
                if choice == .abundant {
                    for (mode, value) in zip(found.modes, entry.reduced_masses) where name != "hcn" && name != "methyl" {
                        #expect(abs(mode.reducedMass - value) < 1e-3, "\(name): \(mode.reducedMass), not \(value)")
                    }
                }
                for mode in found.modes {
                    #expect(abs(mode.displacement.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12)
                }
            }
        }
    }

    /// B3LYP, with a core potential.
    @Test func frequenciesOfAComplex() throws {
        let reference = try VibrationReference.load().alcl3_nh3
        let molecule = try reference.molecule
        for (choice, expected) in [
            (IsotopicMasses.Choice.abundant, reference.frequencies_abundant), (.average, reference.frequencies_average),
        ] {
            let found = try NormalModes(hessian: reference.hessianMatrix, molecule: molecule, masses: masses(molecule, choice))
            #expect(found.modes.count == expected.count)
            for (mode, value) in zip(found.modes, expected) {
                #expect(abs(mode.wavenumber - value) < 0.05, "\(mode.wavenumber), not \(value)")
            }
        }
    }

    /// Three masses on a line with springs: wavenumbers follow from the masses alone.
    @Test func springsHaveTheirFrequencies() throws {
        let (constant, end, middle) = (1.1, 15.995, 12.0)
        let molecule = Molecule(
            atoms: [(8, -2.2), (6, 0), (8, 2.2)].compactMap { number, z in
                Element(atomicNumber: number).map { Atom(element: $0, positionInBohr: SIMD3(0, 0, z)) }
            })
        var hessian = Matrix(rows: 9, columns: 9)
        for (a, b) in [(2, 5), (5, 8)] {
            hessian[a, a] += constant
            hessian[b, b] += constant
            hessian[a, b] -= constant
            hessian[b, a] -= constant
        }
        let modes = try NormalModes(hessian: hessian, molecule: molecule, masses: [end, middle, end]).modes
        #expect(modes.count == 4 && abs(modes[0].wavenumber) < 1e-3 && abs(modes[1].wavenumber) < 1e-3)
        func wavenumber(_ inverseMass: Double) -> Double {
            (constant * inverseMass / PhysicalConstants.atomicMassUnit).squareRoot() * PhysicalConstants.hartreeInWavenumbers
        }
        #expect(abs(modes[2].wavenumber - wavenumber(1 / end)) < 1e-6)
        #expect(abs(modes[3].wavenumber - wavenumber(1 / end + 2 / middle)) < 1e-6)
        // 1.1 Eh/bohr^2 is 17.1 mdyne/Angstrom: the force constant of the symmetric stretch.
        #expect(abs(modes[2].forceConstant - 1.1 * 15.56894) < 1e-3)
        #expect(abs(modes[2].reducedMass - end) < 1e-9)
        // With both ends frozen the middle swings between two springs.
        let middleOnly = try NormalModes(hessian: hessian, molecule: molecule, masses: [end, middle, end], frozen: [0, 2])
        #expect(middleOnly.residualWavenumbers.isEmpty && middleOnly.modes.count == 3)
        #expect(abs((middleOnly.modes.last?.wavenumber ?? 0) - wavenumber(2 / middle)) < 1e-6)
        // A negative curvature is an imaginary mode.
        let upside = try NormalModes(hessian: -1 * hessian, molecule: molecule, masses: [end, middle, end])
        #expect(upside.modes[0].isImaginary && abs(upside.modes[0].wavenumber + wavenumber(1 / end + 2 / middle)) < 1e-6)
    }

    /// Turned and moved, a molecule has the same vibrations.
    @Test func vibrationsDoNotDependOnTheFrame() throws {
        let entry = try #require(try VibrationReference.load().molecules["hooh"])
        let molecule = entry.molecule
        let turn = [SIMD3(0.36, 0.48, -0.8), SIMD3(-0.8, 0.6, 0), SIMD3(0.48, 0.64, 0.6)]
        func turned(_ v: SIMD3<Double>) -> SIMD3<Double> { SIMD3(turn[0].dot(v), turn[1].dot(v), turn[2].dot(v)) }
        let moved = Molecule(
            atoms: molecule.atoms.map { Atom(element: $0.element, positionInBohr: turned($0.position) + SIMD3(3, -2, 7)) })
        let size = entry.geometry.count
        var rotation = Matrix(rows: size, columns: size)
        for atom in molecule.atoms.indices {
            for i in 0..<3 { for j in 0..<3 { rotation[3 * atom + j, 3 * atom + i] = turn[i][j] } }
        }
        let masses = masses(molecule, .abundant)
        let first = try NormalModes(hessian: entry.hessianMatrix, molecule: molecule, masses: masses)
        let second = try NormalModes(hessian: entry.hessianMatrix.transformed(by: rotation), molecule: moved, masses: masses)
        for (a, b) in zip(first.modes, second.modes) {
            #expect(abs(a.wavenumber - b.wavenumber) < 1e-6 && abs(a.reducedMass - b.reducedMass) < 1e-8)
        }
        let dipoles = Matrix(rows: 3, columns: size, elements: entry.dipole_derivatives)
        let turnedDipoles = Matrix(rows: 3, columns: 3, elements: turn.flatMap { [$0.x, $0.y, $0.z] }) * dipoles * rotation
        let spectra = [(first, dipoles), (second, turnedDipoles)].map { InfraredSpectrum($0.0.modes, dipoleDerivatives: $0.1) }
        for (a, b) in zip(spectra[0].intensities, spectra[1].intensities) { #expect(abs(a - b) < 1e-6) }
    }

    /// One elementary charge against the other on a spring.
    @Test func intensityOfACharge() throws {
        let molecule = Molecule(
            atoms: [1, 17].enumerated().compactMap { index, number in
                Element(atomicNumber: number).map { Atom(element: $0, positionInBohr: SIMD3(0, 0, 2.4 * Double(index))) }
            })
        var hessian = Matrix(rows: 6, columns: 6)
        (hessian[2, 2], hessian[5, 5], hessian[2, 5], hessian[5, 2]) = (0.3, 0.3, -0.3, -0.3)
        let modes = try NormalModes(hessian: hessian, molecule: molecule, masses: [1, 35])
        var dipoles = Matrix(rows: 3, columns: 6)
        (dipoles[2, 2], dipoles[2, 5]) = (1, -1)
        // 974.88 km/mol for one elementary charge and unified atomic mass unit (42.2561 km/mol for one D^2 / (Angstrom^2 u)).
        let intensity = InfraredSpectrum(modes.modes, dipoleDerivatives: dipoles).intensities[0]
        #expect(abs(intensity - 42.2561 * 4.80320 * 4.80320 * 36 / 35) < 0.05)
        let spectrum = InfraredSpectrum(wavenumbers: [500, -100], intensities: [10, 99])
        let points = stride(from: 0.0, through: 4000, by: 0.5).map { $0 }
        let area = spectrum.absorption(at: points, halfWidth: 5).reduce(0, +) * 0.5
        #expect(abs(area - 10) < 0.05)
    }
}
