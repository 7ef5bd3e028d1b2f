import Foundation

/// A tile of a picture during drawing: for every sample the visible point, and the transparent layers in front of it.
struct Tile {
    private let width, height, oversampling: Int
    private let columns, rows: Int
    /// Of the first sample in the picture.
    private let left, top: Int
    private let scene: ProjectedScene
    private var depth: [Float]
    private var color: [PixelColor]
    /// All veils of the tile; those of a sample form a chain from `chains[sample]` on,
    /// from the farthest to the nearest.
    private var veils: [Veil] = []
    private var chains: [Int32]

    /// - Parameters: place and size in pixels.
    init(x: Int, y: Int, width: Int, height: Int, oversampling: Int, scene: ProjectedScene) {
        self.width = width
        self.height = height
        self.oversampling = oversampling
        self.scene = scene
        columns = width * oversampling
        rows = height * oversampling
        left = x * oversampling
        top = y * oversampling
        depth = [Float](repeating: -.infinity, count: columns * rows)
        color = [PixelColor](repeating: PixelColor(repeating: 1), count: columns * rows)
        chains = [Int32](repeating: -1, count: columns * rows)
    }

    /// - Parameter primitives: their numbers in the scene.
    consuming func drawn(_ primitives: [Int32]) -> PixelImage {
        for index in primitives {
            switch scene.primitives[Int(index)] {
            case .sphere(let center, let radius, let color): drawSphere(center, radius, color)
            case .cylinder(let start, let end, let radius, let color): drawCylinder(start, end, radius, color)
            case .triangle(let layer, let index): drawTriangle(scene.layers[layer], index)
            }
        }
        var image = PixelImage(width: width, height: height)
        let share = 1 / Float(oversampling * oversampling)
        for y in 0..<height {
            for x in 0..<width {
                var sum = PixelColor()
                for j in 0..<oversampling {
                    for i in 0..<oversampling {
                        sum += seen((y * oversampling + j) * columns + x * oversampling + i)
                    }
                }
                image[x, y] = sum * share
            }
        }
        return image
    }

    /// The colour of a sample: transparent layers over the opaque point, from the farthest to the nearest.
    private func seen(_ sample: Int) -> PixelColor {
        var result = color[sample]
        var link = chains[sample]
        while link >= 0 {
            let veil = veils[Int(link)]
            if veil.depth > depth[sample] { result += (veil.color - result) * veil.opacity }
            link = veil.next
        }
        return result
    }

    /// Calls `body` with the samples of the tile within a rectangle, and with their middles.
    @inline(__always)
    private mutating func forEachSample(
        low: SIMD2<Double>, high: SIMD2<Double>, _ body: (inout Tile, _ sample: Int, _ x: Double, _ y: Double) -> Void
    ) {
        let firstColumn = max(0, Int(low.x.rounded(.down)) - left)
        let lastColumn = min(columns - 1, Int(high.x.rounded(.up)) - left)
        let firstRow = max(0, Int(low.y.rounded(.down)) - top)
        let lastRow = min(rows - 1, Int(high.y.rounded(.up)) - top)
        guard firstColumn <= lastColumn, firstRow <= lastRow else { return }
        for row in firstRow...lastRow {
            for column in firstColumn...lastColumn {
                body(&self, row * columns + column, Double(left + column) + 0.5, Double(top + row) + 0.5)
            }
        }
    }

    /// Distant points are slightly paler.
    private func faded(_ color: PixelColor, depth: Double) -> PixelColor {
        let distance = Float(1 - (depth - scene.farthest) / scene.range)
        return color + (PixelColor(repeating: 1) - color) * (0.22 * min(max(distance, 0), 1))
    }

    private mutating func setSolid(_ sample: Int, depth newDepth: Double, _ base: PixelColor, normal: SIMD3<Float>) {
        guard Float(newDepth) > depth[sample] else { return }
        depth[sample] = Float(newDepth)
        color[sample] = faded(Shading.color(base, normal: normal, gloss: 0.35), depth: newDepth)
    }

    private mutating func drawSphere(_ center: SIMD3<Double>, _ radius: Double, _ base: PixelColor) {
        let flat = SIMD2(center.x, center.y)
        forEachSample(low: flat - radius, high: flat + radius) { tile, sample, x, y in
            let (dx, dy) = (x - center.x, y - center.y)
            let rest = radius * radius - dx * dx - dy * dy
            guard rest > 0 else { return }
            let height = rest.squareRoot()
            // Rows run downwards, normals up.
            let normal = SIMD3<Float>(SIMD3(dx, -dy, height) / radius)
            tile.setSolid(sample, depth: center.z + height, base, normal: normal)
        }
    }

    private mutating func drawCylinder(
        _ start: SIMD3<Double>, _ end: SIMD3<Double>, _ radius: Double, _ base: PixelColor
    ) {
        let axis = end - start
        let squaredLength = (axis * axis).sum()
        let across = axis.x * axis.x + axis.y * axis.y
        guard squaredLength > 0, across > 1e-9 * squaredLength else { return }
        let low = pointwiseMin(SIMD2(start.x, start.y), SIMD2(end.x, end.y)) - radius
        let high = pointwiseMax(SIMD2(start.x, start.y), SIMD2(end.x, end.y)) + radius
        forEachSample(low: low, high: high) { tile, sample, x, y in
            // Nearest z at which (x, y, z) is `radius` away from the axis.
            let (dx, dy) = (x - start.x, y - start.y)
            let side = (dx * axis.y - dy * axis.x) / across.squareRoot()
            let rest = radius * radius - side * side
            guard rest > 0 else { return }
            let along = (dx * axis.x + dy * axis.y) / across
            let z = along * axis.z + (rest * squaredLength / across).squareRoot()
            let t = (dx * axis.x + dy * axis.y + z * axis.z) / squaredLength
            guard t >= 0, t <= 1 else { return }
            let outward = (SIMD3(dx, dy, z) - t * axis) / radius
            tile.setSolid(sample, depth: start.z + z, base, normal: SIMD3<Float>(SIMD3(outward.x, -outward.y, outward.z)))
        }
    }

    private mutating func drawTriangle(_ layer: ProjectedScene.Layer, _ index: Int) {
        let corners = layer.triangles[index]
        let (i, j, k) = (Int(corners.x), Int(corners.y), Int(corners.z))
        let (a, b, c) = (layer.places[i], layer.places[j], layer.places[k])
        let area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
        guard area != 0 else { return }
        let low = SIMD2(min(a.x, b.x, c.x), min(a.y, b.y, c.y))
        let high = SIMD2(max(a.x, b.x, c.x), max(a.y, b.y, c.y))
        forEachSample(low: low, high: high) { tile, sample, x, y in
            let u = ((c.x - b.x) * (y - b.y) - (c.y - b.y) * (x - b.x)) / area
            let v = ((a.x - c.x) * (y - c.y) - (a.y - c.y) * (x - c.x)) / area
            let w = 1 - u - v
            guard u >= 0, v >= 0, w >= 0 else { return }
            let weights = SIMD3<Float>(Float(u), Float(v), Float(w))
            let normal = Shading.unit(
                layer.normals[i] * weights.x + layer.normals[j] * weights.y + layer.normals[k] * weights.z)
            let base: PixelColor
            switch layer.coloring {
            case .uniform(let color): base = color
            case .values(let values, let scale): base = scale.color(u * values[i] + v * values[j] + w * values[k])
            }
            tile.addVeil(sample, depth: u * a.z + v * b.z + w * c.z, base, normal: normal, opacity: layer.opacity)
        }
    }

    private mutating func addVeil(
        _ sample: Int, depth: Double, _ base: PixelColor, normal: SIMD3<Float>, opacity: Float
    ) {
        let facing = normal.z
        // The far side shines through weakly; near the outline the line of sight passes through more of the surface.
        let slope = 1 - abs(facing)
        let veil = facing >= 0 ? opacity + (1 - opacity) * 0.75 * slope * slope : 0.35 * opacity
        let shaded = Shading.color(base, normal: facing >= 0 ? normal : -normal, gloss: facing >= 0 ? 0.25 : 0)
        let place = Float(depth)
        // The chain runs from the farthest to the nearest.
        var (before, next) = (Int32(-1), chains[sample])
        while next >= 0, veils[Int(next)].depth < place {
            before = next
            next = veils[Int(next)].next
        }
        veils.append(Veil(depth: place, color: faded(shaded, depth: depth), opacity: min(veil, 1), next: next))
        let new = Int32(veils.count - 1)
        if before >= 0 { veils[Int(before)].next = new } else { chains[sample] = new }
    }
}
