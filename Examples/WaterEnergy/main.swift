// The Hartree-Fock energy of one state of water in 6-31G*.
import ESPKit

var input = CalculationInput(
    molecule: MoleculeInput(
        name: "water", symbols: ["O", "H", "H"],
        geometry: [0, 0, 0.2217, 0, 1.4309, -0.8867, 0, -1.4309, -0.8867]))
input.model.method = "hf"
input.model.basis = "6-31G*"
input.states.addsElectrons = false
input.analyses.pictures = []
let result = try Calculation(input, folder: CommandLine.arguments.dropFirst().first ?? "water.esp").run()
print("energy", result.states[0].energy ?? .nan, "Eh")
