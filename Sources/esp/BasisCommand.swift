import ArgumentParser
import BasisSets
import Calculations
import FileFormats
import Foundation
import GaussianBasis
import MolecularStructure

/// Options that find the basis sets.
struct LibraryOptions: ParsableArguments {
    @Option(
        name: .customLong("basis-folder"),
        help: ArgumentHelp(
            "Folder with the basis sets (default: $\(BasisSetLibrary.environmentVariable), else the program's own).",
            valueName: "dir"),
        completion: .directory)
    var folder: String?

    func library() throws -> BasisSetLibrary { try .inUse(option: folder) }
}

/// Names for shell completion.
enum BasisSetNames {
    static var known: [String] { ((try? BasisSetLibrary.inUse())?.entries ?? []).map(\.name) }
}

struct BasisCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "basis", abstract: "List the basis sets, or show one of them.", subcommands: [List.self, Show.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the basis sets and the elements they define.")

        @OptionGroup var options: LibraryOptions

        func run() throws {
            try Failure.reporting {
                let library = try options.library()
                try Console.output("# Basis sets in \(library.folder)\n")
                try Console.output("# name          d functions  elements (elements with a core potential); aliases\n")
                for entry in library.entries {
                    try Interruption.check()
                    let set: BasisSet
                    do {
                        set = try library.basisSet(named: entry.name)
                    } catch {
                        // One invalid file does not hide the others.
                        Console.error("esp: note: \(sentence(error))")
                        continue
                    }
                    let all = ElementRanges.text(set.elements.keys)
                    let withPotential = ElementRanges.text(set.elements.filter { $0.value.effectiveCorePotential != nil }.keys)
                    try Console.output(
                        column(entry.name, 16) + column(entry.functionType == .pure ? "pure" : "cartesian", 13) + all
                            + (withPotential.isEmpty ? "" : " (\(withPotential))")
                            + (entry.aliases.isEmpty ? "" : "; \(entry.aliases.joined(separator: ", "))") + "\n")
                }
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a basis set in Gaussian94 form, with its literature references.",
            discussion: "Example: esp basis show lanl2mb --elements Nb,Al")

        @Argument(help: "Name or alias, in upper or lower case.", completion: .custom { _, _, _ in BasisSetNames.known })
        var name: String

        @Option(help: ArgumentHelp("Only these elements.", valueName: "El,El"))
        var elements: String?

        @OptionGroup var options: LibraryOptions

        func run() throws {
            try Failure.reporting {
                let set = try options.library().basisSet(named: name)
                var kept = set.elements
                if let elements {
                    kept = [:]
                    for label in elements.split(separator: ",") {
                        guard let element = Element(symbol: label.filter { !$0.isWhitespace }) else {
                            throw Failure(.usage, "'\(label)' is not an element. Write --elements Nb,Al.")
                        }
                        guard let basis = set.elements[element] else {
                            throw Failure(
                                .badInput, "\(set.name) does not define \(element). 'esp basis list' shows which sets do.")
                        }
                        kept[element] = basis
                    }
                }
                try Console.output(
                    Gaussian94.text(
                        BasisSet(
                            name: set.name, aliases: set.aliases, functionType: set.functionType, references: set.references,
                            elements: kept)))
            }
        }
    }
}

/// Elements as ranges: `H-Ar, Ca, Ga-Kr`.
enum ElementRanges {
    static func text(_ elements: some Collection<Element>) -> String {
        var ranges: [(first: Element, last: Element)] = []
        for element in elements.sorted() {
            if let last = ranges.last, last.last.atomicNumber + 1 == element.atomicNumber {
                ranges[ranges.count - 1].last = element
            } else {
                ranges.append((element, element))
            }
        }
        return ranges.map { range in
            switch range.last.atomicNumber - range.first.atomicNumber {
            case 0: "\(range.first)"
            case 1: "\(range.first), \(range.last)"
            default: "\(range.first)-\(range.last)"
            }
        }.joined(separator: ", ")
    }
}
