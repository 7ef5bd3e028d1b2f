import CProcessorFeatures
import Foundation
import Synchronization

/// Resources of the machine, or of the part of it that this process may use.
package enum Machine {
    /// What each of several processes that share a calculation may use.
    package struct Share: Sendable {
        package var processors: Int
        package var allowedProcessors: Int
        package var memory: MemorySize

        package init(processors: Int, allowedProcessors: Int, memory: MemorySize) {
            (self.processors, self.allowedProcessors, self.memory) = (processors, allowedProcessors, memory)
        }

        /// The share of this process if as many as given have the same machine.
        package init(processesOfMachine count: Int) {
            let all = ProcessInfo.processInfo.processorCount
            allowedProcessors = Machine.allowedProcessorCount
            // Processes that are bound to processors of their own have no others to share.
            processors =
                allowedProcessors < all
                ? min(Machine.processors, max(1, all / count)) : max(1, Machine.processors / count)
            memory = MemorySize(bytes: Machine.defaultMemory.bytes / count)
        }
    }

    private static let agreedShare = Mutex<Share?>(nil)

    /// Nil if this process is alone. Set at most once, before the first calculation: processes that share a calculation take the same.
    package static var share: Share? {
        get { agreedShare.withLock { $0 } }
        set { agreedShare.withLock { $0 = newValue } }
    }

    /// 70 percent of the memory that is free for this process.
    package static var defaultMemory: MemorySize { share?.memory ?? MemorySize(bytes: Int(0.7 * Double(freeMemory))) }

    /// Free memory in bytes, the smallest of three values: that of the machine, that of the control groups of the process, and that under
    /// the limits on its address space and data minus the part used by threads.
    package static var freeMemory: Int {
        var free = meminfo("MemAvailable") ?? 2 << 30
        for group in controlGroups() {
            // Version 2, then version 1; page cache counts as used but can be reclaimed.
            for (limitFile, usageFile, cacheKey) in [
                ("memory.max", "memory.current", "inactive_file"),
                ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
            ] {
                guard let limit = integer("\(group)/\(limitFile)"), let usage = integer("\(group)/\(usageFile)") else { continue }
                let cache = value(of: cacheKey, in: "\(group)/memory.stat") ?? 0
                free = min(free, max(0, limit - max(0, usage - cache)))
            }
        }
        if let room = addressRoom { free = min(free, max(0, room - processors * addressesPerThread)) }
        return free
    }

    /// Address space used by a thread: its stack, and the buffer for products of matrices that OpenBLAS allocates for it.
    package static let addressesPerThread = 144 << 20

    /// Bytes that the process may still allocate under the limits on its address space and data; nil without such limits.
    package static var addressRoom: Int? {
        let limits = [
            (resource: __rlimit_resource_t(RLIMIT_AS.rawValue), used: "VmSize"),
            (resource: __rlimit_resource_t(RLIMIT_DATA.rawValue), used: "VmData"),
        ]
        return limits.compactMap { resource, used -> Int? in
            var limit = rlimit()
            guard getrlimit(resource, &limit) == 0, limit.rlim_cur < 1 << 60 else { return nil }
            return max(0, Int(limit.rlim_cur) - (kilobytes(used, in: "/proc/self/status") ?? 0))
        }.min()
    }

    /// Number of processors that this process may use, including the quota of its control groups; fewer if the limit on address space is
    /// less than twice what that many threads need.
    package static var processors: Int {
        if let share { return share.processors }
        let count = processorsWithinQuota
        guard let room = addressRoom else { return count }
        return max(1, min(count, room / (2 * addressesPerThread)))
    }

    /// Number of processors that this process may run on: more threads would not run in parallel.
    package static var allowedProcessorCount: Int {
        if let share { return share.allowedProcessors }
        let count = ProcessInfo.processInfo.activeProcessorCount
        return max(1, min(count, allowedProcessors() ?? count))
    }

    private static var processorsWithinQuota: Int {
        var count = allowedProcessorCount
        for group in controlGroups() {
            let fields = (content("\(group)/cpu.max") ?? "").split(separator: " ")
            if fields.count == 2, let quota = Double(fields[0]), let period = Double(fields[1].filter { !$0.isNewline }),
                period > 0
            {
                count = min(count, max(1, Int((quota / period).rounded(.up))))
            }
        }
        return max(1, count)
    }

    /// Size of the set that the scheduler may place this process on, such as "0-3,8".
    private static func allowedProcessors() -> Int? {
        for line in (content("/proc/self/status") ?? "").split(separator: "\n") where line.hasPrefix("Cpus_allowed_list:") {
            var count = 0
            for range in line.dropFirst("Cpus_allowed_list:".count).split(separator: ",") {
                let ends = range.split(separator: "-").compactMap { Int($0.filter { !$0.isWhitespace }) }
                guard let first = ends.first, let last = ends.last, last >= first else { return nil }
                count += last - first + 1
            }
            return count > 0 ? count : nil
        }
        return nil
    }

    /// Folders of the control groups of this process, from its own to the root.
    private static func controlGroups() -> [String] {
        var result: [String] = []
        for line in (content("/proc/self/cgroup") ?? "").split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let root = fields[1].isEmpty ? "/sys/fs/cgroup" : "/sys/fs/cgroup/\(fields[1])"
            var parts = fields[2].split(separator: "/")
            while true {
                result.append(root + parts.map { "/" + $0 }.joined())
                if parts.isEmpty { break }
                parts.removeLast()
            }
        }
        return result
    }

    private static func content(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    /// The first number of a file; nil for "max" and for no file.
    private static func integer(_ path: String) -> Int? {
        content(path).flatMap { text in text.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) } }
    }

    private static func value(of key: String, in path: String) -> Int? {
        for line in (content(path) ?? "").split(separator: "\n") {
            let fields = line.split(separator: " ")
            if fields.count == 2, fields[0] == key { return Int(fields[1]) }
        }
        return nil
    }

    /// The peak resident memory of this process so far; nil if the system does not report it.
    package static var peakResidentMemory: MemorySize? {
        kilobytes("VmHWM", in: "/proc/self/status").map(MemorySize.init(bytes:))
    }

    /// The part of a memory limit that remains beside the current resident memory of the process.
    package static func remaining(of limit: MemorySize) -> Int {
        esp_release_freed_memory()
        return max(0, limit.bytes - (kilobytes("VmRSS", in: "/proc/self/status") ?? 0))
    }

    private static func meminfo(_ key: String) -> Int? { kilobytes(key, in: "/proc/meminfo") }

    /// A size that a file gives in kilobytes, in bytes.
    private static func kilobytes(_ key: String, in path: String) -> Int? {
        for line in (content(path) ?? "").split(separator: "\n") where line.hasPrefix(key + ":") {
            return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
        }
        return nil
    }
}
