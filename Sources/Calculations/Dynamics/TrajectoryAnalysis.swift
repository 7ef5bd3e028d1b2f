import FileFormats
import Foundation
import MolecularDynamics
import MolecularStructure
import RunFolders
import VibrationalAnalysis

/// What is computed from a trajectory. Lengths in Angstrom, times in femtoseconds, as on the command line.
public struct TrajectoryRequest: Sendable, Equatable {
    /// `Zr-O`: radial distribution and coordination numbers of O at Zr.
    public var pairs: [String] = []
    /// For coordination numbers.
    public var within = 3.0
    /// Of the radial distribution.
    public var longestDistance = 8.0
    public var width = 0.05
    /// Radius of the sphere whose mean density is the unit of g(r); nil: that of the wall of the run, if it has one.
    public var sphere: Double?
    /// `Nb-Cl-Al`: angles between bonds; or numbers of three atoms.
    public var angles: [String] = []
    public var wantsSpectrum = false
    /// Longest time of correlations; nil: half of the trajectory, at most 1000 fs.
    public var lag: Double?
    /// In cm-1.
    public var highestWavenumber = 4500.0
    /// Of running averages.
    public var window = 100.0
    /// For which a bond must be made or broken to count.
    public var persistence = 20.0
    /// Left out at the beginning.
    public var skip = 0.0
    /// Between structures, for files without times.
    public var interval: Double?

    public init() {}

    /// What is impossible, in the words of the command line; nil if nothing is.
    public var flaw: String? {
        let conditions: [(Bool, String)] = [
            (within > 0 && within < 1000, "--within must be a positive length"),
            (width >= 0.001 && width <= 1, "--width must lie between 0.001 and 1 Angstrom"),
            (
                longestDistance >= width && longestDistance <= 1000 * width * 10,
                "--longest must be at least --width and at most 10000 of it"
            ),
            (sphere.map { $0 > 0 && $0 < 1e4 } ?? true, "--sphere must be a positive length"),
            (lag.map { $0 > 0 && $0 <= 1e9 } ?? true, "--lag must lie between 0 and 1e9 fs"),
            (highestWavenumber >= 10 && highestWavenumber <= 20000, "--highest must lie between 10 and 20000 cm-1"),
            (window >= 0 && window <= 1e9, "--window must lie between 0 and 1e9 fs"),
            (persistence >= 0 && persistence <= 1e9, "--persistence must lie between 0 and 1e9 fs"),
            (skip >= 0 && skip <= 1e9, "--skip must lie between 0 and 1e9 fs"),
            (interval.map { $0 >= 1e-6 && $0 <= 1e9 } ?? true, "--interval must lie between 1e-6 and 1e9 fs"),
        ]
        return conditions.first { !$0.0 }?.1
    }
}

/// Analysis of a trajectory: of a run of `esp dynamics`, or of a file.
public struct TrajectoryAnalysis {
    private let request: TrajectoryRequest
    private let trajectory: Trajectory
    /// In unified atomic mass units.
    private let masses: [Double]
    /// Of the run, in femtoseconds; nil if unknown.
    private let timestep: Double?
    private let degreesOfFreedom: Int
    /// In Angstrom.
    private let sphere: Double?
    private let source: String
    /// Time of the first structure that is used, in femtoseconds.
    private let firstTime: Double
    public let notes: [String]

    /// Reads the trajectory and checks the request.
    ///
    /// - Parameter path: the folder of a run, or a file.
    /// - Throws: `CalculationError`, `InputFileError`.
    public init(_ path: String, _ request: TrajectoryRequest) throws {
        if let flaw = request.flaw { throw CalculationError.usage("\(flaw).") }
        self.request = request
        source = path
        let folder = OutputFolder(existing: path)
        let run = Self.isRun(path) ? try DynamicsDocument(readingFrom: folder.url(DynamicsRecorder.documentName).path) : nil
        let file = try TrajectoryFile(readingFrom: run == nil ? path : folder.url(DynamicsRecorder.trajectoryName).path)
        notes = file.notes
        guard file.frames.count > 1 else {
            throw CalculationError.badInput("\(path) has a single structure. A trajectory has several.")
        }
        let interval: Double
        let times = file.frames.compactMap(\.time)
        if let given = request.interval {
            interval = given
        } else if times.count == file.frames.count {
            interval = (times[times.count - 1] - times[0]) / Double(times.count - 1)
            let isEven = times.enumerated().allSatisfy { abs($1 - times[0] - Double($0) * interval) < 1e-2 * interval }
            guard interval >= 1e-6, interval <= 1e9, isEven else {
                throw CalculationError.badInput(
                    "\(path): the structures are not at equal intervals of time. Analyse the parts by themselves.")
            }
        } else {
            throw CalculationError.usage("\(path) does not say when its structures were reached (time_fs=). Give --interval.")
        }
        let skipped = Int(min((request.skip / interval).rounded(.up), 1e9))
        guard file.frames.count - skipped > 1 else {
            throw CalculationError.usage("--skip leaves no trajectory. Give a smaller one.")
        }
        firstTime = (request.interval == nil ? times[0] : 0) + Double(skipped) * interval
        let frames = file.frames.dropFirst(skipped)
        let unit = PhysicalConstants.atomicTimeInFemtoseconds / PhysicalConstants.bohrInAngstrom
        let velocities = frames.compactMap { $0.velocities?.map { unit * $0 } }
        let dipoles = frames.compactMap { $0.dipole.map { $0 / PhysicalConstants.bohrInAngstrom } }
        trajectory = Trajectory(
            elements: file.elements, interval: interval / PhysicalConstants.atomicTimeInFemtoseconds,
            positions: frames.map(\.positions), velocities: velocities.count == frames.count ? velocities : nil,
            dipoles: dipoles.count == frames.count ? dipoles : nil)
        masses = run?.masses ?? file.elements.map { IsotopicMasses.mass(of: $0, .average) }
        guard masses.count == file.elements.count else {
            throw CalculationError.badInput(
                "\(path): dynamics.json and trajectory.xyz have different atoms. Undo the change of the files.")
        }
        timestep = run?.dynamics.timestep
        degreesOfFreedom = run?.degreesOfFreedom ?? max(3 * masses.count - (masses.count == 2 ? 5 : 6), 1)
        sphere = request.sphere ?? run?.dynamics.wallRadius.map { $0 * PhysicalConstants.bohrInAngstrom }
    }

    /// Whether a path is the folder of a run of dynamics.
    package static func isRun(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: OutputFolder(existing: path).url(DynamicsRecorder.documentName).path)
    }

    private var intervalInFemtoseconds: Double { trajectory.interval * PhysicalConstants.atomicTimeInFemtoseconds }

    private func count(_ time: Double) -> Int { Int(min(max((time / intervalInFemtoseconds).rounded(), 1), 1e9)) }

    private func time(_ frame: Int) -> Double { firstTime + Double(frame) * intervalInFemtoseconds }

    /// Computes what is asked for.
    public func result() throws -> TrajectoryResult {
        let history = BondHistory(trajectory, persistence: count(request.persistence))
        func names(_ bonds: Set<BondGraph.Bond>) -> [String] { bonds.sorted().map(name) }
        var result = TrajectoryResult(
            source: source, symbols: trajectory.elements.map(\.symbol), structures: trajectory.positions.count,
            interval: intervalInFemtoseconds, firstTime: firstTime,
            events: history.events.map { .init(time: time($0.frame), bond: name($0.bond), made: $0.isMade) },
            made: names(history.lastBonds.subtracting(history.firstBonds)),
            broken: names(history.firstBonds.subtracting(history.lastBonds)))
        result.pairs = try request.pairs.map(pair)
        result.angles = try request.angles.map(angle)
        if request.wantsSpectrum { result.spectrum = try spectrum() }
        return result
    }

    private func name(_ bond: BondGraph.Bond) -> String {
        [bond.first, bond.second].map { "\(trajectory.elements[$0].symbol)\($0 + 1)" }.joined(separator: "-")
    }

    private func pair(_ text: String) throws -> TrajectoryResult.Pair {
        let parts = try AtomSelection.list(text, count: 2, of: trajectory.elements, option: "--pair")
        let distances = PairDistances(centers: parts[0].atoms, others: parts[1].atoms)
        guard parts[0].atoms != parts[1].atoms || parts[0].atoms.count > 1 else {
            throw CalculationError.usage("--pair \(text): there is only one such atom.")
        }
        let angstrom = PhysicalConstants.bohrInAngstrom
        let found = distances.distribution(
            in: trajectory, to: request.longestDistance / angstrom, width: request.width / angstrom)
        let numbers = distances.coordinationNumbers(in: trajectory, within: request.within / angstrom)
        // Per cubic Angstrom.
        let density = found.density.map { $0 / (angstrom * angstrom * angstrom) }
        let others = Double(parts[1].atoms.count - (parts[0].atoms == parts[1].atoms ? 1 : 0))
        let mean = sphere.map { others / (4 / 3 * Double.pi * $0 * $0 * $0) }
        return TrajectoryResult.Pair(
            name: text, within: request.within, mean: SeriesAverage.mean(numbers), deviation: SeriesAverage.deviation(numbers),
            numbers: numbers, running: SeriesAverage.running(numbers, window: count(request.window)),
            cumulative: SeriesAverage.cumulative(numbers), radii: found.radii.map { $0 * angstrom }, density: density,
            distribution: mean.map { mean in density.map { $0 / mean } }, sphere: mean == nil ? nil : sphere,
            coordination: found.coordination)
    }

    private func angle(_ text: String) throws -> TrajectoryResult.Angle {
        let parts = try AtomSelection.list(text, count: 3, of: trajectory.elements, option: "--angle")
        let series: AngleSeries
        let elements = parts.compactMap(\.element)
        switch elements.count {
        case 3: series = AngleSeries(trajectory, elements: (elements[0], elements[1], elements[2]))
        case 0:
            let atoms = parts.map { $0.atoms[0] }
            guard Set(atoms).count == 3 else { throw CalculationError.usage("--angle \(text): name three different atoms.") }
            series = AngleSeries(trajectory, atoms: (atoms[0], atoms[1], atoms[2]))
        default: throw CalculationError.usage("--angle \(text): write three elements, or the numbers of three atoms.")
        }
        let all = series.angles.flatMap { $0 }
        return TrajectoryResult.Angle(
            name: text, count: all.count, mean: all.isEmpty ? nil : SeriesAverage.mean(all),
            deviation: all.isEmpty ? nil : SeriesAverage.deviation(all),
            means: series.angles.map { $0.isEmpty ? nil : SeriesAverage.mean($0) }, histogram: series.histogram)
    }

    private func spectrum() throws -> TrajectoryResult.Spectrum {
        let total = Double(trajectory.positions.count) * intervalInFemtoseconds
        let lag = request.lag ?? min(0.5 * total, 1000)
        let unit = lag / PhysicalConstants.atomicTimeInFemtoseconds
        guard
            let velocities = PowerSpectrum.ofVelocities(
                trajectory, masses: masses, lag: unit, highest: request.highestWavenumber)
        else {
            throw CalculationError.badInput(
                "\(source) has no velocities, so there is no spectrum. Leave out --spectrum, or name a run of esp dynamics.")
        }
        // The kinetic energy gives the temperature: 2 K = n k T.
        let kinetic = SeriesAverage.mean(
            (trajectory.velocities ?? []).map { frame in
                zip(masses, frame).reduce(0) { $0 + 0.5 * $1.0 * PhysicalConstants.atomicMassUnit * $1.1.dot($1.1) }
            })
        let energy = 2 * kinetic / Double(degreesOfFreedom)
        let infrared = PowerSpectrum.ofDipoles(trajectory, lag: unit, highest: request.highestWavenumber).map { spectrum in
            spectrum.scaled { _ in InfraredSpectrum.kilometrePerMole / energy }
        }
        let peaks = velocities.peaks(above: 0.05).map { peak in
            TrajectoryResult.Spectrum.Peak(
                wavenumber: peak.wavenumber,
                corrected: timestep.map {
                    PowerSpectrum.corrected(peak.wavenumber, timestep: $0 / PhysicalConstants.atomicTimeInFemtoseconds)
                }, value: peak.value)
        }
        return TrajectoryResult.Spectrum(
            lag: lag, temperature: energy / PhysicalConstants.boltzmannInHartreePerKelvin, wavenumbers: velocities.wavenumbers,
            velocities: velocities.values, infrared: infrared?.values, peaks: peaks)
    }
}
