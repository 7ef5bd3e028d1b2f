import DensityFunctionals
import Testing

@Suite struct DensityFunctionalTests {
    @Test(arguments: DensityFunctional.aliases.keys.sorted())
    func everyAliasExists(_ name: String) throws {
        let functional = try DensityFunctional(named: name.uppercased())
        #expect(!functional.references.isEmpty)
        #expect(!functional.componentNames.isEmpty)
    }

    @Test func fractionsOfExactExchange() throws {
        #expect(try abs(DensityFunctional(named: "B3LYP").exactExchange.shortRange - 0.2) < 1e-14)
        #expect(try abs(DensityFunctional(named: "PBE0").exactExchange.shortRange - 0.25) < 1e-14)
        #expect(try abs(DensityFunctional(named: "b3-lyp").exactExchange.shortRange - 0.2) < 1e-14)
        #expect(try DensityFunctional(named: "blyp").exactExchange.isNone)
        #expect(try DensityFunctional(named: "gga_x_pbe,gga_c_pbe").exactExchange.isNone)
    }

    @Test(arguments: [
        ("wB97X", 0.157706, 1, 0.3), ("CAM-B3LYP", 0.19, 0.65, 0.33), ("hse06", 0.25, 0, 0.11), ("LC-wPBE", 0, 1, 0.4),
        ("wb97", 0, 1, 0.4),
    ])
    func rangesOfExactExchange(_ name: String, _ near: Double, _ far: Double, _ omega: Double) throws {
        let exchange = try DensityFunctional(named: name).exactExchange
        #expect(exchange.isRangeSeparated)
        #expect(abs(exchange.shortRange - near) < 1e-6 && abs(exchange.longRange - far) < 1e-12)
        #expect(exchange.omega == omega)
        #expect(throws: DensityFunctionalError.self) { try DensityFunctional(named: "hyb_gga_xc_hse06,hyb_gga_xc_wb97x") }
    }

    @Test func kindsAndNames() throws {
        #expect(try DensityFunctional(named: "svwn5").kind == .localDensity)
        #expect(try DensityFunctional(named: "LDA_X + LDA_C_VWN").componentNames == ["lda_x", "lda_c_vwn"])
        #expect(try DensityFunctional(named: "x3lyp").kind == .generalizedGradient)
        #expect(try DensityFunctional(named: "M06-2X").kind == .metaGeneralizedGradient)
        #expect(try abs(DensityFunctional(named: "M06-2X").exactExchange.longRange - 0.54) < 1e-14)
        #expect(try abs(DensityFunctional(named: "tpssh").exactExchange.shortRange - 0.1) < 1e-14)
        #expect(!DensityFunctional.libxcVersion.isEmpty)
    }

    @Test(arguments: [
        "mgga_x_br89", "hyb_mgga_xc_b98", "wB97X-D", "wB97X-V", "wB97M-V", "hyb_gga_xc_wb97x_v", "hyb_gga_xc_camy_b3lyp",
        "b2plyp",
        "gga_xc_vv10", "lda_k_tf", "gga_x_lb", "b97-d", "lda_x_2d", "b97m-v", "wB97X-2",
    ])
    func unsupportedKindsAreRefused(_ name: String) {
        let error = #expect(throws: DensityFunctionalError.self) { try DensityFunctional(named: name) }
        guard case .unsupported(let refused, let reason) = error else {
            Issue.record("\(name): \(String(describing: error))")
            return
        }
        #expect(refused == name)
        #expect(!reason.isEmpty)
    }

    @Test func unknownNamesSuggestNearOnes() {
        let error = #expect(throws: DensityFunctionalError.self) { try DensityFunctional(named: "b3lip") }
        guard case .unknownName(_, let suggestions) = error else {
            Issue.record("wrong error")
            return
        }
        #expect(suggestions.first == "b3lyp")
        #expect(throws: DensityFunctionalError.self) { try DensityFunctional(named: "") }
        #expect(throws: DensityFunctionalError.self) { try DensityFunctional(named: "gga_x_pbe,gga_c_pb") }
    }

    @Test(arguments: ["svwn5", "blyp", "pbe0", "b3lyp", "b97", "tpss", "scan", "r2scan", "m06-2x", "mn15", "wb97x"])
    func equalSpinsGiveTheUnpolarisedResult(_ name: String) throws {
        let functional = try DensityFunctional(named: name)
        let density = [0.7, 0.01, 3.4]
        let sigma = [0.5, 1e-3, 8]
        var (energy, first, second) = ([0.0, 0, 0], [0.0, 0, 0], [0.0, 0, 0])
        let tau = [0.6, 0.02, 5]
        var third = [0.0, 0, 0]
        functional.evaluate(
            count: 3, density: density, sigma: sigma, tau: tau, energy: &energy, densityDerivative: &first,
            sigmaDerivative: &second, tauDerivative: &third)
        let spinTau = tau.flatMap { [$0 / 2, $0 / 2] }
        var spinThird = [Double](repeating: 0, count: 6)
        let spin = density.flatMap { [$0 / 2, $0 / 2] }
        let products = sigma.flatMap { [$0 / 4, $0 / 4, $0 / 4] }
        var spinEnergy = [0.0, 0, 0]
        var spinFirst = [Double](repeating: 0, count: 6)
        var spinSecond = [Double](repeating: 0, count: 9)
        functional.evaluatePolarized(
            count: 3, density: spin, sigma: products, tau: spinTau, energy: &spinEnergy, densityDerivative: &spinFirst,
            sigmaDerivative: &spinSecond, tauDerivative: &spinThird)
        for k in 0..<3 {
            #expect(abs(energy[k] - spinEnergy[k]) < 1e-12)
            #expect(abs(first[k] - spinFirst[2 * k]) < 1e-12)
            // d/dsigma with sigma_aa = sigma_ab = sigma_bb = sigma / 4.
            let total = (spinSecond[3 * k] + spinSecond[3 * k + 1] + spinSecond[3 * k + 2]) / 4
            #expect(abs(second[k] - total) < 1e-10 * (1 + abs(total)))
            #expect(abs(third[k] - spinThird[2 * k]) < 1e-10 * (1 + abs(third[k])))
        }
    }

    @Test func slaterExchangeHasItsFormula() throws {
        let functional = try DensityFunctional(named: "lda_x")
        let density = [0.3]
        var (energy, first, second) = ([0.0], [0.0], [0.0])
        functional.evaluate(
            count: 1, density: density, sigma: density, energy: &energy, densityDerivative: &first, sigmaDerivative: &second)
        let expected = -0.738_558_766_382_022_4 * 0.669_432_950_082_169_5
        #expect(abs(energy[0] - expected) < 1e-12)
        #expect(abs(first[0] - expected * 4 / 3) < 1e-12)
        #expect(second[0] == 0)
    }

    /// Second derivatives against differences of first ones, with and without spin.
    @Test(arguments: ["svwn5", "pbe", "b3lyp", "wb97x", "blyp"], [false, true])
    func secondDerivatives(_ name: String, isPolarized: Bool) throws {
        let functional = try DensityFunctional(named: name)
        #expect(functional.hasSecondDerivatives)
        // Density and sigma of one point: alpha and beta, and aa, ab, bb.
        let point = isPolarized ? [0.31, 0.22, 0.15, 0.08, 0.11] : [0.53, 0.42]
        let spins = isPolarized ? 2 : 1
        let products = isPolarized ? 3 : 1
        func first(_ values: [Double]) -> [Double] {
            var (energy, byDensity, bySigma) = (
                [0.0], [Double](repeating: 0, count: spins), [Double](repeating: 0, count: products)
            )
            let (density, sigma) = (Array(values[..<spins]), Array(values[spins...]))
            if isPolarized {
                functional.evaluatePolarized(
                    count: 1, density: density, sigma: sigma, energy: &energy, densityDerivative: &byDensity,
                    sigmaDerivative: &bySigma)
            } else {
                functional.evaluate(
                    count: 1, density: density, sigma: sigma, energy: &energy, densityDerivative: &byDensity,
                    sigmaDerivative: &bySigma)
            }
            return byDensity + bySigma
        }
        let sizes = isPolarized ? (3, 6, 6) : (1, 1, 1)
        var (byDensity, bySigma) = ([Double](repeating: 0, count: spins), [Double](repeating: 0, count: products))
        var own = [Double](repeating: 0, count: sizes.0 + sizes.1 + sizes.2)
        own.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            functional.evaluateSecond(
                count: 1, isPolarized: isPolarized, density: Array(point[..<spins]), sigma: Array(point[spins...]),
                densityDerivative: &byDensity, sigmaDerivative: &bySigma,
                second: SecondFunctionalDerivatives(density: base, mixed: base + sizes.0, sigma: base + sizes.0 + sizes.1))
        }
        for (a, b) in zip(byDensity + bySigma, first(point)) { #expect(abs(a - b) < 1e-14) }
        let count = functional.usesGradient ? spins + products : spins
        var place = 0
        // In the order of libxc: density by density, density by sigma, sigma by sigma.
        let density = (0..<spins).flatMap { i in (i..<spins).map { (i, $0) } }
        let mixed = (0..<spins).flatMap { i in (0..<products).map { (i, spins + $0) } }
        let sigma = (0..<products).flatMap { i in (i..<products).map { (spins + i, spins + $0) } }
        for (i, j) in density + mixed + sigma {
            defer { place += 1 }
            guard max(i, j) < count else { continue }
            let step = 1e-4
            func shifted(_ length: Double) -> Double {
                var values = point
                values[j] += length
                return first(values)[i]
            }
            let difference = (8 * (shifted(step) - shifted(-step)) - (shifted(2 * step) - shifted(-2 * step))) / (12 * step)
            #expect(
                abs(difference - own[place]) < 1e-7 * max(1, abs(difference)), "\(name) \(i) \(j) \(difference) \(own[place])")
        }
    }

    @Test func kineticEnergyDensityHasNoSecondDerivatives() throws {
        #expect(try !DensityFunctional(named: "r2scan").hasSecondDerivatives)
    }
}
