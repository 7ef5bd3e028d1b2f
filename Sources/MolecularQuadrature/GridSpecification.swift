import MolecularStructure

/// The number of points of the integration grid around each atom.
public struct GridSpecification: Sendable, Equatable, CustomStringConvertible {
    /// A grid with a name, or the same numbers for every atom.
    public enum Size: Sendable, Equatable {
        /// About the density of PySCF's levels 1, 2 and 3, which increases with the row of the periodic table.
        case coarse, medium, fine
        /// 99 radial by 590 angular points, pruned.
        case ultrafine
        /// For semi-numerical exchange: `radial` points around hydrogen and five more for every further row of the periodic table, and
        /// at most `angular` points on a sphere.
        case exchange(radial: Int, angular: Int)
        /// The same number of points for every atom and every distance.
        case unpruned(radial: Int, angular: Int)
    }

    public let size: Size

    public init(_ size: Size) { self.size = size }

    public static let coarse = GridSpecification(.coarse)
    public static let medium = GridSpecification(.medium)
    public static let fine = GridSpecification(.fine)
    public static let ultrafine = GridSpecification(.ultrafine)
    public static let names = ["coarse", "medium", "fine", "ultrafine"]

    /// From a name or from "radial,angular", for example "99,590" or "(99,590)".
    public init(parsing text: String) throws(GridSpecificationError) {
        let plain = text.lowercased().filter { !$0.isWhitespace }
        switch plain {
        case "coarse": self = .coarse
        case "medium": self = .medium
        case "fine": self = .fine
        case "ultrafine": self = .ultrafine
        default:
            let numbers = plain.filter { $0 != "(" && $0 != ")" }.split(separator: ",", omittingEmptySubsequences: false)
            guard numbers.count == 2, let radial = Int(numbers[0]), let angular = Int(numbers[1]) else {
                throw .unknownName(text)
            }
            guard (5...1000).contains(radial) else { throw .radialCount(radial) }
            guard LebedevGrid.counts.contains(angular) else { throw .angularCount(angular) }
            size = .unpruned(radial: radial, angular: angular)
        }
    }

    /// The text that `init(parsing:)` reads.
    public var description: String {
        switch size {
        case .coarse: "coarse"
        case .medium: "medium"
        case .fine: "fine"
        case .ultrafine: "ultrafine"
        case .exchange(let radial, let angular): "exchange \(radial),\(angular)"
        case .unpruned(let radial, let angular): "\(radial),\(angular)"
        }
    }

    /// Radial points around an atom of the element; 1.5 times as many for elements with f electrons, which are close to the nucleus.
    public func radialCount(_ element: Element) -> Int {
        let row = element.period - 1
        return switch size {
        case .coarse: element.isLanthanide ? 105 : [30, 40, 50, 60, 65, 70][row]
        case .medium: element.isLanthanide ? 128 : [40, 60, 65, 75, 80, 85][row]
        case .fine: element.isLanthanide ? 150 : [50, 75, 80, 90, 95, 100][row]
        case .ultrafine: element.isLanthanide ? 150 : 99
        case .exchange(let radial, _): radial + 5 * row
        case .unpruned(let radial, _): radial
        }
    }

    /// Points of the largest sphere around an atom of the element.
    public func angularCount(_ element: Element) -> Int {
        switch size {
        case .coarse: element.period == 1 ? 110 : 194
        case .medium: element.period == 1 ? 194 : 302
        case .fine: element.period <= 2 ? 302 : 434
        case .ultrafine: 590
        case .exchange(_, let angular), .unpruned(_, let angular): angular
        }
    }

    /// Points of the sphere at a distance (in bohr): fewer near the nucleus, where the density is nearly spherical,
    /// and far outside. Five regions bounded by multiples of the atom's radius, P. M. W. Gill, B. G. Johnson and J.
    /// A. Pople, Chem. Phys. Lett. 209, 506 (1993), doi 10.1016/0009-2614(93)80125-9, with the sphere sizes that
    /// NWChem uses. Around lanthanum and the lanthanides the inner regions are smaller by a factor of 5 to 7: 4f electrons are within them,
    /// and their density is far from spherical.
    ///
    /// - Parameter pruningScale: factor for the inner radii if another nucleus is near, from `pruningScale`.
    public func angularCount(_ element: Element, atRadius radius: Double, pruningScale: Double = 1) -> Int {
        let largest = angularCount(element)
        if case .unpruned = size { return largest }
        let bounds = Self.pruningBounds(element)
        let inner = bounds.prefix(3).filter { radius / element.braggSlaterRadius > $0 * pruningScale }.count
        let region = inner + (radius / element.braggSlaterRadius > bounds[3] ? 1 : 0)
        let place = LebedevGrid.counts.firstIndex(of: largest)!
        let smaller = LebedevGrid.counts[max(0, place - 1)]
        if case .exchange = size { return [26, 50, smaller, largest, smaller].map { min($0, largest) }[region] }
        return [50, 86, smaller, largest, smaller][region]
    }

    /// By how much the regions of fewer points have to shrink so that no other nucleus lies in them: spheres of few points do not
    /// resolve the boundary between the atoms, which runs through the region. One at the distances of chemical bonds (except of
    /// helium, neon, argon, krypton and xenon with hydrogen, whose radii here are large).
    func pruningScale(_ element: Element, nearestNucleus distance: Double) -> Double {
        if case .unpruned = size { return 1 }
        return min(1, 0.9 * distance / (Self.pruningBounds(element)[2] * element.braggSlaterRadius))
    }

    /// Points of the spheres around an atom of the element that pass within `crossingWidth` of a nucleus of another element, if more than
    /// elsewhere: where one of the two is lanthanum or a lanthanide. Its cell reaches far towards the other nucleus, whose core electrons
    /// are then a narrow peak on these spheres, and its own f shell is one on those around the other nucleus.
    ///
    /// - Parameter distance: of the two nuclei, in bohr.
    func angularCount(_ element: Element, crossing other: Element, at distance: Double) -> Int? {
        guard element.isLanthanide || other.isLanthanide, distance < Self.longestCrossing else { return nil }
        return switch size {
        case .coarse, .exchange, .unpruned: nil
        case .medium: element.isLanthanide ? 770 : 434
        case .fine: element.isLanthanide ? 1454 : 590
        case .ultrafine: element.isLanthanide ? 1730 : 974
        }
    }

    /// In bohr: how near to a nucleus a sphere passes to have more points, and the longest distance of the two nuclei.
    static let (crossingWidth, longestCrossing) = (1.5, 7.0)

    /// In units of the atom's radius.
    private static func pruningBounds(_ element: Element) -> [Double] {
        switch element.period {
        case 1: [0.25, 0.5, 1.0, 4.5]
        case 2: [0.1667, 0.5, 0.9, 3.5]
        default: element.isLanthanide ? [0.02, 0.06, 0.12, 2.5] : [0.1, 0.4, 0.8, 2.5]
        }
    }
}

/// Why a text does not name a grid.
public enum GridSpecificationError: Error, Equatable, CustomStringConvertible {
    case unknownName(String)
    case radialCount(Int)
    case angularCount(Int)

    public var description: String {
        let choices = "\(GridSpecification.names.joined(separator: ", ")), or \"radial,angular\" such as \"99,590\""
        return switch self {
        case .unknownName(let name): "there is no integration grid \"\(name)\"; choose \(choices)"
        case .radialCount(let count): "an integration grid cannot have \(count) radial points; give 5 to 1000"
        case .angularCount(let count):
            "there is no Lebedev grid of \(count) points; the numbers are "
                + LebedevGrid.counts.map(String.init).joined(separator: ", ")
        }
    }
}
