import FileFormats
import Foundation
import MolecularStructure
import ReductionSeries

/// Finished runs of any molecules side by side: energies, affinities, gaps, charges and shares of classes of atoms, and extrema of the
/// potential on the molecular surface if `esp surface` was run. Atomic units; atoms are counted from 1.
public struct RunComparison: Codable, Sendable, Equatable {
    public var runs: [Run]

    public struct Run: Codable, Sendable, Equatable {
        /// Name of the folder; the whole path if two names are equal.
        public var name: String
        /// In Hill order.
        public var formula: String
        public var method: String
        public var basis: String
        public var states: [State]
        /// Empty if the run has no charges.
        public var classes: [AtomClass]
        /// Electrons per bohr^3 on the surface of the extrema; nil without them.
        public var surfaceLevel: Double?
        /// Charge of the state to which electrons are added.
        public var baseCharge: Int?

        /// Charge of the state from which the shares of another one are counted.
        package func origin(of charge: Int) -> Int {
            let first = states.first?.charge ?? 0
            return baseCharge.map { charge < $0 ? $0 : first } ?? first
        }
    }

    public struct State: Codable, Sendable, Equatable {
        public var charge: Int
        /// 2S + 1.
        public var multiplicity: Int
        public var converged: Bool
        public var energy: Double?
        /// Energy released by each electron added since the previous state; nil for the first state.
        public var electronAffinity: Double?
        /// LUMO minus HOMO over both spins.
        public var gap: Double?
        public var spinSquared: Double
        /// About the centre of nuclear charge.
        public var dipole: Double
        /// The lowest and the highest potential on the surface; nil if not computed for this state.
        public var surfaceMinimum: Extremum?
        public var surfaceMaximum: Extremum?

        enum CodingKeys: String, CodingKey {
            case charge, multiplicity, converged, energy, gap, dipole
            case electronAffinity = "electron_affinity"
            case spinSquared = "spin_squared"
            case surfaceMinimum = "surface_minimum"
            case surfaceMaximum = "surface_maximum"
        }
    }

    public struct Extremum: Codable, Sendable, Equatable {
        /// Hartree per elementary charge.
        public var value: Double
        /// Number of the nearest atom, counted from 1.
        public var atom: Int
        public var symbol: String
    }

    /// Atoms of one kind, such as all terminal halogens on a transition metal.
    public struct AtomClass: Codable, Sendable, Equatable {
        public var name: String
        /// Counted from 1.
        public var atoms: [Int]
        /// By scheme, then by state: the sum over the atoms.
        public var charges: [String: [Double]]
        /// By scheme, then by state after the first: the share of all electrons added since the base state; for states up to the base
        /// state, since the first state.
        public var shares: [String: [Double]]
    }

    package init(runs: [Run]) { self.runs = runs }
}

extension RunComparison.Run {
    /// - Parameter surface: nil without extrema.
    package init(_ document: ResultDocument, name: String, surface: SurfaceDocument?) {
        let account = try? ElectronAccount(document)
        // Of several states of one charge, the lowest is used.
        let records = document.states.sorted { $0.charge > $1.charge }.filter { record in
            account?.states.first { $0.charge == record.charge }.map {
                $0.multiplicity == record.multiplicity && $0.energy == record.energy
            }
                ?? true
        }
        self.init(
            name: name, formula: HillFormula(document.molecule.symbols).description,
            method: document.model.methodTitle + (document.model.specialities.map { ", \($0)" } ?? ""),
            basis: document.model.basisTitle,
            states: records.map { record in
                RunComparison.State(
                    record, affinity: account?.states.first { $0.charge == record.charge }?.electronAffinity,
                    surface: surface?.states.first { $0.charge == record.charge && $0.multiplicity == record.multiplicity },
                    symbols: document.molecule.symbols)
            }, classes: account.map(Self.classes) ?? [], surfaceLevel: surface?.level,
            baseCharge: account.map { $0.states[$0.base].charge })
    }

    private static func classes(_ account: ElectronAccount) -> [RunComparison.AtomClass] {
        ClassShare.classes(account).map { name, places in
            func sums(_ values: [[Double]]) -> [Double] { values.map { list in places.reduce(0) { $0 + list[$1] } } }
            return RunComparison.AtomClass(
                name: name, atoms: places.flatMap { account.fragments[$0].atoms }.sorted().map { $0 + 1 },
                charges: Dictionary(uniqueKeysWithValues: account.schemes.map { ($0.name, sums($0.fragmentCharges)) }),
                shares: Dictionary(uniqueKeysWithValues: account.schemes.map { ($0.name, sums($0.totalShares)) }))
        }
    }
}

extension RunComparison.State {
    fileprivate init(_ record: StateRecord, affinity: Double?, surface: SurfaceDocument.State?, symbols: [String]) {
        func extremum(_ kind: String, _ isBefore: (Double, Double) -> Bool) -> RunComparison.Extremum? {
            surface?.extrema.filter { $0.kind == kind && symbols.indices.contains($0.atom) }.min { isBefore($0.value, $1.value) }
                .map {
                    .init(value: $0.value, atom: $0.atom + 1, symbol: symbols[$0.atom])
                }
        }
        self.init(
            charge: record.charge, multiplicity: record.multiplicity, converged: record.converged, energy: record.energy,
            electronAffinity: affinity, gap: record.gap, spinSquared: record.spinSquared,
            dipole: record.dipole.reduce(0) { $0 + $1 * $1 }.squareRoot(), surfaceMinimum: extremum("minimum", <),
            surfaceMaximum: extremum("maximum", >))
    }
}
