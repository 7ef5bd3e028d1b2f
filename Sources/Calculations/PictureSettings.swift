import MolecularStructure
import Pictures
import RunFolders

extension AnalysisInput.Picture {
    /// Of the surfaces: electrons per bohr^3, or bohr^(-3/2) for orbitals.
    package var defaultLevel: Double {
        switch self {
        case .esp: 0.001
        case .density: 0.05
        case .difference, .step: 0.0015
        case .spin: 0.002
        case .orbital: 0.03
        }
    }
}

/// Limits of the colours of potentials.
package enum PictureScale: Equatable {
    /// The same for all states.
    case common
    /// One for each state.
    case each
    /// Hartree per elementary charge.
    case limits(Double, Double)
}

/// Viewing directions.
package enum PictureView: Equatable {
    case named(NamedView)
    /// From the positive end of a coordinate axis.
    case axis(Int)
    /// From the front, turned about the vertical, the horizontal and the line of sight, in degrees.
    case turned(Double, Double, Double)
    /// As another molecule, whose name is given.
    case like(String, Camera)

    /// For file names.
    var name: String {
        switch self {
        case .named(let view): view.rawValue
        case .axis(let axis): ["x", "y", "z"][min(max(axis, 0), 2)]
        case .turned(let vertical, let horizontal, let plane): String(format: "%g_%g_%g", vertical, horizontal, plane)
        case .like(let name, _): "like-" + name
        }
    }

    package func camera(of molecule: Molecule) -> Camera {
        switch self {
        case .named(let view): Camera(view, of: molecule)
        case .axis(let axis): Camera(alongAxis: axis)
        case .turned(let vertical, let horizontal, let plane):
            Camera(.front, of: molecule).turned(vertical, horizontal, plane)
        case .like(_, let camera): camera
        }
    }
}

/// How pictures are drawn.
package struct PictureSettings {
    package var view: PictureView = .named(.clear)
    package var scale: PictureScale = .common
    package var convention: ColorConvention = .redNegative
    /// Whether potentials are shown relative to their mean on the surface; nil: for ions both absolute and relative to the mean.
    package var relative: Bool?
    /// Marks at the extrema of the potential on the surface.
    package var showsExtrema = false
    /// Nil: the default for the kind of picture.
    package var isovalue: Double?
    /// In pixels.
    package var width = 1600

    package init() {}

    /// Settings that differ from the defaults, for file names: pictures with different settings do not replace each other.
    ///
    /// - Parameter isOfSomeStates: whether only some of the run's states are drawn, so that a common scale does not cover all states.
    func nameParts(of choice: AnalysisInput.Picture, isOfSomeStates: Bool) -> String {
        let plain = PictureSettings()
        var parts: [String] = []
        if choice == .esp {
            if let relative { parts.append(relative ? "relative" : "absolute") }
            if showsExtrema { parts.append("extrema") }
            switch scale {
            case .common: if isOfSomeStates { parts.append("own-scale") }
            case .each: parts.append("own-scale")
            case .limits(let low, let high): parts.append(String(format: "%g_%g", low, high))
            }
            if convention != plain.convention { parts.append(convention.rawValue) }
        }
        if view != plain.view { parts.append(view.name) }
        if let isovalue, isovalue != choice.defaultLevel { parts.append(String(format: "iso%g", isovalue)) }
        if width != plain.width { parts.append("\(width)px") }
        return parts.map { "_" + $0 }.joined()
    }
}
