/// Writes the transformation of a bra's Hermite Gaussians to its products of functions as straight-line code.
enum BraTransformationWriter {
    /// Hermite Gaussians of the ket that are worked out together, and the most rows that go with so many.
    static let blocks: [(hermites: Int, rows: Int)] = [(5, 4), (4, 4), (1, 16)]

    static func file(_ shape: PairShape) -> String {
        var lines = [
            GeneratedFiles.header, "import CVectorShims", "", "extension BraTransformation {",
            "    /// Products of \(shape.description): \(shape.rows.count) rows, \(shape.entryCount) coefficients.",
            "    @inline(never)", "    static func \(shape.name)(_ work: BraTransformation) {", "        var h = 0",
        ]
        for block in blocks {
            lines.append("        while h + \(block.hermites) <= work.hermiteCount {")
            lines.append("            \(shape.name)By\(block.hermites)(work, h)")
            lines.append("            h += \(block.hermites)")
            lines.append("        }")
        }
        lines.append("    }")
        for block in blocks { lines += function(shape, hermites: block.hermites, largestGroup: block.rows) }
        lines.append("}")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func function(_ shape: PairShape, hermites: Int, largestGroup: Int) -> [String] {
        var lines = [
            "", "    @inline(never)",
            "    private static func \(shape.name)By\(hermites)(_ work: BraTransformation, _ h: Int) {",
            "        let count = work.primitiveCount", "        let stride = work.cubeStride",
            "        let target = work.target + h", "        let hermites = work.hermiteCount",
        ]
        for k in 0..<hermites { lines.append("        let r\(k) = work.cubes + Int(work.places[h + \(k)])") }
        for group in RowGroups.make(shape, largest: largestGroup) {
            lines.append("        do {")
            for row in group { for k in 0..<hermites { lines.append("            var a\(row)x\(k) = Lanes.zero") } }
            lines.append("            if !work.isFirst {")
            for row in group {
                for k in 0..<hermites {
                    lines.append("                a\(row)x\(k) = target[\(row) * hermites + \(k)]")
                }
            }
            lines.append("            }")
            lines.append("            var c = work.coefficients")
            lines.append("            var o = 0")
            lines.append("            for _ in 0..<count {")
            for step in RowGroups.steps(shape, group) {
                let place = step.hermite.place(stride: GeneratedFiles.cubeEdge)
                for k in 0..<hermites { lines.append("                let x\(place)x\(k) = r\(k)[o + \(place)]") }
                for use in step.uses {
                    lines.append("                let c\(use.place) = Lanes(repeating: c[\(use.place)])")
                    for k in 0..<hermites {
                        let a = "a\(use.row)x\(k)"
                        lines.append("                \(a) = esp_fma8(c\(use.place), x\(place)x\(k), \(a))")
                    }
                }
            }
            lines.append("                c += \(shape.entryCount)")
            lines.append("                o += stride")
            lines.append("            }")
            for row in group {
                for k in 0..<hermites { lines.append("            target[\(row) * hermites + \(k)] = a\(row)x\(k)") }
            }
            lines.append("        }")
        }
        lines.append("    }")
        return lines
    }
}
