/// The Secure Hash Algorithm with 256 bits, NIST FIPS 180-4, doi 10.6028/NIST.FIPS.180-4.
enum SHA256 {
    /// 32 bytes.
    static func digest(_ message: [UInt8]) -> [UInt8] {
        var padded = message + [0x80]
        padded += [UInt8](repeating: 0, count: (120 - padded.count % 64) % 64)
        let length = UInt64(message.count) * 8
        for shift in stride(from: 56, through: 0, by: -8) { padded.append(UInt8(truncatingIfNeeded: length >> UInt64(shift))) }
        var hash = initial
        var schedule = [UInt32](repeating: 0, count: 64)
        for block in stride(from: 0, to: padded.count, by: 64) {
            for t in 0..<16 {
                schedule[t] = (0..<4).reduce(0) { $0 << 8 | UInt32(padded[block + 4 * t + $1]) }
            }
            for t in 16..<64 {
                let (a, b) = (schedule[t - 15], schedule[t - 2])
                let small = rotated(a, 7) ^ rotated(a, 18) ^ a >> 3
                let large = rotated(b, 17) ^ rotated(b, 19) ^ b >> 10
                schedule[t] = large &+ schedule[t - 7] &+ small &+ schedule[t - 16]
            }
            compress(schedule, into: &hash)
        }
        return hash.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - 8 * $0)) } }
    }

    private static func compress(_ schedule: [UInt32], into hash: inout [UInt32]) {
        var v = hash
        for t in 0..<64 {
            let choice = v[4] & v[5] ^ ~v[4] & v[6]
            let majority = v[0] & v[1] ^ v[0] & v[2] ^ v[1] & v[2]
            let first =
                v[7] &+ (rotated(v[4], 6) ^ rotated(v[4], 11) ^ rotated(v[4], 25)) &+ choice &+ constants[t] &+ schedule[t]
            let second = (rotated(v[0], 2) ^ rotated(v[0], 13) ^ rotated(v[0], 22)) &+ majority
            v = [first &+ second, v[0], v[1], v[2], v[3] &+ first, v[4], v[5], v[6]]
        }
        for k in 0..<8 { hash[k] = hash[k] &+ v[k] }
    }

    private static func rotated(_ word: UInt32, _ bits: UInt32) -> UInt32 { word >> bits | word << (32 - bits) }

    /// The first 64 primes, whose roots give the constants.
    private static let primes: [UInt64] = (2...311).filter { n in (2..<n).allSatisfy { n % $0 != 0 } }

    /// The first 32 bits of the fractions of the square roots of the first eight primes.
    private static let initial = primes[..<8].map { fraction(ofRoot: 2, of: $0) }
    /// The first 32 bits of the fractions of the cube roots of the first 64 primes.
    private static let constants = primes.map { fraction(ofRoot: 3, of: $0) }

    /// The largest r with r^degree <= prime * 2^(32 degree), without its whole part.
    private static func fraction(ofRoot degree: Int, of prime: UInt64) -> UInt32 {
        var root: UInt64 = 0
        for bit in (0..<37).reversed() {
            let candidate = root | 1 << UInt64(bit)
            if isAtMost(candidate, degree, prime) { root = candidate }
        }
        return UInt32(truncatingIfNeeded: root)
    }

    /// Whether (value / 2^32)^degree is at most the prime.
    private static func isAtMost(_ value: UInt64, _ degree: Int, _ prime: UInt64) -> Bool {
        let square = value.multipliedFullWidth(by: value)
        if degree == 2 { return square.high < prime || square.high == prime && square.low == 0 }
        // value^3 over 2^96: the square has its integer part in `high`.
        let low = square.low.multipliedFullWidth(by: value)
        let high = square.high.multipliedFullWidth(by: value)
        let (middle, carry) = high.low.addingReportingOverflow(low.high)
        let top = high.high + (carry ? 1 : 0)
        // In units of 2^64; the prime is prime * 2^32 of them.
        let limit = prime << 32
        return top == 0 && (middle < limit || middle == limit && low.low == 0)
    }
}
