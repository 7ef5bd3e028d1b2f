public enum ContinuumError: Error, CustomStringConvertible {
    case points(Int)
    case ghosts
    case noMemory(points: Int, needed: Int, isIntegralEquation: Bool)
    case singular

    public var isOfMemory: Bool {
        if case .noMemory = self { true } else { false }
    }

    public var description: String {
        switch self {
        case .points(let count): "a sphere has no \(count) surface points; there are \(CavitySurface.pointCounts)."
        case .ghosts: "a solvent has no cavity for centres without nuclei (ghost atoms). Leave out --solvent or the ghost atoms."
        case .noMemory(let points, let needed, let isIntegralEquation):
            "the matrices of the cavity's \(points) surface points take \((needed + (1 << 20) - 1) >> 20) MB, more than the memory allows. "
                + "Raise --memory, or lower --cavity-points"
                + (isIntegralEquation ? ", or take --solvent-model cpcm, which needs two fifths of it." : ".")
        case .singular: "the equations of the surface charges have no solution: two atoms may be in one place."
        }
    }
}
