import ElectronicStructure
import LinearAlgebra

/// Orthonormal rotations and the products of the Hessian with them: in their span, quadratic problems are small.
struct OrbitalSubspace {
    package private(set) var rotations: [OrbitalRotation] = []
    package private(set) var products: [OrbitalRotation] = []
    /// Rotations whose products are requested next.
    private(set) var pending: [OrbitalRotation] = []

    /// Requests the product with the new component of a rotation; false if there is none.
    @discardableResult
    mutating func propose(_ rotation: OrbitalRotation) -> Bool {
        guard let new = rotation.orthonormalized(to: rotations + pending) else { return false }
        pending.append(new)
        return true
    }

    package mutating func receive(_ products: [OrbitalRotation]) {
        precondition(products.count == pending.count)
        rotations += pending
        self.products += products
        pending = []
    }

    /// The Hessian in the subspace.
    private var hessian: Matrix {
        var h = Matrix(rows: rotations.count, columns: rotations.count)
        for i in rotations.indices { for j in rotations.indices { h[i, j] = rotations[i].dot(products[j]) } }
        return h.symmetrized()
    }

    /// sum_k weights_k (rotation_k, product_k).
    private func combined(_ weights: [Double]) -> (rotation: OrbitalRotation, product: OrbitalRotation) {
        var rotation = weights[0] * rotations[0]
        var product = weights[0] * products[0]
        for k in rotations.indices.dropFirst() {
            rotation.add(rotations[k], scaledBy: weights[k])
            product.add(products[k], scaledBy: weights[k])
        }
        return (rotation, product)
    }

    struct Eigenpair {
        let value: Double
        let rotation: OrbitalRotation
        /// H x - a x.
        let residual: OrbitalRotation
    }

    /// The lowest eigenvalues in the subspace: upper bounds of those of the Hessian.
    func lowestEigenpairs(_ count: Int) throws -> [Eigenpair] {
        let problem = try SymmetricEigenproblem(hessian)
        return (0..<min(count, rotations.count)).map { k in
            var (rotation, product) = combined(rotations.indices.map { problem.vectors[$0, k] })
            product.add(rotation, scaledBy: -problem.values[k])
            rotation = (1 / max(rotation.norm, 1e-300)) * rotation
            return Eigenpair(value: problem.values[k], rotation: rotation, residual: product)
        }
    }

    struct Step {
        let rotation: OrbitalRotation
        /// g k + 1/2 k H k, negative.
        let predictedChange: Double
        /// The shift of the curvature that keeps the step in the trust region: 0 or negative.
        let shift: Double
        /// g + (H - shift) k.
        let residual: OrbitalRotation
        package let lowestCurvature: Double
    }

    /// The minimum of g k + 1/2 k H k with a norm of k up to the radius.
    ///
    /// Moré and Sorensen, SIAM J. Sci. Stat. Comput. 4, 553 (1983), doi 10.1137/0904038; along a direction of negative
    /// curvature without a slope, the step goes to the boundary.
    func step(gradient: OrbitalRotation, radius: Double) throws -> Step {
        let problem = try SymmetricEigenproblem(hessian)
        let slopes = rotations.indices.map { k in
            rotations.indices.reduce(0) { $0 + problem.vectors[$1, k] * rotations[$1].dot(gradient) }
        }
        let lowest = problem.values[0]
        func components(_ shift: Double) -> [Double] {
            zip(slopes, problem.values).map { slope, value in
                let denominator = value - shift
                return denominator > 1e-14 ? -slope / denominator : 0
            }
        }
        func length(_ components: [Double]) -> Double { components.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        var shift = 0.0
        var chosen = components(0)
        if lowest <= 0 || length(chosen) > radius {
            // The length decreases with the distance of the shift from the lowest curvature.
            let bound = min(0, lowest)
            var (near, far) = (1e-12, 1.0)
            while length(components(bound - far)) > radius { far *= 4 }
            if length(components(bound - near)) >= radius {
                for _ in 0..<200 {
                    let middle = (near * far).squareRoot()
                    if length(components(bound - middle)) > radius { near = middle } else { far = middle }
                }
                shift = bound - far
                chosen = components(shift)
            } else {
                shift = bound
                chosen = components(bound)
                if lowest < 0 {
                    let rest = length(chosen)
                    chosen[0] += (chosen[0] < 0 ? -1 : 1) * max(0, radius * radius - rest * rest).squareRoot()
                }
            }
        }
        let weights = rotations.indices.map { k in
            rotations.indices.reduce(0) { $0 + problem.vectors[k, $1] * chosen[$1] }
        }
        let (rotation, product) = combined(weights)
        var residual = gradient
        residual.add(product, scaledBy: 1)
        residual.add(rotation, scaledBy: -shift)
        return Step(
            rotation: rotation, predictedChange: gradient.dot(rotation) + 0.5 * rotation.dot(product), shift: shift,
            residual: residual, lowestCurvature: lowest)
    }
}
