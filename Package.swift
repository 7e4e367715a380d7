// swift-tools-version: 6.2
import PackageDescription

/// One array for every Swift target: what the compiler can check, it checks, and a warning is an error.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableExperimentalFeature("Lifetimes"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], swiftSettings: settings)
}

/// The worker is one static executable: the same bytes everywhere, and a fork copies little.
/// After libarchive come the libraries that those of its readers need that the worker names.
let workerLibraries = ["lzma", "zstd", "lz4", "bz2", "z", "nettle", "crypto", "stdc++"]

let workerLinkage: [LinkerSetting] =
  [.unsafeFlags(["-static-executable"])] + workerLibraries.map { .linkedLibrary($0) }

/// FoundationEssentials, linked statically, needs these named after it.
let foundationLibraries = ["_FoundationCShims", "_FoundationCollections", "swiftSynchronization"]

/// The programs that hold privileges: the Swift runtime inside, system libraries shared.
let hostLinkage: [LinkerSetting] =
  [.unsafeFlags(["-static-stdlib"])] + foundationLibraries.map { .linkedLibrary($0) }

/// Fuzz targets need libFuzzer's entry point, which ordinary builds do not have: `scripts/fuzz` asks for them.
let fuzzing: [Target] =
  Context.environment["LAZARET_FUZZING"] == nil
  ? []
  : [
    .executableTarget(
      name: "Fuzz", dependencies: ["Fuzzing"], path: "Tests/Fuzz",
      swiftSettings: settings,
      linkerSettings: [.linkedLibrary("archive")])
  ]

let package = Package(
  name: "lazaret",
  products: [
    .executable(name: "lazaret", targets: ["lazaret"]),
    .executable(name: "lazaretd", targets: ["lazaretd"]),
    .executable(name: "lazaret-worker", targets: ["lazaret-worker"]),
    .executable(name: "lazaret-fetch", targets: ["lazaret-fetch"]),
  ],
  targets: [
    // System libraries: a module map and a shim header each.
    .systemLibrary(name: "CSeccomp"),
    .systemLibrary(name: "CArchive"),
    .systemLibrary(name: "CZlib"),
    .systemLibrary(name: "CBZip2"),
    .systemLibrary(name: "CLZMA"),
    .systemLibrary(name: "CLZ4"),
    .systemLibrary(name: "CZstandard"),
    .systemLibrary(name: "CSQLite"),
    .systemLibrary(name: "CCrypto"),
    .systemLibrary(name: "CCurl"),
    .target(name: "CLinux"),

    // Pure: bytes to values to findings. No I/O, no clock, no Foundation.
    module("ByteParsing"),
    module("Findings"),
    module("Policy", ["ByteParsing", "Findings"]),
    module("Pickle", ["ByteParsing"]),
    module("Formats", ["ByteParsing"]),
    module("Rules", ["ByteParsing", "Findings", "Policy", "Pickle", "Formats"]),
    module("Scanning", ["ByteParsing", "Findings", "Policy", "Pickle", "Formats", "Rules"]),

    // The system: descriptors, confinement, processes.
    module("Linux", ["CLinux"]),
    module("Sandbox", ["ByteParsing", "CLinux", "CSeccomp", "Findings", "Linux", "Policy"]),
    module("Wire", ["ByteParsing", "Findings"]),
    module("Digest", ["CCrypto"]),

    // The one module that sees both sides.
    module(
      "Worker",
      [
        "ByteParsing", "CArchive", "CBZip2", "CLinux", "CLZ4", "CLZMA", "CZlib", "CZstandard", "Findings",
        "Formats", "Linux", "Policy", "Sandbox", "Scanning", "Wire",
      ]),

    // The side that talks to registries: it sees the network, and no policy, no store and no parser of models.
    module(
      "Fetching",
      ["ByteParsing", "CCurl", "CLinux", "Digest", "Findings", "Linux", "Policy", "Sandbox", "Wire"]),

    // The side that holds privileges, and no parser.
    module(
      "Supervisor",
      ["ByteParsing", "CLinux", "Digest", "Findings", "Linux", "Policy", "Sandbox", "Wire"]),
    module("Registries", ["ByteParsing", "Findings", "Linux", "Supervisor"]),
    module("VerdictStore", ["CSQLite", "Digest", "Findings", "Linux"]),
    module("Daemon", ["Digest", "Findings", "Linux", "Policy", "Supervisor", "VerdictStore", "Wire"]),
    module(
      "CommandLine",
      [
        "Digest", "Findings", "Linux", "Policy", "Registries", "Sandbox", "Supervisor", "VerdictStore",
        "Wire",
      ]),

    .executableTarget(
      name: "lazaret", dependencies: ["CommandLine"], swiftSettings: settings,
      linkerSettings: hostLinkage),
    .executableTarget(
      name: "lazaretd", dependencies: ["Daemon"], swiftSettings: settings,
      linkerSettings: hostLinkage),
    .executableTarget(
      name: "lazaret-worker", dependencies: ["Worker"],
      swiftSettings: settings, linkerSettings: workerLinkage),
    .executableTarget(
      name: "lazaret-fetch", dependencies: ["Fetching"], swiftSettings: settings,
      linkerSettings: hostLinkage),

    .executableTarget(
      name: "Benchmark",
      dependencies: [
        "ByteParsing", "CLinux", "Digest", "Findings", "Fuzzing", "Linux", "Pickle", "Policy", "Scanning",
        "Supervisor", "TestSupport", "Worker",
      ], path: "Tests/Benchmark",
      swiftSettings: settings),
    .target(
      name: "TestSupport",
      dependencies: [
        "ByteParsing", "CProbes", "Findings", "Formats", "Linux", "Pickle", "Policy", "VerdictStore",
        "Wire",
      ],
      path: "Tests/TestSupport",
      swiftSettings: settings),
    .target(
      name: "Fuzzing",
      dependencies: [
        "ByteParsing", "Daemon", "Fetching", "Findings", "Formats", "Linux", "Policy", "Registries",
        "Scanning", "Supervisor", "TestSupport", "VerdictStore", "Wire", "Worker",
      ],
      path: "Tests/Fuzzing", exclude: ["Corpora", "Regressions"], swiftSettings: settings),
    .target(name: "CProbes", dependencies: ["CLinux"], path: "Tests/CProbes"),
    .executableTarget(name: "CallTracer", path: "Tests/CallTracer"),
    .executableTarget(
      name: "ProbeWorker",
      dependencies: [
        "ByteParsing", "CLinux", "CProbes", "Findings", "Linux", "Policy", "Sandbox", "Wire", "Worker",
      ],
      path: "Tests/ProbeWorker", swiftSettings: settings, linkerSettings: workerLinkage),
    .executableTarget(
      name: "ProbeFetcher", dependencies: ["CLinux", "CProbes", "Fetching", "Linux", "Wire"],
      path: "Tests/ProbeFetcher",
      swiftSettings: settings, linkerSettings: hostLinkage),
    .executableTarget(
      name: "StandInWorker", dependencies: ["CLinux", "CProbes", "Findings", "Linux", "Wire"],
      path: "Tests/StandInWorker", swiftSettings: settings),
    tests("ByteParsingTests", ["ByteParsing"]),
    tests("FindingsTests", ["Findings"]),
    tests("PolicyTests", ["ByteParsing", "Findings", "Policy"]),
    tests("PickleTests", ["ByteParsing", "Pickle"]),
    tests("FormatsTests", ["ByteParsing", "Formats"]),
    tests("RulesTests", ["ByteParsing", "Findings", "Formats", "Pickle", "Policy", "Rules"]),
    tests(
      "ScanningTests",
      [
        "ByteParsing", "Findings", "Formats", "Linux", "Pickle", "Policy", "Rules", "Scanning", "Worker",
      ]),
    tests("SandboxTests", ["CProbes", "Findings", "Linux", "Policy", "Sandbox", "Supervisor"]),
    tests("WireTests", ["ByteParsing", "Findings", "Fuzzing", "Wire"]),
    tests("FuzzingTests", ["Fuzzing", "Linux"]),
    tests("FetchingTests", ["ByteParsing", "Fetching", "Wire"]),
    tests(
      "SupervisorTests",
      [
        "ByteParsing", "Digest", "Findings", "Linux", "Policy", "Sandbox", "Supervisor", "Wire", "Worker",
      ]),
    tests("RegistriesTests", ["Findings", "Linux", "Registries", "Supervisor"]),
    tests("VerdictStoreTests", ["Digest", "Findings", "Linux", "VerdictStore"]),
    tests(
      "CommandLineTests",
      ["CommandLine", "Findings", "Linux", "Policy", "Supervisor", "VerdictStore", "Wire"]),
    tests("DaemonTests", ["Daemon", "Findings", "Linux", "Policy", "Supervisor", "Wire"]),
    tests("EndToEndTests", ["Findings", "Linux", "Pickle", "VerdictStore", "Wire"]),
  ] + fuzzing
)
