import FileFormats
import Foundation
import MolecularDynamics
import MolecularStructure
import RunFolders

/// The files of a run of molecular dynamics: the trajectory and the table of energies, to which every step is appended, and the state from
/// which a later call goes on.
///
/// The state records how long the appended files were. A later call cuts off what a killed process wrote after it and computes these steps
/// again, to the same bits.
final class DynamicsRecorder {
    static let documentName = "dynamics.json"
    static let trajectoryName = "trajectory.xyz"
    static let tableName = "energies.csv"
    static let stateName = "dynamics.state"
    static let plotName = "dynamics.svg"

    /// A row of the table. Energies in hartree.
    struct Row {
        /// In femtoseconds.
        let time: Double
        let potential, kinetic, wall, conserved: Double
        /// In kelvin.
        let temperature: Double
        let fockBuilds: Int

        static let header =
            "step,time_fs,potential_energy,kinetic_energy,wall_energy,conserved_energy,temperature_K,fock_builds\n"

        func text(step: Int) -> String {
            String(
                format: "%d,%.6f,%.12f,%.12f,%.12f,%.12f,%.6f,%d\n", step, time, potential, kinetic, wall, conserved, temperature,
                fockBuilds)
        }

        /// From a line of the table; nil if it is none.
        init?(_ line: Substring) {
            let fields = line.split(separator: ",").map { Double($0) }
            guard fields.count == 8, let time = fields[1], let potential = fields[2], let kinetic = fields[3],
                let wall = fields[4],
                let conserved = fields[5], let temperature = fields[6], let builds = fields[7], abs(builds) < 1e9
            else { return nil }
            self.init(
                time: time, potential: potential, kinetic: kinetic, wall: wall, conserved: conserved, temperature: temperature,
                fockBuilds: Int(builds))
        }

        init(
            time: Double, potential: Double, kinetic: Double, wall: Double, conserved: Double, temperature: Double,
            fockBuilds: Int
        ) {
            (self.time, self.potential, self.kinetic, self.wall) = (time, potential, kinetic, wall)
            (self.conserved, self.temperature, self.fockBuilds) = (conserved, temperature, fockBuilds)
        }
    }

    let folder: OutputFolder
    private let trajectory: AppendedFile
    private let table: AppendedFile
    /// As they stand in the table.
    private(set) var rows: [Row]

    /// Begins the files, or goes on where a state was saved.
    ///
    /// - Throws: `RunFolderError.damaged` if the files do not go with the state; `OutputFileError`.
    init(_ folder: OutputFolder, after state: DynamicsState?) throws {
        self.folder = folder
        var rows: [Row] = []
        if let state {
            for (name, length) in [(Self.trajectoryName, state.trajectoryLength), (Self.tableName, state.tableLength)] {
                let attributes = try? FileManager.default.attributesOfItem(atPath: folder.url(name).path)
                guard let size = attributes?[.size] as? Int, size >= length else {
                    throw RunFolderError.damaged(
                        "\(folder.url(name).path) is missing or shorter than the run left it. Bring it back, or start over with --force."
                    )
                }
            }
            let bytes = try TextFile.bytes(ofFileAt: folder.url(Self.tableName).path, limit: 1 << 34)
            let text = String(decoding: bytes.prefix(state.tableLength), as: UTF8.self)
            rows = text.split(separator: "\n").dropFirst().compactMap { Row($0) }
            guard rows.count == state.step + 1 else {
                throw RunFolderError.damaged(
                    "\(folder.url(Self.tableName).path) was changed: it has \(rows.count) steps in place of \(state.step + 1). Undo the "
                        + "change, or start over with --force.")
            }
        }
        self.rows = rows
        trajectory = try AppendedFile(folder.url(Self.trajectoryName), keeping: state?.trajectoryLength ?? 0)
        table = try AppendedFile(folder.url(Self.tableName), keeping: state?.tableLength ?? 0)
        if state == nil { try table.append(Row.header) }
    }

    /// Appends a step.
    ///
    /// - Parameter frame: for the trajectory; nil if this step is not in it.
    func add(_ row: Row, step: Int, frame: String?) throws {
        let text = row.text(step: step)
        if let frame { try trajectory.append(frame) }
        try table.append(text)
        // As a later call reads it.
        rows.append(Row(text.dropLast()) ?? row)
    }

    /// Saves the state that belongs to what has been appended.
    func save(step: Int, generator: SeededGenerator, lists: [String: [Double]]) throws {
        try trajectory.flush()
        try table.flush()
        let state = DynamicsState(
            step: step, trajectoryLength: trajectory.length, tableLength: table.length, generator: generator.state, lists: lists)
        try folder.write(state.data(), name: Self.stateName)
    }

    func write(_ document: DynamicsDocument) throws { try folder.write(document.json(), name: Self.documentName) }

    func plot(title: String) throws {
        func points(_ value: (Row) -> Double) -> [(x: Double, y: Double)] { rows.map { ($0.time, value($0)) } }
        guard let first = rows.first else { return }
        let plot = CurvesSVG(
            title: title, label: "time / fs",
            panels: [
                .init(
                    label: "energy / mEh",
                    curves: [
                        .init(name: "potential", points: points { 1000 * ($0.potential - first.potential) }),
                        .init(name: "conserved", points: points { 1000 * ($0.conserved - first.conserved) }),
                    ]),
                .init(
                    label: "conserved / µEh", curves: [.init(name: "", points: points { 1e6 * ($0.conserved - first.conserved) })]
                ),
                .init(label: "temperature / K", curves: [.init(name: "", points: points(\.temperature))], fromZero: true),
            ])
        try folder.write(Data(plot.text.utf8), name: Self.plotName)
    }

    /// Averages over all steps.
    func summary(atoms: Int) -> DynamicsDocument.Summary? {
        guard let last = rows.last else { return nil }
        let (times, conserved) = (rows.map(\.time), rows.map(\.conserved))
        let jumps = zip(conserved, conserved.dropFirst()).map { abs($1 - $0) }
        return DynamicsDocument.Summary(
            time: last.time, meanPotential: SeriesAverage.mean(rows.map(\.potential)),
            meanTemperature: SeriesAverage.mean(rows.map(\.temperature)),
            temperatureDeviation: SeriesAverage.deviation(rows.map(\.temperature)),
            drift: SeriesAverage.slope(times, conserved) * 1000 / Double(atoms),
            conservedDeviation: SeriesAverage.deviation(conserved), largestJump: jumps.max() ?? 0,
            fockBuilds: SeriesAverage.mean(rows.dropFirst().map { Double($0.fockBuilds) }))
    }
}
