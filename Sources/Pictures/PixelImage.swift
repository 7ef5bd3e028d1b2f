/// A colour of red, green and blue, each from 0 to 1, in the sRGB space of screens.
public typealias PixelColor = SIMD3<Float>

/// A picture of square pixels, row by row from the top left.
public struct PixelImage: Sendable, Equatable {
    public let width: Int
    public let height: Int
    public var pixels: [PixelColor]

    public init(width: Int, height: Int, color: PixelColor = PixelColor(repeating: 1)) {
        precondition(width > 0 && height > 0)
        self.width = width
        self.height = height
        pixels = [PixelColor](repeating: color, count: width * height)
    }

    public subscript(x: Int, y: Int) -> PixelColor {
        get { pixels[y * width + x] }
        set { pixels[y * width + x] = newValue }
    }

    /// Lays `color` over a pixel; what lies outside of the picture is omitted.
    mutating func blend(_ x: Int, _ y: Int, _ color: PixelColor, opacity: Float) {
        guard x >= 0, y >= 0, x < width, y < height else { return }
        self[x, y] += (color - self[x, y]) * opacity
    }

    /// A rectangle of one colour.
    mutating func fill(x: Range<Int>, y: Range<Int>, color: PixelColor) {
        for row in y.clamped(to: 0..<height) {
            for column in x.clamped(to: 0..<width) { self[column, row] = color }
        }
    }

    /// Copies another picture into this one with its top left corner at a place.
    mutating func place(_ image: PixelImage, x: Int, y: Int) {
        for row in 0..<image.height where (0..<height).contains(y + row) {
            for column in 0..<image.width where (0..<width).contains(x + column) {
                self[x + column, y + row] = image[column, row]
            }
        }
    }
}
