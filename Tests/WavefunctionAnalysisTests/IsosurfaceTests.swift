import Foundation
import GaussianBasis
import GaussianIntegrals
import LinearAlgebra
import MolecularQuadrature
import MolecularStructure
import ParallelExecution
import TestSupport
import Testing

@testable import WavefunctionAnalysis

@Suite("Isosurfaces")
struct IsosurfaceTests {
    static let pool = WorkerPool(threads: 2)

    /// One Gaussian shell on a hydrogen atom.
    static func basis(angularMomentum: Int, exponent: Double, at position: SIMD3<Double>) throws -> AtomicOrbitalBasis {
        let hydrogen = try #require(Element(symbol: "H"))
        let shell = ShellDefinition(
            exponents: [exponent], contractions: [Contraction(angularMomentum: angularMomentum, coefficients: [1])])
        return AtomicOrbitalBasis(
            molecule: Molecule(atoms: [Atom(element: hydrogen, positionInBohr: position)]),
            elementBases: [ElementBasis(shells: [shell])], functionType: .pure)
    }

    @Test("the table: every cut edge is used, and no diagonal lies in a face")
    func table() {
        let table = CubeCellTable()
        for inside in 0..<256 {
            let cut = table.edges.indices.filter { k in
                let edge = table.edges[k]
                let first = 4 * edge.corner.x + 2 * edge.corner.y + edge.corner.z
                return (inside >> first & 1) != (inside >> (first + (4 >> edge.axis)) & 1)
            }
            let triangles = table.triangles[inside]
            #expect(Set(triangles.flatMap { [$0.x, $0.y, $0.z] }) == Set(cut), "case \(inside)")
            // Sides that two triangles share are diagonals; they run within the cell.
            let sides = triangles.flatMap { [[$0.x, $0.y], [$0.y, $0.z], [$0.z, $0.x]] }
            for side in sides where sides.contains([side[1], side[0]]) {
                let (a, b) = (table.edges[side[0]], table.edges[side[1]])
                let isInFace = (0..<3).contains { $0 != a.axis && $0 != b.axis && a.corner[$0] == b.corner[$0] }
                #expect(!isInFace, "case \(inside)")
            }
        }
    }

    @Test("random values: closed, with every edge in two triangles")
    func randomValues() throws {
        var random = RepeatableRandom(seed: 11)
        let grid = try CubeGrid(origin: SIMD3(-1, -2, -3), counts: SIMD3(34, 19, 17), spacing: SIMD3(0.3, 0.4, 0.5))
        let values = (0..<grid.pointCount).map { _ in Double.random(in: -1...1, using: &random) }
        for level in [0.1, 0.7, -0.4] {
            let surface = GridSurface(
                try FieldBricks(grid: grid, level: abs(level)) { $0.map { values[$0] } }, level: level)
            let positions = surface.edges.map { 0.5 * ($0.inside + $0.outside) }
            let mesh = SurfaceMesh(positions: positions, normals: positions, triangles: surface.triangles)
            #expect(mesh.isClosed && !mesh.isEmpty)
            #expect(mesh.eulerCharacteristic % 2 == 0)
            #expect(mesh.volume > 0)
            #expect(Set(surface.triangles.flatMap { [$0.x, $0.y, $0.z] }).count == positions.count)
        }
    }

    @Test("a sphere: radius to 1e-8, area and volume, normals, one piece")
    func sphere() throws {
        let center = SIMD3(0.37, -1.21, 0.64)
        let (exponent, level) = (0.4, 0.001)
        let basis = try Self.basis(angularMomentum: 0, exponent: exponent, at: center)
        let field = ScalarField.density(.identity(1), basis: basis)
        // rho = (2a/pi)^(3/2) exp(-2 a r^2).
        let radius = (log(pow(2 * exponent / .pi, 1.5) / level) / (2 * exponent)).squareRoot()
        let surface = try Isosurface(of: field, spacing: 0.3, pool: Self.pool)
        let mesh = try surface.surface(level: level, pool: Self.pool)
        #expect(mesh.isClosed)
        #expect(mesh.eulerCharacteristic == 2)
        #expect(Set(mesh.pieces) == [0])
        for (position, normal) in zip(mesh.positions, mesh.normals) {
            #expect(abs((position - center).length - radius) < 1e-8)
            #expect((normal - (position - center).direction).length < 1e-8)
        }
        #expect(abs(mesh.area / (4 * .pi * radius * radius) - 1) < 0.01)
        #expect(abs(mesh.volume / (4 / 3 * .pi * pow(radius, 3)) - 1) < 0.01)
        #expect(abs(mesh.vertexAreas.reduce(0, +) / mesh.area - 1) < 1e-12)
        for triangle in mesh.triangles {
            let (a, b, c) = mesh.corners(triangle)
            #expect((b - a).cross(c - a).dot(a - center) >= -1e-12)
        }
        // A finer grid is closer to the sphere.
        let finer = try Isosurface(of: field, spacing: 0.15, pool: Self.pool).surface(level: level, pool: Self.pool)
        #expect(abs(finer.volume / (4 / 3 * .pi * pow(radius, 3)) - 1) < 0.003)
    }

    @Test("a shell has a cavity, and can do without")
    func cavity() throws {
        let grid = try CubeGrid(origin: SIMD3(-3, -3, -3), counts: SIMD3(31, 31, 31), spacing: SIMD3(0.2, 0.2, 0.2))
        let values = (0..<grid.pointCount).map { 0.8 - abs(grid.point($0).length - 1.5) }
        let surface = GridSurface(try FieldBricks(grid: grid, level: 0.2) { $0.map { values[$0] } }, level: 0.2)
        let positions = surface.edges.map {
            $0.inside + $0.insideValue / ($0.insideValue - $0.outsideValue) * ($0.outside - $0.inside)
        }
        let mesh = SurfaceMesh(positions: positions, normals: positions, triangles: surface.triangles)
        #expect(mesh.isClosed && mesh.eulerCharacteristic == 4 && Set(mesh.pieces).count == 2)
        let outer = mesh.withoutCavities
        #expect(outer.isClosed && outer.eulerCharacteristic == 2)
        #expect(abs(outer.volume / (4 / 3 * .pi * pow(2.1, 3)) - 1) < 0.02)
        #expect(abs((outer.volume - mesh.volume) / (4 / 3 * .pi * pow(0.9, 3)) - 1) < 0.05)
    }

    @Test("both signs of a p orbital, and the same bits with one thread")
    func lobes() throws {
        let basis = try Self.basis(angularMomentum: 1, exponent: 0.3, at: SIMD3(0.1, 0.2, 0.3))
        let field = ScalarField.orbital([0.6, 0, 0.8], basis: basis)
        let surface = try Isosurface(of: field, lowestLevel: 0.05, spacing: 0.25, pool: Self.pool)
        let positive = try surface.surface(level: 0.05, pool: Self.pool)
        let negative = try surface.surface(level: -0.05, pool: Self.pool)
        for (mesh, sign) in [(positive, 1.0), (negative, -1.0)] {
            #expect(mesh.isClosed && mesh.eulerCharacteristic == 2 && mesh.volume > 0)
            let (values, gradients) = field.valuesAndGradients(at: mesh.positions, pool: Self.pool)
            for k in values.indices {
                #expect(abs(values[k] - sign * 0.05) < 1e-9)
                #expect((mesh.normals[k] + sign * gradients[k].direction).length < 1e-9)
                #expect(sign * (mesh.positions[k] - SIMD3(0.1, 0.2, 0.3)).dot(SIMD3(0.6, 0, 0.8)) > 0)
            }
        }
        #expect(abs(positive.volume - negative.volume) < 0.01 * positive.volume)
        let one = WorkerPool(threads: 1)
        let again = try Isosurface(of: field, lowestLevel: 0.05, spacing: 0.25, pool: one).surface(level: 0.05, pool: one)
        #expect(again.positions == positive.positions && again.normals == positive.normals)
        #expect(again.triangles == positive.triangles)
    }

    @Test("what lies between atoms far apart takes no memory, and surfaces are those of the atoms alone")
    func farApart() throws {
        let (exponent, level) = (0.4, 0.001)
        let single = try Self.basis(angularMomentum: 0, exponent: exponent, at: SIMD3())
        let hydrogen = try #require(Element(symbol: "H"))
        let apart = SIMD3(64.3, 71.8, 56.1)
        let pair = AtomicOrbitalBasis(
            molecule: Molecule(atoms: [SIMD3(), apart].map { Atom(element: hydrogen, positionInBohr: $0) }),
            elementBases: [single.elementBases[0], single.elementBases[0]], functionType: .pure)
        func surface(limit: Int) throws -> SurfaceMesh {
            try Isosurface(
                of: .density(.identity(2), basis: pair), lowestLevel: level, spacing: 0.25, memoryLimitInBytes: limit,
                pool: Self.pool
            ).surface(level: level, pool: Self.pool)
        }
        // The box holds 30 million points.
        let mesh = try surface(limit: 8 << 20)
        #expect(mesh.isClosed && mesh.eulerCharacteristic == 4 && Set(mesh.pieces) == [0, 1])
        let radius = (log(pow(2 * exponent / .pi, 1.5) / level) / (2 * exponent)).squareRoot()
        for position in mesh.positions { #expect(abs(min(position.length, (position - apart).length) - radius) < 1e-8) }
        #expect(abs(mesh.area / (8 * .pi * radius * radius) - 1) < 0.01)
        #expect { try surface(limit: 100_000) } throws: { ($0 as? IsosurfaceError)?.isLackOfMemory == true }
    }

    @Test("leaving out what no function reaches changes nothing")
    func reach() throws {
        let water = try #require(try SolvedCase.read("hf-energies.json").first { $0.atoms.count == 3 && $0.multiplicity == 1 })
        let wavefunction = try water.solve()
        let field = ScalarField.density(wavefunction.totalDensity, basis: wavefunction.basis)
        let grid = try CubeGrid(around: wavefunction.basis.molecule, margin: 7, spacing: 0.35)
        let values = field.values(at: grid.points(0..<grid.pointCount), pool: Self.pool)
        let whole = try FieldBricks(grid: grid, level: 0.001) { $0.map { values[$0] } }
        let near = try FieldBricks(of: field, grid: grid, level: 0.001, pool: Self.pool)
        #expect(near.byteCount < 8 * grid.pointCount)
        for level in [0.001, 0.02, 0.3] {
            let (first, second) = (GridSurface(whole, level: level), GridSurface(near, level: level))
            #expect(!first.triangles.isEmpty && first.triangles == second.triangles)
            #expect(zip(first.edges, second.edges).allSatisfy { $0.inside == $1.inside && $0.outside == $1.outside })
            #expect(
                zip(first.edges, second.edges).allSatisfy {
                    abs($0.insideValue - $1.insideValue) < 1e-9 && abs($0.outsideValue - $1.outsideValue) < 1e-9
                })
        }
    }

    @Test("gradients are those of finite differences")
    func gradients() throws {
        let water = try #require(try SolvedCase.read("hf-energies.json").first { $0.atoms.count == 3 && $0.multiplicity == 1 })
        let wavefunction = try water.solve()
        let coefficients = (0..<wavefunction.basis.functionCount).map { 0.1 * Double($0 % 7) - 0.25 }
        let fields = [
            ScalarField.density(wavefunction.totalDensity, basis: wavefunction.basis),
            ScalarField.orbital(coefficients, basis: wavefunction.basis),
        ]
        let points = [SIMD3(0.3, 0.5, -0.7), SIMD3(-1.2, 0.9, 1.4), SIMD3(2.1, -0.4, 0.2)]
        for field in fields {
            let (values, gradients) = field.valuesAndGradients(at: points, pool: Self.pool)
            #expect(zip(values, field.values(at: points, pool: Self.pool)).allSatisfy { abs($0 - $1) < 1e-12 })
            for axis in 0..<3 {
                var step = SIMD3<Double>()
                step[axis] = 1e-4
                let after = field.values(at: points.map { $0 + step }, pool: Self.pool)
                let before = field.values(at: points.map { $0 - step }, pool: Self.pool)
                for k in points.indices { #expect(abs((after[k] - before[k]) / 2e-4 - gradients[k][axis]) < 1e-6) }
            }
        }
        let surface = try Isosurface(of: fields[0], pool: Self.pool)
        let mesh = try surface.surface(level: 0.001, pool: Self.pool)
        #expect(mesh.isClosed && mesh.eulerCharacteristic == 2)
    }

    @Test("levels that cannot be drawn are refused")
    func refusals() throws {
        let basis = try Self.basis(angularMomentum: 0, exponent: 0.4, at: SIMD3())
        let field = ScalarField.density(.identity(1), basis: basis)
        #expect(throws: IsosurfaceError.badLevel(0)) { try Isosurface(of: field, lowestLevel: 0, pool: Self.pool) }
        let surface = try Isosurface(of: field, lowestLevel: 0.01, spacing: 0.5, pool: Self.pool)
        #expect(throws: IsosurfaceError.badLevel(0.001)) { try surface.surface(level: 0.001, pool: Self.pool) }
        #expect(try surface.surface(level: 100, pool: Self.pool).isEmpty)
        let diffuse = try Self.basis(angularMomentum: 0, exponent: 1e-4, at: SIMD3())
        #expect(throws: IsosurfaceError.unbounded(1e-7)) {
            try Isosurface(of: .density(.identity(1), basis: diffuse), lowestLevel: 1e-7, pool: Self.pool)
        }
    }
}
