import ChargeFlow
import FileFormats
import Foundation
import ReductionSeries
import RunFolders

extension Study {
    /// Writes the input of every cell, and the plan that numbers them. Nothing is computed. Cells with relaxed structures come last: those
    /// of the first method and basis set relax the structures for all.
    package func plan() throws -> StudyPlan {
        var plan = StudyPlan(tasks: [])
        var inputs: [Data] = []
        var relaxing: [String: (id: String, data: Data)] = [:]
        for structures in input.relaxes ? ElectronAccount.Structures.allCases : [.vertical] {
            for basis in input.bases {
                for method in input.methods {
                    for complex in input.complexes {
                        try monitor.checkCancellation()
                        let base = complex.charge ?? 0
                        var cell = input.cell(complex, method: method, basis: basis, charges: [base, base - 1, base - 2])
                        cell.molecule.name = URL(fileURLWithPath: complex.name).lastPathComponent
                        let name = OutputFolder.stem(of: complex.name)
                        guard structures == .relaxed else {
                            let data = try JSONLayout.encoded(cell)
                            inputs.append(data)
                            plan.tasks.append(
                                StudyPlan.Task(
                                    id: StudyPlan.identifier(of: data), complex: name, method: method, basis: basis,
                                    folder: resultFolder(complex, method: method, basis: basis, "vertical.esp")))
                            continue
                        }
                        cell.task = .adiabatic
                        let data = try JSONLayout.encoded(cell)
                        inputs.append(data)
                        let first = relaxing[name]
                        let id = first.map { StudyPlan.identifier(of: data, $0.data) } ?? StudyPlan.identifier(of: data)
                        if first == nil { relaxing[name] = (id, data) }
                        plan.tasks.append(
                            StudyPlan.Task(
                                id: id, complex: name, method: method, basis: basis,
                                folder: resultFolder(complex, method: method, basis: basis, "q\(base).esp"),
                                relaxation: first?.id ?? id))
                    }
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

    /// A folder of results of a complex, relative to the folder of the study.
    private func resultFolder(_ complex: MoleculeInput, method: String, basis: String, _ name: String) -> String {
        let cell = cellFolder(complex, method: method, basis: basis).lastPathComponent
        let parts = [OutputFolder.stem(of: complex.name), input.solvent?.folderName, cell, name]
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
        let (data, path) = try inputData(task.id)
        let relaxation = task.isRelaxedByAnother ? try inputData(task.relaxation ?? task.id).data : nil
        guard task.id == relaxation.map({ StudyPlan.identifier(of: data, $0) }) ?? StudyPlan.identifier(of: data) else {
            throw RunFolderError.damaged("\(path) has changed since it was planned. Make the plan again with esp study --plan.")
        }
        return try CalculationInput(json: data, path: path)
    }

    private func inputData(_ id: String) throws -> (data: Data, path: String) {
        let path = folder.appendingPathComponent("tasks/\(id).json").path
        return (Data(try TextFile.bytes(ofFileAt: path, limit: 1 << 26)), path)
    }

    /// The part of the study that a task with relaxed structures belongs to: the cell that relaxes them, and its own.
    private func relaxedStudy(_ task: StudyPlan.Task, _ input: CalculationInput) throws -> Study {
        let relaxing = plan.tasks.first { $0.id == task.relaxation } ?? task
        var part = StudyInput(
            complexes: [input.molecule], methods: [relaxing.method, task.method], bases: [relaxing.basis, task.basis])
        part.relaxes = true
        part.charges = input.analyses.charges
        part.search = input.states.search
        part.solvent = input.model.solvent
        part.resources = input.resources
        return try Study(part, folder: folder.path, call: call, monitor: monitor)
    }

    /// Relaxes the structures, unless another task of the complex has done so or is doing it, and computes the states there.
    private func runRelaxed(_ task: StudyPlan.Task, _ input: CalculationInput) throws {
        let study = try relaxedStudy(task, input)
        let path = folder.appendingPathComponent("tasks/\(task.relaxation ?? task.id).structures.lock").path
        let lock = try TaskLock(path: path, monitor: monitor, waiting: "another task relaxes the structures; waiting for its end")
        let structures = try study.relaxedStructures(input.molecule)
        lock.release()
        _ = try study.relaxedDocument(input.molecule, method: task.method, basis: task.basis, at: structures, climbs: false)
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
        guard task.relaxation == nil else {
            guard scratch == nil else {
                throw CalculationError.usage(
                    "task \(number) relaxes structures that other tasks need, too: it is computed in the folder of the study. Leave out --scratch."
                )
            }
            try runRelaxed(task, input)
            return true
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
        guard task.relaxation == nil else {
            return try relaxedStudy(task, input).finishedRelaxedDocument(input.molecule, method: task.method, basis: task.basis)
        }
        return try Calculation.finishedResult(
            of: input, in: folder.appendingPathComponent(task.folder).path, call: call, monitor: monitor)
    }

    /// The matrix of the finished tasks.
    ///
    /// - Parameter temperature: for the weights of isomers, in kelvin.
    /// - Returns: the matrix, and the errors of the tasks that gave no result.
    package func collected(temperature: Double = 298.15) throws -> (result: StudyResult, failures: [any Error]) {
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
            for structures in ElectronAccount.Structures.allCases {
                let own = (members[key] ?? []).filter { (plan.tasks[$0].relaxation != nil) == (structures == .relaxed) }
                guard !own.isEmpty else { continue }
                var complexes: [AccountedComplex] = []
                var failures: [String: String] = [:]
                for index in own {
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
                        method: key[1], basis: key[0], structures: structures, comparison: ComplexComparison(complexes),
                        failures: failures,
                        isomers: IsomerEnsemble.all(in: complexes, temperature: temperature)))
            }
        }
        let medium = (try? input(1))?.model.solvent?.text
        return (StudyResult(cells: cells, medium: medium), all)
    }
}
