import FileFormats
import Foundation
import GaussianBasis
import MolecularStructure

/// Basis sets in the JSON form of the Basis Set Exchange (schema "complete" or "component", scalar potentials).
public enum BasisSetExchangeJSON {
    /// Reads a file. Sets whose functions do not say that they are Cartesian are taken as pure.
    public static func basisSet(readingFrom path: String) throws(InputFileError) -> BasisSet {
        let expected = "a basis set in the JSON form of the Basis Set Exchange"
        let bytes = try TextFile.bytes(ofFileAt: path, limit: 64 << 20)
        guard !bytes.isEmpty else { throw .empty(path: path, expected: expected) }
        return try basisSet(bytes, path: path)
    }

    /// Reads bytes that are already in memory; `path` names them in messages.
    public static func basisSet(_ bytes: [UInt8], path: String) throws(InputFileError) -> BasisSet {
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw .malformed(FileLocation(path: path), problem: description(of: error), cure: cure)
        } catch {
            throw .malformed(FileLocation(path: path), problem: "the JSON cannot be read (\(error))", cure: cure)
        }
        var elements: [Element: ElementBasis] = [:]
        var references: [String] = []
        for (key, entry) in document.elements.sorted(by: { $0.key < $1.key }) {
            guard let number = Int(key), number > 0 else {
                throw .malformed(
                    FileLocation(path: path), problem: "the key '\(excerpt(key))' under elements is not an atomic number",
                    cure: cure)
            }
            // Sets extend beyond radon; heavier elements are not used here.
            guard let element = Element(atomicNumber: number) else { continue }
            elements[element] = try elementBasis(entry, element: element, path: path)
            references += entry.references?.flatMap { $0.reference_keys ?? [] } ?? []
        }
        guard !elements.isEmpty else {
            throw .malformed(FileLocation(path: path), problem: "the file defines no element up to radon", cure: cure)
        }
        var seen: Set<String> = []
        return BasisSet(
            name: document.name ?? path, functionType: document.functionType,
            references: references.filter { seen.insert($0).inserted }, elements: elements)
    }

    private static let cure = "Fetch the file again from the Basis Set Exchange, format JSON"

    private static func elementBasis(
        _ entry: Document.Entry, element: Element, path: String
    ) throws(InputFileError) -> ElementBasis {
        func fail(_ problem: String) -> InputFileError {
            .malformed(FileLocation(path: path), problem: "element \(element.atomicNumber) (\(element)): \(problem)", cure: cure)
        }
        var shells: [ShellDefinition] = []
        for (index, shell) in (entry.electron_shells ?? []).enumerated() {
            let rows = shell.coefficients.map { $0.map(\.value) }
            let momenta = shell.angular_momentum
            guard !rows.isEmpty, momenta.count == rows.count || momenta.count == 1, momenta.allSatisfy({ (0...20).contains($0) })
            else { throw fail("shell \(index + 1) has angular momenta and coefficients that do not match") }
            let exponents = shell.exponents.map(\.value)
            guard !exponents.isEmpty, exponents.allSatisfy({ $0 > 0 }) else {
                throw fail("shell \(index + 1) has an exponent that is not positive")
            }
            // Different angular momenta (SP) share a shell; a general contraction becomes one shell a contraction, as in
            // the Gaussian94 form of the same set.
            let contractions = rows.enumerated().map {
                Contraction(angularMomentum: momenta.count == 1 ? momenta[0] : momenta[$0.offset], coefficients: $0.element)
            }
            let definitions =
                momenta.count > 1
                ? [ShellDefinition(exponents: exponents, contractions: contractions)]
                : contractions.map { ShellDefinition(exponents: exponents, contractions: [$0]) }
            for definition in definitions {
                if let problem = BasisSetValidation.problem(in: definition) { throw fail("shell \(index + 1): \(problem)") }
            }
            shells += definitions
        }
        let potential = try potential(entry, element: element, fail: fail)
        guard !shells.isEmpty || potential != nil else { throw fail("there are no basis functions") }
        return ElementBasis(shells: shells, effectiveCorePotential: potential)
    }

    private static func potential(
        _ entry: Document.Entry, element: Element, fail: (String) -> InputFileError
    ) throws(InputFileError) -> EffectiveCorePotential? {
        guard let parts = entry.ecp_potentials, !parts.isEmpty else {
            guard (entry.ecp_electrons ?? 0) == 0 else { throw fail("core electrons are replaced, but there is no potential") }
            return nil
        }
        guard let core = entry.ecp_electrons, (0...element.atomicNumber).contains(core) else {
            throw fail("the number of core electrons (ecp_electrons) is missing or impossible")
        }
        var terms: [Int: [EffectiveCorePotential.Term]] = [:]
        for part in parts {
            guard (part.ecp_type ?? "scalar_ecp") == "scalar_ecp" else {
                throw fail("potentials of the type \(excerpt(part.ecp_type ?? "")) are not supported")
            }
            guard part.angular_momentum.count == 1, let l = part.angular_momentum.first, (0...10).contains(l), terms[l] == nil,
                part.coefficients.count == 1, let coefficients = part.coefficients.first,
                coefficients.count == part.gaussian_exponents.count, coefficients.count == part.r_exponents.count
            else { throw fail("the potential's arrays do not match") }
            var list: [EffectiveCorePotential.Term] = []
            for k in coefficients.indices {
                guard (0...10).contains(part.r_exponents[k]), part.gaussian_exponents[k].value > 0 else {
                    throw fail("the potential has a power outside of 0 to 10 or an exponent that is not positive")
                }
                list.append(
                    .init(
                        power: part.r_exponents[k], exponent: part.gaussian_exponents[k].value,
                        coefficient: coefficients[k].value))
            }
            terms[l] = list
        }
        let highest = terms.keys.max() ?? 0
        return EffectiveCorePotential(
            coreElectrons: core, local: terms[highest] ?? [], projected: (0..<highest).map { terms[$0] ?? [] })
    }

    private static func description(of error: DecodingError) -> String {
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: "/")
            return path.isEmpty ? "the top level" : path
        }
        switch error {
        case .keyNotFound(let key, let context): return "'\(key.stringValue)' is missing at \(place(context))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "there is a value of the wrong kind at \(place(context))"
        case .dataCorrupted(let context):
            return context.codingPath.isEmpty
                ? "the text is not valid JSON" : "the value at \(place(context)) cannot be read: \(context.debugDescription)"
        @unknown default: return "the JSON cannot be read"
        }
    }
}

/// The parts of the Basis Set Exchange's schema that are used here; names are the schema's.
private struct Document: Decodable {
    struct Entry: Decodable {
        struct Shell: Decodable {
            let angular_momentum: [Int]
            let exponents: [Number]
            let coefficients: [[Number]]
            let function_type: String?
        }
        struct Potential: Decodable {
            let angular_momentum: [Int]
            let r_exponents: [Int]
            let gaussian_exponents: [Number]
            let coefficients: [[Number]]
            let ecp_type: String?
        }
        struct Reference: Decodable { let reference_keys: [String]? }

        let electron_shells: [Shell]?
        let ecp_potentials: [Potential]?
        let ecp_electrons: Int?
        let references: [Reference]?
    }

    /// A string in the Exchange's files, a number in some others.
    struct Number: Decodable {
        let value: Double

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Double.self) {
                value = number
            } else if let number = NumberParsing.double(try container.decode(String.self)) {
                value = number
            } else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "it is not a finite number")
            }
        }
    }

    let name: String?
    let elements: [String: Entry]

    /// d functions may be Cartesian and higher ones pure, as in the 6-31G family.
    var functionType: AngularFunctionType {
        func hasCartesian(_ momenta: ClosedRange<Int>) -> Bool {
            elements.values.contains { entry in
                (entry.electron_shells ?? []).contains {
                    $0.function_type == "gto_cartesian" && $0.angular_momentum.contains(where: momenta.contains)
                }
            }
        }
        func hasPure(_ momenta: ClosedRange<Int>) -> Bool {
            elements.values.contains { entry in
                (entry.electron_shells ?? []).contains {
                    $0.function_type != "gto_cartesian" && $0.angular_momentum.contains(where: momenta.contains)
                }
            }
        }
        guard hasCartesian(2...20) else { return .pure }
        return hasPure(3...20) ? .cartesianD : .cartesian
    }
}
