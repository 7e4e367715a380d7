import ByteParsing
import Policy
import TestSupport
import Testing

@Suite struct CompiledTableTests {
  /// Functions of two libraries, beside the lists of `SamplePolicy`.
  static let functions = [
    "globals/functions/lab.json": """
    {"schema": 1, "list": "lab", "source": "by hand", "modules": [
      {"module": "lab.files", "opens": "load save", "executes": "run"},
      {"module": "lab", "computes": "_add mean", "calls-back": "apply"}
    ]}
    """,
    "globals/functions/os.json": """
    {"schema": 1, "list": "os", "source": "by hand", "modules": [
      {"module": "os", "opens": "listdir system", "native": "getpid"},
      {"module": "subprocess", "computes": "list2cmdline"}
    ]}
    """,
  ]

  private func table() throws -> GlobalTable {
    try PolicySet(parsing: SamplePolicy.bundle(replacing: Self.functions.mapValues { Optional($0) }))
      .globals
  }

  @Test(arguments: [
    ("lab.files", "load", FunctionEffect.opens), ("lab.files", "run", .executes),
    ("lab", "_add", .computes),
    ("lab", "apply", .callsBack), ("os", "listdir", .opens), ("os", "getpid", .native),
  ]) func `a function's entry says what it does`(module: String, name: String, effect: FunctionEffect)
    throws
  {
    let entry = try #require(try table().entry(module: module, name: name))
    #expect(entry.kind == .deniedCall)
    #expect(entry.reason == effect.reason)
  }

  @Test func `a pair and a wildcard decide before a function`() throws {
    let table = try table()
    #expect(table.entry(module: "os", name: "system")?.kind == .dangerous)
    #expect(table.entry(module: "subprocess", name: "list2cmdline")?.kind == .dangerous)
    #expect(table.entry(module: "os", name: "getcwd")?.list == "standard-library")
  }

  @Test(arguments: [
    ("lab", "load"), ("lab.files", "Load"), ("lab.files", ""), ("", "load"), ("lab.files", "load save"),
    ("lab.filesl", "oad"), ("lab.file", "sload"), ("lab.files", "loads"), ("lab", "files.load"),
  ]) func `a name beside a function's is unknown`(module: String, name: String) throws {
    #expect(try table().entry(module: module, name: name) == nil)
  }

  @Test func `the compiled table answers as the parsed one`() throws {
    let parsed = try table()
    let compiled = try GlobalTable(compiled: parsed.compiled)
    #expect(compiled.listings == parsed.listings)
    #expect(compiled.compiled.array == parsed.compiled.array)
    var random = SeededRandom(seed: 31)
    let known = NearMisses.pairs(of: parsed) + [("lab.files", "load"), ("lab", "apply"), ("os", "getpid")]
    for pair in known + NearMisses.around(known, count: 10_000, using: &random) {
      #expect(
        compiled.entry(module: pair.module, name: pair.name)
          == parsed.entry(module: pair.module, name: pair.name), "\(pair), seed \(random.seed)")
    }
  }

  @Test func `a compiled table that is cut short is refused`() throws {
    let whole = try table().compiled.array
    for count in 0..<whole.count {
      #expect(throws: ParseError.self, "\(count) bytes") {
        try GlobalTable(compiled: SharedBytes(whole)[0..<count])
      }
    }
    #expect(throws: ParseError.self) { try GlobalTable(compiled: SharedBytes(whole + [0])) }
  }

  @Test func `a compiled table with a changed byte is refused or answers something`() throws {
    let parsed = try table()
    let whole = parsed.compiled.array
    let known = NearMisses.pairs(of: parsed)
    for index in whole.indices {
      var changed = whole
      changed[index] ^= 0x81
      do {
        let table = try GlobalTable(compiled: SharedBytes(changed))
        for pair in known { _ = table.entry(module: pair.module, name: pair.name) }
      } catch {
        #expect(!error.field.isEmpty)
      }
    }
  }

  @Test func `the file around a compiled table is read back, and no other`() throws {
    let lists = [
      CompiledGlobals.List(
        entry: .init(path: "globals/a.json", byteCount: 5, digest: [UInt8](repeating: 6, count: 32)),
        state: .init(inode: .max, modified: -7, changed: .max))
    ]
    let content = SharedBytes(CompiledGlobals.content(of: lists, table: SharedBytes([3, 4])))
    let bytes = CompiledGlobals(
      sources: [UInt8](repeating: 1, count: 32), digest: [UInt8](repeating: 2, count: 32), content: content
    ).encoded()
    let file = try CompiledGlobals(decoding: SharedBytes(bytes))
    #expect(file.sources == [UInt8](repeating: 1, count: 32))
    #expect(file.digest == [UInt8](repeating: 2, count: 32))
    #expect(try file.parsed().lists == lists)
    #expect(try file.parsed().table.array == [3, 4])
    for index in 0..<12 {
      var changed = bytes
      changed[index] ^= 1
      #expect(throws: ParseError.self) { try CompiledGlobals(decoding: SharedBytes(changed)) }
    }
    for count in 0..<bytes.count - 2 {
      #expect(throws: ParseError.self, "\(count) bytes") {
        try CompiledGlobals(decoding: SharedBytes(bytes)[0..<count]).parsed()
      }
    }
  }

  @Test func `the policy for another process is everything else, with the lists compiled`() throws {
    let bundle = try SamplePolicy.bundle(
      replacing: Self.functions.mapValues { Optional($0) }, profile: "strict")
    let policy = try PolicySet(parsing: bundle)
    let others = try bundle.withoutGlobals()
    #expect(others.files.count < bundle.files.count)
    let arrived = try PolicySet(
      parsing: PolicyBundle(decoding: others.encoded()),
      globals: GlobalTable(compiled: policy.globals.compiled))
    #expect(arrived.profile == "strict")
    #expect(arrived.limits == policy.limits)
    #expect(arrived.waivers == policy.waivers)
    #expect(arrived.globals.listings == policy.globals.listings)
    #expect(throws: PolicyError.self) { try PolicySet(parsing: others) }
  }

  @Test(arguments: [
    (#"{"module": "lab", "opens": "load  save"}"#, "blank"),
    (#"{"module": "lab", "opens": " load"}"#, "blank"),
    (#"{"module": "lab", "opens": "load "}"#, "blank"),
    (#"{"module": "lab", "opens": ""}"#, "blank"),
    (#"{"module": "lab", "opens": "a.b"}"#, "blank"),
    (#"{"module": "lab", "opens": "1a"}"#, "blank"),
    (#"{"module": "lab", "opens": ["load"]}"#, "one string"),
    (#"{"module": "lab", "sings": "load"}"#, "unknown key"),
    (#"{"module": "lab..x", "opens": "load"}"#, "not a Python name"),
    (#"{"opens": "load"}"#, "missing"),
    (#"{"module": "lab", "opens": "load", "computes": "load"}"#, "listed twice"),
  ]) func `a list of functions that is not wholly understood is refused`(line: String, reason: String)
    throws
  {
    let text = #"{"schema": 1, "list": "lab", "source": "by hand", "modules": [\#(line)]}"#
    let error = #expect(throws: PolicyError.self) {
      try PolicySet(parsing: SamplePolicy.bundle(replacing: ["globals/functions/lab.json": text]))
    }
    #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
  }

  @Test
  func
    `the manifest changes with a digest, a size, a path and the profile, and says nothing of other files`()
  {
    func entry(_ path: String, _ byteCount: Int = 5, digest: UInt8 = 1) -> PolicyManifest.Entry {
      PolicyManifest.Entry(path: path, byteCount: byteCount, digest: [UInt8](repeating: digest, count: 32))
    }
    func encoded(_ entries: [PolicyManifest.Entry], profile: String = "default") -> [UInt8] {
      PolicyManifest(entries).encoded(profile: profile) { $0.path != "left-out.json" }
    }
    let whole = encoded([entry("a.json"), entry("b.json")])
    #expect(whole == encoded([entry("b.json"), entry("a.json")]))
    #expect(whole == encoded([entry("a.json"), entry("b.json"), entry("left-out.json")]))
    for other in [
      [entry("a.json")], [entry("a.json"), entry("c.json")], [entry("a.json"), entry("b.json", 6)],
      [entry("a.json"), entry("b.json", digest: 2)], [entry("a.json", digest: 2), entry("b.json")],
    ] { #expect(whole != encoded(other)) }
    #expect(whole != encoded([entry("a.json"), entry("b.json")], profile: "strict"))
  }
}
