import ChargeFlow
import FileFormats
import Foundation
import MolecularStructure
import ReductionSeries
import Report
import RunFolders
import TestSupport

/// A page about the Nb/Al complex with made-up charges, spheres instead of surfaces of the density, and texts that mean harm.
enum SampleReport {
    /// Bare, and behind marks that make one grapheme with the `<` after them.
    static let script =
        "<script>document.title = 'harm'</script>"
        + [
            "\u{600}", "\u{601}", "\u{605}", "\u{6DD}", "\u{70F}", "\u{890}", "\u{8E2}", "\u{D4E}", "\u{110BD}", "\u{110CD}",
            "\u{111C2}", "\u{1193F}", "\u{11D46}",
        ]
        .map { "\($0)<script>document.title = 'harm'\($0)</script>\($0)<img src=x onerror=\"document.title = 'harm'\">" }.joined()
    /// A quotation mark that a combining accent hides from whoever looks at whole characters.
    static let quote = "\"\u{301} onmouseover=\"document.title='harm'"

    static func document() throws -> ResultDocument {
        var document = try SeriesSample(molecule: "nb-al-tcbq").document(seed: 7)
        document.molecule.comment = script
        document.provenance.arguments = [script, quote]
        document.model.references = ["A. Author, J. Test 1, 2 (2003), doi 10.1000/xyz.123", script]
        document.fragments?[0].name = "</script>" + script + quote
        document.states[1].spinSquared = 0.9
        var other = document.states[1]
        other.origin = script
        other.preliminary = true
        other.relativeEnergy = 0.0125
        document.states[1].alternatives = [other]
        document.states[2].converged = false
        document.states[2].energyComponents?.add(-1234.5, to: "exchange")
        document.molecule.ghosts = [GhostRecord(GhostAtom(element: Element(atomicNumber: 17), positionInBohr: .zero))]
        let atoms = document.molecule.symbols.count
        document.counterpoise = CounterpoiseRecord(
            fragments: [
                .init(
                    name: script, atoms: [1], charge: -1, multiplicity: 2, energyInOwnBasis: -37.5, energyInWholeBasis: -37.75),
                .init(
                    name: "rest", atoms: Array(2...atoms), charge: 1, multiplicity: 2, energyInOwnBasis: -5900,
                    energyInWholeBasis: -5900.5),
            ], complexEnergy: -5939)
        document.states[0].vibrations = vibrations(atoms: document.molecule.symbols.count)
        return document
    }

    /// Three modes that move single atoms; the second one has the strongest band.
    private static func vibrations(atoms: Int) -> VibrationRecord {
        let modes = (0..<3).map { mode in (0..<3 * atoms).map { $0 == 4 * mode ? 1.0 : 0 } }
        return VibrationRecord(
            hessianMethod: .analytic, step: nil, energy: -5959.5, gradient: [[Double]](repeating: [0, 0, 0], count: atoms),
            hessian: [Double](repeating: 0, count: 3 * atoms * (3 * atoms + 1) / 2),
            dipoleDerivatives: [[Double]](repeating: [Double](repeating: 0, count: 3 * atoms), count: 3), frozenAtoms: nil,
            masses: [Double](repeating: 12, count: atoms), massChoice: "abundant", isotopes: nil,
            frequencies: [-120.25, 800, 1600], normalModes: modes, reducedMasses: [12, 12, 12], forceConstants: [-0.1, 4, 17],
            irIntensities: [3, 200, 100],
            composition: [
                [], [.init(name: script, share: 0.7, symmetric: false)], [.init(name: "C=O", share: 1, symmetric: nil)],
            ],
            residualFrequencies: [], verdict: .saddlePoint, imaginaryModes: 1, isLinear: false, rotationalConstants: [],
            thermochemistry: nil)
    }

    static func report(rings: Int = 24, pictures: Bool = true) throws -> Report {
        let document = try document()
        let center = document.molecule.molecule?.atoms[12].position ?? .zero
        let views = document.states.indices.map { state in
            var layers = [
                Report.Layer(
                    property: .potential, title: "potential",
                    surfaces: [sphere(center, radius: 9, rings: rings, level: 0.001) { 0.01 * $0.x - 0.1 * Double(state) }])
            ]
            if state > 0 {
                layers.append(
                    .init(
                        property: .difference, title: "density difference relative to q = 0",
                        surfaces: [
                            sphere(center + 4, radius: 2, rings: rings / 2, level: 0.002),
                            sphere(center - 4, radius: 2, rings: rings / 2, level: -0.002),
                        ]))
            }
            let picture = Report.Picture(property: .potential, mediaType: .png, data: onePixel)
            return Report.View(layers: layers, pictures: pictures ? [picture] : [])
        }
        let account = try ElectronAccount(document)
        let complex = AccountedComplex(name: "a", account: account)
        return Report(
            runs: [.init(name: "complex " + script, document: document, account: account, views: views)],
            comparison: ComplexComparison([complex]), schemeTitles: ["mulliken": "Mulliken"], colors: colors)
    }

    static let colors = Report.Colors(
        scale: ["#9e0017", "#db382e", "#f58f70", "#fcd4c2", "#f7f7f7", "#c4def7", "#73abf0", "#2b61d6", "#0d1f94"],
        difference: ["#2067d0", "#f08c20"], spin: ["#30a050", "#a040b0"])

    /// By circles of latitude, with one vertex at each pole; it stands in no order of its own.
    static func sphere(
        _ center: SIMD3<Double>, radius: Double, rings: Int, level: Double, value: ((SIMD3<Double>) -> Double)? = nil
    ) -> Report.Surface {
        let columns = 2 * rings
        var normals = [SIMD3<Double>(0, 0, 1)]
        for ring in 1..<rings {
            let polar = Double.pi * Double(ring) / Double(rings)
            for column in 0..<columns {
                let angle = 2 * Double.pi * Double(column) / Double(columns)
                normals.append(SIMD3(sin(polar) * cos(angle), sin(polar) * sin(angle), cos(polar)))
            }
        }
        normals.append(SIMD3(0, 0, -1))
        func index(_ ring: Int, _ column: Int) -> Int32 {
            ring == 0 ? 0 : ring == rings ? Int32(normals.count - 1) : Int32(1 + (ring - 1) * columns + column % columns)
        }
        var triangles: [SIMD3<Int32>] = []
        for ring in (0..<rings).reversed() {
            for column in 0..<columns {
                let (a, b) = (index(ring, column), index(ring, column + 1))
                let (c, d) = (index(ring + 1, column), index(ring + 1, column + 1))
                if ring > 0 { triangles.append(SIMD3(a, c, b)) }
                if ring < rings - 1 { triangles.append(SIMD3(b, c, d)) }
            }
        }
        let positions = normals.map { center + radius * $0 }
        return Report.Surface(
            positions: positions, normals: normals, triangles: triangles, values: value.map { positions.map($0) }, level: level)
    }

    /// A PNG file of one red pixel.
    static let onePixel =
        Data(
            base64Encoded:
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==") ?? Data()
}
