extension Report {
    /// A surface of triangles. Positions in bohr, in the frame of the molecule.
    public struct Surface: Sendable {
        public var positions: [SIMD3<Double>]
        /// Of unit length, one per vertex.
        public var normals: [SIMD3<Double>]
        /// Three vertex indices each.
        public var triangles: [SIMD3<Int32>]
        /// The values that colour the vertices; nil for surfaces of one colour.
        public var values: [Double]?
        /// Value on the whole surface; its sign chooses the colour of surfaces without values.
        public var level: Double

        public init(
            positions: [SIMD3<Double>], normals: [SIMD3<Double>], triangles: [SIMD3<Int32>], values: [Double]? = nil,
            level: Double
        ) {
            self.positions = positions
            self.normals = normals
            self.triangles = triangles
            self.values = values
            self.level = level
        }
    }
}
