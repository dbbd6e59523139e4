// swift-tools-version: 6.2
import PackageDescription

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

// Each target is named by what it holds. The targets form layers: a target imports only targets of layers with lower
// numbers. `bin/check-layers`, which `bin/test` runs, reads the numbers from the comments below and prints the graph.
let package = Package(
    name: "dist-lda",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "dist-lda-shard", targets: ["dist-lda-shard"]),
        .executable(name: "dist-lda-listener", targets: ["dist-lda-listener"]),
        .executable(name: "dist-lda", targets: ["dist-lda"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // 0: what the operating system provides (named Platform because Apple's systems have a module System), hashing,
        // the inner loop of the sampler in C, and the C libraries
        // (no pkgConfig: hiredis.pc contains a define that the package manager rejects with a warning at every build)
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        .target(name: "CKernels"),
        .target(name: "Hashing"),
        .target(name: "Platform"),

        // 1: files that are read and written; the counts, and the interface of the store that holds them
        .target(name: "Files", dependencies: ["Platform"]),
        .target(name: "Counts", dependencies: ["Hashing", "Platform"]),

        // 2: compressed files; the model's priors and settings; the store in Redis
        .target(name: "Compression", dependencies: ["CZlib", "CZstd", "Files", "Platform"]),
        .target(name: "LDA", dependencies: ["Counts", "Platform"]),
        .target(name: "RedisStore", dependencies: ["CHiredis", "COpenSSL", "Counts", "Platform"]),

        // 3: JSON
        .target(name: "JSON", dependencies: ["Compression", "Files"]),

        // 4: reading a corpus
        .target(name: "Corpus", dependencies: ["Compression", "Files", "Hashing", "JSON", "Platform"]),

        // 5: the sampler; models, and the formats in which they are written and read
        // (The memory of the sampler is not in Platform: its accesses are fast only if they are compiled with the
        // sampler.)
        .target(name: "Sampling", dependencies: ["CKernels", "Corpus", "Counts", "LDA", "Platform"]),
        .target(
            name: "Models",
            dependencies: ["Compression", "Corpus", "Counts", "Files", "Hashing", "JSON", "LDA", "Platform"]),

        // 6: training; conversion between formats
        .target(
            name: "Training",
            dependencies: ["Corpus", "Counts", "Files", "Hashing", "LDA", "Platform", "Sampling", logging]),
        .target(
            name: "Conversion",
            dependencies: ["Compression", "Corpus", "Counts", "Files", "JSON", "LDA", "Models", "Sampling"]),

        // 7: what describes a run to people and programs; code that the tools share
        .target(
            name: "Reporting",
            dependencies: [
                "Corpus", "Counts", "Files", "Hashing", "JSON", "LDA", "Models", "Platform", "RedisStore", "Sampling",
                "Training", logging,
            ]),
        .target(
            name: "CommandLineTools",
            dependencies: [
                "Conversion", "Corpus", "Counts", "Files", "JSON", "LDA", "Models", "Platform", "RedisStore",
                "Sampling",
                "Training", argumentParser, logging,
            ]),

        // 8: the command-line tools
        .executableTarget(
            name: "dist-lda-shard",
            dependencies: [
                "CommandLineTools", "Conversion", "Corpus", "Counts", "Files", "LDA", "Models", "Platform",
                "RedisStore", "Reporting", "Sampling", "Training", argumentParser, logging,
            ]),
        .executableTarget(
            name: "dist-lda-listener",
            dependencies: [
                "CommandLineTools", "Counts", "Files", "Models", "RedisStore", "Reporting", argumentParser, logging,
            ]),
        .executableTarget(
            name: "dist-lda",
            dependencies: [
                "CommandLineTools", "Conversion", "Corpus", "Counts", "Files", "JSON", "LDA", "Models", "Platform",
                "RedisStore", "Reporting", argumentParser, logging,
            ]),

        // tests
        .target(
            name: "TestSupport",
            dependencies: [
                "CZstd", "Compression", "Corpus", "Counts", "Files", "Hashing", "LDA", "Models", "Platform",
            ],
            path: "Tests/TestSupport"),
        .testTarget(name: "HashingTests", dependencies: ["Hashing"]),
        .testTarget(name: "FilesTests", dependencies: ["Files", "Platform", "TestSupport"]),
        .testTarget(name: "CompressionTests", dependencies: ["Compression", "Files", "Platform", "TestSupport"]),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"]),
        .testTarget(name: "CorpusTests", dependencies: ["Corpus", "Platform", "TestSupport"]),
        .testTarget(name: "CountsTests", dependencies: ["Counts", "Hashing", "TestSupport"]),
        .testTarget(name: "LDATests", dependencies: ["Counts", "LDA", "TestSupport"]),
        .testTarget(
            name: "SamplingTests", dependencies: ["Corpus", "Counts", "LDA", "Platform", "Sampling", "TestSupport"]),
        .testTarget(name: "RedisStoreTests", dependencies: ["Counts", "RedisStore", "TestSupport"]),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "Corpus", "Counts", "Files", "Hashing", "LDA", "Sampling", "TestSupport", "Training", logging,
            ]),
        .testTarget(
            name: "ModelsTests",
            dependencies: ["Compression", "Corpus", "Counts", "Files", "LDA", "Models", "TestSupport"]),
        .testTarget(
            name: "ReportingTests",
            dependencies: ["Counts", "Files", "JSON", "Models", "Reporting", "TestSupport", logging]),
        .testTarget(
            name: "ConversionTests",
            dependencies: ["Conversion", "Corpus", "Counts", "LDA", "Models", "Sampling", "TestSupport"]),
        .testTarget(
            name: "ToolTests",
            dependencies: [
                "CommandLineTools", "Compression", "Conversion", "Corpus", "Counts", "Files", "Models", "Platform",
                "RedisStore", "TestSupport", "Training", "dist-lda-shard", "dist-lda-listener", "dist-lda",
            ],
            exclude: ["Help"]),
    ]
)

// Benchmarks are built only on request: `DIST_LDA_BENCHMARKS=1 swift run -c release kernel-benchmark`, `bin/bench
// exchange`.
if Context.environment["DIST_LDA_BENCHMARKS"] != nil {
    package.targets += [
        .executableTarget(
            name: "kernel-benchmark", dependencies: ["Corpus", "Counts", "LDA", "Platform", "Sampling"],
            path: "Benchmarks/Kernels"),
        .executableTarget(
            name: "exchange-benchmark",
            dependencies: ["CHiredis", "Corpus", "Counts", "LDA", "Platform", "RedisStore", "Sampling", "Training"],
            path: "Benchmarks/Exchange"),
    ]
}

// Fuzz tests of the parsers of untrusted bytes. `swift test` runs them briefly, `bin/fuzz` at length with libFuzzer. In
// the second case the commands are built as libraries, so that their flags can be parsed in libFuzzer's process.
let isFuzzing = Context.environment["DIST_LDA_FUZZERS"] != nil
let fuzzing: [Target.Dependency] = [
    "CommandLineTools", "Compression", "Conversion", "Corpus", "Counts", "Files", "Hashing", "Models", "Platform",
    "RedisStore", "Sampling", "TestSupport", "Training", "dist-lda-shard", "dist-lda-listener", "dist-lda",
    argumentParser,
]
if isFuzzing {
    package.products = []
    package.targets = package.targets.map { target in
        guard target.type == .executable else { return target }
        return .target(name: target.name, dependencies: target.dependencies, exclude: ["main.swift"])
    }
    package.targets.append(
        .executableTarget(
            name: "fuzzer", dependencies: fuzzing, path: "Tests/Fuzzing", exclude: ["MutationTests.swift"]))
} else {
    package.targets.append(
        .testTarget(
            name: "FuzzingTests", dependencies: fuzzing, path: "Tests/Fuzzing", exclude: ["Fuzzer.swift"]))
}

// The same settings apply to every target of this package: `any` must be written, imports are internal by default,
// members are visible only from imported modules, and warnings are errors.
for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
    ]
    target.cSettings = [.treatAllWarnings(as: .error)]
}
