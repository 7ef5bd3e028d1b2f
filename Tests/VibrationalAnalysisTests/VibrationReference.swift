import FileFormats
import Foundation
import LinearAlgebra
import MolecularStructure
import TestSupport

/// Hessians and what PySCF and GoodVibes make of them.
struct VibrationReference: Decodable {
    struct Entry: Decodable {
        struct Thermochemistry: Decodable {
            let zero_point_energy: Double
            let vibrational_energy: Double
            let vibrational_entropy: Double
            let translational_entropy: Double
            let rotational_entropy: Double
            let symmetry_number: Int
            let gibbs_energy: Double
            let quasi_rigid_rotor_entropy_J: Double
        }
        let geometry: [Double]
        let symbols: [String]
        let multiplicity: Int
        let hessian: [Double]
        let dipole_derivatives: [Double]
        let frequencies_abundant: [Double]
        let frequencies_average: [Double]
        let reduced_masses: [Double]
        let thermochemistry: Thermochemistry

        var molecule: Molecule {
            Molecule(
                atoms: symbols.enumerated().compactMap { index, symbol in
                    Element(symbol: symbol).map {
                        Atom(
                            element: $0,
                            positionInBohr: SIMD3(geometry[3 * index], geometry[3 * index + 1], geometry[3 * index + 2]))
                    }
                })
        }
        var hessianMatrix: Matrix { Matrix(rows: geometry.count, columns: geometry.count, elements: hessian).symmetrized() }
    }

    struct Complex: Decodable {
        let xyz: String
        let hessian: [Double]
        let frequencies_average: [Double]
        let frequencies_abundant: [Double]

        var molecule: Molecule {
            get throws {
                let lines = xyz.split(separator: "\n").dropFirst(2)
                return Molecule(
                    atoms: try lines.map { line in
                        let words = line.split(separator: " ")
                        guard words.count == 4, let element = Element(symbol: String(words[0])) else {
                            throw CocoaError(.formatting)
                        }
                        let place = words[1...].compactMap { Double($0) }.map { $0 / PhysicalConstants.bohrInAngstrom }
                        return Atom(element: element, positionInBohr: SIMD3(place[0], place[1], place[2]))
                    })
            }
        }
        var hessianMatrix: Matrix {
            let size = Int(Double(hessian.count).squareRoot().rounded())
            return Matrix(rows: size, columns: size, elements: hessian).symmetrized()
        }
    }

    struct LowModes: Decodable {
        let wavenumbers: [Double]
        let harmonic_entropy_J: Double
        let quasi_rigid_rotor_entropy_J: Double
        let raised_entropy_J: Double
    }

    let molecules: [String: Entry]
    let low_modes: LowModes
    let alcl3_nh3: Complex

    static func load() throws -> VibrationReference {
        try JSONDecoder().decode(
            VibrationReference.self, from: Data(contentsOf: Repository.references.appendingPathComponent("vibrations.json")))
    }
}
