import MolecularStructure

/// One molecule with 0, 1, 2, ... added electrons, each alone or together with an ion.
public struct RedoxSeries: Sendable, Equatable {
    /// A state, by ascending number of added electrons.
    public struct State: Sendable, Equatable {
        /// Of the whole, with the ions.
        public let charge: Int
        public let multiplicity: Int
        /// Electrons added to the first state.
        public let electrons: Int
        /// At the structure of the first state, in hartree; nil if it was not computed there.
        public let vertical: Double?
        /// At the state's own relaxed structure, in hartree: an energy, or a Gibbs energy; nil if it was not relaxed.
        public let adiabatic: Double?
        /// Why it may lose an electron; empty for a bound state.
        public let unbound: [String]

        public init(
            charge: Int, multiplicity: Int, electrons: Int, vertical: Double?, adiabatic: Double?, unbound: [String] = []
        ) {
            self.charge = charge
            self.multiplicity = multiplicity
            self.electrons = electrons
            self.vertical = vertical
            self.adiabatic = adiabatic
            self.unbound = unbound
        }
    }

    /// A reduction of a state to the next one.
    public struct Step: Sendable, Equatable {
        public let from: State
        public let to: State
        /// Changes of the energy in hartree, the electron (or the electron and its ion) being left out.
        public let vertical: Double?
        public let adiabatic: Double?

        public var electrons: Int { to.electrons - from.electrons }
    }

    public let states: [State]

    /// - Parameter states: in any order; the first electron count is that of the state to which electrons are added.
    public init(_ states: [State]) { self.states = states.sorted { $0.electrons < $1.electrons } }

    public var steps: [Step] {
        zip(states, states.dropFirst()).map { from, to in
            Step(
                from: from, to: to, vertical: Self.difference(to.vertical, from.vertical),
                adiabatic: Self.difference(to.adiabatic, from.adiabatic))
        }
    }

    /// From the first state to the last one; nil if there is only one step.
    public var whole: Step? {
        guard states.count > 2, let first = states.first, let last = states.last else { return nil }
        return Step(
            from: first, to: last, vertical: Self.difference(last.vertical, first.vertical),
            adiabatic: Self.difference(last.adiabatic, first.adiabatic))
    }

    private static func difference(_ a: Double?, _ b: Double?) -> Double? { a.flatMap { a in b.map { a - $0 } } }

    /// -dG / n F, in volt.
    ///
    /// - Parameters:
    ///   - change: dG in hartree for n electrons, which are at rest in vacuum before.
    public static func absolutePotential(change: Double, electrons: Int) -> Double {
        -change * PhysicalConstants.hartreeInElectronvolt / Double(electrons)
    }
}
