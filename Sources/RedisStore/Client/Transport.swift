/// What the bytes of a connection cross: a socket as it is (`Socket`), or TLS over it (`TLSChannel`).
protocol Transport {
    /// Sends all of `bytes`.
    func send(_ bytes: RawSpan) throws(RedisConnection.Failure)

    /// Waits for bytes and puts them at the beginning of `buffer`; how many, at least one.
    func receive(into buffer: inout [UInt8]) throws(RedisConnection.Failure) -> Int
}
