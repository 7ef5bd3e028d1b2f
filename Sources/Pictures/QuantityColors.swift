/// The colours of each quantity, the same in pictures, plots and the page.
public enum QuantityColors {
    /// Accumulation and depletion of electrons.
    public static let difference = [PixelColor(0.16, 0.42, 0.85), PixelColor(0.95, 0.55, 0.10)]
    /// Excess of alpha and of beta electrons.
    public static let spin = [PixelColor(0.20, 0.62, 0.35), PixelColor(0.60, 0.25, 0.65)]
    /// The positive and the negative lobe.
    public static let orbital = [PixelColor(0.16, 0.42, 0.85), PixelColor(0.85, 0.20, 0.20)]
    public static let density = PixelColor(0.45, 0.55, 0.65)
    /// Marks of extrema of the potential.
    public static let maximum = PixelColor(1.00, 0.78, 0.10)
    public static let minimum = PixelColor(0.10, 0.75, 0.75)
}
