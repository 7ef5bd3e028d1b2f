// Steepest descent of H2 from energies and gradients of a potential-energy surface.
import ESPKit

var input = CalculationInput(molecule: MoleculeInput(name: "hydrogen", symbols: ["H", "H"], geometry: [0, 0, 0, 0, 0, 1.6]))
input.model.method = "hf"
input.model.basis = "STO-3G"
let surface = try PotentialEnergySurface(input)
var positions: [SIMD3<Double>] = [SIMD3(0, 0, 0), SIMD3(0, 0, 1.6)]
for step in 1...30 {
    let point = try surface.point(at: positions)
    let largest = point.gradient.map { abs($0.z) }.max() ?? 0
    print(step, point.energy, largest)
    if largest < 1e-5 { break }
    for atom in positions.indices { positions[atom] -= 0.6 * point.gradient[atom] }
}
print("distance", positions[1].z - positions[0].z, "bohr")
