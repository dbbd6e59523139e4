// swift-tools-version: 6.2
import PackageDescription

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

// The targets form layers. A target imports only targets of the layers below its own (see "Where things are" in
// README.md).
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
        // 0: system libraries, hashing, compressed files, atomic file writes
        // (no pkgConfig: hiredis.pc contains a define that the package manager rejects with a warning at every build)
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        .target(name: "Hashing"),
        .target(name: "Gzip", dependencies: ["CZlib", "CZstd"]),
        .target(name: "Files", dependencies: ["Gzip"]),

        // 1: reading a corpus; storing counts
        .target(name: "Corpus", dependencies: ["Gzip", "Hashing"]),
        .target(name: "Counts", dependencies: ["Hashing"]),

        // 2: the model's priors and settings
        .target(name: "LDA", dependencies: ["Counts"]),

        // 3: the sampler, with its inner loop in C; the count store in Redis
        .target(name: "CKernels"),
        .target(name: "Sampling", dependencies: ["Corpus", "Counts", "CKernels", "LDA"]),
        .target(name: "RedisStore", dependencies: ["Counts", "CHiredis", "COpenSSL"]),

        // 4: training; reading and writing models
        .target(
            name: "Training",
            dependencies: ["Corpus", "Counts", "Files", "Hashing", "LDA", "Sampling", logging]),
        .target(name: "Reporting", dependencies: ["Counts", "Files", "Gzip", "Hashing", "LDA"]),

        // 5: conversion between formats; code that the tools share
        .target(
            name: "Conversion", dependencies: ["Corpus", "Counts", "Files", "Gzip", "LDA", "Reporting", "Sampling"]),
        .target(
            name: "CommandLineTools",
            dependencies: [
                "Conversion", "Corpus", "Counts", "Files", "Gzip", "LDA", "RedisStore", "Reporting", "Sampling",
                "Training",
                argumentParser, logging,
            ]),

        // 6: the command-line tools
        .executableTarget(
            name: "dist-lda-shard",
            dependencies: [
                "CommandLineTools", "Conversion", "Corpus", "Counts", "Files", "LDA", "RedisStore", "Reporting",
                "Sampling", "Training",
                argumentParser, logging,
            ]),
        .executableTarget(
            name: "dist-lda-listener",
            dependencies: ["CommandLineTools", "Counts", "Files", "RedisStore", "Reporting", argumentParser, logging]),
        .executableTarget(
            name: "dist-lda",
            dependencies: [
                "CommandLineTools", "Conversion", "Corpus", "Counts", "Files", "LDA", "RedisStore", "Reporting",
                argumentParser, logging,
            ]),

        .target(
            name: "TestSupport", dependencies: ["CZstd", "Corpus", "Counts", "Gzip", "Hashing", "LDA", "Reporting"],
            path: "Tests/TestSupport"),
        .testTarget(name: "GzipTests", dependencies: ["Gzip", "Hashing", "TestSupport"]),
        .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"]),
        .testTarget(name: "CorpusTests", dependencies: ["Corpus", "Gzip", "Hashing", "TestSupport"]),
        .testTarget(name: "CountsTests", dependencies: ["Counts", "Hashing", "TestSupport"]),
        .testTarget(name: "LDATests", dependencies: ["Counts", "LDA", "TestSupport"]),
        .testTarget(name: "SamplingTests", dependencies: ["Corpus", "Counts", "LDA", "Sampling", "TestSupport"]),
        .testTarget(name: "RedisStoreTests", dependencies: ["Counts", "RedisStore", "TestSupport"]),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "Corpus", "Counts", "Files", "Hashing", "LDA", "Sampling", "TestSupport", "Training", logging,
            ]),
        .testTarget(
            name: "ReportingTests", dependencies: ["Counts", "Files", "Gzip", "LDA", "Reporting", "TestSupport"]),
        .testTarget(
            name: "ConversionTests",
            dependencies: ["Conversion", "Corpus", "Counts", "Files", "LDA", "Reporting", "Sampling", "TestSupport"]),
        .testTarget(
            name: "ToolTests",
            dependencies: [
                "CommandLineTools", "Conversion", "Corpus", "Counts", "Files", "Gzip", "RedisStore", "Reporting",
                "TestSupport", "Training", "dist-lda-shard", "dist-lda-listener", "dist-lda",
            ],
            exclude: ["Help"]),
    ]
)

// Benchmarks are built only on request: `DIST_LDA_BENCHMARKS=1 swift run -c release kernel-benchmark`, `bin/bench
// exchange`.
if Context.environment["DIST_LDA_BENCHMARKS"] != nil {
    package.targets += [
        .executableTarget(
            name: "kernel-benchmark", dependencies: ["Corpus", "Counts", "LDA", "Sampling"],
            path: "Benchmarks/Kernels"),
        .executableTarget(
            name: "exchange-benchmark",
            dependencies: ["CHiredis", "Corpus", "Counts", "LDA", "RedisStore", "Sampling", "Training"],
            path: "Benchmarks/Exchange"),
    ]
}

// Fuzz tests of the parsers of untrusted bytes. `swift test` runs them briefly, `bin/fuzz` at length with libFuzzer. In
// the second case the commands are built as libraries, so that their flags can be parsed in libFuzzer's process.
let isFuzzing = Context.environment["DIST_LDA_FUZZERS"] != nil
let fuzzing: [Target.Dependency] = [
    "CommandLineTools", "Conversion", "Corpus", "Counts", "Files", "Gzip", "Hashing", "LDA", "RedisStore",
    "Reporting", "Sampling", "TestSupport", "Training", "dist-lda-shard", "dist-lda-listener", "dist-lda",
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
