import CVectorShims

/// One, three or four vectors that are kept in registers. The inner loops over the functions of a shell are divided into such
/// groups: s, p and SP shells form one group each, other shells several.
protocol LaneGroup {
    static var width: Int { get }
    /// The vectors at `start`, `start + stride`, ...
    init(_ start: UnsafePointer<Lanes>, stride: Int)
    func store(to start: UnsafeMutablePointer<Lanes>, stride: Int)
    /// accumulator + the sum of the products of these vectors with those of `other`.
    func dot(_ other: Self, addedTo accumulator: Lanes) -> Lanes
    /// self += values * factor.
    mutating func add(_ values: Self, times factor: Lanes)
}

struct LaneGroup1: LaneGroup {
    static var width: Int { 1 }
    private var x0: Lanes

    @inline(__always) init(_ start: UnsafePointer<Lanes>, stride: Int) { x0 = start[0] }
    @inline(__always) func store(to start: UnsafeMutablePointer<Lanes>, stride: Int) { start[0] = x0 }
    @inline(__always) func dot(_ other: Self, addedTo accumulator: Lanes) -> Lanes { esp_fma8(x0, other.x0, accumulator) }
    @inline(__always) mutating func add(_ values: Self, times factor: Lanes) { x0 = esp_fma8(values.x0, factor, x0) }
}

struct LaneGroup3: LaneGroup {
    static var width: Int { 3 }
    private var x0: Lanes
    private var x1: Lanes
    private var x2: Lanes

    @inline(__always) init(_ start: UnsafePointer<Lanes>, stride: Int) {
        x0 = start[0]
        x1 = start[stride]
        x2 = start[2 * stride]
    }
    @inline(__always) func store(to start: UnsafeMutablePointer<Lanes>, stride: Int) {
        start[0] = x0
        start[stride] = x1
        start[2 * stride] = x2
    }
    @inline(__always) func dot(_ other: Self, addedTo accumulator: Lanes) -> Lanes {
        esp_fma8(x2, other.x2, esp_fma8(x1, other.x1, esp_fma8(x0, other.x0, accumulator)))
    }
    @inline(__always) mutating func add(_ values: Self, times factor: Lanes) {
        x0 = esp_fma8(values.x0, factor, x0)
        x1 = esp_fma8(values.x1, factor, x1)
        x2 = esp_fma8(values.x2, factor, x2)
    }
}

struct LaneGroup4: LaneGroup {
    static var width: Int { 4 }
    private var x0: Lanes
    private var x1: Lanes
    private var x2: Lanes
    private var x3: Lanes

    @inline(__always) init(_ start: UnsafePointer<Lanes>, stride: Int) {
        x0 = start[0]
        x1 = start[stride]
        x2 = start[2 * stride]
        x3 = start[3 * stride]
    }
    @inline(__always) func store(to start: UnsafeMutablePointer<Lanes>, stride: Int) {
        start[0] = x0
        start[stride] = x1
        start[2 * stride] = x2
        start[3 * stride] = x3
    }
    @inline(__always) func dot(_ other: Self, addedTo accumulator: Lanes) -> Lanes {
        esp_fma8(x3, other.x3, esp_fma8(x2, other.x2, esp_fma8(x1, other.x1, esp_fma8(x0, other.x0, accumulator))))
    }
    @inline(__always) mutating func add(_ values: Self, times factor: Lanes) {
        x0 = esp_fma8(values.x0, factor, x0)
        x1 = esp_fma8(values.x1, factor, x1)
        x2 = esp_fma8(values.x2, factor, x2)
        x3 = esp_fma8(values.x3, factor, x3)
    }
}
