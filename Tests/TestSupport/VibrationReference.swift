import Foundation
import LinearAlgebra
import MolecularStructure

/// Hessians and what PySCF and GoodVibes make of them.
public struct VibrationReference: Decodable {
    public struct Entry: Decodable {
        public struct Thermochemistry: Decodable {
            public let zero_point_energy: Double
            public let vibrational_energy: Double
            public let vibrational_entropy: Double
            public let translational_entropy: Double
            public let rotational_entropy: Double
            public let symmetry_number: Int
            public let gibbs_energy: Double
            public let quasi_rigid_rotor_entropy_J: Double
        }
        public let geometry: [Double]
        public let symbols: [String]
        public let multiplicity: Int
        public let hessian: [Double]
        public let dipole_derivatives: [Double]
        public let frequencies_abundant: [Double]
        public let frequencies_average: [Double]
        public let reduced_masses: [Double]
        public let thermochemistry: Thermochemistry

        /// With coordinates in bohr.
        public var xyz: String {
            "\(symbols.count)\n\n"
                + symbols.enumerated().map { "\($1) \(geometry[3 * $0]) \(geometry[3 * $0 + 1]) \(geometry[3 * $0 + 2])\n" }
                .joined()
        }

        public var molecule: Molecule {
            Molecule(
                atoms: symbols.enumerated().compactMap { index, symbol in
                    Element(symbol: symbol).map {
                        Atom(
                            element: $0,
                            positionInBohr: SIMD3(geometry[3 * index], geometry[3 * index + 1], geometry[3 * index + 2]))
                    }
                })
        }
        public var hessianMatrix: Matrix {
            Matrix(rows: geometry.count, columns: geometry.count, elements: hessian).symmetrized()
        }
    }

    public struct Complex: Decodable {
        public let xyz: String
        public let hessian: [Double]
        public let frequencies_average: [Double]
        public let frequencies_abundant: [Double]

        public var molecule: Molecule {
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
        public var hessianMatrix: Matrix {
            let size = Int(Double(hessian.count).squareRoot().rounded())
            return Matrix(rows: size, columns: size, elements: hessian).symmetrized()
        }
    }

    public struct LowModes: Decodable {
        public let wavenumbers: [Double]
        public let harmonic_entropy_J: Double
        public let quasi_rigid_rotor_entropy_J: Double
        public let raised_entropy_J: Double
    }

    public let molecules: [String: Entry]
    public let low_modes: LowModes
    public let alcl3_nh3: Complex

    public static func load() throws -> VibrationReference {
        try JSONDecoder().decode(
            VibrationReference.self, from: Data(contentsOf: Repository.references.appendingPathComponent("vibrations.json")))
    }
}
