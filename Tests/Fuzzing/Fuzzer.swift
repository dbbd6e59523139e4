import Dispatch
import Foundation
import TestSupport

/// The harness for libFuzzer, which calls the parser named by DIST_LDA_FUZZED. `bin/fuzz` builds and runs it.
///
/// At first it writes the parser's samples and words to the folder DIST_LDA_FUZZ_FOLDER, where libFuzzer looks for
/// them. Without a parser it prints the names of all parsers. A violated condition ends in a crash, as every trap does.
private struct Fuzzer {
    let parser: Parser
    let folder: TemporaryDirectory

    /// The fuzzer is static, because libFuzzer does not pass a context to its callbacks.
    static let chosen = Fuzzer()

    init() {
        let environment = ProcessInfo.processInfo.environment
        guard let parser = Parser.all.first(where: { $0.name == environment["DIST_LDA_FUZZED"] }) else {
            for parser in Parser.all { print(parser.name) }
            exit(0)
        }
        self.parser = parser
        do {
            folder = try TemporaryDirectory()
            if let seeds = environment["DIST_LDA_FUZZ_FOLDER"] { try Self.write(parser, to: seeds, folder) }
        } catch { fatalError("\(parser.name): the samples cannot be created: \(error)") }
    }

    private static func write(_ parser: Parser, to path: String, _ folder: TemporaryDirectory) throws {
        try FileManager.default.createDirectory(atPath: "\(path)/samples", withIntermediateDirectories: true)
        for (number, sample) in try parser.samples(folder).enumerated() {
            try Data(sample).write(to: URL(fileURLWithPath: "\(path)/samples/\(number)"))
        }
        let words = parser.words.map { word in
            "\"" + word.utf8.map { "\\x" + String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() + "\"\n"
        }
        try Data(words.joined().utf8).write(to: URL(fileURLWithPath: "\(path)/words"))
    }

    func run(_ bytes: [UInt8]) {
        let done = DispatchSemaphore(value: 0)
        Task {
            do { try await parser.read(bytes, folder) } catch { fatalError("\(parser.name): \(error)") }
            done.signal()
        }
        done.wait()
    }
}

@c(LLVMFuzzerInitialize)
func initialize(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> CInt {
    signal(SIGPIPE, SIG_IGN)
    _ = Fuzzer.chosen
    return 0
}

@c(LLVMFuzzerTestOneInput)
func tryOne(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    Fuzzer.chosen.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}
