import Policy
import TestSupport
import Testing

@Suite struct GlobalTableTests {
  private func table(_ replacing: [String: String] = [:]) throws -> GlobalTable {
    try PolicySet(parsing: SamplePolicy.bundle(replacing: replacing.mapValues { Optional($0) })).globals
  }

  @Test(arguments: [
    (
      "collections", "OrderedDict", GlobalEntry.Kind.safeClass(arguments: .any, state: .any, items: true),
      "numbers"
    ),
    (
      "numbers.core", "rebuild", .safeFunction(arguments: .constants, state: .numpyArray, items: false),
      "numbers"
    ),
    (
      "numbers._core", "Grid.of", .safeFunction(arguments: .constants, state: .numpyArray, items: false),
      "numbers"
    ),
    ("numbers", "float32", .safeValue, "numbers"),
    ("numbers", "Mode", .safeClass(arguments: .constants, state: .none, items: false), "numbers"),
    ("dill", "make", .embeddedCode, "numbers"),
    ("os", "system", .dangerous, "processes"), ("posix", "system", .dangerous, "processes"),
    ("subprocess", "anything", .dangerous, "processes"),
    ("subprocess.inner.most", "x", .dangerous, "processes"),
    ("numbers", "unlisted", .deniedCall, "processes"), ("numbers.core", "other", .deniedCall, "processes"),
    ("numbers.tools", "x", .dangerous, "processes"), ("numbers.tools.more", "x", .deniedCall, "processes"),
    ("os", "getcwd", .deniedCall, "standard-library"), ("os.path", "join", .deniedCall, "standard-library"),
    ("html.entities.deep", "x", .deniedCall, "standard-library"),
    ("collections", "Counter", .deniedCall, "standard-library"),
  ]) func `a listed name has its entry`(module: String, name: String, kind: GlobalEntry.Kind, list: String)
    throws
  {
    let entry = try #require(try table().entry(module: module, name: name))
    #expect(entry.kind == kind)
    #expect(entry.list == list)
    #expect(!entry.reason.isEmpty)
  }

  @Test(arguments: [
    ("", ""), ("unknown", "x"), ("posix", "getcwd"), ("posix", "System"), ("os2", "system"), ("oss", "x"),
    ("dill", "mak"),
    ("dill", "make2"), ("dill.make", ""), ("subprocesses", "Popen"), (".subprocess", "Popen"),
    ("x.subprocess", "Popen"),
    ("Os", "system"), ("htm", "l"), ("", "os.system"), ("dil", "lmake"), ("dillm", "ake"),
  ]) func `an unlisted name has none`(module: String, name: String) throws {
    #expect(try table().entry(module: module, name: name) == nil)
  }

  @Test func `a list may say what it was made from`() throws {
    let digest = String(repeating: "0123456789abcdef", count: 4)
    let file = """
      {"schema": 1, "list": "kit", "source": "generated",
       "inputs": [{"package": "kit", "version": "1.0", "sha256": "\(digest)"}],
       "entries": [{"modules": ["Kit"], "names": ["K"], "kind": "class", "state": "kept-dict", "why": "made"}]}
      """
    let entry = try table(["globals/safe/kit.json": file]).entry(module: "Kit", name: "K")
    #expect(entry?.kind == .safeClass(arguments: .any, state: .keptDictionary, items: false))
  }

  @Test(arguments: [
    #"[{"package": "kit", "version": "1.0"}]"#, #"[{"package": "kit", "version": "1.0", "sha256": "ab"}]"#,
    #"[{"package": "", "version": "1.0", "sha256": "ab"}]"#, #"["kit"]"#, #"{}"#,
    "[{\"package\": \"kit\", \"version\": \"1.0\", \"sha256\": \"\(String(repeating: "X", count: 64))\"}]",
  ]) func `a record of inputs that is not whole is refused`(inputs: String) {
    let file = """
      {"schema": 1, "list": "kit", "source": "generated", "inputs": \(inputs),
       "entries": [{"modules": ["Kit"], "names": ["K"], "kind": "value", "why": "made"}]}
      """
    #expect(throws: PolicyError.self) { try table(["globals/safe/kit.json": file]) }
  }

  @Test func `names that only look alike are different names`() throws {
    let file = """
      {"schema": 1, "list": "kelvin", "source": "by hand", "entries": [
        {"modules": ["Kit"], "names": ["K"], "kind": "value", "why": "a value"}]}
      """
    let table = try table(["globals/safe/kelvin.json": file])
    #expect(table.entry(module: "Kit", name: "K") != nil)
    #expect("\u{212a}it" == "Kit", "Swift takes the Kelvin sign for a K")
    #expect(table.entry(module: "\u{212a}it", name: "K") == nil)
    #expect(table.entry(module: "Kit", name: "\u{212a}") == nil)
  }

  @Test func `pairs of one hash are told apart`() throws {
    // Found by search over `NameIndex.hash`: m63897.n and m97542.n share theirs, m.n41419 and m.n131068 as well.
    let file = """
      {"schema": 1, "list": "twins", "source": "by search", "entries": [
        {"modules": ["m63897"], "names": ["n"], "kind": "value", "why": "a value"},
        {"modules": ["m"], "names": ["n41419"], "kind": "value", "why": "a value"}]}
      """
    let table = try GlobalTable(parsing: [.init(path: "globals/safe/twins.json", bytes: Array(file.utf8))])
    #expect(table.entry(module: "m63897", name: "n") != nil)
    #expect(table.entry(module: "m97542", name: "n") == nil)
    #expect(table.entry(module: "m", name: "n41419") != nil)
    #expect(table.entry(module: "m", name: "n131068") == nil)
  }

  @Test func `a module of a million parts is looked up in linear time`() throws {
    let table = try table()
    let long = String(repeating: "a.", count: 1_000_000) + "a"
    #expect(table.entry(module: long, name: "x") == nil)
    #expect(table.entry(module: "subprocess." + long, name: "x")?.kind == .dangerous)
    #expect(table.entry(module: "os." + long, name: long)?.kind == .deniedCall)
    #expect(table.entry(module: String(repeating: ".", count: 1_000_000), name: "x") == nil)
  }

  @Test func `the listings are what the files say`() throws {
    let listings = try table().listings.map {
      "\($0.module) \($0.name)\($0.submodules ? " +" : "") \($0.entry.list)"
    }
    #expect(
      listings == [
        "os system processes", "posix system processes", "collections OrderedDict numbers",
        "numbers.core rebuild numbers", "numbers._core rebuild numbers", "numbers.core Grid.of numbers",
        "numbers._core Grid.of numbers", "numbers float32 numbers", "numbers Mode numbers",
        "dill make numbers",
        "subprocess * + processes", "numbers * + processes", "numbers.tools * processes",
      ])
  }

  @Test func `an empty table knows nothing`() {
    #expect(GlobalTable().entry(module: "os", name: "system") == nil)
    #expect(GlobalTable().listings.isEmpty)
  }

  @Test func `thousands of random names are found, and their neighbours are not`() throws {
    var random = SeededRandom(seed: 0x61_0B_A1)
    var pairs: [String: Set<String>] = [:]
    for _ in 0..<5_000 {
      let module = (0..<Int.random(in: 1...3, using: &random)).map { _ in
        "m\(Int.random(in: 0...30, using: &random))"
      }
      pairs[module.joined(separator: "."), default: []].insert(
        "n\(Int.random(in: 0...999, using: &random))")
    }
    let entries = pairs.map { module, names in
      "{\"modules\":[\"\(module)\"],\"kind\":\"value\",\"why\":\"x\",\"names\":["
        + names.map { "\"\($0)\"" }.joined(separator: ",") + "]}"
    }
    let file =
      "{\"schema\":1,\"list\":\"many\",\"source\":\"x\",\"entries\":[" + entries.joined(separator: ",")
      + "]}"
    let table = try GlobalTable(parsing: [.init(path: "globals/safe/many.json", bytes: Array(file.utf8))])
    #expect(table.listings.count == pairs.values.reduce(0) { $0 + $1.count })
    for (module, names) in pairs {
      for name in names { #expect(table.entry(module: module, name: name) != nil, "seed \(random.seed)") }
      for number in stride(from: 0, through: 999, by: 97) where !names.contains("n\(number)") {
        let found = table.entry(module: module, name: "n\(number)")
        #expect(found == nil, "seed \(random.seed): \(module).n\(number)")
      }
    }
  }
}
