// Charges of p-benzoquinone's oxygens (or of another molecule's atoms) while electrons are added: esp-example FILE.xyz
import ESPKit
import Foundation

let arguments = Array(CommandLine.arguments.dropFirst())
guard let path = arguments.first else {
    print("name an XYZ file, and a folder for the results where it is not charges.esp")
    exit(64)
}
var input = CalculationInput(molecule: MoleculeInput(try XYZFile(readingFrom: path), name: path))
input.states.charges = [0, -1]
input.states.search = StateInput.Search.none
input.model.method = "b3lyp"
input.model.basis = "STO-3G"
input.analyses.charges.schemes = ["mulliken", "hirshfeld"]
input.analyses.pictures = []
let folder = arguments.count > 1 ? arguments[1] : "charges.esp"
let monitor = CalculationMonitor(report: { event in
    if case .iteration(let line) = event { print("charge", line.charge, "iteration", line.number, line.energy) }
})
let result = try Calculation(input, folder: folder, monitor: monitor).run()
for (index, symbol) in result.molecule.symbols.enumerated() {
    let charges = result.states.map { $0.charges["hirshfeld"]?[index] ?? .nan }
    print(symbol, charges[0], charges[1], charges[1] - charges[0])
}
