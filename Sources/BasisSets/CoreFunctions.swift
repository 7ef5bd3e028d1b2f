import FileFormats
import Foundation
import GaussianBasis
import LinearAlgebra
import MolecularStructure

/// Whether the functions of an element can describe its core electrons, or belong to a core potential.
///
/// If its potential is missing, a valence basis also runs in an all-electron calculation, and converges to a meaningless result. The
/// one-electron atom distinguishes the two: with the bare nucleus of charge Z, the contracted s functions of an all-electron set give a 1s
/// energy near -Z^2/2, and the contracted p functions a 2p energy near -Z^2/8. The limits separate 16688 elements of all-electron sets from
/// 2561 elements of sets with potentials in the Basis Set Exchange (`Tests/References/scan_core_functions.py`).
public struct CoreFunctions: Sendable, Equatable {
    public let element: Element
    /// Largest exponent of an s function over Z^2; 0 without s functions.
    public let steepness: Double
    /// Lowest s energy about the bare nucleus over -Z^2/2; 0 without s functions.
    public let share1s: Double
    /// Lowest p energy about the bare nucleus over -Z^2/8; 0 without p functions.
    public let share2p: Double

    /// - Throws: `LinearAlgebraError` if the eigenproblem fails, which does not occur for exponents and coefficients that a reader
    ///   accepts.
    public init(_ shells: [ShellDefinition], of element: Element) throws {
        let charge = Double(element.atomicNumber)
        self.element = element
        let exponents = shells.filter { shell in shell.contractions.contains { $0.angularMomentum == 0 } }.flatMap(\.exponents)
        steepness = (exponents.max() ?? 0) / (charge * charge)
        share1s = try Self.lowestEnergy(shells, angularMomentum: 0, charge: charge).map { $0 / (-charge * charge / 2) } ?? 0
        share2p = try Self.lowestEnergy(shells, angularMomentum: 1, charge: charge).map { $0 / (-charge * charge / 8) } ?? 0
    }

    /// Whether the core cannot be described, so that a core potential is missing. H and He have no core.
    public var lacksCore: Bool {
        switch element.atomicNumber {
        case ...2: false
        case ...10: steepness < 0.55 || share1s < 0.88
        case ...18: share1s < 0.88 || share2p < 0.8
        // Ga-Kr: steep functions for core correlation reach the 1s energy, but omit 2p.
        case ...36: share1s < 0.88 || share2p < 0.9 || (element.atomicNumber > 30 && steepness > 20 && share2p < 0.97)
        // Contractions made for relativistic Hamiltonians give 0.6 of the 1s energy.
        default: share1s < 0.55 || share2p < 0.9
        }
    }

    /// Lowest eigenvalue of -1/2 nabla^2 - Z/r over the contracted functions of one angular momentum, in hartree.
    private static func lowestEnergy(_ shells: [ShellDefinition], angularMomentum l: Int, charge: Double) throws -> Double? {
        let functions = shells.flatMap { shell in
            shell.contractions.filter { $0.angularMomentum == l }.map { (exponents: shell.exponents, contraction: $0) }
        }
        guard !functions.isEmpty else { return nil }
        let power = Double(l)
        // Radial integrals of r^l exp(-a r^2) with r^l exp(-b r^2), over the common factor of overlap.
        func integrals(_ a: Double, _ b: Double) -> (overlap: Double, energy: Double) {
            let p = a + b
            let overlap = tgamma(power + 1.5) / (2 * pow(p, power + 1.5))
            let attraction = tgamma(power + 1) / (2 * pow(p, power + 1))
            return (overlap, a * b / p * (2 * power + 3) * overlap - charge * attraction)
        }
        var overlap = Matrix(rows: functions.count, columns: functions.count)
        var energy = overlap
        for (i, first) in functions.enumerated() {
            for (j, second) in functions.enumerated().prefix(i + 1) {
                for (a, c) in zip(first.exponents, first.contraction.coefficients) where c != 0 {
                    for (b, d) in zip(second.exponents, second.contraction.coefficients) where d != 0 {
                        let weight = c * d * pow(a * b, power / 2 + 0.75)
                        let (s, h) = integrals(a, b)
                        overlap[i, j] += weight * s
                        energy[i, j] += weight * h
                    }
                }
                overlap[j, i] = overlap[i, j]
                energy[j, i] = energy[i, j]
            }
        }
        let norms = (0..<functions.count).map { overlap[$0, $0].squareRoot() }
        for i in 0..<functions.count {
            for j in 0..<functions.count {
                overlap[i, j] /= norms[i] * norms[j]
                energy[i, j] /= norms[i] * norms[j]
            }
        }
        let metric = try SymmetricEigenproblem(overlap)
        let kept = metric.values.indices.filter { metric.values[$0] > 1e-8 }
        var transformation = Matrix(rows: functions.count, columns: kept.count)
        for (column, k) in kept.enumerated() {
            for i in 0..<functions.count { transformation[i, column] = metric.vectors[i, k] / metric.values[k].squareRoot() }
        }
        return try SymmetricEigenproblem(energy.transformed(by: transformation)).values.first
    }
}
