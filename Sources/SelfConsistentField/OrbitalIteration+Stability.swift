import ElectronicStructure
import GaussianBasis
import LinearAlgebra
import OrbitalResponse

/// The end of the iterations: the stability of a solution is tested, and an unstable one is followed to a lower one.
extension OrbitalIteration {
    /// Ends the iterations at a point, or tests its stability first.
    mutating func leave(_ point: OrbitalPoint, energy: Double, isConverged: Bool) throws -> Outcome {
        move(to: point.orbitals, by: step)
        previousEnergy = energy
        let end: End
        switch phase {
        case .newton(let newton): end = .newton(curvature: newton.lowestCurvature)
        case .ending: end = .exhaustedNewton
        case .verification(let earlier): end = earlier
        case .extrapolation, .stability: end = .extrapolation
        }
        if !accuracy.suffices {
            // A descent starts with exact integrals. Without a correction, energies cannot be compared.
            if !accuracy.hasReference { previousEnergy = nil }
            phase = .verification(end)
            accuracy.wantsExact = true
            wanted = .fock
            return .continues
        }
        if isConverged, let descent = followed.descent, let unstableEnergy = followed.energy,
            energy > unstableEnergy - settings.energyTolerance,
            !newtonState.isTrustedToTheEnd || !isSettling
        {
            // Extrapolation has returned to a point that is not lower: use Newton steps for the whole descent.
            if case .extrapolation = end, evaluations < settings.maximumIterations {
                newtonState.isTrustedToTheEnd = true
                followed.hasDescended = true
                steps.occupation = descent.point.occupation
                try beginNewton(descent.point, energy: unstableEnergy, seeds: descent.seeds)
                return .continues
            }
        }
        if end.isNewton {
            newtonState.hasConverged = true
        } else {
            newtonState.hasConverged = opening.isSolution && evaluations == 1 && opening.record?.convergedByNewton == true
        }
        guard isConverged, settings.followsInstabilities, !isSettling, point.hasRotations else {
            return .finished(isConverged: isConverged)
        }
        let breaksSpin = occupation.isRestricted && settings.mayBreakSpinSymmetry
        return try proceed(try search(point, breaksSpin ? .antisymmetric : .symmetric), passed: [])
    }

    func search(_ point: OrbitalPoint, _ spin: OrbitalHessian.Spin) throws -> StabilitySearch {
        // The gradient that remains at a converged solution points along its soft mode, if there is one; random noise finds modes that
        // symmetry hides.
        let starts =
            (try steps.ledger.measure(ElectronicProblem.Phase.model) { try steps.model?.lowestRotations(at: point, spin: spin) }
                ?? point.smallestExcitations(2)) + [point.asymmetricNoise(), point.gradient]
        let limit = settings.instabilityLimit
        return StabilitySearch(point: point, spin: spin, starts: starts, tolerance: 10 * limit, limit: limit)
    }

    /// Requests the products for the test, continues with the next kind of rotations, or ends.
    mutating func proceed(_ search: StabilitySearch, passed: [StabilitySearch]) throws -> Outcome {
        guard search.isFinished else {
            phase = .stability(search, passed: passed)
            wanted = .products([.init(point: search.point, spin: search.spin, rotations: search.wanted)])
            return .continues
        }
        // An unstable solution is followed whatever other rotations would show.
        if search.spin == .antisymmetric, !search.isUnstable {
            return try proceed(try self.search(search.point, .symmetric), passed: passed + [search])
        }
        return try judge(passed + [search])
    }

    /// Continues from an unstable solution, or ends at a stable one.
    mutating func judge(_ searches: [StabilitySearch]) throws -> Outcome {
        let last = searches[searches.count - 1]
        let point = last.point
        let energy = previousEnergy ?? 0
        func lowest(_ spin: OrbitalHessian.Spin) -> Double? {
            searches.first { $0.spin == spin && !$0.rotations.isEmpty }?.lowest
        }
        // The last unstable solution, reached again after an interruption, is not counted again, but the whole descent uses Newton steps.
        let isKnown = followed.energy.map { abs($0 - energy) < max(settings.energyTolerance, Self.sameEnergy) } ?? false
        var undecided: Stability.Undecided?
        if last.isUnstable {
            if isKnown, followed.hasDescended || newtonState.hasConverged {
                undecided = .equalEnergy
            } else if followed.count >= settings.mostInstabilities {
                undecided = .instabilityLimit
            } else if evaluations >= settings.maximumIterations {
                undecided = .iterationLimit
            }
        }
        stability = Stability(
            internalEigenvalue: lowest(.symmetric), externalEigenvalue: lowest(.antisymmetric),
            instabilitiesFollowed: followed.count, undecided: undecided, limit: settings.instabilityLimit)
        wanted = .fock
        if last.isUnstable {
            // The two sides of a restricted solution along rotations to unrestricted ones are the same solution with its spins exchanged.
            followed.sides =
                last.spin == .antisymmetric
                ? []
                : try [FollowedInstabilities.sideStep, -FollowedInstabilities.sideStep].map {
                    try point.rotated(by: $0 * last.rotations[0])
                }
        }
        if last.isUnstable, undecided == nil {
            if !isKnown { followed.count += 1 }
            newtonState.isTrustedToTheEnd = isKnown
            followed.hasDescended = isKnown
            followed.energy = energy
            if last.spin == .antisymmetric {
                steps.occupation = OrbitalOccupation(electrons: occupation.electrons, isRestricted: false)
                let both = occupation.filled(.restricted(point.orbitals[0]))
                let start = try OrbitalPoint(orbitals: both, fock: [point.fock[0], point.fock[0]], occupation: occupation)
                // The new point may have rotated degenerate orbitals, or changed their signs.
                let k = last.rotations[0].blocks[0]
                let alike = point.transported(OrbitalRotation(blocks: [k, k]), to: start, overlap: steps.overlap)
                let seeds = [OrbitalRotation(blocks: [alike.blocks[0], -1 * alike.blocks[1]])]
                followed.descent = (seeds, start)
                try beginNewton(start, energy: energy, seeds: seeds)
            } else {
                followed.descent = ([last.rotations[0]], point)
                try beginNewton(point, energy: energy, seeds: [last.rotations[0]])
            }
            return .continues
        }
        if undecided != nil { return .finished(isConverged: true) }
        // The energy still to be gained along the softest mode.
        if let softest = last.rotations.first, last.lowest > 0 {
            let slope = point.gradient.dot(softest)
            // The curvature of modes softer than the limit is dominated by noise.
            let promise = 0.5 * point.weight * slope * slope / max(last.lowest, settings.instabilityLimit)
            if promise > settings.energyTolerance, evaluations < settings.maximumIterations {
                isSettling = true
                settings.gradientTolerance = 0.5 * gradient * (settings.energyTolerance / promise).squareRoot()
                if newtonState.hasConverged {
                    try beginNewton(point, energy: energy, seeds: [softest])
                } else {
                    phase = .extrapolation
                    let errors = steps.errors(point.fock, densities)
                    extrapolation.accelerator.append(
                        .init(fock: point.fock, density: densities, error: errors, largestError: gradient))
                    try moveByExtrapolation()
                }
                return .continues
            }
        }
        return .finished(isConverged: true)
    }
}
