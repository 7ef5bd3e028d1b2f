import FileFormats
import Foundation
import RunFolders

/// The outcome of the analysis of a trajectory. Times in femtoseconds, lengths in Angstrom.
public struct TrajectoryResult: Codable, Sendable {
    public struct Event: Codable, Sendable {
        public var time: Double
        /// `Nb13-Cl20`.
        public var bond: String
        public var made: Bool

        enum CodingKeys: String, CodingKey {
            case bond, made
            case time = "time_fs"
        }
    }

    /// Atoms of a second kind around those of a first.
    public struct Pair: Codable, Sendable {
        public var name: String
        /// Limit of the coordination numbers.
        public var within: Double
        /// Of the coordination numbers over time.
        public var mean: Double
        public var deviation: Double
        /// For every structure, averaged over the atoms of the first kind.
        public var numbers: [Double]
        public var running: [Double]
        public var cumulative: [Double]
        /// Upper ends of the intervals of the radial distribution.
        public var radii: [Double]
        /// Atoms of the second kind per cubic Angstrom.
        public var density: [Double]
        /// g(r): the density over the mean one in the sphere; nil without a sphere.
        public var distribution: [Double]?
        public var sphere: Double?
        /// Atoms of the second kind within the radii.
        public var coordination: [Double]
    }

    public struct Angle: Codable, Sendable {
        public var name: String
        /// Angles in all structures.
        public var count: Int
        /// In degrees; nil without any.
        public var mean: Double?
        public var deviation: Double?
        /// For every structure; nil where there is no such angle.
        public var means: [Double?]
        /// Shares of the intervals of one degree from 0.
        public var histogram: [Double]
    }

    public struct Spectrum: Codable, Sendable {
        public struct Peak: Codable, Sendable {
            /// In cm-1.
            public var wavenumber: Double
            /// Without the error of the time step; nil if the step is unknown.
            public var corrected: Double?
            public var value: Double
        }

        public var lag: Double
        /// In kelvin, from the velocities without translation and rotation of the whole.
        public var temperature: Double
        public var wavenumbers: [Double]
        /// Shares of the kinetic energy, per cm-1.
        public var velocities: [Double]
        /// In km/mol per cm-1, classical; nil without dipole moments.
        public var infrared: [Double]?
        /// Of the velocities.
        public var peaks: [Peak]
    }

    public var schema = "esp-trajectory-1"
    public var source: String
    public var symbols: [String]
    public var structures: Int
    public var interval: Double
    public var firstTime: Double
    public var events: [Event]
    /// Bonds at the end that are missing at the beginning, and vice versa.
    public var made: [String]
    public var broken: [String]
    public var pairs: [Pair] = []
    public var angles: [Angle] = []
    public var spectrum: Spectrum?

    enum CodingKeys: String, CodingKey {
        case schema, source, symbols, structures, events, pairs, angles, spectrum
        case interval = "interval_fs"
        case firstTime = "first_time_fs"
        case made = "bonds_made"
        case broken = "bonds_broken"
    }

    init(
        source: String, symbols: [String], structures: Int, interval: Double, firstTime: Double, events: [Event], made: [String],
        broken: [String]
    ) {
        self.source = source
        self.symbols = symbols
        self.structures = structures
        self.interval = interval
        self.firstTime = firstTime
        self.events = events
        self.made = made
        self.broken = broken
    }

    /// The middle of the interval of the radial distribution that ends at an index.
    private static func middle(_ pair: Pair, _ index: Int) -> Double {
        0.5 * (pair.radii[index] + (index == 0 ? 0 : pair.radii[index - 1]))
    }

    private var times: [Double] { (0..<structures).map { firstTime + Double($0) * interval } }

    // MARK: Text

    /// Tables for people.
    public var text: String {
        var text = String(
            format: "%d structures, one every %g fs, %.1f to %.1f fs\n", structures, interval, firstTime, times.last ?? firstTime)
        text += "\nbonds made and broken\n"
        if events.isEmpty { text += "  none\n" }
        for event in events {
            text += column(event.time, 12, 1) + " fs  " + column(event.bond, 14) + (event.made ? "made" : "broken") + "\n"
        }
        for pair in pairs {
            text += "\n\(pair.name): \(column(pair.mean, 0, 3)) within \(String(format: "%g", pair.within)) Angstrom on average, "
            text += "fluctuates by \(column(pair.deviation, 0, 3)); \(column(pair.running.last ?? pair.mean, 0, 3)) at the end\n"
            if let peak = pair.density.indices.max(by: { pair.density[$0] < pair.density[$1] }), pair.density[peak] > 0 {
                text += "  most frequent distance \(column(Self.middle(pair, peak), 0, 2)) Angstrom"
                if let distribution = pair.distribution, let sphere = pair.sphere {
                    text +=
                        ", g = \(column(distribution[peak], 0, 1)) of the mean density in a sphere of \(String(format: "%g", sphere)) Angstrom"
                }
                text += "\n"
            }
        }
        for angle in angles {
            guard let mean = angle.mean, let deviation = angle.deviation else {
                text += "\n\(angle.name): no such angle\n"
                continue
            }
            text += "\n\(angle.name): \(column(mean, 0, 1)) degrees on average, fluctuates by \(column(deviation, 0, 1)); "
            text += "\(angle.count) angles\n"
        }
        if let spectrum {
            text +=
                "\nvibrations (maxima of the spectrum of the velocities; correlations up to \(String(format: "%g", spectrum.lag)) fs)\n"
            text += "    cm-1   without the error of the time step   share per cm-1\n"
            for peak in spectrum.peaks {
                text += column(peak.wavenumber, 8, 1) + (peak.corrected.map { column($0, 38, 1) } ?? column("", 38))
                text += column(peak.value, 17, 5) + "\n"
            }
        }
        return text
    }

    // MARK: Files

    package static let documentName = "trajectory.json"

    /// Names and contents: tables as CSV, plots as SVG, and everything as JSON.
    package func files() throws -> [(name: String, data: Data)] {
        var files: [(String, String)] = [
            (
                "bonds.csv",
                "time_fs,bond,change\n" + events.map { "\($0.time),\($0.bond),\($0.made ? "made" : "broken")\n" }.joined()
            )
        ]
        files += pairFiles + angleFiles + spectrumFiles
        return [(Self.documentName, try JSONLayout.encoded(self))] + files.map { ($0.0, Data($0.1.utf8)) }
    }

    private func points(_ x: [Double], _ y: [Double]) -> [(x: Double, y: Double)] { zip(x, y).map { (x: $0, y: $1) } }

    private var pairFiles: [(String, String)] {
        guard !pairs.isEmpty else { return [] }
        var series =
            "time_fs," + pairs.map { "\($0.name),\($0.name) running,\($0.name) cumulative" }.joined(separator: ",") + "\n"
        for (index, time) in times.enumerated() {
            series += String(format: "%.4f", time)
            for pair in pairs {
                series += String(format: ",%.6f,%.6f,%.6f", pair.numbers[index], pair.running[index], pair.cumulative[index])
            }
            series += "\n"
        }
        var radial =
            "r_Angstrom (upper end)," + pairs.map { "\($0.name) per A^3,\($0.name) g,\($0.name) within r" }.joined(separator: ",") + "\n"
        for index in pairs[0].radii.indices {
            radial += String(format: "%.4f", pairs[0].radii[index])
            for pair in pairs {
                radial += String(format: ",%.8f,", pair.density[index])
                radial += pair.distribution.map { String(format: "%.6f", $0[index]) } ?? ""
                radial += String(format: ",%.6f", pair.coordination[index])
            }
            radial += "\n"
        }
        let hasDistribution = pairs.allSatisfy { $0.distribution != nil }
        let coordinationPlot = CurvesSVG(
            title: source, label: "time / fs",
            panels: pairs.map { pair in
                .init(
                    label: "\(pair.name) within \(String(format: "%g", pair.within)) Å",
                    curves: [
                        .init(name: "number", points: points(times, pair.numbers), isFaint: true),
                        .init(name: "running average", points: points(times, pair.running)),
                        .init(name: "average so far", points: points(times, pair.cumulative)),
                    ], fromZero: true)
            })
        let radialPlot = CurvesSVG(
            title: source, label: "distance / Å",
            panels: [
                .init(
                    label: hasDistribution ? "g(r)" : "atoms per Å³",
                    curves: pairs.map { pair in
                        .init(
                            name: pair.name,
                            points: points(pair.radii.indices.map { Self.middle(pair, $0) }, pair.distribution ?? pair.density))
                    }, fromZero: true
                ),
                .init(
                    label: "atoms within r",
                    curves: pairs.map { .init(name: $0.name, points: points($0.radii, $0.coordination)) },
                    fromZero: true),
            ])
        return [
            ("coordination.csv", series), ("radial.csv", radial), ("coordination.svg", coordinationPlot.text),
            ("radial.svg", radialPlot.text),
        ]
    }

    private var angleFiles: [(String, String)] {
        guard !angles.isEmpty else { return [] }
        var series = "time_fs," + angles.map(\.name).joined(separator: ",") + "\n"
        for (index, time) in times.enumerated() {
            series += String(format: "%.4f", time)
            series += angles.map { $0.means[index].map { String(format: ",%.4f", $0) } ?? "," }.joined() + "\n"
        }
        var histogram = "degrees," + angles.map(\.name).joined(separator: ",") + "\n"
        for degree in 0..<180 {
            histogram += "\(Double(degree) + 0.5)" + angles.map { String(format: ",%.6f", $0.histogram[degree]) }.joined() + "\n"
        }
        let plot = CurvesSVG(
            title: source, label: "angle / degrees",
            panels: [
                .init(
                    label: "share per degree",
                    curves: angles.map { .init(name: $0.name, points: points((0..<180).map { Double($0) + 0.5 }, $0.histogram)) },
                    fromZero: true)
            ])
        return [("angles.csv", series), ("angle-histogram.csv", histogram), ("angles.svg", plot.text)]
    }

    private var spectrumFiles: [(String, String)] {
        guard let spectrum else { return [] }
        var table = "wavenumber,velocities per cm-1,infrared km/mol per cm-1\n"
        for (index, wavenumber) in spectrum.wavenumbers.enumerated() {
            table += String(format: "%.1f,%.8f,", wavenumber, spectrum.velocities[index])
            table += (spectrum.infrared.map { String(format: "%.6f", $0[index]) } ?? "") + "\n"
        }
        var panels = [
            CurvesSVG.Panel(
                label: "velocities / cm", curves: [.init(name: "", points: points(spectrum.wavenumbers, spectrum.velocities))],
                fromZero: true)
        ]
        if let infrared = spectrum.infrared {
            panels.append(
                .init(
                    label: "infrared / (km/mol per cm⁻¹)",
                    curves: [.init(name: "", points: points(spectrum.wavenumbers, infrared))],
                    fromZero: true))
        }
        return [
            ("spectrum.csv", table),
            ("spectrum.svg", CurvesSVG(title: source, label: "wavenumber / cm⁻¹", panels: panels).text),
        ]
    }
}
