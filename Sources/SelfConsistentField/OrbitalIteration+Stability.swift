import ElectronicStructure
import GaussianBasis
import LinearAlgebra
import OrbitalResponse

/// The end of the iterations: at a solution its stability is examined, and an unstable one is left for a lower one.
extension OrbitalIteration {
    /// Ends the iterations at a point, or looks at its stability first.
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
            // What is left with has exact integrals. Without a correction, energies cannot be compared.
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
            // Extrapolation has gone back to where the energy is not lower: descend all the way.
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
        // The gradient of a converged solution is what a soft mode has left, if there is one; noise finds what symmetry
        // hides.
        let starts =
            (try steps.ledger.measure(ElectronicProblem.Phase.model) { try steps.model?.lowestRotations(at: point, spin: spin) }
                ?? point.smallestExcitations(2)) + [point.asymmetricNoise(), point.gradient]
        let limit = settings.instabilityLimit
        return StabilitySearch(point: point, spin: spin, starts: starts, tolerance: 10 * limit, limit: limit)
    }

    /// Asks for what a search wants next, or goes on with the next kind of rotations, or ends.
    mutating func proceed(_ search: StabilitySearch, passed: [StabilitySearch]) throws -> Outcome {
        guard search.isFinished else {
            phase = .stability(search, passed: passed)
            wanted = .products([.init(point: search.point, spin: search.spin, rotations: search.wanted)])
            return .continues
        }
        // What is unstable is left whatever other rotations would show.
        if search.spin == .antisymmetric, !search.isUnstable {
            return try proceed(try self.search(search.point, .symmetric), passed: passed + [search])
        }
        return try judge(passed + [search])
    }

    /// Goes on from an unstable solution, or ends at a stable one.
    mutating func judge(_ searches: [StabilitySearch]) throws -> Outcome {
        let last = searches[searches.count - 1]
        let point = last.point
        let energy = previousEnergy ?? 0
        func lowest(_ spin: OrbitalHessian.Spin) -> Double? {
            searches.first { $0.spin == spin && !$0.rotations.isEmpty }?.lowest
        }
        // The one that was left last, come back to after an interruption, does not count again, but is left all the way.
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
            // Those of a restricted solution towards unrestricted ones are one solution with its spins exchanged.
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
                // The new point may have turned degenerate orbitals, or their signs.
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
        // What the softest mode still promises.
        if let softest = last.rotations.first, last.lowest > 0 {
            let slope = point.gradient.dot(softest)
            // The curvature of what is softer than the limit is made by noise.
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
