import ChargeFlow
import FileFormats
import Foundation
import ReductionSeries
import RunFolders

/// A page about finished computations: one HTML file with rotatable pictures, tables, criteria, method and provenance.
///
/// It is self-contained: a content security policy (`PagePolicy`) forbids the browser to load anything, and to run or apply any script or
/// style except those of the program. It can be read without JavaScript, and draws with WebGL if available. Text from input files appears
/// as text only, whatever it contains (`PageTemplates`).
public struct Report: Sendable {
    /// What can be drawn around the atoms.
    public enum Property: String, Sendable, CaseIterable {
        /// Electrostatic potential on a surface of constant electron density, in hartree/e.
        case potential
        /// Electron density minus that of the base state of the series, in e/bohr^3.
        case difference
        /// Alpha minus beta density, in e/bohr^3.
        case spin
    }

    /// The surfaces of one property in one state.
    public struct Layer: Sendable {
        public var property: Property
        /// What is shown, such as "density difference relative to q = 0".
        public var title: String
        public var surfaces: [Surface]

        public init(property: Property, title: String, surfaces: [Surface]) {
            self.property = property
            self.title = title
            self.surfaces = surfaces
        }
    }

    /// A picture for readers without WebGL, and for paper.
    public struct Picture: Sendable {
        public enum MediaType: String, Sendable {
            case png = "image/png"
            case svg = "image/svg+xml"
        }

        public var property: Property
        public var mediaType: MediaType
        public var data: Data

        public init(property: Property, mediaType: MediaType, data: Data) {
            self.property = property
            self.mediaType = mediaType
            self.data = data
        }
    }

    /// What is shown of one state.
    public struct View: Sendable {
        public var layers: [Layer]
        public var pictures: [Picture]

        public init(layers: [Layer] = [], pictures: [Picture] = []) {
            self.layers = layers
            self.pictures = pictures
        }
    }

    /// A finished computation.
    public struct Run: Sendable {
        public var name: String
        public var document: ResultDocument
        public var account: ElectronAccount
        /// In the order of `document.states`; shorter if nothing is shown of the last ones.
        public var views: [View]
        /// Unit vectors to the right, up and towards the viewer in the first view.
        public var directions: [SIMD3<Double>]

        public init(
            name: String, document: ResultDocument, account: ElectronAccount, views: [View] = [],
            directions: [SIMD3<Double>] = [SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)]
        ) {
            self.name = name
            self.document = document
            self.account = account
            self.views = views
            self.directions = directions
        }
    }

    /// How atoms of an element are drawn.
    public struct AtomStyle: Sendable {
        /// Red, green and blue, 0...1.
        public var color: SIMD3<Float>
        /// Of the ball, in bohr.
        public var radius: Double

        public init(color: SIMD3<Float>, radius: Double) {
            self.color = color
            self.radius = radius
        }

        /// `#rrggbb`.
        var hexadecimal: String {
            "#" + (0..<3).map { String(format: "%02x", Int((255 * min(max(color[$0], 0), 1)).rounded())) }.joined()
        }
    }

    /// Colours as `#rrggbb`.
    public struct Colors: Sendable {
        /// Of potentials, evenly spaced from negative to positive.
        public var scale: [String]
        /// Of positive and negative values.
        public var difference: [String]
        public var spin: [String]

        public init(scale: [String], difference: [String], spin: [String]) {
            self.scale = scale
            self.difference = difference
            self.spin = spin
        }
    }

    public var runs: [Run]
    /// Verdicts about the flow of electrons in these runs.
    public var comparison: ComplexComparison?
    /// Titles of charge schemes, by their names in `result.json`; other schemes appear under these names.
    public var schemeTitles: [String: String]
    /// By atomic number; others are grey balls.
    public var atomStyles: [Int: AtomStyle]
    public var colors: Colors
    /// How the surfaces were made, for the line below the pictures.
    public var surfaceNote: String
    /// The comparison of the runs, if there are several.
    public var sideBySide: RunComparison?

    public init(
        runs: [Run], comparison: ComplexComparison?, schemeTitles: [String: String] = [:],
        atomStyles: [Int: AtomStyle] = [:], colors: Colors, surfaceNote: String = "", sideBySide: RunComparison? = nil
    ) {
        self.runs = runs
        self.comparison = comparison
        self.schemeTitles = schemeTitles
        self.atomStyles = atomStyles
        self.colors = colors
        self.surfaceNote = surfaceNote
        self.sideBySide = sideBySide
    }

    /// The page as UTF-8.
    ///
    /// - Throws: `ReportError` if a number is not finite, or if a template of the program is damaged.
    public func html() throws -> Data {
        let page = try ReportPage(self, style: Self.text(PackageResources.report_css), scripts: Self.scripts)
        let templates = ["report": PackageResources.report_mustache, "table": PackageResources.table_mustache].mapValues(
            Self.text)
        guard let text = try PageTemplates(templates).render(page, with: "report") else { throw ReportError.noTemplate }
        return Data(text.utf8)
    }

    /// In the order of their dependence.
    private static var scripts: [String] {
        [
            PackageResources.camera_js, PackageResources.colors_js, PackageResources.scale_js, PackageResources.surface_js,
            PackageResources.renderer_js, PackageResources.panels_js, PackageResources.sheet_js, PackageResources.vibration_js,
            PackageResources.viewer_js,
            PackageResources.page_js,
        ].map(text)
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// Why a page cannot be written.
public enum ReportError: Error, Equatable, CustomStringConvertible {
    case noTemplate
    case notFinite(place: String)

    public var description: String {
        switch self {
        case .noTemplate: "the template of the report is missing in this build of the program"
        case .notFinite(let place): "the report is not written: the value at \(place) is not a finite number"
        }
    }
}
