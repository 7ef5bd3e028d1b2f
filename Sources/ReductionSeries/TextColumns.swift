import Foundation

func left(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
func right(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
func number(_ value: Double, _ width: Int, _ decimals: Int) -> String {
    right(String(format: "%.\(decimals)f", value), width)
}
