import ArgumentParser
import Calculations
import FileFormats
import Foundation
import RunFolders

/// `esp serve`: energies and derivatives for a program that moves the atoms.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answers requests for energies and gradients, line by line, for programs that move atoms.",
        usage: "esp serve [options]",
        discussion: """
            Reads requests from standard input, one JSON object a line, and writes an answer a line to standard output. Each structure \
            starts from the orbitals of the one before, if atoms, charge, multiplicity and model are the same. Lengths are in bohr, \
            energies in hartree. The end of the input ends the program.

            A request has "symbols" and "geometry" (x, y, z of each atom in one list), and may have:
              id              a number or text that the answer repeats
              charge, multiplicity, reference, stability
              model           method, basis, grid, dispersion, ... as in an input file; default B3LYP-D4/def2-SVP
              convergence     as in an input file
              properties      energy, gradient, dipole, charges (default: energy and gradient)
              charge_schemes  default: mulliken and lowdin

            An answer has "success". If it is false, "error" has the "message" and the "code" of EXIT CODES (esp help).

            EXAMPLE
              echo '{"symbols": ["He"], "geometry": [0, 0, 0], "model": {"method": "hf"}}' | esp serve
            """)

    @OptionGroup(title: "Machine") var machine: MachineOptions

    func run() throws {
        try Failure.reporting {
            try ProgramVersion.checkProcessor()
            let server = EvaluationServer(
                resources: machine.resources, monitor: CalculationMonitor(checkCancellation: { try Interruption.check() }),
                problem: { error in
                    let failure = Failure(error)
                    return EvaluationAnswer.Problem(code: Int(failure.status.rawValue), message: failure.description)
                })
            var lines = InputLines(descriptor: STDIN_FILENO)
            while let line = try lines.next() {
                guard line.contains(where: { ![0x09, 0x0D, 0x20].contains($0) }) else { continue }
                try Console.answer(server.answer(to: line))
                try Interruption.check()
            }
        }
    }
}

/// Lines of an input that may keep the program waiting, such as a pipe.
struct InputLines {
    /// In bytes.
    static let longestLine = 1 << 26

    let descriptor: Int32
    private var waiting: [UInt8] = []
    private var searched = 0
    private var isAtEnd = false

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// The next line without its line end; nil at the end of the input. Waits for it, and throws if a signal arrives meanwhile.
    mutating func next() throws -> Data? {
        while true {
            if let end = waiting[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = Data(waiting[..<end])
                waiting.removeSubrange(...end)
                searched = 0
                return line
            }
            searched = waiting.count
            guard !isAtEnd else {
                defer { (waiting, searched) = ([], 0) }
                return waiting.isEmpty ? nil : Data(waiting)
            }
            guard waiting.count <= Self.longestLine else {
                throw Failure(
                    .badInput, "a request is longer than \(Self.longestLine >> 20) MB. Requests end with a line feed.")
            }
            try read()
        }
    }

    private mutating func read() throws {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // A signal may be delivered to another thread and leave this one waiting.
        while poll(&request, 1, 200) <= 0 { try Interruption.check() }
        try Interruption.check()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = buffer.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
        guard count >= 0 else {
            if errno == EINTR || errno == EAGAIN { return }
            throw Failure(.inputMissing, "standard input cannot be read (\(String(cString: strerror(errno)))).")
        }
        if count == 0 { isAtEnd = true }
        waiting += buffer[..<count]
    }
}
