/// Writes the transformation of a ket's Hermite Gaussians to its products of functions as straight-line code.
enum KetTransformationWriter {
    /// Bra products that are worked out together, and the most ket products that go with so many.
    static let blocks: [(rows: Int, products: Int)] = [(4, 4), (3, 5), (1, 16)]

    static func file(_ shape: PairShape) -> String {
        var lines = [
            GeneratedFiles.header, "import CVectorShims", "", "extension KetTransformation {",
            "    /// Products of \(shape.description): \(shape.rows.count) columns, \(shape.entryCount) coefficients.",
            "    @inline(never)", "    static func \(shape.name)(_ work: KetTransformation) {",
            "        var row = 0",
            "        // Nine and fifteen rows, of p and d shells, divide by three only.",
            "        while work.rowCount % 4 != 0, row + 3 <= work.rowCount, (work.rowCount - row) % 3 == 0 {",
            "            \(shape.name)By3(work, row)", "            row += 3", "        }",
            "        while row + 4 <= work.rowCount {",
            "            \(shape.name)By4(work, row)", "            row += 4", "        }",
            "        while row < work.rowCount {",
            "            \(shape.name)By1(work, row)", "            row += 1", "        }", "    }",
        ]
        for block in blocks { lines += function(shape, rows: block.rows, largestGroup: block.products) }
        lines.append("}")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func function(_ shape: PairShape, rows: Int, largestGroup: Int) -> [String] {
        let n = shape.rows.count
        var lines = [
            "", "    @inline(never)",
            "    private static func \(shape.name)By\(rows)(_ work: KetTransformation, _ row: Int) {",
            "        let c = work.coefficients", "        let source = work.source + row * \(shape.hermiteCount)",
            "        let target = work.target + row * \(n)",
        ]
        for group in RowGroups.make(shape, largest: largestGroup) {
            lines.append("        do {")
            for cd in group { for k in 0..<rows { lines.append("            var a\(cd)x\(k) = Lanes.zero") } }
            lines.append("            if !work.isFirst {")
            for cd in group {
                for k in 0..<rows { lines.append("                a\(cd)x\(k) = target[\(k * n + cd)]") }
            }
            lines.append("            }")
            for step in RowGroups.steps(shape, group) {
                let h = step.hermite.index
                for k in 0..<rows { lines.append("            let x\(h)x\(k) = source[\(k * shape.hermiteCount + h)]") }
                for use in step.uses {
                    lines.append("            let c\(use.place) = c[\(use.place)]")
                    for k in 0..<rows {
                        let a = "a\(use.row)x\(k)"
                        lines.append("            \(a) = esp_fma8(c\(use.place), x\(h)x\(k), \(a))")
                    }
                }
            }
            for cd in group {
                for k in 0..<rows { lines.append("            target[\(k * n + cd)] = a\(cd)x\(k)") }
            }
            lines.append("        }")
        }
        lines.append("    }")
        return lines
    }
}
