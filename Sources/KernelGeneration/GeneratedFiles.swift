/// The straight-line kernels of `GaussianIntegrals`, as text.
package enum GeneratedFiles {
    /// Folder in the repository that contains only these files.
    package static let folder = "Sources/GaussianIntegrals/GeneratedKernels"
    static let header = "// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file"
    /// Number of values along each edge of the cube of R_tuv.
    static let cubeEdge = highestDegree + 1
    /// Highest degree of the recursion.
    static let highestDegree = 8

    /// Contents by file name.
    package static func all() -> [String: String] {
        var files: [String: String] = [:]
        for degree in 0...highestDegree { files["HermiteCoulomb\(degree).swift"] = HermiteCoulombWriter.file(degree) }
        for shape in PairShape.generated {
            let name = shape.name.prefix(1).uppercased() + shape.name.dropFirst()
            files["Bra\(name).swift"] = BraTransformationWriter.file(shape)
            files["Ket\(name).swift"] = KetTransformationWriter.file(shape)
        }
        files["StraightLinePair.swift"] = dispatch()
        return files
    }

    /// The enumeration of pairs and the switches that call their kernels.
    private static func dispatch() -> String {
        let shapes = PairShape.generated
        var lines = [
            header, "/// Pairs of shells that have straight-line kernels.", "enum StraightLinePair: Int, CaseIterable {",
        ]
        for shape in shapes { lines.append("    case \(shape.name)") }
        lines += ["", "    /// Angular momenta of both shells, and whether d functions are Cartesian."]
        lines.append("    var shape: (a: [Int], b: [Int], isCartesian: Bool) {")
        lines.append("        switch self {")
        for shape in shapes {
            let d = shape.momentaA.contains(2) && shape.type.isCartesian(2)
            lines.append("        case .\(shape.name): (\(shape.momentaA), \(shape.momentaB), \(d))")
        }
        lines += ["        }", "    }", "}", "", "extension BraTransformation {"]
        lines += ["    /// Runs the kernel of a pair.", "    @inline(__always)"]
        lines.append("    func callAsFunction(_ pair: StraightLinePair) {")
        lines.append("        switch pair {")
        for shape in shapes { lines.append("        case .\(shape.name): Self.\(shape.name)(self)") }
        lines += ["        }", "    }", "}", "", "extension KetTransformation {"]
        lines += ["    /// Runs the kernel of a pair.", "    @inline(__always)"]
        lines.append("    func callAsFunction(_ pair: StraightLinePair) {")
        lines.append("        switch pair {")
        for shape in shapes { lines.append("        case .\(shape.name): Self.\(shape.name)(self)") }
        lines += ["        }", "    }", "}", "", "extension HermiteCoulombIntegrals {"]
        lines.append("    /// Highest degree that has a straight-line kernel, and the edge of the cube that these fill.")
        lines.append("    static let highestDegree = \(highestDegree)")
        lines.append("    static let cubeEdge = \(cubeEdge)")
        lines += ["", "    /// Runs the kernel of a degree up to `highestDegree`.", "    @inline(__always)"]
        lines.append("    func callAsFunction(degree: Int) {")
        lines.append("        if !interaction.isCoulomb { return separated(degree: degree) }")
        lines += call("degree")
        lines += ["    }", "", "    private func separated(degree: Int) {"] + call("separatedDegree") + ["    }", "}"]
        return lines.joined(separator: "\n") + "\n"
    }

    private static func call(_ name: String) -> [String] {
        var lines = ["        switch degree {"]
        for degree in 0..<highestDegree { lines.append("        case \(degree): Self.\(name)\(degree)(self)") }
        return lines + ["        default: Self.\(name)\(highestDegree)(self)", "        }"]
    }
}
