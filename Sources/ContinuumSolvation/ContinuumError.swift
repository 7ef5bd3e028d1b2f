public enum ContinuumError: Error, CustomStringConvertible {
    case points(Int)
    case ghosts
    case noMemory(points: Int, needed: Int, kind: ContinuumModel.Kind)
    case singular
    case noDescriptors(String)
    case noRefractiveIndex(String)
    case opticalConstant(Double, dielectricConstant: Double)

    public var isOfMemory: Bool {
        if case .noMemory = self { true } else { false }
    }

    public var description: String {
        switch self {
        case .points(let count): "a sphere has no \(count) surface points; there are \(CavitySurface.pointCounts)."
        case .ghosts: "a solvent has no cavity for centres without nuclei (ghost atoms). Leave out --solvent or the ghost atoms."
        case .noMemory(let points, let needed, let kind):
            "the matrices of the cavity's \(points) surface points take \((needed + (1 << 20) - 1) >> 20) MB, more than the memory allows. "
                + "Raise --memory, or lower --cavity-points"
                + (kind == .cpcm ? "." : ", or take --solvent-model cpcm, which needs two fifths of it.")
        case .noDescriptors(let solvent):
            "SMD has no parameters for \(solvent): it needs a solvent of the Minnesota Solvent Descriptor Database by name. Take --solvent-model "
                + "iefpcm, or another solvent."
        case .noRefractiveIndex(let solvent):
            "the refractive index of \(solvent) is not known. Give its square with --optical-dielectric."
        case .opticalConstant(let value, let dielectricConstant):
            "the optical dielectric constant \(Solvent.plain(value)) does not lie between 1 and the static one, "
                + "\(Solvent.plain(dielectricConstant)). Give another with --optical-dielectric."
        case .singular: "the equations of the surface charges have no solution: two atoms may be in one place."
        }
    }
}
