import FileFormats
import Foundation
import LinearAlgebra
import ReductionSeries
import RunFolders
import WavefunctionAnalysis

/// Condensed Fukui functions and the dual descriptor, and the functions themselves as cube files.
public struct FukuiProperty: RunProperty {
    public static let name = "fukui"

    /// Charge of the state; nil for the one closest to 0.
    public var charge: Int?
    public var writesCubes: Bool
    /// Spacing of the cubes' points, in bohr.
    public var cubeSpacing: Double

    public init(charge: Int? = nil, writesCubes: Bool = false, cubeSpacing: Double = CubeGrid.defaultSpacing) {
        self.charge = charge
        self.writesCubes = writesCubes
        self.cubeSpacing = cubeSpacing
    }

    public func value(of run: OpenedRun) throws -> FukuiIndices {
        let document = try run.document()
        let chosen = charge ?? document.states.map(\.charge).min { (abs($0), -$0) < (abs($1), -$1) } ?? 0
        do {
            return try FukuiIndices(try ElectronAccount(document), charge: chosen)
        } catch {
            throw CalculationError.badInput("\(run.path): \(sentence(error))")
        }
    }

    public func write(_ value: FukuiIndices, of run: OpenedRun, announce: (String) throws -> Void) throws {
        guard writesCubes else { return }
        for file in try cubes(of: run, charge: value.charge) { try announce(file + "\n") }
    }

    /// - Returns: the paths of the files.
    private func cubes(of opened: OpenedRun, charge: Int) throws -> [String] {
        let run = try opened.finished(forWriting: true)
        // The states needed for the indices.
        func density(_ charge: Int) -> Matrix? {
            guard let record = run.document.states.first(where: { $0.charge == charge }) else { return nil }
            return run.wavefunctions.first { $0.state == record.state }?.totalDensity
        }
        guard let middle = density(charge) else { return [] }
        let more = density(charge - 1).map { ScalarField.density($0 - middle, basis: run.basis) }
        let less = density(charge + 1).map { ScalarField.density(middle - $0, basis: run.basis) }
        let grid = try CubeOutput.grid(
            around: run.basis.molecule, files: 4, spacing: cubeSpacing, folder: run.folder, memory: opened.resources.memoryLimit)
        let pool = try opened.resources.pool()
        var names: [String] = []
        func file(_ kind: String, _ title: String, isWanted: Bool) throws -> CubeFileWriter? {
            guard isWanted else { return nil }
            let head = CubeFile(
                title: OutputFolder.stem(of: opened.path), subtitle: "\(title) of charge \(signed(charge)) in 1/bohr^3",
                basis: run.basis, grid: grid)
            names.append("fukui_\(kind).cube")
            return try CubeFileWriter(head, to: run.folder.url("fukui_\(kind).cube"))
        }
        let files = [
            try file("plus", "Fukui function f+", isWanted: more != nil),
            try file("minus", "Fukui function f-", isWanted: less != nil),
            try file("zero", "Fukui function f0", isWanted: more != nil && less != nil),
            try file("dual", "dual descriptor f+ - f-", isWanted: more != nil && less != nil),
        ]
        for slab in grid.slabs {
            try opened.monitor.checkCancellation()
            let points = grid.points(slab)
            let plus = more?.values(at: points, pool: pool) ?? []
            let minus = less?.values(at: points, pool: pool) ?? []
            try files[0]?.append(plus)
            try files[1]?.append(minus)
            try files[2]?.append(zip(plus, minus).map { 0.5 * ($0 + $1) })
            try files[3]?.append(zip(plus, minus).map { $0 - $1 })
        }
        for file in files { try file?.finish() }
        return names.map { run.folder.url($0).relativePath }
    }
}

extension FukuiIndices: PropertyValue {
    public func rendered(as format: PropertyFormat) throws -> String? {
        switch format {
        case .text: text
        case .csv: nil
        case .json: String(decoding: try json(), as: UTF8.self)
        }
    }
}
