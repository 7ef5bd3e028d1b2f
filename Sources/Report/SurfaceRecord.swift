import Foundation

/// A surface in the compact form of the page: about 15 bytes a vertex before base64.
///
/// - Positions are 16-bit multiples of `scale` from `origin`, x, y, z; low byte first. For a surface of 40 bohr the step is
///   6e-4 bohr.
/// - Normals are three signed bytes and an empty one.
/// - Values are 16-bit fractions of `range`.
/// - Vertices are numbered as the triangles first use them. A corner is stored as the distance below the number of the next new
///   vertex, 0 for that vertex itself, in groups of seven bits, low ones first, the top bit set on all but the last. Most
///   take one byte. (The idea of a "high-water mark" is that of A. Chun's webgl-loader.)
struct SurfaceRecord: Encodable {
    let level: Double
    let origin: [Double]
    let scale: Double
    let positions: String
    let normals: String
    let triangles: String
    let values: String?
    let range: [Double]?

    init(_ surface: Report.Surface) {
        let order = Self.order(surface)
        let vertices = order.vertices
        var lower = SIMD3<Double>(repeating: .infinity)
        var upper = -lower
        for vertex in vertices {
            lower = pointwiseMin(lower, surface.positions[vertex])
            upper = pointwiseMax(upper, surface.positions[vertex])
        }
        if vertices.isEmpty { (lower, upper) = (.zero, .zero) }
        let scale = max((upper - lower).max() / Double(UInt16.max), 1e-12)
        level = surface.level
        origin = [lower.x, lower.y, lower.z]
        self.scale = scale
        positions = Self.base64(
            words: vertices.flatMap { vertex -> [UInt16] in
                let steps = (surface.positions[vertex] - lower) / scale
                return [Self.word(steps.x), Self.word(steps.y), Self.word(steps.z)]
            })
        normals = Data(
            vertices.flatMap { vertex -> [UInt8] in
                let normal = surface.normals[vertex] * Double(Int8.max)
                return [Self.byte(normal.x), Self.byte(normal.y), Self.byte(normal.z), 0]
            }
        ).base64EncodedString()
        triangles = Data(order.codes).base64EncodedString()
        guard let all = surface.values, let low = vertices.map({ all[$0] }).min(), let high = vertices.map({ all[$0] }).max()
        else {
            values = nil
            range = nil
            return
        }
        let factor = high > low ? Double(UInt16.max) / (high - low) : 0
        values = Self.base64(words: vertices.map { Self.word((all[$0] - low) * factor) })
        range = [low, high]
    }

    /// The vertices in the order of their first use, and the codes of the corners.
    private static func order(_ surface: Report.Surface) -> (vertices: [Int], codes: [UInt8]) {
        var number = [Int](repeating: -1, count: surface.positions.count)
        var vertices: [Int] = []
        var codes: [UInt8] = []
        codes.reserveCapacity(4 * surface.triangles.count)
        for triangle in surface.triangles {
            for corner in [Int(triangle.x), Int(triangle.y), Int(triangle.z)] {
                if number[corner] < 0 {
                    number[corner] = vertices.count
                    codes.append(0)
                    vertices.append(corner)
                    continue
                }
                var code = vertices.count - number[corner]
                while code > 127 {
                    codes.append(UInt8(code & 127) | 128)
                    code >>= 7
                }
                codes.append(UInt8(code))
            }
        }
        return (vertices, codes)
    }

    private static func word(_ value: Double) -> UInt16 { UInt16(min(max(value.rounded(), 0), Double(UInt16.max))) }

    private static func byte(_ value: Double) -> UInt8 { UInt8(bitPattern: Int8(min(max(value.rounded(), -127), 127))) }

    private static func base64(words: [UInt16]) -> String {
        Data(words.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }).base64EncodedString()
    }
}
