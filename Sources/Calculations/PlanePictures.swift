import FileFormats
import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularStructure
import Pictures
import Report
import RunFolders
import WavefunctionAnalysis

/// Contour maps of fields in the plane through three atoms, as PNG and SVG files.
extension PictureOutput {
    /// - Parameter atoms: three, counted from 0.
    /// - Returns: the names of the files written to the folder.
    /// - Throws: `CalculationError.badInput` if the atoms do not exist or lie on a line.
    package func write(
        _ choice: AnalysisInput.Picture, planeThrough atoms: [Int], states: [Int]? = nil, to folder: OutputFolder
    ) throws -> [String] {
        let count = molecule.atoms.count
        guard atoms.count == 3, Set(atoms).count == 3, atoms.allSatisfy({ (0..<count).contains($0) }) else {
            throw CalculationError.badInput("--plane: three different atoms are needed, of 1 to \(count).")
        }
        let numbers = atoms.map { "\($0 + 1)" }
        guard let plane = try? MolecularPlane(through: atoms, of: molecule) else {
            throw CalculationError.badInput("--plane: the atoms \(numbers.joined(separator: ", ")) lie on a line. Choose others.")
        }
        let points = plane.points
        let isPart = states.map { $0.count < wavefunctions.count } ?? false
        var maps: [(state: Int, values: [Double], density: [Double], orbital: SelectedOrbital?)] = []
        for state in states ?? Array(wavefunctions.indices) {
            try checkCancellation()
            guard let (values, orbital) = values(choice, state: state, at: points) else { continue }
            let density =
                choice == .density
                ? values
                : ScalarField.density(wavefunctions[state].totalDensity, basis: wavefunctions[state].basis).values(
                    at: points, pool: pool)
            maps.append((state, values, density, orbital))
        }
        let suffix =
            choice.fileName + "_plane" + numbers.joined(separator: "-") + options.nameParts(of: choice, isOfSomeStates: isPart)
        let common = scale(maps.map { ($0.values, $0.density) })
        return try maps.flatMap { map in
            let own = options.scale == .each ? scale([(map.values, map.density)]) : common
            let state = wavefunctions[map.state].state
            let title = "\(name): \(self.title(choice)) in the plane of atoms \(numbers.joined(separator: ", "))"
            let orbital = map.orbital.map { ", " + Self.text($0) } ?? ""
            let drawing = ContourMap(
                title: title,
                subtitle: "\(document.model.title), \(caption(state))\(orbital)"
                    + (choice == .esp ? "" : "; thick line: density 0.001 e/bohr\u{b3}"), plane: plane, values: map.values,
                outline: (map.density, AnalysisInput.Picture.esp.defaultLevel), style: style(choice, scale: own)
            ).drawing(width: options.width)
            let png = OutputFolder.pictureName(suffix, state)
            let svg = (png as NSString).deletingPathExtension + ".svg"
            try checkCancellation()
            // A colour and a value of the renderer for every pixel.
            try checkRoom(drawing.width * drawing.height * 2 * MemoryLayout<PixelColor>.stride, width: drawing.width)
            try folder.write(PNGEncoder.data(drawing.image), name: png)
            try folder.write(Data(drawing.svg().utf8), name: svg)
            return [png, svg]
        }
    }

    /// Nil if there is nothing to show.
    private func values(
        _ choice: AnalysisInput.Picture, state: Int, at points: [SIMD3<Double>]
    ) -> (values: [Double], orbital: SelectedOrbital?)? {
        guard let (field, orbital) = field(choice, state: state) else { return nil }
        guard choice == .esp else { return (field.values(at: points, pool: pool), orbital) }
        let wavefunction = wavefunctions[state]
        let evaluator = ElectrostaticPotentialEvaluator(
            basis: wavefunction.basis, densities: [wavefunction.totalDensity], pool: pool)
        return (evaluator.values(at: points, pool: pool)[0], nil)
    }

    /// Limits for potentials, from the region outside the molecules, because potentials are unbounded at the nuclei.
    private func scale(_ maps: [(values: [Double], density: [Double])]) -> ColorScale {
        if case .limits(let low, let high) = options.scale {
            return ColorScale(low: low, high: high, convention: options.convention)
        }
        let level = AnalysisInput.Picture.esp.defaultLevel
        let outside = maps.flatMap { zip($0.values, $0.density).filter { $0.1 < 5 * level }.map(\.0) }
        return ColorScale(robustFor: outside, convention: options.convention)
    }

    private func title(_ choice: AnalysisInput.Picture) -> String {
        choice == .esp ? "electrostatic potential" : lobes(choice).about
    }

    private func style(_ choice: AnalysisInput.Picture, scale: ColorScale) -> ContourMap.Style {
        if choice == .esp {
            return ContourMap.Style(
                scale, caption: "electrostatic potential; thick line: density 0.001 e/bohr\u{b3}", unit: "hartree/e",
                secondUnit: ("kcal/(mol e)", PhysicalConstants.hartreeInKilocaloriePerMole))
        }
        let look = lobes(choice)
        let lowest = choice == .density ? 0.001 : choice == .spin ? 0.0005 : choice.isOrbital ? 0.005 : 0.0005
        return ContourMap.Style(
            doublingFrom: lowest, count: choice == .density ? 12 : 8, colors: look.colors, names: look.signs, unit: look.unit)
    }
}

extension AnalysisInput.Picture {
    var isOrbital: Bool { if case .orbital = self { true } else { false } }
}
