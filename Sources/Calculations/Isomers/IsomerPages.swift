import FileFormats
import Foundation
import IsomerSearch
import MolecularStructure
import ParallelExecution
import Pictures
import Report
import RunFolders

/// The page of a search for isomers, `isomers.html`, and the pictures of its lowest isomers.
struct IsomerPages {
    let folder: OutputFolder
    let pool: WorkerPool

    static let pageName = "isomers.html"
    /// Isomers of each charge that get a picture: the first ones of the table.
    static let pictureCount = 24
    private static let width = 700

    /// Writes `isomers.html`, and `isomer-001.png` beside the structure of each isomer that gets a picture.
    ///
    /// Cost: about a third of a second for each picture.
    /// - Throws: `RunFolderError`, `PNGError`.
    func write(_ result: IsomerResult, title: String) throws {
        var charges: [IsomerPage.Charge] = []
        for charge in result.charges {
            let lowest = result.lowestEnergies(of: charge)
            var isomers: [IsomerPage.Isomer] = []
            for (index, isomer) in charge.isomers.enumerated() {
                let picture = index < Self.pictureCount ? try self.picture(of: isomer, index, result, charge.charge) : nil
                isomers.append(
                    IsomerPage.Isomer(
                        bonds: isomer.bonds,
                        energies: zip(result.levels, lowest).map { level, zero in isomer.energies[level.name].map { $0 - zero } },
                        spinSquared: isomer.spinSquared, found: isomer.starts.count, isConverged: isomer.converged,
                        file: isomer.file, picture: picture))
            }
            charges.append(
                IsomerPage.Charge(
                    charge: charge.charge, multiplicity: charge.multiplicity, isomers: isomers,
                    remarks: result.outcomes(of: charge).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }))
        }
        let page = IsomerPage(
            title: title, symbols: result.symbols, levels: result.levels.map { "\($0.name) (\($0.task))" }, charges: charges,
            ending: result.ending.trimmingCharacters(in: .whitespacesAndNewlines) + ".")
        try folder.write(page.html(), name: Self.pageName)
    }

    private func picture(of isomer: IsomerResult.Isomer, _ index: Int, _ result: IsomerResult, _ charge: Int) throws -> Data {
        let places = OptimizationFiles.vectors(isomer.geometry)
        let atoms = zip(result.symbols, places).compactMap { symbol, place in
            Element(symbol: symbol).map { Atom(element: $0, positionInBohr: place) }
        }
        let molecule = Molecule(atoms: atoms)
        let scene = Scene(molecule: molecule, layers: [])
        let picture = Picture(
            title: "isomer \(index + 1), charge \(signed(charge))",
            rows: [.init(panels: [.init(scene: scene, caption: "")], key: nil)],
            frame: Frame(camera: Camera(.clear, of: molecule), around: [scene]))
        let data = try PNGEncoder.data(picture.image(width: Self.width, pool: pool))
        try subfolder(charge).write(data, name: Self.name(index))
        return data
    }

    private func subfolder(_ charge: Int) throws -> OutputFolder { try OutputFolder(path: folder.url("q\(charge)").path) }

    private static func name(_ index: Int) -> String { "isomer-\(IsomerLadder.name(index)).png" }

    /// Removes the page and the pictures.
    func remove(charges: [Int]) {
        try? FileManager.default.removeItem(at: folder.url(Self.pageName))
        for charge in charges { OutputFolder(existing: folder.url("q\(charge)").path).removeFiles(from: 0, named: Self.name) }
    }
}
