import FileFormats
import Foundation
import MolecularStructure
import RunFolders

/// The data of the pictures, as the page's scripts read them. Lengths in bohr.
struct SceneRecord: Encodable {
    static let bareMolecule = "molecule"

    struct PropertyRecord: Encodable {
        let title: String
        let unit: String
        /// Whether each surface has a single colour, according to the sign of its level.
        let isSigned: Bool
        let positive: String
        let negative: String
        /// Of positive and negative surfaces.
        let colors: [String]
    }

    struct AtomRecord: Encodable {
        let symbol: String
        let number: Int
        let place: [Double]
        let radius: Double
        let color: String
        let fragment: Int
        let isMetal: Bool
    }

    struct LayerRecord: Encodable {
        let title: String
        let surfaces: [SurfaceRecord]
    }

    struct StateScene: Encodable {
        let label: String
        /// By identifier of the scheme, one value per atom.
        let charges: [String: [Double]]
        let spins: [String: [Double]]
        let layers: [String: LayerRecord]
        /// Nil without second derivatives.
        let vibrations: VibrationScene?
    }

    struct VibrationScene: Encodable {
        /// By mode, x, y and z of every atom.
        let modes: [[Double]]
        let texts: [String]
        /// Index of the mode with the strongest band.
        let strongest: Int
    }

    struct RunScene: Encodable {
        let name: String
        /// Method and basis.
        let model: String
        let atoms: [AtomRecord]
        let bonds: [[Int]]
        let fragments: [String]
        /// Quaternion w, x, y, z of the first view.
        let orientation: [Double]
        let states: [StateScene]
    }

    let properties: [String: PropertyRecord]
    /// Colours of potentials from negative to positive.
    let scale: [String]
    let runs: [RunScene]

    init(_ report: Report, schemes: SchemeNames) {
        var properties = Dictionary(
            uniqueKeysWithValues: Report.Property.allCases.map { ($0.rawValue, Self.record($0, report.colors)) })
        properties[Self.bareMolecule] = PropertyRecord(
            title: Self.bareMolecule, unit: "", isSigned: true, positive: "", negative: "", colors: report.colors.difference)
        scale = report.colors.scale
        self.properties = properties
        runs = report.runs.map { Self.scene($0, report.atomStyles, schemes) }
    }

    private static func record(_ property: Report.Property, _ colors: Report.Colors) -> PropertyRecord {
        let names =
            switch property {
            case .potential: ("", "")
            case .difference: ("gain of electrons", "loss of electrons")
            case .spin: ("excess of alpha", "excess of beta")
            }
        return PropertyRecord(
            title: property.title, unit: property.unit, isSigned: property != .potential, positive: names.0, negative: names.1,
            colors: property == .spin ? colors.spin : colors.difference)
    }

    private static func scene(
        _ run: Report.Run, _ styles: [Int: Report.AtomStyle], _ schemes: SchemeNames
    ) -> RunScene {
        let plain = Report.AtomStyle(color: SIMD3(repeating: 0.6), radius: 0.7)
        let molecule = run.molecule
        var fragmentOfAtom: [Int: Int] = [:]
        for (index, fragment) in run.account.fragments.enumerated() {
            for atom in fragment.atoms { fragmentOfAtom[atom] = index }
        }
        return RunScene(
            name: run.name, model: run.document.model.title,
            atoms: molecule.atoms.enumerated().map { index, atom -> AtomRecord in
                let style = styles[atom.element.atomicNumber] ?? plain
                return AtomRecord(
                    symbol: atom.element.symbol, number: atom.element.atomicNumber,
                    place: [atom.position.x, atom.position.y, atom.position.z],
                    radius: style.radius, color: style.hexadecimal, fragment: fragmentOfAtom[index] ?? 0,
                    isMetal: atom.element.isMetal)
            },
            bonds: BondGraph(molecule).bonds.map { [$0.first, $0.second] }, fragments: run.account.fragments.map(\.name),
            orientation: ViewDirection.quaternion(rows: run.directions),
            states: run.order.map { scene(run.document.states[$0], run.view($0), schemes) })
    }

    private static func scene(_ state: StateRecord, _ view: Report.View, _ schemes: SchemeNames) -> StateScene {
        func identified(_ values: [String: [Double]]) -> [String: [Double]] {
            Dictionary(
                uniqueKeysWithValues: values.filter { schemes.all.contains($0.key) }.map {
                    (schemes.identifier($0.key), $0.value)
                })
        }
        let layers = view.layers.filter { !$0.surfaces.isEmpty }.map { layer in
            (layer.property.rawValue, LayerRecord(title: layer.title, surfaces: layer.surfaces.map(SurfaceRecord.init)))
        }
        return StateScene(
            label: state.label, charges: identified(state.charges), spins: identified(state.spinPopulations),
            layers: Dictionary(layers, uniquingKeysWith: { first, _ in first }),
            vibrations: state.vibrations.flatMap(VibrationSection.scene))
    }

    /// JSON that may appear inside a script element: without `<`, `>` and `&`, which occur in JSON only in texts.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data: Data
        do {
            data = try encoder.encode(self)
        } catch EncodingError.invalidValue(_, let context) {
            throw ReportError.notFinite(place: context.codingPath.map(\.stringValue).joined(separator: "/"))
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.count)
        for byte in data {
            switch byte {
            case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"): bytes += String(format: "\\u%04x", Int(byte)).utf8
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The initial viewing direction.
enum ViewDirection {
    /// The quaternion w, x, y, z of the rotation with these rows.
    ///
    /// Shepperd's method, J. Guid. Control 1, 223 (1978), doi 10.2514/3.55767b.
    static func quaternion(rows m: [SIMD3<Double>]) -> [Double] {
        let trace = m[0].x + m[1].y + m[2].z
        let squares = [trace, m[0].x, m[1].y, m[2].z]
        let largest = squares.indices.max { squares[$0] < squares[$1] } ?? 0
        let root = (largest == 0 ? 1 + trace : 1 + 2 * squares[largest] - trace).squareRoot()
        let factor = 0.5 / root
        let differences = [m[2].y - m[1].z, m[0].z - m[2].x, m[1].x - m[0].y]
        if largest == 0 { return [0.5 * root] + differences.map { factor * $0 } }
        let i = largest - 1
        let j = (i + 1) % 3
        let k = (i + 2) % 3
        var result = [factor * differences[i], 0, 0, 0]
        result[i + 1] = 0.5 * root
        result[j + 1] = factor * (m[j][i] + m[i][j])
        result[k + 1] = factor * (m[k][i] + m[i][k])
        return result
    }
}
