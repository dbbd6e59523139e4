import CommandLineTools
import RedisStore

extension StoreOptions {
    /// The servers to work on; what the user should know of them goes to standard error.
    func chosenServers() throws -> RedisServers {
        try serversOrLocal { StandardStream.error.write("dist-lda: \($0)\n") }
    }
}
