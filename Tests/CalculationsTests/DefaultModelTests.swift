import BasisSets
import Calculations
import FileFormats
import Foundation
import MolecularStructure
import RunFolders
import TestSupport
import Testing

/// What a calculation takes where its input leaves something open.
@Suite struct DefaultModelTests {
    private func input(_ symbols: [String], charge: Int? = nil, _ change: (inout CalculationInput) -> Void = { _ in })
        -> CalculationInput
    {
        let geometry = symbols.indices.flatMap { [0.0, 0.0, 4 * Double($0)] }
        var result = CalculationInput(molecule: MoleculeInput(name: "m", symbols: symbols, geometry: geometry, charge: charge))
        change(&result)
        return result
    }

    @Test func whatIsNamedIsTakenAsItIs() {
        func settled(_ change: (inout ModelInput) -> Void) -> [String?] {
            var model = ModelInput()
            change(&model)
            let result = model.settled
            return [result.method, result.dispersion, result.basis]
        }
        #expect(settled { _ in } == ["b3lyp-d4", nil, "def2-SVP"])
        #expect(settled { $0.method = "b3lyp" } == ["b3lyp", nil, "def2-SVP"])
        #expect(settled { $0.basis = "6-31G" } == ["b3lyp-d4", nil, "6-31G"])
        #expect(settled { $0.dispersion = "none" } == ["b3lyp", "none", "def2-SVP"])
        #expect(settled { $0.dispersion = "d3bj" } == ["b3lyp", "d3bj", "def2-SVP"])
        #expect(settled { $0.preset = .paper } == ["b3lyp", nil, "paper"])
        #expect(settled { ($0.preset, $0.method) = (.paper, "hf") } == ["hf", nil, "paper"])
        #expect(settled { ($0.preset, $0.basis) = (.paper, "def2-TZVP") } == ["b3lyp", nil, "def2-TZVP"])
        #expect(settled { ($0.preset, $0.dispersion) = (.paper, "d4") } == ["b3lyp", "d4", "paper"])
        // What is settled stays.
        var model = ModelInput()
        model.preset = .paper
        #expect(model.settled.settled == model.settled && model.settled.preset == nil)
    }

    @Test func theDefaultBasisHasEveryElement() throws {
        let elements = (1...86).compactMap { Element(atomicNumber: $0) }
        let molecule = Molecule(
            atoms: elements.enumerated().map { Atom(element: $1, positionInBohr: SIMD3(Double(6 * $0), 0, 0)) })
        let library = try BasisSetLibrary(folder: Repository.basisSets.path)
        let resolved = try BasisAssignment(general: ModelInput.defaultBasis).resolve(for: molecule, in: library)
        #expect(elements.count == 86 && resolved.setNames.count == 86 && Set(resolved.names) == ["def2-SVP"])
    }

    @Test func theFirstFormOfInputsKeepsItsMeaning() throws {
        func read(_ schema: String, _ rest: String = "") throws -> CalculationInput {
            try CalculationInput(
                json: Data(#"{"schema": "\#(schema)", "molecule": {"symbols": ["H"], "geometry": [0, 0, 0]}\#(rest)}"#.utf8),
                path: "t")
        }
        let old = try read("esp-input-1")
        #expect(old.model.method == "b3lyp" && old.model.basis == "paper" && old.states.reduction == 2)
        let taken = try old.takenByDefault()
        #expect(old.schema == CalculationInput.currentSchema && taken == nil)
        let one = try read("esp-input-1", #", "states": {"charges": [0]}, "model": {"method": "hf", "basis": "STO-3G"}"#)
        #expect(
            one.model.method == "hf" && one.model.basis == "STO-3G" && one.states.reduction == nil && one.states.charges == [0])
        #expect(try read("esp-input-1", #", "states": {"adds_electrons": false}"#).states.reduction == nil)
        let new = try read("esp-input-2", #", "model": {"preset": "paper"}"#)
        #expect(new.model.settled.basis == "paper" && new.states.reduction == nil)
        #expect(try read("esp-input-2").model.settled.basis == "def2-SVP")
    }

    @Test func chargesFollowTheMolecule() throws {
        func charges(_ input: CalculationInput) throws -> [Int] {
            try ChargeChoice(input.states, of: input.molecule.file()).charges
        }
        #expect(try charges(input(["O", "H", "H"])) == [0])
        #expect(try charges(input(["O", "H"], charge: -1)) == [-1])
        #expect(try charges(input(["Nb", "Cl"])) == [0, -1, -2])
        #expect(try charges(input(["Nb", "Cl"], charge: 1)) == [1, 0, -1])
        #expect(try charges(input(["Nb"])) == [0])
        #expect(try charges(input(["Na", "Cl"])) == [0])
        #expect(try charges(input(["Nb", "Cl"]) { $0.states.charges = [0] }) == [0])
        #expect(try charges(input(["Nb", "Cl"]) { $0.states.reduction = 0 }) == [0])
        #expect(try charges(input(["Nb", "Cl"]) { $0.states.addsElectrons = false }) == [0])
        #expect(try charges(input(["O", "H"], charge: -1) { $0.states.reduction = 1 }) == [-1, -2])
        #expect(try charges(input(["O", "H"]) { ($0.states.charges, $0.states.reduction) = ([1], 2) }) == [1, 0, -1])
        #expect(throws: CalculationError.self) {
            try charges(input(["O", "H"]) { ($0.states.charges, $0.states.reduction) = ([1, 0], 2) })
        }
    }

    @Test func whatIsTakenIsSaid() throws {
        let metal = try #require(try input(["Nb", "Cl"]).takenByDefault())
        #expect(
            metal
                == "taken by default: method B3LYP-D4, basis def2-SVP, charges 0, -1, -2 because the molecule contains Nb (--charge 0 computes one state)"
        )
        let water = try #require(try input(["O", "H", "H"]) { $0.model.basis = "STO-3G" }.takenByDefault())
        #expect(water.contains("B3LYP-D4") && !water.contains("basis") && water.contains("charge 0 (--reduce 2"))
        let mixed = try #require(try input(["O", "H", "H"]) { $0.model.basisFor = ["O=def2-TZVP"] }.takenByDefault())
        #expect(mixed.contains("basis def2-SVP where none is named"))
        let paper = try #require(
            try input(["O"]) { ($0.model.preset, $0.states.charges) = (.paper, [0]) }.takenByDefault())
        #expect(paper == "taken from --preset paper: method B3LYP, basis 6-31G with LANL2MB on Al and from K on")
        let series = try #require(try input(["Nb", "Cl"]) { $0.model.preset = .paper }.takenByDefault())
        #expect(series.contains("on Al and from K on; by default: charges 0, -1, -2"))
        for task in [CalculationInput.Task.counterpoise, .optimization, .frequencies] {
            let single = try #require(try input(["Nb", "Cl"]) { $0.task = task }.takenByDefault())
            #expect(single.hasSuffix("charge 0"), "\(single)")
        }
        let named = input(["O"]) { ($0.model.method, $0.model.basis, $0.states.charges) = ("hf", "STO-3G", [0]) }
        #expect(try named.takenByDefault() == nil)
    }
}
