import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import ParallelExecution
import Report
import WavefunctionAnalysis

/// The surfaces around the molecule that the page about a run shows.
struct ReportSurfaces {
    /// Electrons per bohr^3 of the surface that carries the potential.
    static let densityLevel = PictureChoice.esp.defaultLevel
    /// Lobes are smaller than molecules: their grid is finer, in bohr.
    private static let lobeSpacing = 0.3

    static let note =
        "The potential is worked out at every corner of the surface of \(densityLevel) e/bohr\u{00B3}; it is linear in between. Small surfaces "
        + "about the nuclei of core potentials, where the valence density vanishes, are left out."

    private static let pictures: [(PictureChoice, Report.Property)] = [
        (.esp, .potential), (.difference, .difference), (.spin, .spin),
    ]

    let run: FinishedRun
    let pool: WorkerPool

    /// One view a state, in the order of the document.
    ///
    /// Cost: for 22 atoms and three states a few seconds on two cores.
    func views() throws -> [Report.View] {
        var layers = run.wavefunctions.map { _ in [Report.Layer]() }
        for (index, layer) in try potentials().enumerated() { layers[index].append(layer) }
        let states = run.document.states
        guard let base = states.indices.max(by: { states[$0].charge < states[$1].charge }) else { return [] }
        for (index, wavefunction) in run.wavefunctions.enumerated() {
            if states[index].charge != states[base].charge {
                let difference = wavefunction.totalDensity - run.wavefunctions[base].totalDensity
                layers[index].append(
                    try lobes(
                        difference, .difference, level: PictureChoice.difference.defaultLevel,
                        title: "density less that of q = \(signed(states[base].charge))"))
            }
            if states[index].hasSpinDensity {
                layers[index].append(
                    try lobes(
                        wavefunction.spinDensity, .spin, level: PictureChoice.spin.defaultLevel, title: "alpha less beta density")
                )
            }
        }
        var pictures = run.wavefunctions.map { _ in [Report.Picture]() }
        for (choice, property) in Self.pictures {
            for image in try stills.images(choice) {
                guard let index = run.wavefunctions.firstIndex(where: { $0.state == image.state }) else { continue }
                pictures[index].append(.init(property: property, mediaType: .png, data: image.png))
            }
        }
        return zip(layers, pictures).map { Report.View(layers: $0, pictures: $1) }
    }

    /// Small pictures for readers without WebGL; `esp picture` draws large ones.
    private var stills: PictureOutput {
        var settings = PictureSettings()
        settings.width = 800
        return PictureOutput(
            name: OutputFolder.stem(of: run.folder.path), wavefunctions: run.wavefunctions, options: settings, pool: pool)
    }

    private func potentials() throws -> [Report.Layer] {
        let meshes = try run.wavefunctions.map { wavefunction in
            try Isosurface(of: .density(wavefunction.totalDensity, basis: run.basis), pool: pool)
                .surface(level: Self.densityLevel, pool: pool).withoutCavities
        }
        let evaluator = ElectrostaticPotentialEvaluator(
            basis: run.basis, densities: run.wavefunctions.map(\.totalDensity), tolerance: 1e-7, pool: pool)
        return meshes.enumerated().map { index, mesh in
            let values = evaluator.values(at: mesh.positions, pool: pool)[index]
            return Report.Layer(
                property: .potential, title: "potential on the surface of \(Self.densityLevel) e/bohr\u{00B3}",
                surfaces: [Report.Surface(mesh: mesh, values: values, level: Self.densityLevel)])
        }
    }

    private func lobes(
        _ density: Matrix, _ property: Report.Property, level: Double, title: String
    ) throws -> Report.Layer {
        let field = try Isosurface(
            of: .density(density, basis: run.basis), lowestLevel: level, spacing: Self.lobeSpacing, pool: pool)
        let meshes = try [level, -level].map { ($0, try field.surface(level: $0, pool: pool)) }
        return Report.Layer(
            property: property, title: title,
            surfaces: meshes.filter { !$0.1.isEmpty }.map { Report.Surface(mesh: $0.1, level: $0.0) })
    }
}

extension Report.Surface {
    fileprivate init(mesh: SurfaceMesh, values: [Double]? = nil, level: Double) {
        self.init(positions: mesh.positions, normals: mesh.normals, triangles: mesh.triangles, values: values, level: level)
    }
}
