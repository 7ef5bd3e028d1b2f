/// The entries of a class of pairs, sorted by Hermite Gaussian, with the products that contain it.
///
/// The items of Hermite Gaussian h are `starts[h] ..< starts[h + 1]`.
final class HermiteRows: @unchecked Sendable {
    struct Item {
        /// Index of the product of functions, a * functionCountB + b.
        let row: Int32
        /// Index of its entry in `ShellPairClass`.
        let entry: Int32
    }

    let starts: UnsafePointer<Int32>
    let items: UnsafePointer<Item>

    init(_ pairClass: ShellPairClass) {
        var lists = [[Item]](repeating: [], count: pairClass.hermiteCount)
        for row in 0..<pairClass.productCount {
            for entry in pairClass.rowStart[row]..<pairClass.rowStart[row + 1] {
                lists[Int(pairClass.hermite[Int(entry)])].append(Item(row: Int32(row), entry: entry))
            }
        }
        let starts = UnsafeMutablePointer<Int32>.allocate(capacity: lists.count + 1)
        let items = UnsafeMutablePointer<Item>.allocate(capacity: max(1, pairClass.entryCount))
        var place = 0
        for (h, list) in lists.enumerated() {
            starts[h] = Int32(place)
            for item in list {
                (items + place).initialize(to: item)
                place += 1
            }
        }
        starts[lists.count] = Int32(place)
        self.starts = UnsafePointer(starts)
        self.items = UnsafePointer(items)
    }

    deinit {
        starts.deallocate()
        items.deallocate()
    }
}
