/// Arrays that are accessed at random, for example by a counting sort, or by a sampler whose tokens belong to any
/// document.
///
/// On Linux, huge pages are requested for their memory before it is touched (madvise(2), MADV_HUGEPAGE), because with
/// pages of 4 KiB most accesses would miss the TLB. If the system does not grant them, they are ordinary arrays.
package enum LargeArray {
    package static func zeros<Number: FixedWidthInteger>(count: Int) -> [Number] {
        // Without capacity, the initializer would write to memory that all empty arrays share, which is a data race.
        if count == 0 { return [] }
        return [Number](unsafeUninitializedCapacity: count) { elements, initialized in
            #if os(Linux)
                advise(UnsafeMutableRawBufferPointer(elements))
            #endif
            // Not `initialize`, which is slow when it is called for a type of another module.
            UnsafeMutableRawBufferPointer(elements).initializeMemory(as: UInt8.self, repeating: 0)
            initialized = count
        }
    }

    #if os(Linux)
        private static let hugePage = 2 << 20

        /// Requests huge pages for those that lie completely within `memory`.
        private static func advise(_ memory: UnsafeMutableRawBufferPointer) {
            guard let start = memory.baseAddress else { return }
            let first = start.alignedUp(toMultipleOf: hugePage)
            let last = (start + memory.count).alignedDown(toMultipleOf: hugePage)
            if first < last { madvise(first, last - first, MADV_HUGEPAGE) }
        }
    #endif
}
