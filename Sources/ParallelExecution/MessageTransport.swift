/// Moves bytes between the ranks of a calculation: processes that run the same program, possibly on several machines.
///
/// All ranks make the same calls in the same order, each from one thread. Ranges are of bytes.
public protocol MessageTransport: Sendable {
    /// The number of this rank, from 0.
    var rank: Int { get }
    /// How many ranks there are.
    var size: Int { get }

    /// Gives every rank a part of `source` and takes a part from each: rank r gets the bytes `sent[r]`, and the bytes from rank r are
    /// written to `received[r]` of `target`.
    func exchange(_ source: UnsafeRawPointer, _ sent: [Range<Int>], _ target: UnsafeMutableRawPointer, _ received: [Range<Int>])

    /// Fills the ranges of all ranks: rank r has written the bytes `ranges[r]`, and all others get them.
    func gather(_ buffer: UnsafeMutableRawPointer, _ ranges: [Range<Int>])

    /// Waits until the ranks are ended from outside.
    func waitForEnd() -> Never
}
