/// The transport of a connection: a plain socket (`Socket`), or TLS over a socket (`TLSChannel`).
protocol Transport {
    /// Sends all of `bytes`.
    func send(_ bytes: RawSpan) throws(RedisConnection.Failure)

    /// Waits for bytes and stores them at the beginning of `buffer`. Returns their number, which is at least 1.
    func receive(into buffer: inout [UInt8]) throws(RedisConnection.Failure) -> Int
}
