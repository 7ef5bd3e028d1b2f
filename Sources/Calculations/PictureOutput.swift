import FileFormats
import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure
import MachineLimits
import ParallelExecution
import Pictures
import RunFolders
import WavefunctionAnalysis

/// Draws what a run found and writes it as PNG files: one for every state, and one with the states side by side.
package struct PictureOutput {
    /// For titles: the name of the run.
    package let name: String
    package let wavefunctions: [Wavefunction]
    package var options = PictureSettings()
    package let memory: MemorySize
    package let pool: WorkerPool
    /// Throws where the drawing is to end.
    package var checkCancellation: () throws -> Void = {}

    package init(
        name: String, wavefunctions: [Wavefunction], options: PictureSettings = PictureSettings(), memory: MemorySize,
        pool: WorkerPool, checkCancellation: @escaping () throws -> Void = {}
    ) {
        self.name = name
        self.wavefunctions = wavefunctions
        self.options = options
        self.memory = memory
        self.pool = pool
        self.checkCancellation = checkCancellation
    }

    /// Of the grid that surfaces are cut from, in bohr: small molecules are drawn large, and lobes are smaller than molecules.
    private func spacing(_ choice: AnalysisInput.Picture) -> Double {
        let places = molecule.atoms.map(\.position)
        let low = places.reduce(SIMD3(repeating: .infinity)) { pointwiseMin($0, $1) }
        let high = places.reduce(SIMD3(repeating: -.infinity)) { pointwiseMax($0, $1) }
        // A surface reaches about four bohr beyond the nuclei; sixty cells across look round.
        let smooth = ((high - low).max() + 8) / 60
        return choice == .esp ? min(smooth, Isosurface.defaultSpacing) : min(0.7 * smooth, 0.24)
    }

    /// What a picture of one state shows.
    package struct Surfaces {
        package let state: ChargeState
        /// With its potential (for `esp`) or the sign of its lobe.
        package let meshes: [(mesh: SurfaceMesh, values: [Double])]
    }

    /// Several pictures beside the results of a computation, which do not depend on them: what cannot be drawn is noted.
    package func write(_ choices: [AnalysisInput.Picture], to folder: OutputFolder, note: (String) -> Void) throws {
        for choice in choices {
            try checkCancellation()
            do {
                let files = try write(choice, to: folder)
                if !files.isEmpty { note("drawn: \(files.joined(separator: ", "))") }
            } catch CalculationError.badInput(let text), CalculationError.outOfMemory(let text) {
                note(text)
            }
        }
    }

    /// - Returns: the names of the files that were written, in the folder.
    package func write(_ choice: AnalysisInput.Picture, states: [Int]? = nil, to folder: OutputFolder) throws -> [String] {
        let drawn = try drawn(choice, states: states)
        let isPart = states.map { $0.count < wavefunctions.count } ?? false
        let suffix = choice.rawValue + options.nameParts(of: choice, isOfSomeStates: isPart)
        var files: [String] = []
        for (state, picture) in zip(drawn.surfaces.map(\.state), drawn.single) {
            files.append(OutputFolder.pictureName(suffix, state))
            try write(picture, width: options.width, name: files[files.count - 1], to: folder)
        }
        if let panel = drawn.panel {
            let charges = isPart ? drawn.surfaces.map { "q\($0.state.charge)_" }.joined() : ""
            files.append(OutputFolder.panelName(charges + suffix))
            // Half of a single picture's width for every state.
            try write(panel, width: options.width * max(2, drawn.surfaces.count) / 2, name: files[files.count - 1], to: folder)
        }
        return files
    }

    /// The surfaces of the states that have any, a picture of each, and one of all side by side.
    package func drawn(
        _ choice: AnalysisInput.Picture, states: [Int]? = nil
    ) throws -> (surfaces: [Surfaces], single: [Picture], panel: Picture?) {
        let level = options.isovalue ?? choice.defaultLevel
        let surfaces = try (states ?? Array(wavefunctions.indices)).compactMap {
            try self.surfaces(choice, state: $0, level: level)
        }
        guard !surfaces.isEmpty else { return ([], [], nil) }
        let pictures = choice == .esp ? potentialPictures(surfaces, level: level) : lobePictures(choice, surfaces, level: level)
        return (surfaces, pictures.single, pictures.panel)
    }

    /// Whether the pictures of all states that `esp compute` draws are there.
    static func isDrawn(_ choice: AnalysisInput.Picture, of records: [StateRecord], in folder: OutputFolder) -> Bool {
        let shown = records.enumerated().filter { index, record in
            switch choice {
            case .esp, .homo, .lumo: true
            case .difference, .step: index > 0
            case .spin: record.hasSpinDensity
            }
        }.map { ChargeState(charge: $1.charge, multiplicity: $1.multiplicity) }
        let names = shown.map { OutputFolder.pictureName(choice.rawValue, $0) }
        return (names + (shown.count > 1 ? [OutputFolder.panelName(choice.rawValue)] : [])).allSatisfy(folder.has)
    }

    private func write(_ picture: Picture, width: Int, name: String, to folder: OutputFolder) throws {
        try folder.write(data(picture, width: width), name: name)
    }

    /// A picture as a PNG file.
    ///
    /// - Throws: `CalculationError.outOfMemory` where the memory allowed does not suffice to draw it.
    package func data(_ picture: Picture, width: Int) throws -> Data {
        try checkCancellation()
        let needed = picture.byteCount(width: width, threads: pool.threads)
        let room = Machine.remaining(of: memory)
        guard needed <= room else {
            throw CalculationError.outOfMemory(
                "a picture of \(width) pixels needs \(MemorySize(bytes: needed).description) of memory, and the "
                    + "\(memory.description) allowed leave \(MemorySize(bytes: room).description). Raise --memory or lower --width."
            )
        }
        return try PNGEncoder.data(picture.image(width: width, pool: pool))
    }

    private func surfaces(_ choice: AnalysisInput.Picture, state index: Int, level: Double) throws -> Surfaces? {
        try checkCancellation()
        let wavefunction = wavefunctions[index]
        let basis = wavefunction.basis
        guard let field = field(choice, state: index) else { return nil }
        do {
            let surface = try Isosurface(
                of: field, lowestLevel: level,
                spacing: spacing(choice), memoryLimitInBytes: Machine.remaining(of: memory), pool: pool)
            var first = try surface.surface(level: level, pool: pool)
            if choice == .esp {
                first = first.withoutCavities
                let evaluator = ElectrostaticPotentialEvaluator(
                    basis: basis, densities: [wavefunction.totalDensity], pool: pool)
                var values = evaluator.values(at: first.positions, pool: pool)[0]
                if options.relative {
                    let areas = first.vertexAreas
                    let mean = zip(values, areas).reduce(0) { $0 + $1.0 * $1.1 } / max(areas.reduce(0, +), 1e-300)
                    values = values.map { $0 - mean }
                }
                return Surfaces(state: wavefunction.state, meshes: [(first, values)])
            }
            let second = try surface.surface(level: -level, pool: pool)
            return Surfaces(state: wavefunction.state, meshes: [(first, []), (second, [])])
        } catch let error as IsosurfaceError {
            let text = "the \(choice.rawValue) picture: \(error)"
            throw error.isLackOfMemory ? CalculationError.outOfMemory(text) : .badInput(text)
        } catch let error as CubeGridError {
            throw CalculationError.badInput("the \(choice.rawValue) picture: \(error)")
        }
    }

    /// Nil where there is nothing to show: the difference of the first state to itself, the spin of a singlet.
    private func field(_ choice: AnalysisInput.Picture, state index: Int) -> ScalarField? {
        let wavefunction = wavefunctions[index]
        let basis = wavefunction.basis
        func density(_ matrix: Matrix) -> ScalarField { .density(matrix, basis: basis) }
        switch choice {
        case .esp: return density(wavefunction.totalDensity)
        case .difference: return index == 0 ? nil : density(wavefunction.totalDensity - wavefunctions[0].totalDensity)
        case .step: return index == 0 ? nil : density(wavefunction.totalDensity - wavefunctions[index - 1].totalDensity)
        case .spin:
            guard wavefunction.spinDensity.largestMagnitude > 1e-6 else { return nil }
            return density(wavefunction.spinDensity)
        case .homo: return wavefunction.highestOccupiedOrbital.map { .orbital($0.coefficients, basis: basis) }
        case .lumo: return wavefunction.lowestEmptyOrbital.map { .orbital($0.coefficients, basis: basis) }
        }
    }

    private func potentialPictures(_ surfaces: [Surfaces], level: Double) -> (single: [Picture], panel: Picture?) {
        let values = surfaces.map { $0.meshes.flatMap(\.values) }
        func scale(_ list: [Double]) -> ColorScale {
            if case .limits(let low, let high) = options.scale {
                return ColorScale(low: low, high: high, convention: options.convention)
            }
            return ColorScale(robustFor: list, convention: options.convention)
        }
        let common = scale(values.flatMap { $0 })
        let scales = values.map { options.scale == .each ? scale($0) : common }
        let scenes = zip(surfaces, scales).map { surface, scale in
            Scene(
                molecule: molecule,
                layers: surface.meshes.map { Scene.Layer(mesh: $0.mesh, coloring: .values($0.values, scale), opacity: 0.6) })
        }
        let quantity = options.relative ? "potential less its mean" : "electrostatic potential"
        let keys = scales.map { scale in
            Picture.Key.scale(
                scale, caption: "\(quantity) / (hartree/e)",
                secondUnit: ("kcal/mol per e", PhysicalConstants.hartreeInKilocaloriePerMole))
        }
        let about = "\(quantity) on the surface of \(Self.text(level)) e/bohr\u{b3}"
        return pictures(scenes, surfaces: surfaces, keys: keys, about: about, scales: options.scale == .each ? scales : [])
    }

    private func lobePictures(
        _ choice: AnalysisInput.Picture, _ surfaces: [Surfaces], level: Double
    ) -> (single: [Picture], panel: Picture?) {
        let (unit, about, signs, colors) = Self.lobes(choice)
        let scenes = surfaces.map { surface in
            Scene(
                molecule: molecule,
                layers: zip(surface.meshes, colors).map { Scene.Layer(mesh: $0.mesh, coloring: .uniform($1), opacity: 0.72) })
        }
        let patches = zip(zip(colors, signs), ["+", "\u{2212}"]).map { part, sign in
            (part.0, "\(part.1) (\(sign)\(Self.text(level)) \(unit))")
        }
        let keys = surfaces.map { _ in Picture.Key.patches(patches) }
        return pictures(scenes, surfaces: surfaces, keys: keys, about: about, scales: [])
    }

    private static func lobes(
        _ choice: AnalysisInput.Picture
    ) -> (unit: String, about: String, signs: [String], colors: [PixelColor]) {
        let density = "e/bohr\u{b3}"
        let (blue, orange) = (PixelColor(0.16, 0.42, 0.85), PixelColor(0.95, 0.55, 0.10))
        return switch choice {
        case .esp: (density, "", [], [])
        case .difference: (density, "density less that of the first state", ["accumulation", "depletion"], [blue, orange])
        case .step: (density, "density less that of the state before", ["accumulation", "depletion"], [blue, orange])
        case .spin:
            (density, "spin density", ["alpha", "beta"], [PixelColor(0.20, 0.62, 0.35), PixelColor(0.60, 0.25, 0.65)])
        case .homo, .lumo:
            ("a.u.", choice.rawValue.uppercased(), ["positive", "negative"], [blue, PixelColor(0.85, 0.2, 0.2)])
        }
    }

    private func pictures(
        _ scenes: [Scene], surfaces: [Surfaces], keys: [Picture.Key], about: String, scales: [ColorScale]
    ) -> (single: [Picture], panel: Picture?) {
        let frame = Frame(camera: options.view.camera(of: molecule), around: scenes)
        let captions = surfaces.map {
            "charge \(signed($0.state.charge).replacingOccurrences(of: "-", with: "\u{2212}")), multiplicity \($0.state.multiplicity)"
        }
        let single = zip(zip(scenes, captions), keys).map { part, key in
            Picture(
                title: "\(name), \(part.1): \(about)", panels: [.init(scene: part.0, caption: part.1)], key: key, frame: frame)
        }
        guard scenes.count > 1 else { return (single, nil) }
        let panels = scenes.indices.map { k in
            Picture.Panel(scene: scenes[k], caption: captions[k], scale: scales.isEmpty ? nil : scales[k])
        }
        return (single, Picture(title: "\(name): \(about)", panels: panels, key: keys[0], frame: frame))
    }

    private var molecule: Molecule { wavefunctions[0].basis.molecule }

    private static func text(_ level: Double) -> String { String(format: "%g", level) }
}
