import ChargeFlow
import FileFormats
import Foundation
import ReductionSeries
import RunFolders

extension Study {
    /// Writes the input of every cell, and the plan that numbers them. Nothing is computed.
    ///
    /// - Throws: `CalculationError.usage` for relaxed structures, which are unknown before the calculations.
    package func plan() throws -> StudyPlan {
        guard !input.relaxes else {
            throw CalculationError.usage(
                "--plan does not go with --relax: tasks are independent, but a relaxed structure is found by another calculation. "
                    + "Relax first, and plan with the relaxed structures.")
        }
        var plan = StudyPlan(tasks: [])
        var inputs: [Data] = []
        for basis in input.bases {
            for method in input.methods {
                for complex in input.complexes {
                    try monitor.checkCancellation()
                    let base = complex.charge ?? 0
                    var cell = input.cell(complex, method: method, basis: basis, charges: [base, base - 1, base - 2])
                    cell.molecule.name = URL(fileURLWithPath: complex.name).lastPathComponent
                    let data = try JSONLayout.encoded(cell)
                    inputs.append(data)
                    plan.tasks.append(
                        StudyPlan.Task(
                            id: StudyPlan.identifier(of: data), complex: OutputFolder.stem(of: complex.name), method: method,
                            basis: basis, folder: verticalFolder(complex, method: method, basis: basis)))
                }
            }
        }
        do {
            try plan.check()
        } catch {
            throw CalculationError.usage(
                "these tasks make no plan: \(error.problem). Name every molecule, method and basis set once, and no molecule 'tasks'."
            )
        }
        let files = try OutputFolder(path: folder.path)
        try AtomicFile.createFolder(folder.appendingPathComponent("tasks"))
        for (task, data) in zip(plan.tasks, inputs) {
            try AtomicFile.write(data, to: folder.appendingPathComponent(task.inputPath))
        }
        try files.write(JSONLayout.encoded(plan), name: StudyPlan.fileName)
        return plan
    }

    /// The folder of the states of a complex at its given structure, relative to the folder of the study.
    private func verticalFolder(_ complex: MoleculeInput, method: String, basis: String) -> String {
        let cell = cellFolder(complex, method: method, basis: basis).lastPathComponent
        let parts = [OutputFolder.stem(of: complex.name), input.solvent?.folderName, cell, "vertical.esp"]
        return parts.compactMap { $0 }.joined(separator: "/")
    }
}

/// The tasks of a planned study.
package struct StudyTasks {
    package let plan: StudyPlan
    private let folder: URL
    private let call: CallRecord
    private let monitor: CalculationMonitor

    /// - Parameter folder: of the study.
    /// - Throws: `InputFileError` if there is no plan, or if it is damaged.
    package init(
        folder: String, call: CallRecord = CallRecord(), monitor: CalculationMonitor = CalculationMonitor()
    ) throws {
        self.folder = URL(fileURLWithPath: folder)
        self.call = call
        self.monitor = monitor
        let path = self.folder.appendingPathComponent(StudyPlan.fileName).path
        guard FileManager.default.fileExists(atPath: path) else {
            throw RunFolderError.missing(
                "\(folder) has no plan of a study. Make one with esp study ... --plan --output \(folder).")
        }
        plan = try StudyPlan(readingFrom: path)
    }

    /// The input of a task.
    ///
    /// - Parameter number: counts from 1.
    /// - Throws: `RunFolderError.damaged` if the file is not the planned one.
    package func input(_ number: Int) throws -> CalculationInput {
        let task = try task(number)
        let path = folder.appendingPathComponent(task.inputPath).path
        let data = Data(try TextFile.bytes(ofFileAt: path, limit: 1 << 26))
        guard StudyPlan.identifier(of: data) == task.id else {
            throw RunFolderError.damaged("\(path) has changed since it was planned. Make the plan again with esp study --plan.")
        }
        return try CalculationInput(json: data, path: path)
    }

    private func task(_ number: Int) throws -> StudyPlan.Task {
        guard (1...plan.tasks.count).contains(number) else {
            throw CalculationError.usage("there is no task \(number): the plan has the tasks 1 to \(plan.tasks.count).")
        }
        return plan.tasks[number - 1]
    }

    /// Other studies may have an identical task and the same scratch folder: the path of the study is part of the name.
    private func scratchName(_ task: StudyPlan.Task) -> String {
        var checksum = Checksum()
        checksum.add(folder.standardizedFileURL.resolvingSymlinksInPath().path)
        return "esp-task-\(task.id)-\(checksum.hexadecimal)"
    }

    /// Computes the missing parts of a task. A process that is given the same task meanwhile waits, and finds it finished.
    ///
    /// - Parameter scratch: a folder, such as one on a local disk, in which the task is computed; its results are moved when it is
    ///   finished. Nil: in place.
    /// - Returns: whether anything was computed.
    /// - Throws: `CalculationError.notConverged` if a state is not converged.
    @discardableResult
    package func run(_ number: Int, scratch: String? = nil) throws -> Bool {
        let task = try task(number)
        let input = try input(number)
        let lock = try TaskLock(path: folder.appendingPathComponent(task.lockPath).path, monitor: monitor)
        defer { withExtendedLifetime(lock) {} }
        let path = folder.appendingPathComponent(task.folder).path
        if try finished(task, input) != nil {
            monitor.note("task \(number) is finished already: \(path)")
            return false
        }
        let detour = try scratch.map { try ScratchFolder(in: $0, name: scratchName(task), of: path) }
        let place = detour?.path ?? path
        let document = try Calculation(input, folder: place, replaces: true, call: call, monitor: monitor).run()
        guard document.states.allSatisfy(\.converged) else { throw CalculationError.notConverged("\(place): not converged") }
        try detour?.moveHome()
        return true
    }

    /// The result of a task, without computing anything; nil if it is not finished. Other processes are not excluded.
    private func finished(_ task: StudyPlan.Task, _ input: CalculationInput) throws -> ResultDocument? {
        try Calculation.finishedResult(
            of: input, in: folder.appendingPathComponent(task.folder).path, call: call, monitor: monitor)
    }

    /// The matrix of the finished tasks.
    ///
    /// - Returns: the matrix, and the errors of the tasks that gave no result.
    package func collected() throws -> (result: StudyResult, failures: [any Error]) {
        var cells: [StudyResult.Cell] = []
        var all: [any Error] = []
        var order: [[String]] = []
        var members: [[String]: [Int]] = [:]
        for (index, task) in plan.tasks.enumerated() {
            let key = [task.basis, task.method]
            if members[key] == nil { order.append(key) }
            members[key, default: []].append(index)
        }
        for key in order {
            var complexes: [AccountedComplex] = []
            var failures: [String: String] = [:]
            for index in members[key] ?? [] {
                try monitor.checkCancellation()
                let task = plan.tasks[index]
                do {
                    guard var document = try finished(task, input(index + 1)) else {
                        throw CalculationError.notConverged("task \(index + 1) is not finished")
                    }
                    document.fragments = nil
                    complexes.append(AccountedComplex(name: task.complex, account: try ElectronAccount(document)))
                } catch {
                    try monitor.checkCancellation()
                    failures[task.complex] = "\(error)"
                    all.append(error)
                }
            }
            cells.append(
                .init(
                    method: key[1], basis: key[0], structures: .vertical, comparison: ComplexComparison(complexes),
                    failures: failures))
        }
        let medium = (try? input(1))?.model.solvent?.text
        return (StudyResult(cells: cells, medium: medium), all)
    }
}
