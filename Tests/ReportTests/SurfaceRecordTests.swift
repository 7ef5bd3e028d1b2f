import Foundation
@testable import Report
import Testing

/// The compact form of surfaces, read back by a decoder that shares nothing with the encoder.
@Suite struct SurfaceRecordTests {
    @Test func surfacesSurviveWithinTheirSteps() throws {
        let surface = SampleReport.sphere(SIMD3(3, -7, 11), radius: 6, rings: 30, level: 0.001) { $0.x * $0.y }
        let record = SurfaceRecord(surface)
        let words = try Self.words(record.positions).map(Double.init)
        let normals = try Self.bytes(record.normals).map { Double(Int8(bitPattern: $0)) / 127 }
        let range = try #require(record.range)
        let values = try Self.words(#require(record.values)).map { range[0] + Double($0) / 65535 * (range[1] - range[0]) }
        let corners = try Self.corners(record.triangles)
        #expect(record.scale < 12.1 / 65535)
        #expect(words.count == 3 * surface.positions.count && values.count == surface.positions.count)
        #expect(corners.count == 3 * surface.triangles.count)
        var worst = SIMD3<Double>()
        for (t, triangle) in surface.triangles.enumerated() {
            for k in 0..<3 {
                let vertex = corners[3 * t + k]
                let original = Int(triangle[k])
                for axis in 0..<3 {
                    let position = record.origin[axis] + record.scale * words[3 * vertex + axis]
                    worst.x = max(worst.x, abs(position - surface.positions[original][axis]))
                    worst.y = max(worst.y, abs(normals[4 * vertex + axis] - surface.normals[original][axis]))
                }
                worst.z = max(worst.z, abs(values[vertex] - (surface.values?[original] ?? .nan)))
            }
        }
        #expect(worst.x <= 0.51 * record.scale && worst.y <= 0.51 / 127 && worst.z <= 0.51 * (range[1] - range[0]) / 65535)
    }

    @Test func anEmptySurfaceIsNoError() {
        let record = SurfaceRecord(.init(positions: [], normals: [], triangles: [], values: [], level: 1))
        #expect(record.positions.isEmpty && record.triangles.isEmpty && record.values == nil)
    }

    private static func bytes(_ text: String) throws -> [UInt8] { [UInt8](try #require(Data(base64Encoded: text))) }

    private static func words(_ text: String) throws -> [Int] {
        let bytes = try bytes(text)
        return stride(from: 0, to: bytes.count, by: 2).map { Int(bytes[$0]) + 256 * Int(bytes[$0 + 1]) }
    }

    private static func corners(_ text: String) throws -> [Int] {
        var result: [Int] = []
        var next = 0
        var code = 0
        var shift = 0
        for byte in try bytes(text) {
            code += Int(byte % 128) << shift
            shift += 7
            guard byte < 128 else { continue }
            result.append(next - code)
            if code == 0 { next += 1 }
            (code, shift) = (0, 0)
        }
        return result
    }
}
