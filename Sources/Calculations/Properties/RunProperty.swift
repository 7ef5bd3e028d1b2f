import Foundation
import RunFolders

/// A property of a finished run: what `esp account`, `fukui`, `orbitals` and `surface` compute from the folder of a calculation.
///
/// A property computes its value, and writes files into the folder where it has any. `PropertyCalculation` does what all of them have in
/// common.
public protocol RunProperty: Sendable {
    associatedtype Value: PropertyValue

    /// For messages; the name of its command.
    static var name: String { get }

    func value(of run: OpenedRun) throws -> Value

    /// Writes files into the folder, and announces them.
    func write(_ value: Value, of run: OpenedRun, announce: (String) throws -> Void) throws
}

extension RunProperty {
    public func write(_ value: Value, of run: OpenedRun, announce: (String) throws -> Void) throws {}
}

/// The value of a property, in the forms in which it is shown.
public protocol PropertyValue: Sendable {
    /// Nil where the property does not have the form.
    func rendered(as format: PropertyFormat) throws -> String?
}

/// Forms in which a property is shown.
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
    ///   - fragments: in place of those of the run, where there are any.
    public init(
        _ property: Property, folder: String, fragments: [FragmentInput] = [], resources: ResourceInput = ResourceInput(),
        monitor: CalculationMonitor = CalculationMonitor()
    ) {
        self.property = property
        run = OpenedRun(folder, fragments: fragments, resources: resources, monitor: monitor)
    }

    /// The value alone: nothing is written.
    public func value() throws -> Property.Value { try property.value(of: run) }

    /// Shows the value, then writes the files: a folder that is read-only must not keep the numbers from being seen.
    ///
    /// - Parameters:
    ///   - format: of what is shown. The files are announced in text only.
    ///   - output: takes what is shown.
    public func run(format: PropertyFormat = .text, output: (String) throws -> Void) throws {
        let value = try value()
        guard let shown = try value.rendered(as: format) else {
            throw CalculationError.usage("esp \(Property.name) has no output as \(format.rawValue).")
        }
        try output(shown)
        try property.write(value, of: run) { if format == .text { try output($0) } }
    }
}
