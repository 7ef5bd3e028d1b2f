import Foundation

/// An amount of memory, such as 4GB, 500M or 1.5GiB. GB and GiB, MB and MiB mean the same: powers of 1024.
public struct MemorySize: Sendable, Equatable, CustomStringConvertible {
    public let bytes: Int

    public init(bytes: Int) { self.bytes = bytes }

    /// - Parameter text: as above; nil if it is not a size.
    public init?(parsing text: String) {
        let text = text.lowercased().filter { !$0.isWhitespace }
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let factors: [String: Double] = ["": 1, "b": 1, "k": 0x1p10, "m": 0x1p20, "g": 0x1p30, "t": 0x1p40]
        var unit = String(text.dropFirst(number.count))
        if unit.hasSuffix("ib") { unit.removeLast(2) } else if unit.count == 2, unit.hasSuffix("b") { unit.removeLast() }
        guard let value = Double(number), let factor = factors[unit], value > 0, value * factor < 0x1p60 else { return nil }
        bytes = Int(value * factor)
    }

    /// The same, rounded up, so that it is sufficient.
    public var need: String {
        let unit = bytes >= 1 << 30 ? Double(1 << 30) / 10 : Double(1 << 20)
        return MemorySize(bytes: Int((Double(bytes) / unit).rounded(.up) * unit)).description
    }

    public var description: String {
        bytes >= 1 << 30 ? String(format: "%.1f GB", Double(bytes) * 0x1p-30) : String(format: "%.0f MB", Double(bytes) * 0x1p-20)
    }
}
