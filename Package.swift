// swift-tools-version: 6.0
import PackageDescription

/// The instruction set that the numerical kernels are compiled for: that of the building machine unless
/// ESP_MARCH names another one (for example `ESP_MARCH=x86-64-v3 swift build -c release`).
let instructionSet = Context.environment["ESP_MARCH"] ?? "native"

/// Whether another package depends on this one in a version. The package manager allows no unsafe flags then; the caller passes them for
/// the whole build instead (README, "As a library").
let isDependency = Context.packageDirectory.contains("/checkouts/")

/// Flags of targets that hold hot loops over raw memory. Everything that reads user input keeps Swift's checks.
let kernelSettings: [SwiftSetting] =
    isDependency
    ? []
    : [
        .unsafeFlags(["-Ounchecked", "-Xcc", "-march=\(instructionSet)"], .when(configuration: .release)),
        .unsafeFlags(["-Xcc", "-march=\(instructionSet)"], .when(configuration: .debug)),
    ]

let package = Package(
    name: "esp",
    products: [
        .executable(name: "esp", targets: ["esp"]),
        .library(name: "ESPKit", targets: ["ESPKit"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
    ],
    targets: [
        .systemLibrary(name: "CLibxc", pkgConfig: "libxc", providers: [.apt(["libxc-dev"])]),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CVectorShims"),
        .target(name: "CProcessorFeatures"),
        .target(name: "CMemoryGuard"),
        .target(name: "VectorFunctions", dependencies: ["CVectorShims"], swiftSettings: kernelSettings),
        .target(name: "LinearAlgebra", dependencies: ["COpenBLAS"]),
        .target(name: "MolecularStructure"),
        .target(name: "ParallelExecution"),
        .target(name: "MachineLimits", dependencies: ["CProcessorFeatures"]),
        .target(name: "GeometryOptimization", dependencies: ["MolecularStructure", "LinearAlgebra"]),
        .target(name: "MolecularDynamics", dependencies: ["MolecularStructure", "LinearAlgebra"]),
        .target(name: "IsomerSearch", dependencies: ["GeometryOptimization", "MolecularStructure", "LinearAlgebra"]),
        .target(name: "VibrationalAnalysis", dependencies: ["GeometryOptimization", "MolecularStructure", "LinearAlgebra"]),
        .target(name: "GaussianBasis", dependencies: ["MolecularStructure", "LinearAlgebra"]),
        .target(
            name: "GaussianIntegrals",
            dependencies: [
                "GaussianBasis", "MolecularStructure", "LinearAlgebra", "ParallelExecution", "CVectorShims", "VectorFunctions",
            ],
            swiftSettings: kernelSettings),
        .target(name: "KernelGeneration", dependencies: ["GaussianBasis"]),
        .executableTarget(name: "generate-kernels", dependencies: ["KernelGeneration"]),
        .executableTarget(
            name: "generate-proatoms",
            dependencies: [
                "SphericalAtoms", "DensityFunctionals", "MolecularStructure", "LinearAlgebra", "ParallelExecution",
            ], exclude: ["exponents.txt"]),
        .target(
            name: "MolecularQuadrature",
            dependencies: [
                "GaussianBasis", "MolecularStructure", "LinearAlgebra", "ParallelExecution", "CVectorShims", "VectorFunctions",
                "COpenBLAS",
            ],
            swiftSettings: kernelSettings),
        .target(name: "DensityFunctionals", dependencies: ["CLibxc"]),
        .target(name: "HamiltonianTerms", dependencies: ["GaussianBasis", "LinearAlgebra", "ParallelExecution"]),
        .target(
            name: "DispersionCorrection",
            dependencies: ["HamiltonianTerms", "GaussianBasis", "MolecularStructure", "LinearAlgebra", "ParallelExecution"]),
        .target(
            name: "ExternalField",
            dependencies: [
                "HamiltonianTerms", "GaussianBasis", "GaussianIntegrals", "MolecularStructure", "LinearAlgebra",
                "ParallelExecution",
            ]),
        .target(
            name: "ContinuumSolvation",
            dependencies: [
                "HamiltonianTerms", "GaussianBasis", "GaussianIntegrals", "MolecularQuadrature", "MolecularStructure",
                "LinearAlgebra", "ParallelExecution",
            ]),
        .target(
            name: "ExchangeCorrelation",
            dependencies: [
                "DensityFunctionals", "MolecularQuadrature", "GaussianBasis", "LinearAlgebra", "ParallelExecution",
                "CVectorShims", "COpenBLAS",
            ],
            swiftSettings: kernelSettings),
        .target(
            name: "SemiNumericalExchange",
            dependencies: [
                "GaussianIntegrals", "MolecularQuadrature", "GaussianBasis", "LinearAlgebra", "ParallelExecution", "COpenBLAS",
            ],
            swiftSettings: kernelSettings),
        .target(
            name: "ElectronicStructure",
            dependencies: [
                "HamiltonianTerms", "GaussianBasis", "GaussianIntegrals", "MolecularQuadrature", "DensityFunctionals",
                "ExchangeCorrelation", "SemiNumericalExchange", "MolecularStructure", "LinearAlgebra", "ParallelExecution",
            ]),
        .target(
            name: "OrbitalResponse", dependencies: ["ElectronicStructure", "HamiltonianTerms", "GaussianBasis", "LinearAlgebra"]),
        .target(
            name: "SelfConsistentField",
            dependencies: [
                "ElectronicStructure", "OrbitalResponse", "HamiltonianTerms", "GaussianBasis", "MolecularStructure",
                "LinearAlgebra",
                "ParallelExecution",
            ]),
        .target(
            name: "SolutionSearch",
            dependencies: [
                "ElectronicStructure", "OrbitalResponse", "SelfConsistentField", "HamiltonianTerms", "GaussianBasis",
                "GaussianIntegrals",
                "MolecularStructure", "LinearAlgebra",
            ]),
        .target(
            name: "NuclearDerivatives",
            dependencies: [
                "ElectronicStructure", "OrbitalResponse", "HamiltonianTerms", "GaussianBasis", "GaussianIntegrals",
                "MolecularStructure",
                "LinearAlgebra", "ParallelExecution",
            ]),
        .target(
            name: "SphericalAtoms",
            dependencies: [
                "ElectronicStructure", "DensityFunctionals", "GaussianIntegrals", "MolecularQuadrature", "MolecularStructure",
                "LinearAlgebra", "ParallelExecution",
            ]),
        .target(
            name: "WavefunctionAnalysis",
            dependencies: [
                "GaussianBasis", "GaussianIntegrals", "MolecularQuadrature", "MolecularStructure",
                "LinearAlgebra", "ParallelExecution",
            ]),
        .target(
            name: "Pictures",
            dependencies: [
                "GeometryOptimization",
                "FileFormats", "WavefunctionAnalysis", "MolecularStructure", "LinearAlgebra", "ParallelExecution", "CZlib",
            ],
            exclude: ["Font-LICENSE.txt"],
            swiftSettings: kernelSettings),
        .target(name: "FileFormats", dependencies: ["CZlib", "GaussianBasis", "MolecularStructure", "LinearAlgebra"]),
        .target(name: "BasisSets", dependencies: ["FileFormats", "GaussianBasis", "MolecularStructure"]),
        .target(
            name: "RunFolders",
            dependencies: [
                "FileFormats", "BasisSets", "HamiltonianTerms", "GaussianBasis", "GaussianIntegrals", "WavefunctionAnalysis",
                "MolecularStructure",
                "LinearAlgebra", "MachineLimits", "ReductionSeries", "VibrationalAnalysis",
            ]),
        .target(name: "ReductionSeries", dependencies: ["FileFormats", "MolecularStructure"]),
        .target(name: "VoltageGain", dependencies: ["FileFormats", "LinearAlgebra"]),
        .target(name: "RedoxPotentials", dependencies: ["FileFormats", "MolecularStructure"]),
        .target(name: "ChargeFlow", dependencies: ["ReductionSeries", "FileFormats", "MolecularStructure"]),
        .target(
            name: "Calculations",
            dependencies: [
                "MolecularStructure", "GaussianBasis", "GaussianIntegrals", "MolecularQuadrature", "DensityFunctionals",
                "BasisSets", "ContinuumSolvation", "DispersionCorrection", "ExternalField", "HamiltonianTerms",
                "ElectronicStructure",
                "SelfConsistentField",
                "SolutionSearch", "NuclearDerivatives", "WavefunctionAnalysis", "FileFormats", "RunFolders", "LinearAlgebra",
                "ParallelExecution", "MachineLimits", "CProcessorFeatures", "GeometryOptimization", "ReductionSeries", "Pictures",
                "ChargeFlow", "Report", "VibrationalAnalysis", "IsomerSearch", "MolecularDynamics", "RedoxPotentials",
            ]),
        .target(
            name: "Report",
            dependencies: [
                "FileFormats", "RunFolders", "LinearAlgebra", "MolecularStructure", "ReductionSeries", "ChargeFlow",
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            resources: [.embedInCode("Resources")]),
        .target(
            name: "ESPKit",
            dependencies: [
                "BasisSets", "Calculations", "FileFormats", "GaussianBasis", "IsomerSearch", "LinearAlgebra",
                "MolecularDynamics", "MolecularStructure",
                "ParallelExecution",
                "ReductionSeries", "ChargeFlow", "RunFolders", "WavefunctionAnalysis",
            ]),
        .executableTarget(name: "example-water-energy", dependencies: ["ESPKit"], path: "Examples/WaterEnergy"),
        .executableTarget(name: "example-reduction-charges", dependencies: ["ESPKit"], path: "Examples/ReductionCharges"),
        .executableTarget(name: "example-steepest-descent", dependencies: ["ESPKit"], path: "Examples/SteepestDescent"),
        .executableTarget(
            name: "esp",
            dependencies: [
                "MolecularStructure", "GaussianBasis", "GaussianIntegrals", "MolecularQuadrature", "DensityFunctionals",
                "ContinuumSolvation", "DispersionCorrection", "ElectronicStructure", "SelfConsistentField",
                "WavefunctionAnalysis", "FileFormats",
                "LinearAlgebra",
                "ParallelExecution", "CProcessorFeatures", "CMemoryGuard", "GeometryOptimization", "ReductionSeries", "Report",
                "Pictures",
                "RunFolders", "Calculations", "MachineLimits", "ChargeFlow", "VibrationalAnalysis", "IsomerSearch",
                "MolecularDynamics", "VoltageGain", "RedoxPotentials",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "esp-benchmark",
            dependencies: [
                "MolecularStructure", "GaussianBasis", "GaussianIntegrals", "MolecularQuadrature", "DensityFunctionals",
                "ExchangeCorrelation", "SemiNumericalExchange", "ElectronicStructure", "NuclearDerivatives",
                "WavefunctionAnalysis", "RunFolders", "BasisSets",
                "FileFormats", "LinearAlgebra",
                "ParallelExecution",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "fuzz-readers",
            dependencies: ["ReaderFuzzing", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
        .target(
            name: "ReaderFuzzing",
            dependencies: [
                "FileFormats", "RunFolders", "GeometryOptimization", "MolecularStructure", "RedoxPotentials", "ReductionSeries",
                "Report", "TestSupport",
                "ChargeFlow",
            ],
            path: "Tests/ReaderFuzzing"),
        .target(
            name: "TestSupport",
            dependencies: [
                "BasisSets", "GaussianBasis", "MolecularStructure", "FileFormats", "RunFolders", "LinearAlgebra",
                "ParallelExecution",
            ],
            path: "Tests/TestSupport"),
        .testTarget(name: "ParallelExecutionTests", dependencies: ["ParallelExecution", "TestSupport"]),
        .testTarget(name: "LinearAlgebraTests", dependencies: ["LinearAlgebra"]),
        .testTarget(name: "MolecularStructureTests", dependencies: ["MolecularStructure", "FileFormats", "TestSupport"]),
        .testTarget(name: "GeometryOptimizationTests", dependencies: ["GeometryOptimization", "FileFormats", "TestSupport"]),
        .testTarget(name: "MolecularDynamicsTests", dependencies: ["MolecularDynamics", "MolecularStructure", "TestSupport"]),
        .testTarget(name: "IsomerSearchTests", dependencies: ["IsomerSearch", "FileFormats", "TestSupport"]),
        .testTarget(
            name: "VibrationalAnalysisTests",
            dependencies: ["VibrationalAnalysis", "GeometryOptimization", "FileFormats", "TestSupport"]),
        .testTarget(name: "GaussianBasisTests", dependencies: ["GaussianBasis", "TestSupport"]),
        .testTarget(name: "GaussianIntegralsTests", dependencies: ["GaussianIntegrals", "KernelGeneration", "TestSupport"]),
        .testTarget(name: "MolecularQuadratureTests", dependencies: ["MolecularQuadrature", "TestSupport", "VectorFunctions"]),
        .testTarget(name: "DensityFunctionalsTests", dependencies: ["DensityFunctionals"]),
        .testTarget(
            name: "DispersionCorrectionTests",
            dependencies: ["DispersionCorrection", "DensityFunctionals", "LinearAlgebra", "MolecularStructure", "TestSupport"]),
        .testTarget(
            name: "ExchangeCorrelationTests", dependencies: ["ExchangeCorrelation", "GaussianIntegrals", "TestSupport"]),
        .testTarget(
            name: "SemiNumericalExchangeTests",
            dependencies: ["SemiNumericalExchange", "GaussianIntegrals", "MolecularQuadrature", "BasisSets", "TestSupport"]),
        .testTarget(
            name: "SelfConsistentFieldTests",
            dependencies: [
                "ElectronicStructure", "OrbitalResponse", "SelfConsistentField", "SolutionSearch", "NuclearDerivatives",
                "SphericalAtoms", "BasisSets",
                "ContinuumSolvation", "DispersionCorrection", "ExternalField", "HamiltonianTerms", "TestSupport",
            ]),
        .testTarget(
            name: "WavefunctionAnalysisTests",
            dependencies: ["WavefunctionAnalysis", "ElectronicStructure", "SelfConsistentField", "FileFormats", "TestSupport"]),
        .testTarget(name: "PicturesTests", dependencies: ["Pictures", "WavefunctionAnalysis", "MolecularStructure", "CZlib"]),
        .testTarget(
            name: "FileFormatsTests", dependencies: ["BasisSets", "FileFormats", "HamiltonianTerms", "RunFolders", "TestSupport"]),
        .testTarget(name: "ReaderFuzzingTests", dependencies: ["ReaderFuzzing", "FileFormats", "TestSupport"]),
        .testTarget(
            name: "ReductionSeriesTests",
            dependencies: ["ReductionSeries", "RunFolders", "FileFormats", "MolecularStructure", "TestSupport"]),
        .testTarget(name: "VoltageGainTests", dependencies: ["VoltageGain", "FileFormats", "TestSupport"]),
        .testTarget(
            name: "RedoxPotentialsTests", dependencies: ["RedoxPotentials", "FileFormats", "MolecularStructure", "TestSupport"]),
        .testTarget(
            name: "ChargeFlowTests",
            dependencies: ["ChargeFlow", "ReductionSeries", "RunFolders", "FileFormats", "MolecularStructure", "TestSupport"]),
        .testTarget(
            name: "ReportTests",
            dependencies: [
                "Report", "RunFolders", "FileFormats", "MolecularStructure", "ReductionSeries", "ChargeFlow", "TestSupport",
            ],
            exclude: ["probe.js", "scalars.js"]),
        .testTarget(
            name: "CalculationsTests",
            dependencies: [
                "BasisSets", "Calculations", "MolecularStructure", "ReductionSeries", "RunFolders", "FileFormats",
                "SolutionSearch", "WavefunctionAnalysis", "IsomerSearch", "MolecularDynamics", "TestSupport",
            ]),
        .testTarget(name: "espTests", dependencies: ["TestSupport", "RunFolders", "FileFormats", "HamiltonianTerms"]),
    ],
    swiftLanguageModes: [.v6]
)

// `scripts/fuzz-by-coverage` sets the variable. The program has no entry point of its own: that comes from libFuzzer.
// The program can share a calculation among processes that `mpirun` starts, possibly on several machines. The default build needs no MPI.
if Context.environment["ESP_MPI"] == "1" {
    package.targets += [
        .systemLibrary(name: "CMessagePassing", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
        .target(name: "MessagePassing", dependencies: ["CMessagePassing", "ParallelExecution"]),
    ]
    if let program = package.targets.first(where: { $0.name == "esp" }) {
        program.dependencies.append("MessagePassing")
        program.swiftSettings = [.define("ESP_MPI")]
    }
}

if Context.environment["ESP_LIBFUZZER"] != nil {
    package.targets.append(
        .executableTarget(name: "fuzz-by-coverage", dependencies: ["ReaderFuzzing"], path: "Tests/CoverageFuzzing"))
}
