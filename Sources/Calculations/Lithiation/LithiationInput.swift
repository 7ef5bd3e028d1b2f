import MolecularStructure
import RunFolders

/// A cation that is placed on a molecule.
public struct IonSpecies: Sendable, Equatable {
    public let element: Element
    /// Positive.
    public let charge: Int

    /// From `Li+`, `Na+` or `Mg2+`; nil for other texts.
    public init?(_ text: String) {
        guard text.hasSuffix("+") else { return nil }
        let body = text.dropLast()
        let digits = body.reversed().prefix { $0.isASCII && $0.isNumber }.count
        let number = digits == 0 ? 1 : Int(body.suffix(digits))
        guard let element = Element(symbol: String(body.dropLast(digits))), let number, (1...4).contains(number),
            number < element.atomicNumber
        else { return nil }
        (self.element, charge) = (element, number)
    }

    /// `Li+`
    public var name: String { element.symbol + (charge == 1 ? "" : "\(charge)") + "+" }
}

/// The settings of `esp lithiate`. Energies in hartree.
public struct LithiationInput: Sendable {
    public var molecule: MoleculeInput
    public var ion: IonSpecies
    /// Ions, placed one after the other.
    public var count = 1
    /// Of the molecule without ions.
    public var charge: Int
    /// 2S + 1 with 0, 1, 2, ... ions; nil: the lowest that the number of electrons allows.
    public var multiplicities: [Int]?
    /// Electrons that come with each ion; nil: as many as its charge, so that the charge of the whole stays.
    public var electrons: Int?
    /// The level at which all starts are relaxed; nil: directly at `model`.
    public var cheap: IsomerLevel? = IsomerLevel.defaultCheap
    public var model = ModelInput()
    /// Most starts for each structure that gets an ion.
    public var starts = 12
    /// Structures that get a further ion.
    public var hosts = 2
    /// Structures at most this far above the lowest at the cheap level are relaxed at the level of `model`.
    public var window = 0.020
    /// Time limit of this call in seconds; nil: no limit.
    public var time: Double?
    public var resources = ResourceInput()

    public init(molecule: MoleculeInput, ion: IonSpecies, charge: Int) {
        (self.molecule, self.ion, self.charge) = (molecule, ion, charge)
    }

    var electronsPerIon: Int { electrons ?? ion.charge }
    func charge(ions: Int) -> Int { charge + ions * (ion.charge - electronsPerIon) }
}
