import Foundation
import MolecularStructure

/// The data of D4 for elements and model systems, mostly hydrides, whose polarizabilities at imaginary frequencies come from time-dependent
/// density functional theory.
///
/// E. Caldeweyher, S. Ehlert, A. Hansen, H. Neugebauer, S. Spicher, C. Bannwarth and S. Grimme, J. Chem. Phys. 150, 154122
/// (2019), doi 10.1063/1.5090222.
struct D4ReferenceSystems: Sendable {
    /// An element in a model system.
    struct System: Sendable {
        let coordinationNumber: Double
        /// How many Gaussians of the coordination number are summed for its weight; more where systems have like numbers.
        let gaussians: Int
        /// Of the element's atoms, in units of the elementary charge.
        let charge: Double
        /// Of one atom of the element at each of `frequencies`, in bohr^3.
        let polarizability: [Double]
    }

    /// An element. In atomic units, but for the electronegativity.
    struct Entry: Sendable {
        /// Of Pauling.
        let electronegativity: Double
        /// Without the core that the polarizabilities were computed with.
        let nuclearCharge: Double
        /// By which polarizabilities depend on charges.
        let hardness: Double
        let equilibration: EquilibrationParameters
        let systems: [System]

        /// Factor of the polarizabilities if the charge differs from that of the model system, and its derivative with respect to the
        /// charge: exp(3 (1 - exp(2 g (1 - z_reference / z)))) with the hardness g and the charges z of nuclei and electrons without the
        /// core.
        func chargeScaling(from reference: Double, to charge: Double) -> (value: Double, slope: Double) {
            let (height, steepness) = (3.0, 2 * hardness)
            let (old, new) = (reference + nuclearCharge, charge + nuclearCharge)
            guard new > 0 else { return (exp(height), 0) }
            let inner = exp(steepness * (1 - old / new))
            let value = exp(height * (1 - inner))
            return (value, -height * inner * steepness * old / (new * new) * value)
        }
    }

    /// Parameters of the equilibration of electronegativities.
    struct EquilibrationParameters: Sendable {
        let electronegativity: Double
        let hardness: Double
        /// By the root of the coordination number.
        let electronegativitySlope: Double
        /// Of the Gaussian charge, in bohr.
        let width: Double
    }

    static let published = D4ReferenceSystems()

    /// Imaginary frequencies in hartree.
    static let frequencies = [
        0.000001, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 4, 5, 7.5, 10,
    ]

    /// Of the frequencies in the integral of Casimir and Polder, C6 = 3 / pi times the integral of the product of two
    /// polarizabilities over frequencies, by the trapezoidal rule.
    static let integrationWeights: [Double] = frequencies.indices.map { k in
        let below = k > 0 ? frequencies[k] - frequencies[k - 1] : 0
        let above = k + 1 < frequencies.count ? frequencies[k + 1] - frequencies[k] : 0
        return 3 / Double.pi * 0.5 * (below + above)
    }

    private let entries: [Entry]

    var systemCount: Int { entries.reduce(0) { $0 + $1.systems.count } }

    func entry(_ element: Element) -> Entry { entries[element.atomicNumber - 1] }

    private init() {
        var bare: [Entry] = []
        var rowOfSymbol: [String: Int] = [:]
        for (symbol, numbers) in Self.lines(D4ReferenceData.elements) {
            rowOfSymbol[symbol] = bare.count
            bare.append(
                Entry(
                    electronegativity: numbers[0], nuclearCharge: numbers[1], hardness: numbers[2],
                    equilibration: EquilibrationParameters(
                        electronegativity: numbers[3], hardness: numbers[4], electronegativitySlope: numbers[5],
                        width: numbers[6]),
                    systems: []))
        }
        var partners: [Int: [Double]] = [:]
        for (number, values) in Self.lines(D4ReferenceData.partners) {
            partners[Int(number) ?? 0] = values.dropFirst().map { $0 * values[0] }
        }
        var systems = [[System]](repeating: [], count: bare.count)
        for (symbol, numbers) in Self.lines(D4ReferenceData.systems) {
            guard let row = rowOfSymbol[symbol] else { continue }
            var polarizability = Array(numbers.dropFirst(7))
            // The rest of the molecule has the polarizability of its atoms in the free molecule, scaled to its charge.
            if let partner = partners[Int(numbers[4])] {
                let factor = numbers[5] * bare[Int(numbers[4]) - 1].chargeScaling(from: 0, to: numbers[6]).value
                for k in polarizability.indices { polarizability[k] -= factor * partner[k] }
            }
            systems[row].append(
                System(
                    coordinationNumber: numbers[0], gaussians: Int(numbers[1]), charge: numbers[2],
                    polarizability: polarizability.map { max(0, numbers[3] * $0) }))
        }
        entries = zip(bare, systems).map {
            Entry(
                electronegativity: $0.electronegativity, nuclearCharge: $0.nuclearCharge, hardness: $0.hardness,
                equilibration: $0.equilibration, systems: $1)
        }
    }

    /// The first word of every line, and the numbers after it.
    private static func lines(_ text: String) -> [(String, [Double])] {
        text.utf8.split(separator: UInt8(ascii: "\n")).map { line in
            let words = line.split(separator: UInt8(ascii: " ")).map { Substring($0) }
            return (String(words[0]), words.dropFirst().compactMap { Double($0) })
        }
    }
}
