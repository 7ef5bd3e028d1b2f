import Foundation

/// Places in the checkout that tests read.
public enum Repository {
    public static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    public static let references = root.appendingPathComponent("Tests/References")
    public static let basisSets = root.appendingPathComponent("BasisSets")
    public static let molecules = root.appendingPathComponent("Molecules")
}
