import ChargeFlow
import FileFormats
import Foundation
import MolecularStructure
import ReductionSeries
import RunFolders

/// Everything that the template prints. The template engine sees stored properties only.
struct ReportPage {
    struct PropertyChoice {
        let key: String
        let title: String
        let isFirst: Bool
    }

    struct SchemeChoice {
        let key: String
        let title: String
    }

    struct PictureFigure {
        let mediaType: String
        let base64: String
        let caption: String
    }

    struct StateFigure {
        let id: String
        let caption: String
        let pictures: [PictureFigure]
    }

    struct RunHeading {
        let name: String
        let formula: String
        let model: String
        let comment: String?
        let isOneOfSeveral: Bool
        let states: [StateFigure]
    }

    let title: String
    let policy: String
    let style: String
    let scripts: [String]
    let data: String
    let runs: [RunHeading]
    let hasWarnings: Bool
    let warnings: [String]
    let properties: [PropertyChoice]
    let hasSchemes: Bool
    let schemes: [SchemeChoice]
    let surfaceNote: String
    let sections: [Section]

    init(_ report: Report, style: String, scripts: [String]) throws {
        let names = SchemeNames(report)
        title = report.runs.map(\.name).joined(separator: ", ")
        self.scripts = scripts
        data = try SceneRecord(report, schemes: names).json()
        runs = report.runs.enumerated().map { Self.heading($1, index: $0, count: report.runs.count) }
        warnings = report.runs.flatMap { run in
            RunWarnings.texts(run).map { report.runs.count > 1 ? "\(run.name): \($0)" : $0 }
        }
        hasWarnings = !warnings.isEmpty
        properties = Self.choices(report)
        schemes = names.all.map { SchemeChoice(key: names.identifier($0), title: names.title($0)) }
        hasSchemes = !schemes.isEmpty
        surfaceNote = report.surfaceNote
        var sections =
            [
                SideBySideSection.section(report, names), StateSection.section(report), VibrationSection.section(report),
                CounterpoiseSection.section(report),
                AccountSection.section(report, names),
                BondSection.section(report),
                MethodSection.method(report), MethodSection.provenance(report), CriteriaSection.section(report, names),
            ].compactMap { $0 }
        self.style = style + BarStyles.moved(from: &sections)
        self.sections = sections
        policy = PagePolicy(scripts: scripts, styles: [self.style]).text
    }

    /// Properties that every state has, and of the molecule alone.
    private static func choices(_ report: Report) -> [PropertyChoice] {
        let present = Set(report.runs.flatMap(\.views).flatMap(\.layers).map(\.property))
        let chosen = Report.Property.allCases.filter(present.contains)
        return chosen.enumerated().map { PropertyChoice(key: $1.rawValue, title: $1.title, isFirst: $0 == 0) }
            + [PropertyChoice(key: SceneRecord.bareMolecule, title: "molecule", isFirst: chosen.isEmpty)]
    }

    private static func heading(_ run: Report.Run, index: Int, count: Int) -> RunHeading {
        let model = run.document.model
        let comment = run.document.molecule.comment
        return RunHeading(
            name: run.name, formula: HillFormula(run.document.molecule.symbols).text(subscripts: true),
            model: "\(model.title); \(model.basisFunctions) basis functions",
            comment: comment.isEmpty ? nil : comment, isOneOfSeveral: count > 1,
            states: run.order.enumerated().map { place, state in
                let caption = run.document.states[state].caption
                return StateFigure(
                    id: "state-\(index)-\(place)", caption: caption,
                    pictures: run.view(state).pictures.map { picture in
                        PictureFigure(
                            mediaType: picture.mediaType.rawValue, base64: picture.data.base64EncodedString(),
                            caption: "\(picture.property.title), \(caption)")
                    })
            })
    }
}

/// Charge schemes of all runs: their identifiers in the page and their titles. Names come from files and may contain anything, so they
/// never appear in attributes.
struct SchemeNames {
    let all: [String]
    private let titles: [String: String]

    init(_ report: Report) {
        let sets = report.runs.map { Set($0.account.schemes.map(\.name)) }
        let present = sets.reduce(Set()) { $0.union($1) }
        let common = sets.dropFirst().reduce(sets.first ?? []) { $0.intersection($1) }
        // Basis-dependent, and therefore shown last.
        let last = ["lowdin", "mulliken"].filter(present.contains)
        // The first one is shown when the page opens: one that all runs have, if there is any.
        let others = present.subtracting(last)
        all = others.intersection(common).sorted() + others.subtracting(common).sorted() + last
        titles = report.schemeTitles
    }

    func identifier(_ name: String) -> String { "s\(all.firstIndex(of: name) ?? 0)" }
    func title(_ name: String) -> String { titles[name] ?? name }
}

extension Report.Run {
    /// Indices of the states from fewest to most electrons, the lowest in energy first.
    var order: [Int] {
        let states = document.states
        func key(_ state: Int) -> (Int, Double) { (-states[state].charge, states[state].energy ?? .infinity) }
        return states.indices.sorted { key($0) < key($1) }
    }

    /// Without atoms if the lists of the document do not belong together.
    package var molecule: Molecule { document.molecule.molecule ?? Molecule(atoms: []) }

    func view(_ state: Int) -> Report.View { views.indices.contains(state) ? views[state] : Report.View() }
}

extension StateRecord {
    var label: String { "q = \(NumberText.charge(charge))" }
    var caption: String {
        let spin = hasSpinDensity ? ", \u{27E8}S\u{00B2}\u{27E9} = \(NumberText.fixed(spinSquared, 3))" : ""
        return "\(label), \(NumberText.multiplicity(multiplicity))\(spin)"
    }
}

extension Report.Property {
    var title: String {
        switch self {
        case .potential: "electrostatic potential"
        case .difference: "density difference"
        case .spin: "spin density"
        }
    }

    var unit: String {
        switch self {
        case .potential: "hartree/e"
        case .difference, .spin: "e/bohr\u{00B3}"
        }
    }
}
