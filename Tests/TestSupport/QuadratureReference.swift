import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// A molecule with a basis and a density, and what another program found for it: see References/quadrature/make.py.
public struct QuadratureReference: Decodable, Sendable {
    public struct PlacedAtom: Decodable, Sendable {
        public let atomicNumber: Int
        public let positionInBohr: [Double]
    }

    public struct ElementShells: Decodable, Sendable {
        public let atomicNumber: Int
        public let shells: [PlainShell]
    }

    public struct PlainShell: Decodable, Sendable {
        public let angularMomentum: Int
        public let exponents: [Double]
        public let coefficients: [Double]
    }

    public struct Energies: Decodable, Sendable {
        public let restrictedEnergy: Double
        public let unrestrictedEnergy: Double
        public let restrictedProbe: Double
        public let alphaProbe: Double
        public let betaProbe: Double
    }

    public let name: String
    public let cartesian: Bool
    public let grid: String
    public let gridPoints: Int
    /// The integral of exp(-r^2 / 10) over the grid.
    public let gridSum: Double
    public let atoms: [PlacedAtom]
    public let elements: [ElementShells]
    /// One row an orbital of the alpha electrons; the first `betaCount` are occupied by beta electrons, too.
    public let alphaOrbitals: [[Double]]
    public let betaCount: Int
    public let alphaElectrons: Double
    public let betaElectrons: Double
    /// A symmetric matrix with which potentials are contracted.
    public let probe: [Double]
    public let results: [String: Energies]

    public static func all(path: URL = Repository.references.appendingPathComponent("quadrature/quadrature.json")) throws
        -> [QuadratureReference]
    {
        try ReferenceCases.all(at: path)
    }

    public var molecule: Molecule {
        Molecule(
            atoms: atoms.map {
                Atom(
                    element: Element(atomicNumber: $0.atomicNumber)!,
                    positionInBohr: SIMD3($0.positionInBohr[0], $0.positionInBohr[1], $0.positionInBohr[2]))
            })
    }

    public var basis: AtomicOrbitalBasis { basis(of: molecule) }

    /// The same basis on other positions of the atoms.
    public func basis(of molecule: Molecule) -> AtomicOrbitalBasis {
        let definitions = Dictionary(
            uniqueKeysWithValues: elements.map { element in
                (
                    element.atomicNumber,
                    ElementBasis(
                        shells: element.shells.map {
                            ShellDefinition(
                                exponents: $0.exponents,
                                contractions: [
                                    Contraction(angularMomentum: $0.angularMomentum, coefficients: $0.coefficients)
                                ])
                        })
                )
            })
        return AtomicOrbitalBasis(
            molecule: molecule, elementBases: molecule.atoms.map { definitions[$0.element.atomicNumber]! },
            functionType: cartesian ? .cartesian : .pure)
    }

    public var alphaDensity: Matrix { density(of: alphaOrbitals[...]) }
    public var betaDensity: Matrix { density(of: alphaOrbitals[..<betaCount]) }
    public var probeMatrix: Matrix {
        let n = alphaOrbitals[0].count
        return Matrix(rows: n, columns: n, elements: probe)
    }

    private func density(of orbitals: ArraySlice<[Double]>) -> Matrix {
        let n = alphaOrbitals[0].count
        let coefficients = Matrix(rows: orbitals.count, columns: n, elements: orbitals.flatMap { $0 })
        return coefficients.times(coefficients, transposed: true)
    }

}
