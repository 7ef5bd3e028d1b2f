import FileFormats
import Foundation
import MolecularStructure

/// A page about a search for isomers: for each charge a table of the isomers with their bonds in words and energies, and their pictures.
///
/// It is self-contained and has no scripts; see `Report` for its policy.
public struct IsomerPage: Sendable {
    public struct Isomer: Sendable {
        public var bonds: String
        /// By level, relative to the lowest isomer of the level, in hartree; nil where a level has no energy.
        public var energies: [Double?]
        public var spinSquared: Double
        /// Number of starts that led to it.
        public var found: Int
        public var isConverged: Bool
        /// Name of its XYZ file, relative to the page.
        public var file: String
        /// PNG; nil for isomers without a picture.
        public var picture: Data?

        public init(
            bonds: String, energies: [Double?], spinSquared: Double, found: Int, isConverged: Bool, file: String, picture: Data?
        ) {
            self.bonds = bonds
            self.energies = energies
            self.spinSquared = spinSquared
            self.found = found
            self.isConverged = isConverged
            self.file = file
            self.picture = picture
        }
    }

    public struct Charge: Sendable {
        public var charge: Int
        public var multiplicity: Int
        public var isomers: [Isomer]
        /// How the search for this charge ended.
        public var remarks: [String]

        public init(charge: Int, multiplicity: Int, isomers: [Isomer], remarks: [String]) {
            self.charge = charge
            self.multiplicity = multiplicity
            self.isomers = isomers
            self.remarks = remarks
        }
    }

    public var title: String
    public var symbols: [String]
    /// Names of the levels, from the cheapest to the most accurate.
    public var levels: [String]
    public var charges: [Charge]
    /// What was proposed, and whether the search is finished.
    public var ending: String

    public init(title: String, symbols: [String], levels: [String], charges: [Charge], ending: String) {
        self.title = title
        self.symbols = symbols
        self.levels = levels
        self.charges = charges
        self.ending = ending
    }

    /// The page as UTF-8.
    ///
    /// - Throws: `ReportError` if a template of the program is damaged.
    public func html() throws -> Data {
        let templates = ["isomers": PackageResources.isomers_mustache, "table": PackageResources.table_mustache].mapValues {
            String(decoding: $0, as: UTF8.self)
        }
        let content = Content(self, style: String(decoding: PackageResources.report_css, as: UTF8.self))
        guard let text = try PageTemplates(templates).render(content, with: "isomers") else { throw ReportError.noTemplate }
        return Data(text.utf8)
    }

    /// What the template reads.
    private struct Content {
        struct Figure {
            let caption: String
            let bonds: String
            let base64: String
        }

        struct Chapter {
            let id: String
            let title: String
            let remarks: [String]
            let hasIsomers: Bool
            let table: Table
            let figures: [Figure]
        }

        let title: String
        let formula: String
        let levels: String
        let ending: String
        let policy: String
        let style: String
        let chapters: [Chapter]

        init(_ page: IsomerPage, style: String) {
            title = page.title
            formula = HillFormula(page.symbols).text(subscripts: true)
            levels = page.levels.joined(separator: "; ")
            ending = page.ending
            self.style = style
            policy = PagePolicy(scripts: [], styles: [style]).text
            chapters = page.charges.enumerated().map { place, charge in
                Chapter(
                    id: "charge-\(place)",
                    title: "q = \(NumberText.charge(charge.charge)), \(NumberText.multiplicity(charge.multiplicity))",
                    remarks: charge.remarks, hasIsomers: !charge.isomers.isEmpty, table: Self.table(charge, page.levels),
                    figures: charge.isomers.enumerated().compactMap { index, isomer in
                        isomer.picture.map {
                            Figure(
                                caption: Self.caption(index, isomer), bonds: isomer.bonds, base64: $0.base64EncodedString())
                        }
                    })
            }
        }

        /// The rank, and the energy of the most accurate level that has one.
        private static func caption(_ index: Int, _ isomer: Isomer) -> String {
            let energy = isomer.energies.last { $0 != nil }.flatMap { $0 }
            return "\(index + 1)" + (energy.map { ": \(NumberText.signed(1000 * $0, 2)) mEh" } ?? "")
        }

        private static func table(_ charge: Charge, _ levels: [String]) -> Table {
            let rows = charge.isomers.enumerated().map { index, isomer in
                [Table.Cell.head("\(index + 1)"), .text(isomer.bonds + (isomer.isConverged ? "" : " (not converged)"))]
                    + isomer.energies.map { .number($0.map { 1000 * $0 }, 2) }
                    + [.number(isomer.spinSquared, 3), .number(isomer.found), .text(isomer.file)]
            }
            return Table(
                "Energies relative to the lowest isomer of each level, in mEh",
                heads: ["#", "bonds"] + levels.map { "#\($0)" } + ["#\u{27E8}S\u{00B2}\u{27E9}", "#found", "structure"],
                rows: rows)
        }
    }
}
