import FileFormats
import CZlib
import Foundation
import MolecularStructure
import ParallelExecution
import Testing
import WavefunctionAnalysis

@testable import Pictures

@Suite("Pictures")
struct PicturesTests {
    static let pool = WorkerPool(threads: 2)

    static func molecule(_ atoms: [(String, SIMD3<Double>)]) throws -> Molecule {
        Molecule(
            atoms: try atoms.map { Atom(element: try #require(Element(symbol: $0.0)), positionInBohr: $0.1) })
    }

    /// Chunks of a PNG file, each with its checksum tested by a plain bitwise CRC.
    static func chunks(_ data: Data) throws -> [(type: String, content: [UInt8])] {
        let bytes = Array(data)
        try #require(Array(bytes.prefix(8)) == [137, 80, 78, 71, 13, 10, 26, 10])
        func number(_ at: Int) -> Int { bytes[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) } }
        var result: [(String, [UInt8])] = []
        var place = 8
        while place < bytes.count {
            let length = number(place)
            let body = bytes[(place + 4)..<(place + 8 + length)]
            var crc: UInt32 = ~0
            for byte in body {
                crc ^= UInt32(byte)
                for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
            }
            try #require(Int(~crc) == number(place + 8 + length))
            result.append((String(decoding: body.prefix(4), as: UTF8.self), Array(body.dropFirst(4))))
            place += 12 + length
        }
        return result
    }

    @Test("a PNG file decodes to the pixels it was made of")
    func portableNetworkGraphics() throws {
        var image = PixelImage(width: 7, height: 5)
        for y in 0..<5 { for x in 0..<7 { image[x, y] = PixelColor(Float(x) / 6, Float(y) / 4, Float((x * y) % 5) / 4) } }
        let chunks = try Self.chunks(PNGEncoder.data(image))
        #expect(chunks.map(\.type) == ["IHDR", "sRGB", "pHYs", "IDAT", "IEND"])
        #expect(chunks[0].content == [0, 0, 0, 7, 0, 0, 0, 5, 8, 2, 0, 0, 0])
        // 300 dots an inch are 11811 a metre.
        #expect(chunks[2].content == [0, 0, 0x2E, 0x23, 0, 0, 0x2E, 0x23, 1])
        var bytes = [UInt8](repeating: 0, count: 5 * 22)
        var count = UInt(bytes.count)
        #expect(uncompress(&bytes, &count, chunks[3].content, UInt(chunks[3].content.count)) == Z_OK)
        #expect(count == 5 * 22)
        for y in 0..<5 {
            #expect(bytes[22 * y] == 2)
            for k in 0..<21 {
                if y > 0 { bytes[22 * y + 1 + k] &+= bytes[22 * (y - 1) + 1 + k] }
                #expect(Int(bytes[22 * y + 1 + k]) == Int((image[k / 3, y][k % 3] * 255).rounded()))
            }
        }
    }

    @Test("scales: ends, middle, conventions, robust limits")
    func scales() {
        let scale = ColorScale(low: -0.1, high: 0.1)
        #expect(scale.color(-0.1) == scale.color(-5) && scale.color(0.1) == scale.color(5))
        #expect(scale.color(-0.1).x > 0.5 && scale.color(-0.1).z < 0.2)
        #expect(scale.color(0.1).z > 0.5 && scale.color(0.1).x < 0.2)
        #expect(scale.color(0).min() > 0.95)
        let other = ColorScale(low: -0.1, high: 0.1, convention: .redPositive)
        #expect(other.color(0.1) == scale.color(-0.1) && other.color(-0.07) == scale.color(0.07))
        var values = (0..<1000).map { -0.04 + 0.00006 * Double($0) }
        values[17] = 30
        let robust = ColorScale(robustFor: values)
        #expect(robust.high == -robust.low && robust.high >= 0.0387 && robust.high <= 0.042)
        #expect(abs(ColorScale.roundedUp(0.0383) - 0.04) < 1e-12 && abs(ColorScale.roundedUp(0.0131) - 0.014) < 1e-12)
    }

    @Test("named views are rotations, and follow the molecule")
    func cameras() throws {
        let places = [SIMD3(0.0, 0, 0), SIMD3(2.3, 0.1, 0), SIMD3(-1.0, 1.9, 0.2), SIMD3(4.1, -0.5, 0.6)]
        let symbols = ["C", "O", "Cl", "H"]
        let plain = try Self.molecule(Array(zip(symbols, places)))
        // Turned about z by 40 degrees and moved.
        let (c, s) = (cos(0.7), sin(0.7))
        let turned = try Self.molecule(
            Array(zip(symbols, places.map { SIMD3(c * $0.x - s * $0.y + 3, s * $0.x + c * $0.y - 1, $0.z + 2) })))
        for view in NamedView.allCases {
            let (a, b) = (Camera(view, of: plain), Camera(view, of: turned))
            for camera in [a, b] {
                #expect(abs(camera.right.length - 1) < 1e-12 && abs(camera.up.length - 1) < 1e-12)
                #expect(abs(camera.right.dot(camera.up)) < 1e-12)
                #expect((camera.right.cross(camera.up) - camera.toViewer).length < 1e-12)
            }
            for k in 1..<4 {
                let first = a.project(plain.atoms[k].position - plain.atoms[0].position)
                let second = b.project(turned.atoms[k].position - turned.atoms[0].position)
                #expect((first - second).length < 1e-9)
            }
        }
        let (front, back) = (Camera(.front, of: plain), Camera(.back, of: plain))
        #expect((front.toViewer + back.toViewer).length < 1e-12)
        #expect((Camera(.top, of: plain).toViewer - front.up).length < 1e-12)
        #expect((Camera(.right, of: plain).toViewer - front.right).length < 1e-12)
        // Turned by 90 degrees about the vertical, the left side comes to the front.
        #expect((front.turned(90, 0, 0).toViewer - Camera(.left, of: plain).toViewer).length < 1e-9)
    }

    /// An octahedron.
    static let mesh = SurfaceMesh(
        positions: [SIMD3(3, 0, 0), SIMD3(-3, 0, 0), SIMD3(0, 3, 0), SIMD3(0, -3, 0), SIMD3(0, 0, 3), SIMD3(0, 0, -3)],
        normals: [SIMD3(1, 0, 0), SIMD3(-1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, -1, 0), SIMD3(0, 0, 1), SIMD3(0, 0, -1)],
        triangles: [
            SIMD3(0, 2, 4), SIMD3(2, 1, 4), SIMD3(1, 3, 4), SIMD3(3, 0, 4), SIMD3(2, 0, 5), SIMD3(1, 2, 5), SIMD3(3, 1, 5),
            SIMD3(0, 3, 5),
        ])

    @Test("an atom within a surface: where each colour is, and the same bits with one thread")
    func scene() throws {
        let molecule = try Self.molecule([("O", SIMD3())])
        let blue = Scene.Layer(mesh: Self.mesh, coloring: .uniform(PixelColor(0.1, 0.2, 0.9)), opacity: 0.5)
        let scene = Scene(molecule: molecule, layers: [blue])
        let frame = Frame(camera: Camera(alongAxis: 2), around: [scene])
        let image = SceneRenderer(oversampling: 2).image(of: scene, frame: frame, width: 90, height: 90, pool: Self.pool)
        #expect(image[1, 1] == PixelColor(repeating: 1))
        // The red atom shines through in the middle, beside it there is only the blue surface.
        #expect(image[45, 45].x / image[45, 45].z > 1.3 * image[45, 25].x / image[45, 25].z)
        #expect(image[45, 25].z > image[45, 25].x && image[45, 45].z < image[45, 25].z)
        let bare = Scene(molecule: molecule, layers: [])
        let atom = SceneRenderer().image(of: bare, frame: frame, width: 90, height: 90, pool: Self.pool)
        #expect(atom[45, 45].x > 2 * atom[45, 45].z && atom[45, 15] == PixelColor(repeating: 1))
        let one = SceneRenderer(oversampling: 2).image(
            of: scene, frame: frame, width: 90, height: 90, pool: WorkerPool(threads: 1))
        #expect(one == image)
    }

    @Test("a value's colour is the scale's, brighter or darker by the light alone")
    func values() throws {
        let scale = ColorScale(low: -1, high: 1)
        let layer = Scene.Layer(
            mesh: Self.mesh, coloring: .values([Double](repeating: 1, count: 6), scale), opacity: 1)
        let scene = Scene(molecule: try Self.molecule([("H", SIMD3())]), layers: [layer])
        let frame = Frame(camera: Camera(alongAxis: 2), around: [scene])
        let image = SceneRenderer().image(of: scene, frame: frame, width: 60, height: 60, pool: Self.pool)
        let pixel = image[30, 40]
        #expect(pixel.z > pixel.y && pixel.y > pixel.x && pixel.x < 0.4)
    }

    @Test("titles and keys are drawn, and the font has every letter that they need")
    func lettering() throws {
        let special = "\u{2212}\u{b7}\u{b0}\u{c5}\u{d7}\u{b2}\u{b3}\u{207b}\u{2082}\u{27e8}\u{27e9}αβρσΔηω\u{e9}"
        for table in [GlyphTable.regular, .bold] {
            for character in (UInt8(33)...126).map({ Character(Unicode.Scalar($0)) }) + special {
                let glyph = table[character]
                #expect(!glyph.contours.isEmpty && glyph.advance > 100, "\(character)")
                #expect(character.unicodeScalars.allSatisfy(table.has))
            }
            // A letter and its accent are one glyph; what is not there is a frame.
            #expect(table["e\u{301}"].contours == table["\u{e9}"].contours)
            #expect(!table["\u{6c34}"].contours.isEmpty && !table.has("\u{6c34}"))
        }
        let scene = Scene(molecule: try Self.molecule([("O", SIMD3()), ("H", SIMD3(1.8, 0, 0))]), layers: [])
        let frame = Frame(camera: Camera(alongAxis: 2), around: [scene])
        let scale = ColorScale(low: -0.05, high: 0.05)
        let picture = Picture(
            title: "water", subtitle: "HF/6-31G",
            rows: [
                .init(
                    panels: [.init(scene: scene, caption: "0"), .init(scene: scene, caption: "-1")],
                    key: .scale(scale, caption: "V", unit: "hartree/e", secondUnit: ("kcal/mol", 627.5)))
            ], frame: frame)
        let image = picture.image(width: 400, renderer: SceneRenderer(oversampling: 1), pool: Self.pool)
        #expect(image.width == 400)
        #expect(image.pixels.contains(where: { $0.max() < 0.3 }))
        // Both ends of the bar.
        #expect(
            image.pixels.contains(where: { ($0 - scale.color(-0.05)).max() < 0.02 && ($0 - scale.color(-0.05)).min() > -0.02 }))
    }

    @Test("ticks are round numbers with true minus signs and no negative zero")
    func ticks() {
        func texts(_ low: Double, _ high: Double) -> [String] {
            AxisTicks.ticks(from: low, to: high, isSigned: true).map(\.text)
        }
        #expect(texts(-0.05, 0.05) == ["\u{2212}0.04", "\u{2212}0.02", "0.00", "+0.02", "+0.04"])
        #expect(texts(-0.25, 0.25) == ["\u{2212}0.2", "\u{2212}0.1", "0.0", "+0.1", "+0.2"])
        #expect(texts(-156.9, 156.9) == ["\u{2212}150", "\u{2212}100", "\u{2212}50", "0", "+50", "+100", "+150"])
        #expect(texts(-1e-7, 1e-7).contains { $0.hasPrefix("0.0") } && texts(1, 1).isEmpty)
        for high in stride(from: 0.011, to: 9, by: 0.317) {
            let ticks = AxisTicks.ticks(from: -high, to: high)
            #expect((3...7).contains(ticks.count))
            for tick in ticks {
                let shown = Double(tick.text.replacingOccurrences(of: "\u{2212}", with: "-"))
                #expect(abs((shown ?? .nan) - tick.value) < 1e-12, "what is written is where the mark is")
            }
        }
        #expect(
            NumberText.fixed(-0.0004, 3) == "0.000" && NumberText.fixed(-0.05, 2) == "\u{2212}0.05"
                && NumberText.signed(0.05, 2) == "+0.05")
    }

    @Test("many elements get smaller letters, and what lies outside of an image is left out")
    func manyElements() throws {
        let symbols = (1...40).compactMap { Element(atomicNumber: $0)?.symbol }
        let molecule = try Self.molecule(symbols.enumerated().map { ($1, SIMD3(3 * Double($0), 0, 0)) })
        var image = PixelImage(width: 400, height: 40)
        ElementKey([molecule]).draw(on: &image, baseline: 30, letter: 16)
        func isInked(_ x: Int) -> Bool { (0..<40).contains { image[x, $0].min() < 0.9 } }
        #expect((0..<20).contains(where: isInked) && (380..<400).contains(where: isInked))
        #expect(![0, 1, 398, 399].contains(where: isInked))
        let before = image
        image.draw("Nb", x: 1000, y: 20, size: 16)
        image.draw("Nb", x: 100, y: 900, size: 16)
        image.draw("Nb", x: -300, y: -300, size: 16)
        #expect(image.pixels == before.pixels)
    }

    @Test("letters cover what their outlines enclose, wherever they are placed")
    func coverage() {
        // A square of 3.5 by 2 pixels with a hole of one pixel, and a triangle, at several places between pixels.
        for shift in [0.0, 0.25, 0.4, 0.9] {
            let square = [SIMD2(1.0, 1), SIMD2(4.5, 1), SIMD2(4.5, 3), SIMD2(1, 3)].map { $0 + shift }
            let hole = [SIMD2(2.0, 1.5), SIMD2(2, 2.5), SIMD2(3, 2.5), SIMD2(3, 1.5)].map { $0 + shift }
            let triangle = [SIMD2(6.0, 1), SIMD2(9.0, 4.3), SIMD2(5.5, 3.9)].map { $0 + shift }
            for (polygons, area) in [
                ([square], 7.0), ([square, hole], 6.0), ([triangle], 5.175), ([triangle.reversed()], 5.175),
            ] {
                var coverage = Coverage(x: 0..<12, y: 0..<8)
                for polygon in polygons { coverage.add(polygon) }
                var sum: Float = 0
                coverage.forEach { _, _, share in sum += share }
                #expect(abs(Double(sum) - area) < 0.01, "\(shift) \(area)")
            }
        }
    }

    @Test("contours lie where the field has the level, and close")
    func contours() throws {
        let (columns, rows) = (61, 47)
        func table(_ field: (Double, Double) -> Double) -> ContourLines {
            ContourLines(
                columns: columns, rows: rows,
                values: (0..<(columns * rows)).map { field(Double($0 % columns) - 30, Double($0 / columns) - 23) })
        }
        let circles = table { $0 * $0 + $1 * $1 }.lines(at: 15.3 * 15.3)
        #expect(circles.count == 1)
        let circle = try #require(circles.first)
        #expect(circle.first == circle.last && circle.count > 80)
        var length = 0.0
        for (a, b) in zip(circle, circle.dropFirst()) {
            #expect(abs(hypot(a.x - 30, a.y - 23) - 15.3) < 0.02)
            length += hypot(b.x - a.x, b.y - a.y)
        }
        #expect(abs(length - 2 * .pi * 15.3) < 0.1)
        // A saddle has two open branches; above the highest value there is nothing.
        let saddle = table { $0 * $1 }
        #expect(saddle.lines(at: 40).count == 2 && saddle.lines(at: -40).count == 2 && saddle.lines(at: 1e6).isEmpty)
        #expect(saddle.lines(at: 40).allSatisfy { line in line.allSatisfy { abs(($0.x - 30) * ($0.y - 23) - 40) < 1 } })
    }

    @Test("a plane holds its three atoms, and no plane goes through three atoms on a line")
    func planes() throws {
        let places = [SIMD3(0.3, 1, -2), SIMD3(2.6, 0.4, 1), SIMD3(-1.0, 2.9, 0.2), SIMD3(1.0, 1, 7)]
        let molecule = try Self.molecule(Array(zip(["C", "O", "Nb", "H"], places)))
        let plane = try MolecularPlane(through: [0, 1, 2], of: molecule)
        // The atom far above the plane is not marked; the others are where the grid has their places.
        #expect(plane.atoms.map(\.number) == [1, 2, 3] && plane.points.count == plane.columns * plane.rows)
        for atom in plane.atoms {
            let point = plane.corner + atom.place.x * plane.right + atom.place.y * plane.down
            #expect((point - places[atom.number - 1]).length < 1e-9)
        }
        #expect(abs(plane.atoms[0].place.y - plane.atoms[1].place.y) < 1e-9)
        #expect(plane.atoms[2].place.y < plane.atoms[0].place.y, "the third atom lies above the line of the first two")
        let line = try Self.molecule([("O", SIMD3()), ("C", SIMD3(2.2, 0, 0)), ("O", SIMD3(4.4, 0, 0))])
        #expect(throws: MolecularPlane.Failure.noPlane) { try MolecularPlane(through: [0, 1, 2], of: line) }
        let map = ContourMap(
            title: "a < b", subtitle: "", plane: plane, values: plane.points.map { $0.x }, outline: nil,
            style: .init(doublingFrom: 0.5, count: 3, colors: QuantityColors.difference, names: ["more", "less"], unit: "e"))
        let drawing = map.drawing(width: 500)
        let svg = try drawing.svg()
        #expect(svg.contains("a &lt; b") && svg.contains(">Nb3</text>") && svg.contains("stroke-dasharray"))
        #expect(drawing.image.width == 500 && drawing.image.pixels.contains { $0.max() < 0.3 })
    }

    /// A ring with two different arms, turned and moved, with its atoms in another order, and with another rest.
    @Test("molecules that share a ring are laid on each other")
    func alignment() throws {
        var ring: [(String, SIMD3<Double>)] = []
        for k in 0..<6 {
            let angle = Double(k) * Double.pi / 3
            ring.append(("C", SIMD3(2.6 * cos(angle), 2.6 * sin(angle), 0)))
        }
        for (k, symbol) in [(0, "O"), (1, "O"), (2, "Cl"), (4, "Cl")] {
            let angle = Double(k) * Double.pi / 3
            let length = symbol == "O" ? 5.0 : 5.9
            ring.append((symbol, SIMD3(length * cos(angle), length * sin(angle), 0)))
        }
        let (c, s) = (cos(1.1), sin(1.1))
        let other = ring.reversed().map { symbol, p in
            (symbol, SIMD3(c * p.x - s * p.z, p.y, s * p.x + c * p.z) + SIMD3(3, -2, 1))
        }
        let first = try Self.molecule(ring + [("Nb", SIMD3(6.5, 4.0, 0.5))])
        let second = try Self.molecule(other)
        let alignment = try #require(FragmentAlignment(of: second, onto: first))
        let turned = alignment.turned(second)
        let shift = first.atoms[0].position - turned.atoms[9].position
        for k in 0..<10 { #expect((turned.atoms[9 - k].position + shift - first.atoms[k].position).length < 1e-6) }
        // Both cameras see the ring from the same side.
        let camera = Camera(clearFor: [first, turned])
        let back = alignment.turnedBack(camera)
        for k in 1..<10 {
            let a = camera.project(first.atoms[k].position - first.atoms[0].position)
            let b = back.project(second.atoms[9 - k].position - second.atoms[9].position)
            #expect((a - b).length < 1e-6)
        }
        #expect(FragmentAlignment(of: try Self.molecule([("O", SIMD3()), ("H", SIMD3(1.8, 0, 0))]), onto: first) == nil)
    }

    /// Seen from in front, two chlorides of an octahedron lie one behind the other, and a third one before the metal.
    @Test("in the clear view no atom hides another, and it turns with the molecule")
    func clearView() throws {
        let arms: [SIMD3<Double>] = [
            SIMD3(4.4, 0, 0), SIMD3(-4.4, 0, 0), SIMD3(0, 4.4, 0), SIMD3(0, -4.4, 0), SIMD3(0, 0, 4.4), SIMD3(0, 0, -3.9),
        ]
        let octahedron = try Self.molecule([("Nb", SIMD3())] + zip(["Cl", "Cl", "Cl", "Cl", "Cl", "O"], arms).map { ($0, $1) })
        func hidden(_ camera: Camera, _ molecule: Molecule) -> Int {
            let atoms = molecule.atoms
            return atoms.indices.reduce(0) { count, i in
                count
                    + (0..<i).count { j in
                        let offset = camera.project(atoms[i].position - atoms[j].position)
                        return hypot(offset.x, offset.y) < atoms[i].element.pictureRadius + atoms[j].element.pictureRadius
                    }
            }
        }
        #expect(hidden(Camera(.front, of: octahedron), octahedron) > 0)
        #expect(hidden(Camera(.clear, of: octahedron), octahedron) == 0)
        // A flat molecule shows its broad side.
        var atoms: [(String, SIMD3<Double>)] = [("O", SIMD3(4.9, 0.1, 0)), ("N", SIMD3(2.5, 4.3, 0))]
        for k in 0..<6 {
            let angle = Double(k) * Double.pi / 3
            atoms.append(("C", SIMD3(2.6 * cos(angle), 2.6 * sin(angle), 0)))
        }
        let ring = try Self.molecule(atoms)
        #expect(abs(Camera(.clear, of: ring).toViewer.z) > 0.999)
    }
}
