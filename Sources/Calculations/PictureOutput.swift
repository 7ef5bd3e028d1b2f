import FileFormats
import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure
import MachineLimits
import ParallelExecution
import Pictures
import Report
import RunFolders
import WavefunctionAnalysis

/// Draws the results of a run and writes them as PNG files: one per state, and one with the states side by side.
package struct PictureOutput {
    /// For titles: the name of the run.
    package let name: String
    /// Method, basis and <S^2>.
    package let document: ResultDocument
    package let wavefunctions: [Wavefunction]
    package let options: PictureSettings
    /// The viewing direction, the same for all pictures.
    let camera: Camera
    package let memory: MemorySize
    package let pool: WorkerPool
    /// Throws if drawing should end.
    package var checkCancellation: () throws -> Void = {}

    package init(
        name: String, document: ResultDocument, wavefunctions: [Wavefunction], options: PictureSettings = PictureSettings(),
        memory: MemorySize, pool: WorkerPool, checkCancellation: @escaping () throws -> Void = {}
    ) {
        self.name = name
        self.document = document
        self.wavefunctions = wavefunctions
        self.options = options
        camera = options.view.camera(of: wavefunctions.first?.basis.molecule ?? Molecule(atoms: []))
        self.memory = memory
        self.pool = pool
        self.checkCancellation = checkCancellation
    }

    /// Spacing of the grid for surfaces, in bohr: small molecules are drawn large, and lobes are smaller than molecules.
    private func spacing(_ choice: AnalysisInput.Picture) -> Double {
        let places = molecule.atoms.map(\.position)
        let low = places.reduce(SIMD3(repeating: .infinity)) { pointwiseMin($0, $1) }
        let high = places.reduce(SIMD3(repeating: -.infinity)) { pointwiseMax($0, $1) }
        // A surface extends about four bohr beyond the nuclei; sixty cells across look smooth.
        let smooth = ((high - low).max() + 8) / 60
        return choice == .esp ? min(smooth, Isosurface.defaultSpacing) : min(0.7 * smooth, 0.24)
    }

    /// The content of a picture of one state.
    package struct Surfaces {
        package let state: ChargeState
        /// With its potential (for `esp`) or the sign of its lobe.
        package let meshes: [(mesh: SurfaceMesh, values: [Double])]
        /// Extrema of the potential, if requested.
        var extrema: [SurfaceExtremum] = []
        /// The orbital shown.
        var orbital: SelectedOrbital?
    }

    /// Several pictures in addition to the results of a computation, which do not depend on them: failures are noted.
    ///
    /// - Parameter tell: gets the completed fraction of the work, from 0 to 1.
    package func write(
        _ choices: [AnalysisInput.Picture], to folder: OutputFolder, note: (String) -> Void, tell: (Double) -> Void = { _ in }
    ) throws {
        for (place, choice) in choices.enumerated() {
            try checkCancellation()
            do {
                let files = try write(choice, to: folder) { tell((Double(place) + $0) / Double(choices.count)) }
                if !files.isEmpty { note("drawn: \(files.joined(separator: ", "))") }
            } catch CalculationError.badInput(let text), CalculationError.outOfMemory(let text) {
                note(text)
            }
        }
    }

    /// - Parameter tell: gets the completed fraction of the work, from 0 to 1.
    /// - Returns: the names of the files written to the folder.
    package func write(
        _ choice: AnalysisInput.Picture, states: [Int]? = nil, to folder: OutputFolder, tell: (Double) -> Void = { _ in }
    ) throws -> [String] {
        // Surfaces take about as long as their pictures.
        let drawn = try drawn(choice, states: states) { tell(0.5 * $0) }
        let count = Double(drawn.single.count + (drawn.panel == nil ? 0 : 1))
        let isPart = states.map { $0.count < wavefunctions.count } ?? false
        let suffix = choice.fileName + options.nameParts(of: choice, isOfSomeStates: isPart)
        var files: [String] = []
        for (state, picture) in zip(drawn.surfaces.map(\.state), drawn.single) {
            files.append(OutputFolder.pictureName(suffix, state))
            try write(picture, width: options.width, name: files[files.count - 1], to: folder)
            tell(0.5 + 0.5 * Double(files.count) / count)
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
        _ choice: AnalysisInput.Picture, states: [Int]? = nil, tell: (Double) -> Void = { _ in }
    ) throws -> (surfaces: [Surfaces], single: [Picture], panel: Picture?) {
        let level = options.isovalue ?? choice.defaultLevel
        let states = states ?? Array(wavefunctions.indices)
        let surfaces = try states.enumerated().compactMap { place, state in
            defer { tell(Double(place + 1) / Double(states.count)) }
            return try self.surfaces(choice, state: state, level: level)
        }
        guard !surfaces.isEmpty else { return ([], [], nil) }
        let pictures = choice == .esp ? potentialPictures(surfaces, level: level) : lobePictures(choice, surfaces, level: level)
        return (surfaces, pictures.single, pictures.panel)
    }

    /// Whether the pictures of all states that `esp compute` draws exist.
    ///
    /// - Parameter base: charge of the state that others are shown relative to.
    static func isDrawn(_ choice: AnalysisInput.Picture, of records: [StateRecord], base: Int?, in folder: OutputFolder) -> Bool {
        let shown = records.enumerated().filter { index, record in
            switch choice {
            case .esp, .density, .orbital: true
            case .difference: record.charge != base
            case .step: index > 0
            case .spin: record.hasSpinDensity
            }
        }.map(\.element.state)
        let names = shown.map { OutputFolder.pictureName(choice.fileName, $0) }
        return (names + (shown.count > 1 ? [OutputFolder.panelName(choice.fileName)] : [])).allSatisfy(folder.has)
    }

    private func write(_ picture: Picture, width: Int, name: String, to folder: OutputFolder) throws {
        try folder.write(data(picture, width: width), name: name)
    }

    /// A picture as a PNG file.
    ///
    /// - Throws: `CalculationError.outOfMemory` if the allowed memory is not sufficient.
    package func data(_ picture: Picture, width: Int) throws -> Data {
        try checkCancellation()
        try checkRoom(picture.byteCount(width: width, threads: pool.threads), width: width)
        return try PNGEncoder.data(picture.image(width: width, pool: pool))
    }

    /// - Throws: `CalculationError.outOfMemory` if this many bytes are not available.
    func checkRoom(_ needed: Int, width: Int) throws {
        let room = pool.communicator.least(Machine.remaining(of: memory))
        guard needed <= room else {
            throw CalculationError.outOfMemory(
                "a picture of \(width) pixels needs \(MemorySize(bytes: needed).need) of memory, but only "
                    + "\(MemorySize(bytes: room).description) of the \(memory.description) allowed is free. Raise --memory or lower --width."
            )
        }
    }

    private func surfaces(_ choice: AnalysisInput.Picture, state index: Int, level: Double) throws -> Surfaces? {
        try checkCancellation()
        let wavefunction = wavefunctions[index]
        let basis = wavefunction.basis
        do {
            if choice == .esp, options.showsExtrema {
                let analysis = try SurfaceAnalysis(
                    wavefunction, level: level, spacing: spacing(choice),
                    memoryLimitInBytes: pool.communicator.least(Machine.remaining(of: memory)),
                    pool: pool)
                return Surfaces(
                    state: wavefunction.state, meshes: [(analysis.surface.mesh, analysis.surface.values)],
                    extrema: analysis.extrema)
            }
            guard let (field, orbital) = field(choice, state: index) else { return nil }
            let surface = try Isosurface(
                of: field, lowestLevel: level,
                spacing: spacing(choice), memoryLimitInBytes: pool.communicator.least(Machine.remaining(of: memory)), pool: pool)
            var first = try surface.surface(level: level, pool: pool)
            if choice == .esp {
                first = first.withoutCavities
                let evaluator = ElectrostaticPotentialEvaluator(
                    basis: basis, densities: [wavefunction.totalDensity], pool: pool)
                return Surfaces(
                    state: wavefunction.state, meshes: [(first, evaluator.values(at: first.positions, pool: pool)[0])])
            }
            let second = choice == .density ? SurfaceMesh() : try surface.surface(level: -level, pool: pool)
            return Surfaces(state: wavefunction.state, meshes: [(first, []), (second, [])], orbital: orbital)
        } catch let error as IsosurfaceError {
            let text = "the \(choice.rawValue) picture: \(error)"
            throw error.isLackOfMemory ? CalculationError.outOfMemory(text) : .badInput(text)
        } catch let error as CubeGridError {
            throw CalculationError.badInput("the \(choice.rawValue) picture: \(error)")
        }
    }

    /// Nil if there is nothing to show: the difference of the base state from itself, the spin of a singlet, or an orbital that does not
    /// exist.
    func field(_ choice: AnalysisInput.Picture, state index: Int) -> (ScalarField, SelectedOrbital?)? {
        let wavefunction = wavefunctions[index]
        if case .orbital(let orbital) = choice {
            return SelectedOrbital(
                orbital.place, spin: orbital.spin, of: wavefunction, likeThatOf: wavefunctions[0]
            ).map {
                (.orbital($0.coefficients, basis: wavefunction.basis), $0)
            }
        }
        return densityMatrix(choice, state: index).map { (.density($0, basis: wavefunction.basis), nil) }
    }

    /// The matrix of a density, a density difference or a spin density; nil if there is nothing to show.
    private func densityMatrix(_ choice: AnalysisInput.Picture, state index: Int) -> Matrix? {
        let wavefunction = wavefunctions[index]
        switch choice {
        case .esp, .density: return wavefunction.totalDensity
        case .difference: return index == base ? nil : wavefunction.totalDensity - wavefunctions[base].totalDensity
        case .step: return index == 0 ? nil : wavefunction.totalDensity - wavefunctions[index - 1].totalDensity
        case .spin: return wavefunction.spinDensity.largestMagnitude > 1e-6 ? wavefunction.spinDensity : nil
        case .orbital: return nil
        }
    }

    /// Index of the state that others are shown relative to.
    var base: Int { wavefunctions.firstIndex { $0.state.charge == document.baseCharge } ?? 0 }

    var molecule: Molecule { wavefunctions[0].basis.molecule }

    /// `charge −1, doublet, ⟨S²⟩ = 0.759`.
    func caption(_ state: ChargeState) -> String {
        let record = document.states.first { $0.charge == state.charge && $0.multiplicity == state.multiplicity }
        var result = "charge \(NumberText.charge(state.charge)), \(NumberText.multiplicity(state.multiplicity))"
        guard let record, record.hasSpinDensity else { return result }
        if record.isBrokenSymmetrySinglet { result += " (broken symmetry)" }
        return result + ", \u{27E8}S\u{B2}\u{27E9} = \(NumberText.fixed(record.spinSquared, 3))"
    }

    static func text(_ level: Double) -> String { String(format: "%g", level) }
}
