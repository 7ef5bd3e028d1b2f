import ArgumentParser
import Calculations
import FileFormats
import RunFolders

/// A command that shows a property of a finished run.
protocol PropertyCommand: ParsableCommand {}

extension PropertyCommand {
    /// Prints the property of one run, or of several in turn, and writes its files.
    func show(
        _ property: some RunProperty, of folders: [String], format: PropertyFormat = .text, fragments: [FragmentInput] = [],
        resources: ResourceInput = ResourceInput()
    ) throws {
        try FileBatch.run(folders, isQuiet: true) { folder in
            let calculation = PropertyCalculation(
                property, folder: folder, fragments: fragments, resources: resources, monitor: .ofFinishedRun)
            do {
                try calculation.run(format: format, output: Console.output)
            } catch let error where error is OutputFileError || error is RunFolderError {
                throw Failure(error, ofRun: folder)
            }
        }
    }
}

extension CalculationMonitor {
    /// For commands on a finished run: notes and progress go to standard error, and a signal ends the work.
    static var ofFinishedRun: CalculationMonitor { ProgressReport(isQuiet: false, notePrefix: "esp: note: ").monitor }
}

extension PropertyFormat: ExpressibleByArgument {}
