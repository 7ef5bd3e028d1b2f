import FileFormats
import GaussianBasis
import MolecularStructure
import Pictures
import Report
import RunFolders
import WavefunctionAnalysis

/// Titles, colours and keys of the pictures.
extension PictureOutput {
    func potentialPictures(_ surfaces: [Surfaces], level: Double) -> (single: [Picture], panel: Picture?) {
        let means = surfaces.map { surface in
            let (mesh, values) = surface.meshes[0]
            let areas = mesh.vertexAreas
            return zip(values, areas).reduce(0) { $0 + $1.0 * $1.1 } / max(areas.reduce(0, +), 1e-300)
        }
        let isIon = surfaces.map { $0.state.charge != 0 }
        let showsAbsolute = options.relative != true
        let absolute = PotentialPanels(surfaces, means: means.map { _ in 0 }, isRelative: false, self)
        let relative = PotentialPanels(
            surfaces, means: means, isRelative: true, self, usesLimits: !showsAbsolute)
        func showsRelative(_ isOfIons: Bool) -> Bool { options.relative ?? isOfIons }
        let frame = frame(absolute.scenes)
        let about = "electrostatic potential on the surface of \(Self.text(level)) e/bohr\u{b3}"
        let single = surfaces.indices.map { k in
            let state = caption(surfaces[k].state)
            let both = showsAbsolute && showsRelative(isIon[k])
            let parts = [showsAbsolute ? absolute : nil, showsRelative(isIon[k]) ? relative : nil].compactMap { $0 }
            let panels = parts.map { part in
                Picture.Panel(
                    scene: part.scenes[k], caption: part.isRelative ? part.meanText(k) : both ? "absolute" : "", key: part.key(k))
            }
            return Picture(
                title: "\(name): \(about)", subtitle: "\(document.model.title), \(state)",
                rows: [.init(panels: panels, key: nil)],
                frame: frame)
        }
        guard surfaces.count > 1 else { return (single, nil) }
        let parts = [showsAbsolute ? absolute : nil, showsRelative(isIon.contains(true)) ? relative : nil].compactMap { $0 }
        let rows = parts.enumerated().map { row, part in
            let panels = surfaces.indices.map { k in
                let lines = [row == 0 ? caption(surfaces[k].state) : nil, part.isRelative ? part.meanText(k) : nil]
                return Picture.Panel(
                    scene: part.scenes[k], caption: lines.compactMap { $0 }.joined(separator: "\n"),
                    key: options.scale == .each ? part.key(k) : nil)
            }
            return Picture.Row(panels: panels, key: options.scale == .each ? nil : part.key(0))
        }
        return (single, Picture(title: "\(name): \(about)", subtitle: document.model.title, rows: rows, frame: frame))
    }

    func lobePictures(
        _ choice: AnalysisInput.Picture, _ surfaces: [Surfaces], level: Double
    ) -> (single: [Picture], panel: Picture?) {
        let look = lobes(choice)
        let scenes = surfaces.map { surface in
            Scene(
                molecule: molecule,
                layers: zip(surface.meshes, look.colors).map {
                    Scene.Layer(mesh: $0.mesh, coloring: .uniform($1), opacity: 0.72)
                })
        }
        let patches = zip(zip(look.colors, look.signs), ["+", "\u{2212}"]).map { part, sign in
            let value = look.signs.count > 1 ? "\(sign)\(Self.text(level))" : Self.text(level)
            return (part.0, "\(part.1) (\(value) \(look.unit))")
        }
        let key = Picture.Key.patches(patches)
        let frame = frame(scenes)
        let captions = surfaces.map { surface in
            [caption(surface.state)] + [surface.orbital.map { Self.text($0) }].compactMap { $0 }
        }
        let single = surfaces.indices.map { k in
            Picture(
                title: "\(name): \(look.about)",
                subtitle: "\(document.model.title), \(captions[k].joined(separator: "; "))",
                rows: [.init(panels: [.init(scene: scenes[k], caption: "")], key: key)], frame: frame)
        }
        guard scenes.count > 1 else { return (single, nil) }
        let panels = scenes.indices.map { Picture.Panel(scene: scenes[$0], caption: captions[$0].joined(separator: "\n")) }
        return (
            single,
            Picture(
                title: "\(name): \(look.about)", subtitle: document.model.title, rows: [.init(panels: panels, key: key)],
                frame: frame)
        )
    }

    private func frame(_ scenes: [Scene]) -> Frame { Frame(camera: camera, around: scenes) }

    /// `beta 137 (empty), −4.08 eV`, or the electrons of a natural orbital.
    static func text(_ orbital: SelectedOrbital) -> String {
        let name = (orbital.spin.map { $0.rawValue + " " } ?? "no. ") + "\(orbital.number)"
        guard let energy = orbital.energy else { return "\(name), \(NumberText.fixed(orbital.occupation, 3)) electrons" }
        return
            "\(name) (\(orbital.occupation > 0 ? "occupied" : "empty")), \(NumberText.fixed(energy * PhysicalConstants.hartreeInElectronvolt, 2)) eV"
    }

    struct LobeLook {
        let unit, about: String
        let signs: [String]
        let colors: [PixelColor]
    }

    func lobes(_ choice: AnalysisInput.Picture) -> LobeLook {
        let density = "e/bohr\u{b3}"
        let changes = ["accumulation", "depletion"]
        return switch choice {
        case .esp, .density:
            LobeLook(unit: density, about: "electron density", signs: ["density"], colors: [QuantityColors.density])
        case .difference:
            LobeLook(
                unit: density, about: "density difference relative to q = \(NumberText.charge(wavefunctions[base].state.charge))",
                signs: changes,
                colors: QuantityColors.difference)
        case .step:
            LobeLook(
                unit: density, about: "density difference relative to the state before", signs: changes,
                colors: QuantityColors.difference)
        case .spin:
            LobeLook(unit: density, about: "spin density", signs: ["alpha", "beta"], colors: QuantityColors.spin)
        case .orbital(let orbital):
            LobeLook(
                unit: "a.u.", about: orbital.title,
                signs: ["positive", "negative"], colors: QuantityColors.orbital)
        }
    }
}

/// The potential of all states: absolute, or relative to its mean on each surface.
private struct PotentialPanels {
    let isRelative: Bool
    let scenes: [Scene]
    private let means: [Double]
    private let scales: [ColorScale]

    /// - Parameter usesLimits: whether limits given by the user apply to these panels.
    init(
        _ surfaces: [PictureOutput.Surfaces], means: [Double], isRelative: Bool, _ output: PictureOutput, usesLimits: Bool = true
    ) {
        self.isRelative = isRelative
        self.means = means
        let options = output.options
        let values = zip(surfaces, means).map { surface, mean in surface.meshes[0].values.map { $0 - mean } }
        func scale(_ list: [Double]) -> ColorScale {
            if usesLimits, case .limits(let low, let high) = options.scale {
                return ColorScale(low: low, high: high, convention: options.convention)
            }
            return ColorScale(robustFor: list, convention: options.convention)
        }
        let common = scale(values.flatMap { $0 })
        let scales = values.map { options.scale == .each ? scale($0) : common }
        self.scales = scales
        scenes = surfaces.indices.map { k in
            let layer = Scene.Layer(mesh: surfaces[k].meshes[0].mesh, coloring: .values(values[k], scales[k]), opacity: 0.6)
            return Scene(molecule: output.molecule, layers: [layer], marks: Self.marks(surfaces[k].extrema, mean: means[k]))
        }
    }

    /// Maxima and minima in two colours that are not in the colour scale; the highest and the lowest with their values.
    private static func marks(_ extrema: [SurfaceExtremum], mean: Double) -> [Scene.Mark] {
        extrema.map { extremum in
            let kind = extrema.filter { $0.isMaximum == extremum.isMaximum }.map(\.value)
            let isOutermost = extremum.value == (extremum.isMaximum ? kind.max() : kind.min())
            let value = (extremum.value - mean) * PhysicalConstants.hartreeInKilocaloriePerMole
            return Scene.Mark(
                position: extremum.position,
                color: extremum.isMaximum ? QuantityColors.maximum : QuantityColors.minimum,
                label: isOutermost ? NumberText.signed(value, 1) : nil)
        }
    }

    func key(_ state: Int) -> Picture.Key {
        .scale(
            scales[state],
            caption: (isRelative ? "potential relative to its mean on the surface" : "electrostatic potential")
                + (scenes[state].marks.isEmpty ? "" : "; yellow: maxima, turquoise: minima"),
            unit: "hartree/e",
            secondUnit: ("kcal/(mol e)", PhysicalConstants.hartreeInKilocaloriePerMole))
    }

    func meanText(_ state: Int) -> String { "relative to the mean, \(NumberText.fixed(means[state], 3)) hartree/e" }
}
