import CZstd

extension TemporaryDirectory {
    /// Writes a Zstandard file with one frame for each of `frames`, and returns its path.
    @discardableResult
    package func zstd(_ frames: [[UInt8]], to name: String, checksum: Bool = true) throws -> String {
        try write(frames.flatMap { Self.frame($0, checksum: checksum) }, to: name)
    }

    private static func frame(_ bytes: [UInt8], checksum: Bool) -> [UInt8] {
        let context = ZSTD_createCCtx()
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, checksum ? 1 : 0)
        var frame = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        let count = frame.withUnsafeMutableBytes { target in
            bytes.withUnsafeBytes {
                ZSTD_compress2(context, target.baseAddress, target.count, $0.baseAddress, $0.count)
            }
        }
        precondition(ZSTD_isError(count) == 0, "the frame could not be made")
        return Array(frame[..<count])
    }
}
