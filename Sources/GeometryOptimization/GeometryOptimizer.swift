import LinearAlgebra
import MolecularStructure

/// Second derivatives of the energy with respect to Cartesian coordinates at a structure.
public struct CartesianHessian: Sendable {
    /// In hartree per bohr squared, x, y, z of one atom after the other.
    public let matrix: Matrix
    /// In bohr.
    public let positions: [SIMD3<Double>]

    public init(matrix: Matrix, positions: [SIMD3<Double>]) {
        self.matrix = matrix
        self.positions = positions
    }
}

/// Goes to a stationary point of the energy, one gradient at a time: quasi-Newton steps in redundant internal coordinates within a
/// region of trust, down in all directions or, towards a saddle point, up along one mode.
///
/// It computes no energies itself. Pass it the results for `molecule` with `add`; it reports whether that was the stationary point, and
/// otherwise moves `molecule` on. The same energies and gradients lead to the same structures, so an interrupted optimisation can be
/// continued by adding its points again.
public struct GeometryOptimizer: Sendable {
    public enum Outcome: Sendable, Equatable {
        case converged
        /// The energy of `molecule` is requested next.
        case goOn
        /// No step comes closer to the constraints.
        case stuck
    }

    /// The structure whose energy is requested; after convergence, the stationary point.
    public private(set) var molecule: Molecule
    /// Points added.
    public private(set) var points = 0
    /// Of the last point.
    public private(set) var measures: StepMeasures?
    public let criteria: ConvergenceCriteria

    private let constraints: [Constraint]
    private var system: CoordinateSystem
    /// Of the redundant coordinates.
    private var hessian: Matrix
    private var trustRadius = 0.3
    /// The accepted point from which steps start.
    private var base: Point?
    /// The prediction of the model for the current step.
    private var predictedChange = 0.0
    private var stepLength = 0.0
    /// Number of consecutive rejected points.
    private var rises = 0
    /// Accepted points, `base` last, with their gradients, in the coordinates in use.
    private var history: [Sample] = []

    /// Maximum number of points used for a step.
    private static let longestHistory = 6
    /// Largest component of the gradient below which several points are used for a step.
    private static let smallForce = 3e-3

    /// After this many energy rises the Hessian is no longer trusted.
    private static let risesBeforeNewHessian = 3

    /// Whether steps go to a saddle point.
    private let seeksSaddle: Bool
    private var isUphillDirected = false
    /// Of the redundant coordinates: the mode along which they go up; nil: that of the lowest curvature.
    private var uphill: [Double]?
    /// Of this mode in the model of the last step.
    private var uphillCurvature = -Double.infinity

    /// To what the constraints ask for.
    private var approach = ApproachWatch()

    private struct Point {
        let positions: [SIMD3<Double>]
        let energy: Double
        let gradient: [Double]
    }

    private struct Sample {
        let values: [Double]
        let gradient: [Double]
    }

    /// - Parameters:
    ///   - hessian: of the same atoms at a structure near by, to begin with; nil: a model. Of directions in which the energy falls
    ///   off to both sides the curvature is turned round, so that steps go down, unless a saddle point is wanted.
    ///   - mode: the mode along which a search for a saddle point goes up; nil: a minimum is wanted. It needs a given Hessian, for all
    ///   curvatures of the model are positive.
    /// - Throws: `LinearAlgebraError`; `ConstraintError` where a constraint has no value at the structure.
    public init(
        _ molecule: Molecule, constraints: [Constraint] = [], criteria: ConvergenceCriteria = .normal,
        hessian given: CartesianHessian? = nil, uphill mode: UphillMode? = nil
    ) throws {
        self.molecule = molecule
        self.criteria = criteria
        seeksSaddle = mode != nil
        let positions = molecule.atoms.map(\.position)
        self.constraints = constraints.map {
            Constraint($0.coordinate, target: $0.target ?? $0.coordinate.value(positions))
        }
        system = try Self.system(molecule, self.constraints)
        if let given {
            hessian = try Self.internalHessian(given, system, isConvex: mode == nil)
            if case .along(let displacements) = mode {
                isUphillDirected = true
                uphill = try WilsonMatrix(system.primitives, given.positions).derivatives
                    .times(displacements.flatMap { [$0.x, $0.y, $0.z] })
            }
        } else {
            hessian = Self.modelHessian(system, molecule)
        }
    }

    /// Smallest curvature, in hartree per bohr squared, that a given Hessian keeps, that of a very soft mode: translations have none.
    private static let leastCurvature = 1e-3

    /// Internal coordinates do not depend on how the other structure lies in space.
    private static func internalHessian(_ given: CartesianHessian, _ system: CoordinateSystem, isConvex: Bool) throws -> Matrix {
        let matrix =
            isConvex ? try SymmetricEigenproblem(given.matrix).function { max(abs($0), leastCurvature) } : given.matrix
        return matrix.transformed(by: try WilsonMatrix(system.primitives, given.positions).pseudoinverse)
    }

    private static func system(_ molecule: Molecule, _ constraints: [Constraint]) throws -> CoordinateSystem {
        let positions = molecule.atoms.map(\.position)
        if let undefined = constraints.firstIndex(where: { !$0.isDefined(positions) }) {
            throw ConstraintError.undefined(undefined)
        }
        return try CoordinateSystem(molecule, extra: constraints.flatMap { $0.practicable(positions) }.map(\.coordinate))
    }

    private static func modelHessian(_ system: CoordinateSystem, _ molecule: Molecule) -> Matrix {
        let model = ModelHessian(molecule: molecule, graph: system.graph)
        return .diagonal(system.primitives.map(model.forceConstant))
    }

    /// Takes the energy (hartree) of `molecule` and its gradient (hartree per bohr, one entry per atom).
    public mutating func add(energy: Double, gradient: [SIMD3<Double>]) throws -> Outcome {
        points += 1
        let new = Point(
            positions: molecule.atoms.map(\.position), energy: energy, gradient: gradient.flatMap { [$0.x, $0.y, $0.z] })
        let energyChange = base.map { energy - $0.energy }
        let sample = try sample(new)
        if let last = history.last {
            let step = system.differences(sample.values, last.values)
            let change = zip(sample.gradient, last.gradient).map { $0 - $1 }
            if seeksSaddle {
                hessian.updateByBofill(step: step, gradientChange: change)
            } else {
                hessian.updateByBFGS(step: step, gradientChange: change)
            }
        }
        if let base, seeksSaddle {
            // Every point is taken: neither rises nor falls are wrong as such.
            let ratio = predictedChange == 0 ? 1 : (energy - base.energy) / predictedChange
            if abs(ratio - 1) > 0.75 {
                trustRadius = max(0.01, 0.5 * min(trustRadius, stepLength))
            } else if abs(ratio - 1) < 0.25, stepLength > 0.8 * trustRadius {
                trustRadius = min(0.5, max(0.02, 2 * trustRadius))
            }
            self.base = new
            remember(sample)
        } else if let base {
            // Rises within what energies can be trusted for are no rises.
            let ratio = predictedChange < 0 ? (energy - base.energy) / predictedChange : 1
            let isRise =
                energy - base.energy > 1e-6 && constraintsHold(base) && ratio < 0 && rises < 2 * Self.risesBeforeNewHessian
            rises = isRise ? rises + 1 : 0
            if isRise {
                trustRadius = 0.25 * min(trustRadius, stepLength)
            } else if ratio < 0.25 {
                trustRadius = max(0.01, 0.5 * min(trustRadius, stepLength))
            } else if ratio > 0.75, stepLength > 0.8 * trustRadius {
                trustRadius = min(1, max(0.02, 2 * trustRadius))
            }
            if !isRise {
                self.base = new
                remember(sample)
            }
            if rises == Self.risesBeforeNewHessian {
                place(base.positions)
                system = try Self.system(molecule, constraints)
                hessian = Self.modelHessian(system, molecule)
                trustRadius = 0.05
                history = [try self.sample(base)]
            }
        } else {
            base = new
            history = [sample]
        }
        guard let base else { return .goOn }
        if system.isWornOut(at: base.positions) { try renewCoordinates(at: base) }
        let next = try step(from: base)
        let measures = StepMeasures(
            gradient: next.freeGradient,
            step: zip(next.positions, base.positions).flatMap { new, old in
                let d = new - old
                return [d.x, d.y, d.z]
            })
        self.measures = measures
        if base.positions == new.positions, constraintsHold(base), criteria.areMet(measures, energyChange: energyChange),
            !seeksSaddle || uphillCurvature < 0
        {
            return .converged
        }
        place(next.positions)
        return approach.leadsNowhere(violation: constraints.violation(base.positions), isHeld: constraintsHold(base))
            ? .stuck : .goOn
    }

    /// Leaves the last point by a displacement, as far as the constraints allow it, whatever the energy; the Hessian is kept. Does nothing
    /// before the first point.
    mutating func displace(by displacements: [SIMD3<Double>]) throws {
        guard let point = base else { return }
        let wilson = try WilsonMatrix(system.primitives, point.positions)
        let split = try ConstrainedSpace(
            combinations: wilson.combinations, system: system, constraints: active(point.positions), positions: point.positions)
        let change = wilson.derivatives.times(displacements.flatMap { [$0.x, $0.y, $0.z] })
        let free = split.expanded(split.freeGradient(wilson.combinations.transposed().times(change)))
        let moved = try system.positions(after: wilson.combinations.times(free), from: point.positions)
        let found = moved ?? zip(point.positions, displacements).map { $0 + $1 }
        let isFree = !constraints.contains { $0.coordinate.isPosition }
        place(try isFree ? RigidAlignment.place(found, upon: point.positions) : found)
        history = [try sample(point)]
        base = nil
        rises = 0
        trustRadius = 0.3
    }

    /// Of the Cartesian coordinates at the last point.
    func cartesianHessian() throws -> Matrix {
        let positions = base?.positions ?? molecule.atoms.map(\.position)
        return hessian.transformed(by: try WilsonMatrix(system.primitives, positions).derivatives)
    }

    /// The energy added next belongs to another structure than the chosen one, such as a point of a search that another version of the
    /// program started.
    public mutating func redirect(to structure: Molecule) throws {
        let positions = structure.atoms.map(\.position)
        place(positions)
        guard let base else { return }
        let step = system.differences(system.values(positions), system.values(base.positions))
        let wilson = try WilsonMatrix(system.primitives, base.positions)
        let gradient = wilson.combinations.times(wilson.combinationGradient(base.gradient))
        predictedChange = inner(gradient, step) + 0.5 * inner(step, hessian.times(step))
        stepLength = inner(step, step).squareRoot()
    }

    private func sample(_ point: Point) throws -> Sample {
        let wilson = try WilsonMatrix(system.primitives, point.positions)
        return Sample(
            values: system.values(point.positions),
            gradient: wilson.combinations.times(wilson.combinationGradient(point.gradient)))
    }

    private mutating func remember(_ sample: Sample) {
        history.append(sample)
        if history.count > Self.longestHistory { history.removeFirst() }
    }

    private mutating func place(_ positions: [SIMD3<Double>]) {
        molecule = Molecule(atoms: zip(molecule.atoms, positions).map { Atom(element: $0.element, positionInBohr: $1) })
    }

    private func constraintsHold(_ point: Point) -> Bool {
        constraints.areHeld(point.positions)
    }

    private func active(_ positions: [SIMD3<Double>]) -> [Constraint] { constraints.flatMap { $0.practicable(positions) } }

    // MARK: Steps

    /// Whether steps translate and rotate the whole unnecessarily: positions are among the coordinates, and none is frozen.
    private var movesTheWhole: Bool {
        system.primitives.contains(where: \.isPosition) && !constraints.contains { $0.coordinate.isPosition }
    }

    private struct Step {
        let positions: [SIMD3<Double>]
        /// Cartesian gradient without the constrained components.
        let freeGradient: [Double]
    }

    private mutating func step(from point: Point) throws -> Step {
        for _ in 0..<2 {
            let active = active(point.positions)
            if !active.allSatisfy({ system.primitives.contains($0.coordinate) }) { try renewCoordinates(at: point) }
            let wilson = try WilsonMatrix(system.primitives, point.positions)
            let split = try ConstrainedSpace(
                combinations: wilson.combinations, system: system, constraints: active, positions: point.positions)
            let gradient = wilson.combinationGradient(point.gradient)
            let projected = hessian.transformed(by: wilson.combinations)
            let problem = split.reduced(gradient: gradient, hessian: projected)
            let free = wilson.cartesianGradient(split.expanded(split.freeGradient(gradient)))
            let largestForce = free.reduce(0) { max($0, abs($1)) }
            var radius = trustRadius
            for _ in 0..<6 {
                let solution: (step: [Double], predictedChange: Double, length: Double)
                let project = { split.freeGradient(wilson.combinations.transposed().times($0)) }
                if seeksSaddle {
                    let found = try UphillStep(
                        gradient: problem.gradient, hessian: problem.hessian, radius: radius, following: uphill.map(project),
                        isDirected: isUphillDirected)
                    uphill = wilson.combinations.times(split.expanded(found.mode))
                    uphillCurvature = found.curvature
                    solution = (found.step, found.predictedChange, found.length)
                } else {
                    solution = try freeStep(
                        problem.gradient, problem.hessian, radius: radius, largestForce: largestForce, project: project)
                }
                let move = zip(split.heldStep, split.expanded(solution.step)).map { $0 + $1 }
                let internalStep = wilson.combinations.times(move)
                if let found = try system.positions(after: internalStep, from: point.positions) {
                    let positions = try movesTheWhole ? RigidAlignment.place(found, upon: point.positions) : found
                    predictedChange = solution.predictedChange + problem.heldChange
                    stepLength = solution.length
                    return Step(positions: positions, freeGradient: free)
                }
                radius = 0.5 * min(radius, solution.length)
            }
            // The coordinates cannot represent the step: redefine them for this structure.
            try renewCoordinates(at: point)
        }
        // A small step along the negative gradient.
        let scale = 0.05 / max(0.05, point.gradient.reduce(0) { max($0, abs($1)) })
        let positions = point.positions.enumerated().map { atom, position in
            position - scale * SIMD3(point.gradient[3 * atom], point.gradient[3 * atom + 1], point.gradient[3 * atom + 2])
        }
        predictedChange = -scale * point.gradient.reduce(0) { $0 + $1 * $1 }
        stepLength = trustRadius
        return Step(positions: positions, freeGradient: point.gradient)
    }

    /// The step in the free directions.
    private func freeStep(
        _ gradient: [Double], _ hessian: Matrix, radius: Double, largestForce: Double, project: ([Double]) -> [Double]
    ) throws -> (step: [Double], predictedChange: Double, length: Double) {
        if constraints.isEmpty, rises == 0, largestForce < Self.smallForce, let newest = history.last {
            let samples = history.reversed().map {
                GDIISStep.Sample(
                    displacement: project(system.differences($0.values, newest.values)), gradient: project($0.gradient))
            }
            if let found = try GDIISStep(samples, hessian: hessian, radius: radius) {
                return (found.step, found.predictedChange, found.length)
            }
        }
        let found = try QuadraticStep(gradient: gradient, hessian: hessian, radius: radius)
        return (found.step, found.predictedChange, found.length)
    }

    /// Redefines the coordinates and transforms the Hessian through Cartesian coordinates.
    private mutating func renewCoordinates(at point: Point) throws {
        place(point.positions)
        let old = try WilsonMatrix(system.primitives, point.positions)
        let cartesian = hessian.transformed(by: old.derivatives)
        system = try Self.system(molecule, constraints)
        let new = try WilsonMatrix(system.primitives, point.positions)
        hessian = Self.modelHessian(system, molecule)
        let inverse = new.pseudoinverse  // 3 atoms x coordinates
        if let mode = uphill { uphill = new.derivatives.times(old.pseudoinverse.times(mode)) }
        let u = new.combinations
        // The model Hessian in the space not covered by the old coordinates, which is empty within the space of the new ones.
        let projector = u.times(u, otherTransposed: true)
        let outside = Matrix.identity(u.rows) - projector
        hessian = cartesian.transformed(by: inverse) + hessian.transformed(by: outside)
        history = [try sample(point)]
    }
}
