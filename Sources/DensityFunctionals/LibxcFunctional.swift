import CLibxc

/// One functional of libxc, set up for both spin treatments. Nothing changes after initialisation, and libxc
/// evaluates without touching the functional, so threads may share it.
final class LibxcFunctional: @unchecked Sendable {
    private let unpolarized: UnsafeMutablePointer<xc_func_type>
    private let polarized: UnsafeMutablePointer<xc_func_type>
    let kind: DensityFunctional.Kind
    let exactExchange: ExactExchange
    let references: [String]
    /// Whether libxc gives second derivatives of it.
    let hasSecondDerivatives: Bool

    init(named name: String) throws(DensityFunctionalError) {
        let number = xc_functional_get_number(name)
        guard number > 0, let unpolarized = xc_func_alloc(), let polarized = xc_func_alloc() else {
            throw .unknownName(name, suggestions: FunctionalNames.suggestions(for: name))
        }
        guard xc_func_init(unpolarized, number, XC_UNPOLARIZED) == 0 else {
            throw .unknownName(name, suggestions: FunctionalNames.suggestions(for: name))
        }
        guard xc_func_init(polarized, number, XC_POLARIZED) == 0 else {
            xc_func_end(unpolarized)
            throw .unsupported(name, reason: "libxc has no spin-polarised form of it")
        }
        func reject(_ reason: String) -> DensityFunctionalError {
            xc_func_end(unpolarized)
            xc_func_end(polarized)
            return .unsupported(name, reason: reason)
        }
        let info = xc_func_get_info(unpolarized)
        let flags = xc_func_info_get_flags(info)
        let family = xc_func_info_get_family(info)
        func has(_ flag: some BinaryInteger) -> Bool { flags & Int32(flag) != 0 }
        if xc_func_info_get_kind(info) == XC_KINETIC {
            throw reject("it is a functional of the kinetic energy, not of exchange and correlation")
        }
        switch family {
        case XC_FAMILY_LDA, Int32(esp_xc_family_hyb_lda): kind = .localDensity
        case XC_FAMILY_GGA, Int32(esp_xc_family_hyb_gga): kind = .generalizedGradient
        case XC_FAMILY_MGGA, Int32(esp_xc_family_hyb_mgga):
            guard !has(XC_FLAGS_NEEDS_LAPLACIAN) else {
                throw reject("functionals of the Laplacian of the density are not implemented")
            }
            kind = .metaGeneralizedGradient
        default: throw reject("only functionals of the density, its gradient and the kinetic-energy density are implemented")
        }
        if has(esp_xc_flags_camy) || has(esp_xc_flags_lcy) {
            throw reject("exchange separated by the Yukawa potential is not implemented")
        }
        if has(esp_xc_flags_vv10) { throw reject("non-local correlation (VV10) is not implemented") }
        if !has(XC_FLAGS_3D) { throw reject("it is a functional for one- or two-dimensional systems") }
        if !has(XC_FLAGS_HAVE_EXC) || !has(XC_FLAGS_HAVE_VXC) {
            throw reject("libxc gives no energy and potential for it")
        }
        self.unpolarized = unpolarized
        self.polarized = polarized
        hasSecondDerivatives = has(XC_FLAGS_HAVE_FXC)
        let isHybrid =
            family == Int32(esp_xc_family_hyb_lda) || family == Int32(esp_xc_family_hyb_gga)
            || family == Int32(esp_xc_family_hyb_mgga)
            || name.hasPrefix("hyb_")
        exactExchange =
            isHybrid
            ? Self.exactExchange(unpolarized, isSeparated: has(esp_xc_flags_cam) || has(esp_xc_flags_lc)) : .none
        references = Self.references(info)
    }

    deinit {
        for functional in [unpolarized, polarized] {
            xc_func_end(functional)
            xc_func_free(functional)
        }
    }

    /// libxc counts exchange at all distances (alpha), and what is added to it at short range (beta).
    private static func exactExchange(_ functional: UnsafePointer<xc_func_type>, isSeparated: Bool) -> ExactExchange {
        guard isSeparated else {
            let share = xc_hyb_exx_coef(functional)
            return ExactExchange(shortRange: share, longRange: share, omega: 0)
        }
        var (omega, alpha, beta) = (0.0, 0.0, 0.0)
        xc_hyb_cam_coef(functional, &omega, &alpha, &beta)
        // Rounding would leave LC functionals a short-range share of 1e-17.
        let near = abs(alpha + beta) < 1e-12 ? 0 : alpha + beta
        return ExactExchange(shortRange: near, longRange: alpha, omega: near == alpha ? 0 : omega)
    }

    private static func references(_ info: UnsafePointer<xc_func_info_type>?) -> [String] {
        var result: [String] = []
        for k in 0..<XC_MAX_REFERENCES {
            guard let reference = xc_func_info_get_references(info, k) else { break }
            var text = String(cString: xc_func_reference_get_ref(reference))
            let doi = String(cString: xc_func_reference_get_doi(reference))
            if !doi.isEmpty { text += ", doi \(doi)" }
            result.append(text)
        }
        return result
    }

    func evaluate(_ points: FunctionalPoints) {
        let functional = points.isPolarized ? polarized : unpolarized
        switch kind {
        case .localDensity:
            xc_lda_exc_vxc(functional, points.count, points.density, points.energy, points.densityDerivative)
        case .generalizedGradient:
            xc_gga_exc_vxc(
                functional, points.count, points.density, points.sigma, points.energy, points.densityDerivative,
                points.sigmaDerivative)
        case .metaGeneralizedGradient:
            guard let tau = points.tau, let tauDerivative = points.tauDerivative else { return }
            // The Laplacian, on which the functional does not depend, and its derivative.
            let count = points.count * points.spinCount
            withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * count) { laplacian in
                guard let base = laplacian.baseAddress else { return }
                base.initialize(repeating: 0, count: 2 * count)
                xc_mgga_exc_vxc(
                    functional, points.count, points.density, points.sigma, base, tau, points.energy, points.densityDerivative,
                    points.sigmaDerivative, base + count, tauDerivative)
            }
        }
    }

    /// Second derivatives of the energy per volume, in the layout of libxc; a functional of the density alone has one by the density.
    func evaluateSecond(_ points: FunctionalPoints, _ second: SecondFunctionalDerivatives) {
        let functional = points.isPolarized ? polarized : unpolarized
        switch kind {
        case .localDensity: xc_lda_fxc(functional, points.count, points.density, second.density)
        case .generalizedGradient:
            xc_gga_fxc(
                functional, points.count, points.density, points.sigma, second.density, second.mixed, second.sigma)
        case .metaGeneralizedGradient: break
        }
    }
}
