// Written by `swift run generate-kernels`; changes are lost. swift-format-ignore-file
/// Pairs of shells that have straight-line kernels.
enum StraightLinePair: Int, CaseIterable {
    case sS
    case pS
    case pP
    case spS
    case spP
    case spSP
    case dS
    case dP
    case dSP
    case dD
    case d6S
    case d6P
    case d6SP
    case d6D
    case fS
    case fP
    case fSP
    case fD

    /// Angular momenta of both shells, and whether d functions are Cartesian.
    var shape: (a: [Int], b: [Int], isCartesian: Bool) {
        switch self {
        case .sS: ([0], [0], false)
        case .pS: ([1], [0], false)
        case .pP: ([1], [1], false)
        case .spS: ([0, 1], [0], false)
        case .spP: ([0, 1], [1], false)
        case .spSP: ([0, 1], [0, 1], false)
        case .dS: ([2], [0], false)
        case .dP: ([2], [1], false)
        case .dSP: ([2], [0, 1], false)
        case .dD: ([2], [2], false)
        case .d6S: ([2], [0], true)
        case .d6P: ([2], [1], true)
        case .d6SP: ([2], [0, 1], true)
        case .d6D: ([2], [2], true)
        case .fS: ([3], [0], false)
        case .fP: ([3], [1], false)
        case .fSP: ([3], [0, 1], false)
        case .fD: ([3], [2], false)
        }
    }
}

extension BraTransformation {
    /// Runs the kernel of a pair.
    @inline(__always)
    func callAsFunction(_ pair: StraightLinePair) {
        switch pair {
        case .sS: Self.sS(self)
        case .pS: Self.pS(self)
        case .pP: Self.pP(self)
        case .spS: Self.spS(self)
        case .spP: Self.spP(self)
        case .spSP: Self.spSP(self)
        case .dS: Self.dS(self)
        case .dP: Self.dP(self)
        case .dSP: Self.dSP(self)
        case .dD: Self.dD(self)
        case .d6S: Self.d6S(self)
        case .d6P: Self.d6P(self)
        case .d6SP: Self.d6SP(self)
        case .d6D: Self.d6D(self)
        case .fS: Self.fS(self)
        case .fP: Self.fP(self)
        case .fSP: Self.fSP(self)
        case .fD: Self.fD(self)
        }
    }
}

extension KetTransformation {
    /// Runs the kernel of a pair.
    @inline(__always)
    func callAsFunction(_ pair: StraightLinePair) {
        switch pair {
        case .sS: Self.sS(self)
        case .pS: Self.pS(self)
        case .pP: Self.pP(self)
        case .spS: Self.spS(self)
        case .spP: Self.spP(self)
        case .spSP: Self.spSP(self)
        case .dS: Self.dS(self)
        case .dP: Self.dP(self)
        case .dSP: Self.dSP(self)
        case .dD: Self.dD(self)
        case .d6S: Self.d6S(self)
        case .d6P: Self.d6P(self)
        case .d6SP: Self.d6SP(self)
        case .d6D: Self.d6D(self)
        case .fS: Self.fS(self)
        case .fP: Self.fP(self)
        case .fSP: Self.fSP(self)
        case .fD: Self.fD(self)
        }
    }
}

extension HermiteCoulombIntegrals {
    /// Highest degree that has a straight-line kernel, and the edge of the cube that these fill.
    static let highestDegree = 8
    static let cubeEdge = 9

    /// Runs the kernel of a degree up to `highestDegree`.
    @inline(__always)
    func callAsFunction(degree: Int) {
        if !interaction.isCoulomb { return separated(degree: degree) }
        switch degree {
        case 0: Self.degree0(self)
        case 1: Self.degree1(self)
        case 2: Self.degree2(self)
        case 3: Self.degree3(self)
        case 4: Self.degree4(self)
        case 5: Self.degree5(self)
        case 6: Self.degree6(self)
        case 7: Self.degree7(self)
        default: Self.degree8(self)
        }
    }

    private func separated(degree: Int) {
        switch degree {
        case 0: Self.separatedDegree0(self)
        case 1: Self.separatedDegree1(self)
        case 2: Self.separatedDegree2(self)
        case 3: Self.separatedDegree3(self)
        case 4: Self.separatedDegree4(self)
        case 5: Self.separatedDegree5(self)
        case 6: Self.separatedDegree6(self)
        case 7: Self.separatedDegree7(self)
        default: Self.separatedDegree8(self)
        }
    }
}
