/// Writes the transformation of a bra's Hermite Gaussians to its products of functions as straight-line code.
enum BraTransformationWriter {
    /// Maximum number of rows that are computed together. Their sums over eight lanes occupy twelve of the sixteen AVX2
    /// registers, leave room for the inputs, and form enough independent chains for the two adders.
    static let largestGroup = 6

    static func file(_ shape: PairShape) -> String {
        let lines =
            [
                GeneratedFiles.header, "import CVectorShims", "", "extension BraTransformation {",
                "    /// Products of \(shape.description): \(shape.rows.count) rows, \(shape.entryCount) coefficients.",
                "    @inline(never)", "    static func \(shape.name)(_ work: BraTransformation) {",
                "        for h in 0..<work.hermiteCount { \(shape.name)(work, h) }", "    }",
            ] + function(shape) + ["}"]
        return lines.joined(separator: "\n") + "\n"
    }

    private static func function(_ shape: PairShape) -> [String] {
        var lines = [
            "", "    @inline(__always)",
            "    private static func \(shape.name)(_ work: BraTransformation, _ h: Int) {",
            "        let count = work.primitiveCount", "        let stride = work.cubeStride",
            "        let target = work.target + h", "        let hermites = work.hermiteCount",
            "        let r = work.cubes + Int(work.places[h])",
        ]
        for group in RowGroups.make(shape, largest: largestGroup) {
            lines.append("        do {")
            for row in group { lines.append("            var a\(row) = Lanes.zero") }
            lines.append("            if !work.isFirst {")
            for row in group { lines.append("                a\(row) = target[\(row) * hermites]") }
            lines.append("            }")
            lines.append("            var c = work.coefficients")
            lines.append("            var o = 0")
            lines.append("            for _ in 0..<count {")
            for step in RowGroups.steps(shape, group) {
                let place = step.hermite.place(stride: GeneratedFiles.cubeEdge)
                lines.append("                let x\(place) = r[o + \(place)]")
                for use in step.uses {
                    let a = "a\(use.row)"
                    lines.append("                \(a) = esp_fma8(Lanes(repeating: c[\(use.place)]), x\(place), \(a))")
                }
            }
            lines.append("                c += \(shape.entryCount)")
            lines.append("                o += stride")
            lines.append("            }")
            for row in group { lines.append("            target[\(row) * hermites] = a\(row)") }
            lines.append("        }")
        }
        lines.append("    }")
        return lines
    }
}
