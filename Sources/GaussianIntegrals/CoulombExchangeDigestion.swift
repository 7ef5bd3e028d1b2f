import CVectorShims

/// Adds a batch of repulsion integrals into Coulomb and exchange matrices.
///
/// Every unique quartet arrives once, scaled with 1/2 for each coincidence (a = b, c = d, ab = cd); what is added here
/// becomes the full symmetric matrix as M + M^T.
struct CoulombExchangeDigestion {
    private let first: UnsafeMutablePointer<Lanes>
    private let blockCapacity: Int

    /// Scratch for one thread, for shells of at most `largestShell` functions.
    init(largestShell: Int) {
        blockCapacity = largestShell * largestShell
        first = .allocate(capacity: 8 * blockCapacity)
    }

    func deallocate() { first.deallocate() }

    /// The place of a bra pair and of the ket pairs in the lanes.
    struct Place {
        let firstA: Int
        let firstB: Int
        let countA: Int
        let countB: Int
        let countC: Int
        let countD: Int
        let firstC: SIMD8<Int32>
        let firstD: SIMD8<Int32>
        let laneCount: Int
    }

    /// coulomb_ab += 2 sum_cd (ab|cd) D_cd and coulomb_cd += 2 sum_ab (ab|cd) D_ab.
    func addCoulomb(
        _ integrals: UnsafePointer<Lanes>, _ place: Place, size n: Int, density: UnsafePointer<Double>,
        coulomb: UnsafeMutablePointer<Double>
    ) {
        let products = place.countC * place.countD
        let densityCD = first
        let coulombCD = first + blockCapacity
        for c in 0..<place.countC {
            for d in 0..<place.countD {
                var values = Lanes.zero
                for lane in 0..<8 {
                    values[lane] = density[(Int(place.firstC[lane]) + c) * n + Int(place.firstD[lane]) + d]
                }
                densityCD[c * place.countD + d] = values + values
                coulombCD[c * place.countD + d] = .zero
            }
        }
        for a in 0..<place.countA {
            for b in 0..<place.countB {
                let at = (place.firstA + a) * n + place.firstB + b
                let row = integrals + (a * place.countB + b) * products
                let densityAB = Lanes(repeating: 2 * density[at])
                var sum = Lanes.zero
                for cd in 0..<products {
                    let value = row[cd]
                    sum = esp_fma8(value, densityCD[cd], sum)
                    coulombCD[cd] = esp_fma8(value, densityAB, coulombCD[cd])
                }
                coulomb[at] += esp_sum8(sum)
            }
        }
        for c in 0..<place.countC {
            for d in 0..<place.countD {
                let values = coulombCD[c * place.countD + d]
                for lane in 0..<place.laneCount {
                    coulomb[(Int(place.firstC[lane]) + c) * n + Int(place.firstD[lane]) + d] += values[lane]
                }
            }
        }
    }

    /// exchange_ac += (ab|cd) D_bd, and the same for ad, bc and bd.
    func addExchange(
        _ integrals: UnsafePointer<Lanes>, _ place: Place, size n: Int, density: UnsafePointer<Double>,
        exchange: UnsafeMutablePointer<Double>
    ) {
        let (na, nb, nc, nd) = (place.countA, place.countB, place.countC, place.countD)
        let densityAC = first
        let densityAD = first + blockCapacity
        let densityBC = first + 2 * blockCapacity
        let densityBD = first + 3 * blockCapacity
        let exchangeAC = first + 4 * blockCapacity
        let exchangeAD = first + 5 * blockCapacity
        let exchangeBC = first + 6 * blockCapacity
        let exchangeBD = first + 7 * blockCapacity
        Self.gather(density, n, place.firstA, na, place.firstC, nc, into: densityAC, clearing: exchangeAC)
        Self.gather(density, n, place.firstA, na, place.firstD, nd, into: densityAD, clearing: exchangeAD)
        Self.gather(density, n, place.firstB, nb, place.firstC, nc, into: densityBC, clearing: exchangeBC)
        Self.gather(density, n, place.firstB, nb, place.firstD, nd, into: densityBD, clearing: exchangeBD)
        for a in 0..<na {
            let dAD = densityAD + a * nd
            let xAD = exchangeAD + a * nd
            for b in 0..<nb {
                let dBD = densityBD + b * nd
                let xBD = exchangeBD + b * nd
                let block = integrals + (a * nb + b) * nc * nd
                for c in 0..<nc {
                    let dAC = densityAC[a * nc + c]
                    let dBC = densityBC[b * nc + c]
                    var xAC = exchangeAC[a * nc + c]
                    var xBC = exchangeBC[b * nc + c]
                    let row = block + c * nd
                    for d in 0..<nd {
                        let value = row[d]
                        xAC = esp_fma8(value, dBD[d], xAC)
                        xBC = esp_fma8(value, dAD[d], xBC)
                        xAD[d] = esp_fma8(value, dBC, xAD[d])
                        xBD[d] = esp_fma8(value, dAC, xBD[d])
                    }
                    exchangeAC[a * nc + c] = xAC
                    exchangeBC[b * nc + c] = xBC
                }
            }
        }
        Self.scatter(exchangeAC, n, place.firstA, na, place.firstC, nc, place.laneCount, into: exchange)
        Self.scatter(exchangeAD, n, place.firstA, na, place.firstD, nd, place.laneCount, into: exchange)
        Self.scatter(exchangeBC, n, place.firstB, nb, place.firstC, nc, place.laneCount, into: exchange)
        Self.scatter(exchangeBD, n, place.firstB, nb, place.firstD, nd, place.laneCount, into: exchange)
    }

    @inline(__always)
    private static func gather(
        _ matrix: UnsafePointer<Double>, _ n: Int, _ firstRow: Int, _ rows: Int, _ firstColumn: SIMD8<Int32>,
        _ columns: Int, into block: UnsafeMutablePointer<Lanes>, clearing other: UnsafeMutablePointer<Lanes>
    ) {
        let (c0, c1, c2, c3) = (Int(firstColumn[0]), Int(firstColumn[1]), Int(firstColumn[2]), Int(firstColumn[3]))
        let (c4, c5, c6, c7) = (Int(firstColumn[4]), Int(firstColumn[5]), Int(firstColumn[6]), Int(firstColumn[7]))
        for r in 0..<rows {
            let row = matrix + (firstRow + r) * n
            for c in 0..<columns {
                block[r * columns + c] = Lanes(
                    row[c0 + c], row[c1 + c], row[c2 + c], row[c3 + c], row[c4 + c], row[c5 + c], row[c6 + c],
                    row[c7 + c])
                other[r * columns + c] = .zero
            }
        }
    }

    /// Lanes may share columns, so they are added one after the other.
    @inline(__always)
    private static func scatter(
        _ block: UnsafePointer<Lanes>, _ n: Int, _ firstRow: Int, _ rows: Int, _ firstColumn: SIMD8<Int32>,
        _ columns: Int, _ laneCount: Int, into matrix: UnsafeMutablePointer<Double>
    ) {
        let values = UnsafeRawPointer(block).assumingMemoryBound(to: Double.self)
        for lane in 0..<laneCount {
            let start = matrix + firstRow * n + Int(firstColumn[lane])
            for r in 0..<rows {
                for c in 0..<columns { start[r * n + c] += values[(r * columns + c) * 8 + lane] }
            }
        }
    }
}
