/// Molecules and ions that accompany others: solvents and counter-ions.
enum KnownMolecules {
    /// Nil if it has no name here.
    ///
    /// - Parameter atoms: all atoms that bonds connect, metals left out.
    static func name(_ atoms: [Int], of molecule: Molecule, _ bonds: BondGraph) -> String? {
        guard atoms.count <= 30 else { return nil }
        let inside = Set(atoms)
        let list = atoms.filter { molecule.atoms[$0].element.atomicNumber != 1 }.map { atom in
            molecule.atoms[atom].element.symbol
                + HillFormula(bonds.neighbors[atom].filter(inside.contains).map { molecule.atoms[$0].element.symbol }).description
        }
        return table[list.sorted().joined(separator: " ")]
    }

    /// By the heavy atoms and their neighbours, in alphabetical order.
    private static let table = [
        "OH2": "water",
        "NH3": "ammonia",
        "NH4": "NH4+",
        "CH3O OCH": "methanol",
        "CCH2O CCH3 OCH": "ethanol",
        "CCH3 CCN NC": "acetonitrile",
        "CC2O CCH3 CCH3 OC": "acetone",
        "CCl2H2 ClC ClC": "dichloromethane",
        "CCl3H ClC ClC ClC": "chloroform",
        "CH3S CH3S OS SC2O": "dimethyl sulfoxide",
        "CH3N CH3N CHNO NC3 OC": "dimethylformamide",
        "CCH2O CCH2O CCH3 CCH3 OC2": "diethyl ether",
        "CCH2O CCH2O CH3O CH3O OC2 OC2": "dimethoxyethane",
        "CC2H2 CC2H2 CCH2O CCH2O OC2": "tetrahydrofuran",
        "CCH2O CCH2O CH2O2 OC2 OC2": "1,3-dioxolane",
        "CCH2O CCH2O CO3 OC OC2 OC2": "ethylene carbonate",
        "CC2HO CCH2O CCH3 CO3 OC OC2 OC2": "propylene carbonate",
        "CH3O CH3O CO3 OC OC2 OC2": "dimethyl carbonate",
        "CC2H CC2H CC2H CC2H CC2H CC2H": "benzene",
        "CC2H CC2H CC2H CC2H CC2H CC3 CCH3": "toluene",
        "CC2H CC2H CC2H CCHN CCHN NC2": "pyridine",
        "CO2 OC OC": "carbon dioxide",
        "BF4 FB FB FB FB": "BF4-",
        "FP FP FP FP FP FP PF6": "PF6-",
        "ClO4 OCl OCl OCl OCl": "ClO4-",
        "NO3 ON ON ON": "NO3-",
        "OS OS OS OS SO4": "SO4 2-",
        "CF3S FC FC FC OS OS OS SCO3": "triflate",
        "CF3S CF3S FC FC FC FC FC FC NS2 OS OS OS OS SCNO2 SCNO2": "TFSI-",
        "CCH3 CCO2 OC OC": "acetate", "CHO2 OC OCH": "formic acid",
    ]
}
