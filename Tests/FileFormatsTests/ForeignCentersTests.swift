import MolecularStructure
import Testing

@testable import FileFormats

@Suite struct ForeignCentersTests {
    private func flaw(_ body: (inout ForeignCenters) throws(ForeignCenters.ChargeFlaw) -> Void) -> String? {
        var centers = ForeignCenters()
        do {
            try body(&centers)
            return nil
        } catch {
            switch error {
            case .noElement: return "no element"
            case .impossible(let element): return "impossible for \(element)"
            }
        }
    }

    private func elements(_ body: (inout ForeignCenters) throws -> Void) throws -> [Element?] {
        var centers = ForeignCenters()
        try body(&centers)
        return centers.elements
    }

    @Test func atomicNumberAndCharge() throws {
        let molecule = try {
            var centers = ForeignCenters()
            try centers.append(atomicNumber: 41, charge: 13, at: .zero, ghost: nil)
            try centers.append(atomicNumber: 8, charge: 0, at: .zero, ghost: Element(atomicNumber: 8))
            try centers.append(atomicNumber: 1, charge: 1, at: .zero, ghost: nil)
            #expect(centers.isGhost(1) && !centers.isGhost(0))
            return centers.sorted(shells: [])
        }()
        #expect(molecule.cores == [CoreElectrons(count: 28, isStated: true), CoreElectrons(count: 0, isStated: false)])
        for charge in [-1, 14.5, 42, Double.nan, .infinity] {
            #expect(
                flaw { c throws(ForeignCenters.ChargeFlaw) in
                    try c.append(atomicNumber: 41, charge: charge, at: .zero, ghost: nil)
                } != nil, "\(charge)")
        }
        #expect(
            flaw { c throws(ForeignCenters.ChargeFlaw) in try c.append(atomicNumber: 41, charge: 42, at: .zero, ghost: nil) }
                == "impossible for Nb")
        #expect(
            flaw { c throws(ForeignCenters.ChargeFlaw) in try c.append(atomicNumber: 87, charge: 87, at: .zero, ghost: nil) }
                == "no element")
    }

    /// A label wins where it has the protons: Nb with 13 is niobium in a core potential of 28; C with 8 is oxygen.
    @Test func labelAndCharge() throws {
        let niobium = try #require(Element(symbol: "Nb"))
        let carbon = try #require(Element(symbol: "C"))
        #expect(try elements { try $0.append(named: niobium, charge: 13, at: .zero) } == [niobium])
        #expect(try elements { try $0.append(named: carbon, charge: 8, at: .zero) } == [Element(symbol: "O")])
        #expect(try elements { try $0.append(named: nil, charge: 1, at: .zero) } == [Element(symbol: "H")])
        for charge in [-1, 0, 87] {
            #expect(
                flaw { c throws(ForeignCenters.ChargeFlaw) in try c.append(named: niobium, charge: charge, at: .zero) }
                    == "no element")
        }
    }
}
