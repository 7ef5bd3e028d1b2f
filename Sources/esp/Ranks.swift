import ArgumentParser
import FileFormats
import Foundation
import MachineLimits
import ParallelExecution
import RunFolders

#if ESP_MPI
    import MessagePassing
#endif

/// The ranks of a calculation on several machines: processes that `mpirun` or `srun` started with the same command.
///
/// All ranks do the same, but only rank 0 speaks and writes where the user said. The others work in a copy of the folder.
enum Ranks {
    #if ESP_MPI
        private nonisolated(unsafe) static var transport: MPITransport?
    #endif

    /// Joins the other ranks, if there are any.
    static func begin() {
        #if ESP_MPI
            let environment = ProcessInfo.processInfo.environment
            guard ["OMPI_COMM_WORLD_SIZE", "PMIX_RANK"].contains(where: { environment[$0] != nil }) else { return }
            let transport = MPITransport()
            self.transport = transport
            guard transport.size > 1 else { return }
            let isFirst = transport.rank == 0
            let communicator = Communicator(transport) { failure in
                guard isFirst else { transport.waitForEnd() }
                Console.error(ErrorText.text("\(failure). The calculation ends."))
                transport.abort(status: ExitStatus.internalError.rawValue)
            }
            Communicator.ofProcess = communicator
            Console.isSilent = !isFirst
            Interruption.endAtOnce(isSpeaking: isFirst)
            var share = Machine.Share(processesOfMachine: transport.sizeOfMachine)
            share.processors = communicator.least(share.processors)
            share.allowedProcessors = communicator.least(share.allowedProcessors)
            share.memory = MemorySize(bytes: communicator.least(share.memory.bytes))
            Machine.share = share
        #endif
    }

    /// Refuses commands that several ranks cannot share, and several processes of a program that cannot share any.
    static func check(_ command: any ParsableCommand) throws {
        #if ESP_MPI
            guard !Communicator.ofProcess.isSingle else { return }
            guard command is any SharedCommand else {
                throw Failure(
                    .usage,
                    "this command does not run on several ranks; compute, gradient, optimize, frequencies, charges and run do. Start it without mpirun."
                )
            }
            guard !CommandLine.arguments.contains(StandardInput.path) else {
                throw Failure(.usage, "several ranks cannot read standard input. Name a file.")
            }
        #else
            guard let text = ProcessInfo.processInfo.environment["OMPI_COMM_WORLD_SIZE"], let count = Int(text), count > 1,
                command is any SharedCommand
            else { return }
            // One message for all.
            Console.isSilent = ProcessInfo.processInfo.environment["OMPI_COMM_WORLD_RANK"] != "0"
            throw Failure(
                .usage,
                "this esp is built without MPI, so its \(count) ranks would each do the whole calculation. Start it without mpirun, or build it "
                    + "with ESP_MPI=1.")
        #endif
    }

    /// Runs `body` with the folder in which this rank works: on rank 0 the one that the user named, which is locked; on the others a copy
    /// of it, which is removed afterwards.
    ///
    /// - Parameter creates: whether the folder is created if it does not exist.
    static func sharing<Result>(_ folder: String, creates: Bool = true, _ body: (String) throws -> Result) throws -> Result {
        let communicator = Communicator.ofProcess
        guard !communicator.isSingle else { return try body(folder) }
        guard communicator.rank > 0 else {
            let lock: FolderLock
            do {
                lock = creates ? try FolderLock(try OutputFolder(path: folder)) : try FolderLock(path: folder)
            } catch {
                _ = communicator.agreed(false)
                throw error
            }
            defer { withExtendedLifetime(lock) {} }
            _ = communicator.agreed(true)
            try FolderCopy.send(folder, by: communicator)
            return try body(folder)
        }
        guard communicator.agreed(false) else { throw FirstRankFailed() }
        FolderCopy.removeAbandoned()
        let copy = FolderCopy.newFolder()
        let lock: FolderLock
        do {
            lock = try FolderLock(try OutputFolder(path: copy.path))
        } catch {
            throw FolderCopy.failure(copy, error)
        }
        defer {
            withExtendedLifetime(lock) {}
            try? FileManager.default.removeItem(at: copy)
        }
        // The name of a folder may decide about names of files.
        let own = copy.appendingPathComponent(URL(fileURLWithPath: folder).lastPathComponent)
        try FolderCopy.receive(own, by: communicator)
        return try body(own.path)
    }

    /// Thrown on other ranks if rank 0 has an error of its own.
    private struct FirstRankFailed: Error {}

    /// Leaves the other ranks when the work has ended. If they go on, this rank alone has an error: it reports it and ends them.
    ///
    /// - Parameter error: nil if the error has been reported or there is none.
    static func end(_ status: Int32, _ error: (any Error)? = nil) {
        #if ESP_MPI
            guard let transport else { return }
            let communicator = Communicator.ofProcess
            if communicator.end(status: error is FirstRankFailed ? Communicator.followsFirst : status) {
                transport.end()
                return
            }
            if communicator.rank > 0 {
                Console.isSilent = false
                let text = error.map { Failure($0).description } ?? "it ended with exit code \(status)."
                Console.error(ErrorText.text("rank \(communicator.rank): \(text)"))
            }
            transport.abort(status: status == 0 ? ExitStatus.internalError.rawValue : status)
        #endif
    }
}

/// A command that several ranks can share.
protocol SharedCommand {}

/// Copies a folder to the other ranks, which may be on other machines.
private enum FolderCopy {
    private struct Entry: Codable {
        let path: String
        /// Nil for a folder.
        let modified: Date?
    }

    private static let prefix = "esp-rank-"

    static func newFolder() -> URL {
        FileManager.default.temporaryDirectory.appendingPathComponent("\(ownPrefix)\(getpid())-\(UUID().uuidString)")
    }

    /// Of copies on this machine.
    private static var ownPrefix: String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let host = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return prefix + host.replacing("/", with: "_") + "-"
    }

    /// Removes copies on this machine whose process was killed.
    static func removeAbandoned() {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: files.temporaryDirectory.path)) ?? [] where name.hasPrefix(ownPrefix)
        {
            guard let process = pid_t(name.dropFirst(ownPrefix.count).prefix { $0 != "-" }), process > 0,
                kill(process, 0) != 0, errno == ESRCH
            else { continue }
            try? files.removeItem(at: files.temporaryDirectory.appendingPathComponent(name))
        }
    }

    static func send(_ folder: String, by communicator: Communicator) throws {
        let root = URL(fileURLWithPath: folder)
        let paths = ((try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []).sorted()
        let entries = paths.map { path -> Entry in
            let attributes = try? FileManager.default.attributesOfItem(atPath: root.appendingPathComponent(path).path)
            let isFolder = attributes?[.type] as? FileAttributeType == .typeDirectory
            return Entry(path: path, modified: isFolder ? nil : attributes?[.modificationDate] as? Date ?? .distantPast)
        }
        _ = communicator.agreed([UInt8](try JSONEncoder().encode(entries)))
        for entry in entries where entry.modified != nil {
            // What cannot be read is found out by the calculation.
            let data = (try? Data(contentsOf: root.appendingPathComponent(entry.path))) ?? Data()
            _ = communicator.agreed([UInt8](data))
        }
    }

    static func receive(_ root: URL, by communicator: Communicator) throws {
        let files = FileManager.default
        let entries = try JSONDecoder().decode([Entry].self, from: Data(communicator.agreed([])))
        // All bytes are taken before an error ends this rank.
        var failure: (any Error)?
        func attempt(_ work: () throws -> Void) { do { try work() } catch { failure = failure ?? error } }
        attempt { try files.createDirectory(at: root, withIntermediateDirectories: true) }
        for entry in entries {
            let url = root.appendingPathComponent(entry.path)
            guard let date = entry.modified else {
                attempt { try files.createDirectory(at: url, withIntermediateDirectories: true) }
                continue
            }
            let data = Data(communicator.agreed([]))
            attempt {
                try data.write(to: url)
                try files.setAttributes([.modificationDate: date], ofItemAtPath: url.path)
            }
        }
        if let failure {
            throw Self.failure(root, failure)
        }
    }

    static func failure(_ folder: URL, _ error: any Error) -> Failure {
        let reason = (error as? OutputFileError)?.description ?? error.localizedDescription
        return Failure(
            .outputNotCreated,
            "the copy of the result folder, \(folder.path), cannot be written (\(reason)). Set TMPDIR to a folder that every machine can write."
        )
    }
}
