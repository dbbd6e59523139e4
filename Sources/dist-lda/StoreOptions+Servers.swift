import CommandLineTools
import RedisStore

extension StoreOptions {
    /// Returns the servers to work on; warnings about them go to standard error.
    func chosenServers() throws -> RedisServers {
        try serversOrLocal { StandardStream.error.write("dist-lda: \($0)\n") }
    }
}
