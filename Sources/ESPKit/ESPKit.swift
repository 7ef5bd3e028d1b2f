// One import for callers of the library: calculations, what goes into them and what comes out.
@_exported import BasisSets
@_exported import Calculations
@_exported import ChargeFlow
@_exported import FileFormats
@_exported import GaussianBasis
@_exported import IsomerSearch
@_exported import LinearAlgebra
@_exported import MolecularDynamics
@_exported import MolecularStructure
@_exported import ParallelExecution
@_exported import ReductionSeries
@_exported import RunFolders
@_exported import WavefunctionAnalysis
