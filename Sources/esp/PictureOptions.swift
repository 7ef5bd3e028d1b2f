import ArgumentParser
import Calculations
import MolecularStructure
import Pictures
import RunFolders

extension AnalysisInput.Picture {
    /// From `esp,spin,beta:homo-1` or `none`.
    static func parse(_ text: String) throws -> [AnalysisInput.Picture] {
        if text.lowercased() == "none" { return [] }
        return try text.lowercased().split(separator: ",", omittingEmptySubsequences: false).map { word in
            guard let choice = AnalysisInput.Picture(rawValue: word.filter { !$0.isWhitespace }) else {
                let known = named.map(\.rawValue).joined(separator: ", ")
                throw ValidationError(
                    "'\(word)' is not a picture; write \(known), homo-1, lumo+2, beta:homo or alpha:123 (several with commas), or none"
                )
            }
            return choice
        }
    }
}

extension PictureScale {
    static func parse(_ text: String) throws -> PictureScale {
        switch text.lowercased() {
        case "common": return .common
        case "each": return .each
        default:
            guard let numbers = NumberList.values(text, count: 2), numbers.allSatisfy({ abs($0) <= 1000 }),
                numbers[1] - numbers[0] >= 1e-6
            else {
                throw ValidationError(
                    "write common, each, or two limits in hartree/e such as -0.05,0.05 (at most 1000, and 1e-6 apart)")
            }
            return .limits(numbers[0], numbers[1])
        }
    }
}

extension PictureView {
    static func parse(_ text: String) throws -> PictureView {
        if let view = NamedView(rawValue: text.lowercased()) { return .named(view) }
        if let axis = ["x", "y", "z"].firstIndex(of: text.lowercased()) { return .axis(axis) }
        guard let angles = NumberList.values(text, count: 3) else {
            let names = NamedView.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("write \(names), x, y, z, or three angles in degrees such as 30,20,0")
        }
        return .turned(angles[0], angles[1], angles[2])
    }
}

extension ColorConvention: ExpressibleByArgument {}

struct PictureOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Direction to look from: clear (atoms hide each other least), front, back, left, right, top, bottom, oblique (by the "
                + "axes of inertia), x, y, z, or three rotations from the front, in degrees.", valueName: "name|a,b,c"),
        completion: .list(NamedView.allCases.map(\.rawValue) + ["x", "y", "z"]),
        transform: { try PictureView.parse($0) })
    var view: PictureView = .named(.clear)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Colours of potentials: one scale for all states, one for each, or limits in hartree/e.",
            valueName: "common|each|low,high"),
        completion: .list(["common", "each"]),
        transform: { try PictureScale.parse($0) })
    var scale: PictureScale = .common

    @Option(help: "Which end of the potential is red: red-negative or red-positive.")
    var convention: ColorConvention = .redNegative

    @Flag(
        inversion: .prefixedNo,
        help: "Potentials relative to their mean on the surface, which the charge of an ion shifts (default: of ions both).")
    var relative: Bool?

    @Flag(help: "Mark the extrema of the potential on the surface, the highest and the lowest with their values in kcal/(mol e).")
    var extrema = false

    @Option(
        help: ArgumentHelp(
            "Isovalue: electrons/bohr^3, or bohr^(-3/2) for orbitals (default: esp 0.001, density 0.05, difference and step 0.0015, spin 0.002, orbitals 0.03).",
            valueName: "value"))
    var isovalue: Double?

    @Option(help: ArgumentHelp("Width of a picture in pixels.", valueName: "pixels"))
    var width = 1600

    func validate() throws {
        guard (200...10_000).contains(width) else { throw ValidationError("--width must lie between 200 and 10000 pixels") }
        if let isovalue, !(isovalue >= 1e-6 && isovalue <= 10) {
            throw ValidationError("--isovalue must lie between 1e-6 and 10")
        }
    }

    /// A given option that applies only to potentials.
    var optionOfPotentials: String? {
        if scale != .common { return "--scale" }
        if let relative { return relative ? "--relative" : "--no-relative" }
        if extrema { return "--extrema" }
        return convention == .redNegative ? nil : "--convention"
    }

    /// A given option that applies only to surfaces.
    var optionOfSurfaces: String? {
        if let relative { return relative ? "--relative" : "--no-relative" }
        if extrema { return "--extrema" }
        if isovalue != nil { return "--isovalue" }
        return view == .named(.clear) ? nil : "--view"
    }

    var settings: PictureSettings {
        var settings = PictureSettings()
        settings.view = view
        settings.scale = scale
        settings.convention = convention
        settings.relative = relative
        settings.showsExtrema = extrema
        settings.isovalue = isovalue
        settings.width = width
        return settings
    }
}
