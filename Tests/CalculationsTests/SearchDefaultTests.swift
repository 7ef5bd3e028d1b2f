@testable import Calculations
import RunFolders
import Testing

/// The default of the search for other solutions, of which `esp estimate` and the calculation must have the same opinion.
@Suite struct SearchDefaultTests {
    @Test func noneWithoutAddedElectronsOrStability() {
        var states = StateInput()
        #expect(states.searchOrDefault == .full)
        states.stability = .none
        #expect(states.searchOrDefault == .none)
        (states.stability, states.addsElectrons) = (.follow, false)
        #expect(states.searchOrDefault == .none)
        states.search = .lowest
        #expect(states.searchOrDefault == .lowest)
    }
}
