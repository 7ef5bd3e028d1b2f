import Foundation

/// Letters of lines, drawn for this program: nothing has to be installed, and every size is sharp.
///
/// A glyph is a list of strokes on a grid: x from 0, y from 0 (descenders) by 2 (baseline) and 6 (small letters) to 8
/// (capitals), two digits a point. `~` makes a stroke a quadratic B-spline, `o` a closed one, of its points.
enum StrokeFont {
    struct Glyph {
        let strokes: [[SIMD2<Double>]]
        /// To the next glyph, in grid units.
        let advance: Double
    }

    /// Height of a capital in grid units.
    static let capHeight = 6.0
    private static let spacing = 2.0
    /// Letters are narrower than the grid is wide.
    private static let widthFactor = 0.82

    /// A frame stands for characters that the font does not have.
    static func glyph(_ character: Character) -> Glyph {
        if character == " " || character == "\u{a0}" { return Glyph(strokes: [], advance: 3.4) }
        if character == "\u{b3}" { return raised("3") }
        if character == "\u{b2}" { return raised("2") }
        let strokes = strokes(table[character] ?? "0868620208")
        let right = strokes.joined().map(\.x).max() ?? 0
        return Glyph(strokes: strokes, advance: right + spacing)
    }

    private static func raised(_ digit: Character) -> Glyph {
        let plain = glyph(digit)
        let strokes = plain.strokes.map { $0.map { SIMD2(0.58 * $0.x, 0.58 * ($0.y - 2) + 5.2) } }
        return Glyph(strokes: strokes, advance: 0.58 * plain.advance + 0.4)
    }

    private static func strokes(_ code: String) -> [[SIMD2<Double>]] {
        code.split(separator: " ").map { stroke in
            let digits = stroke.compactMap { $0.wholeNumberValue.map(Double.init) }
            let points = Swift.stride(from: 0, to: digits.count - 1, by: 2).map {
                SIMD2(widthFactor * digits[$0], digits[$0 + 1])
            }
            return switch stroke.first {
            case "~": smooth(points, isClosed: false)
            case "o": smooth(points, isClosed: true)
            default: points
            }
        }
    }

    /// A quadratic B-spline: touches the middle of every leg of its polygon; an open one begins and ends at the ends.
    private static func smooth(_ points: [SIMD2<Double>], isClosed: Bool) -> [SIMD2<Double>] {
        let n = points.count
        guard n > 2 else { return points }
        var result: [SIMD2<Double>] = isClosed ? [] : [points[0]]
        for k in isClosed ? 0..<n : 1..<(n - 1) {
            let (before, corner, after) = (points[(k + n - 1) % n], points[k], points[(k + 1) % n])
            let start = !isClosed && k == 1 ? before : 0.5 * (before + corner)
            let end = !isClosed && k == n - 2 ? after : 0.5 * (corner + after)
            for step in 0...8 {
                let t = Double(step) / 8
                result.append((1 - t) * (1 - t) * start + 2 * t * (1 - t) * corner + t * t * end)
            }
        }
        return result
    }

    private static let table: [Character: String] = [
        "A": "023862 1454", "B": "0208 ~083858553505 ~053565623202", "C": "~666808026264", "D": "0208 ~082868622202",
        "E": "68080262 0545", "F": "680802 0545", "G": "~666808026265 6545", "H": "0802 6862 0565", "I": "0802",
        "J": "~48420203", "K": "0802 6804 2562", "L": "080252", "M": "0208346862", "N": "02086268", "O": "o68080262",
        "P": "0208 ~083868643404", "Q": "o68080262 4461", "R": "0208 ~083868643404 3462", "S": "~6668080565620204",
        "T": "0868 3832", "U": "~08026268", "V": "083268", "W": "0822364268", "X": "0862 6802", "Y": "0835 6835 3532",
        "Z": "08680262",
        "0": "o58080252", "1": "0728 2822", "2": "~060858550302 0252", "3": "~0708585525 ~2555520203", "4": "42480454",
        "5": "580805 ~053555520203", "6": "~57580803 o55050252", "7": "085822", "8": "o48181545 o55050252",
        "9": "~57520203 o58080555",
        "a": "o46060242 4642", "b": "0802 o46060242", "c": "~454606024243", "d": "4842 o46060242", "e": "0444 ~444606024243",
        "f": "~481812 0636", "g": "o46060242 ~46400001", "h": "0802 ~0406464442", "i": "0602 0808", "j": "~262000 2828",
        "k": "0802 3604 1542", "l": "0802", "m": "0602 ~0406363432 ~3436666462", "n": "0602 ~0406464442", "o": "o46060242",
        "p": "0600 o46060242", "q": "4640 o46060242", "r": "0602 ~040636", "s": "~4546060444420203", "t": "~181232 0636",
        "u": "~06024244 4642", "v": "062246", "w": "0612355266", "x": "0642 4602", "y": "0622 4610", "z": "06460242",
        ".": "0202", ",": "1200", ":": "0202 0606", ";": "1200 1616", "-": "0535", "\u{2212}": "0555", "+": "0545 2723",
        "=": "0646 0444", "/": "0149", "\\": "0941", "(": "~29070321", ")": "~09272301", "[": "29090121", "]": "09292101",
        "_": "0151", "|": "0901", "^": "062846", "*": "2824 0745 0547", "<": "470543", ">": "074503",
        "%": "5802 o28080626 o54343252", "'": "0907", "\"": "0907 2927", "!": "0804 0202", "?": "~070848462624 2222",
        "#": "1228 3248 0444 0646", "~": "~04062446",
    ]
}
