/// Writes the transformation of a ket's Hermite Gaussians to its products of functions as straight-line code.
enum KetTransformationWriter {
    /// Number of bra products that are computed together, and the corresponding maximum number of ket products: limited by the
    /// sixteen AVX2 registers, of which eight lanes take two.
    static let blocks: [(rows: Int, products: Int)] = [(2, 3), (1, 6)]

    static func file(_ shape: PairShape) -> String {
        var lines = [
            GeneratedFiles.header, "import CVectorShims", "", "extension KetTransformation {",
            "    /// Products of \(shape.description): \(shape.rows.count) columns, \(shape.entryCount) coefficients.",
            "    @inline(never)", "    static func \(shape.name)(_ work: KetTransformation) {", "        var row = 0",
        ]
        for block in blocks {
            lines.append("        while row + \(block.rows) <= work.rowCount {")
            lines.append("            \(shape.name)By\(block.rows)(work, row)")
            lines.append("            row += \(block.rows)")
            lines.append("        }")
        }
        lines.append("    }")
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
