import Foundation
import RunFolders

/// A property of a finished run: what `esp account`, `fukui`, `orbitals` and `surface` compute from the folder of a calculation.
///
/// A property computes its value, and may write files to the folder. `PropertyCalculation` contains the common parts.
public protocol RunProperty: Sendable {
    associatedtype Value: PropertyValue

    /// The name of its command, for messages.
    static var name: String { get }

    func value(of run: OpenedRun) throws -> Value

    /// Writes files into the folder, and announces them.
    func write(_ value: Value, of run: OpenedRun, announce: (String) throws -> Void) throws
}

extension RunProperty {
    public func write(_ value: Value, of run: OpenedRun, announce: (String) throws -> Void) throws {}
}

/// The value of a property, in its output formats.
public protocol PropertyValue: Sendable {
    /// Nil if the property does not support the format.
    func rendered(as format: PropertyFormat) throws -> String?
}

/// Output formats of a property.
public enum PropertyFormat: String, Sendable, CaseIterable {
    /// Tables for people, of at most 100 columns.
    case text
    /// Comma-separated values in full precision.
    case csv
    /// All numbers in full precision and atomic units.
    case json
}

/// Computes a property of a finished run, shows it, and writes its files.
public struct PropertyCalculation<Property: RunProperty> {
    private let property: Property
    private let run: OpenedRun

    /// - Parameters:
    ///   - folder: of the finished run.
    ///   - fragments: replace those of the run, if given.
    public init(
        _ property: Property, folder: String, fragments: [FragmentInput] = [], resources: ResourceInput = ResourceInput(),
        monitor: CalculationMonitor = CalculationMonitor()
    ) {
        self.property = property
        run = OpenedRun(folder, fragments: fragments, resources: resources, monitor: monitor)
    }

    /// The value alone, without writing files.
    public func value() throws -> Property.Value { try property.value(of: run) }

    /// Prints the value, then writes the files, so that a read-only folder does not hide the numbers.
    ///
    /// - Parameters:
    ///   - format: of the output. The files are announced only for text.
    ///   - output: gets the text.
    public func run(format: PropertyFormat = .text, output: (String) throws -> Void) throws {
        let value = try value()
        guard let shown = try value.rendered(as: format) else {
            throw CalculationError.usage("esp \(Property.name) has no output as \(format.rawValue).")
        }
        try output(shown)
        try property.write(value, of: run) { if format == .text { try output($0) } }
    }
}
