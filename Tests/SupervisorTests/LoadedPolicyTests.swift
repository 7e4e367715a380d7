import ByteParsing
import Digest
import Linux
import Policy
import Supervisor
import TestSupport
import Testing

@Suite struct LoadedPolicyTests {
  /// A folder with few lists, and what a start makes of it.
  private struct Folder {
    let place: TemporaryDirectory

    init() throws {
      place = try TemporaryDirectory()
      for file in try PolicyDirectory.read(Repository.root + "/policies").files
      where !file.path.hasPrefix("globals/") {
        try place.write(file.path, file.bytes)
      }
      try write(
        "globals/safe/lab.json",
        #"{"schema": 1, "list": "lab", "source": "x", "entries": [{"modules": ["lab"], "names": ["C"], "kind": "class", "why": "x"}]}"#
      )
      try write(
        "globals/dangerous/lab.json",
        #"{"schema": 1, "list": "lab", "entries": [{"modules": ["lab"], "names": ["run"], "when": "imported", "why": "x"}]}"#
      )
      try functions("load")
      try write(
        "globals/standard-library.json",
        #"{"schema": 1, "list": "standard-library", "source": "x", "modules": ["os"]}"#)
    }

    func write(_ path: String, _ text: String) throws { try place.write(path, Array(text.utf8)) }

    func functions(_ names: String) throws {
      try write(
        "globals/functions/lab.json",
        #"{"schema": 1, "list": "lab", "source": "x", "modules": [{"module": "lab", "opens": "\#(names)"}]}"#
      )
    }

    func loaded(profile: String = "default") throws -> LoadedPolicy {
      try LoadedPolicy(PolicyFolder(place.path, profile: profile))
    }

    func compile() throws {
      try place.write(
        CompiledGlobals.path,
        try LoadedPolicy(reading: PolicyFolder(place.path, digestsAll: true)).compiledFile)
    }
  }

  @Test func `a compiled table is used, and changes neither the answers nor the digest`() throws {
    let folder = try Folder()
    let before = try folder.loaded()
    #expect(before.compiled == .missing)
    try folder.compile()
    let after = try folder.loaded()
    #expect(after.compiled == .used)
    #expect(after.digest == before.digest)
    #expect(after.policy.globals.compiled.array == before.policy.globals.compiled.array)
    #expect(after.policy.globals.entry(module: "lab", name: "load")?.kind == .deniedCall)
    #expect(try folder.loaded(profile: "strict").compiled == .used)
  }

  @Test func `a compiled table of other lists is not used`() throws {
    let folder = try Folder()
    try folder.compile()
    let digest = try folder.loaded().digest
    try folder.functions("load save")
    let changed = try folder.loaded()
    #expect(changed.compiled == .stale)
    #expect(changed.digest != digest)
    #expect(changed.policy.globals.entry(module: "lab", name: "save") != nil)
    try folder.functions("load")
    #expect(try folder.loaded().compiled == .used)
    try folder.write(
      "globals/safe/new.json", #"{"schema": 1, "list": "new", "source": "x", "entries": []}"#)
    #expect(try folder.loaded().compiled == .stale)
  }

  @Test func `a damaged compiled table is not used`() throws {
    let folder = try Folder()
    try folder.compile()
    let whole = try folder.loaded().compiledFile
    for index in Array(0..<80) + Array(stride(from: 80, to: whole.count, by: 101)) {
      var changed = whole
      changed[index] ^= 1
      try folder.place.write(CompiledGlobals.path, changed)
      let compiled = try folder.loaded().compiled
      // The digest of other lists stands from byte 12 to 43.
      #expect(compiled == ((12..<44).contains(index) ? .stale : .damaged), "byte \(index)")
    }
    for count in [0, 11, 12, 75, 76, whole.count - 1] {
      try folder.place.write(CompiledGlobals.path, Array(whole.prefix(count)))
      #expect(try folder.loaded().compiled == .damaged, "\(count) bytes")
    }
  }

  @Test func `a list is digested again when it is another file, or changed, its times set back or not`()
    throws
  {
    let folder = try Folder()
    try folder.compile()
    let digest = try folder.loaded().digest
    let name = "globals/functions/lab.json"
    let path = "\(folder.place.path)/\(name)"
    // Of the same length and time: only the time that nobody sets tells.
    let before = try FileIdentity(path: path, followingLinks: false)
    try folder.functions("save")
    #expect(folder.place.setTime(name, before.modified))
    #expect(try FileIdentity(path: path, followingLinks: false).modified == before.modified)
    #expect(try folder.loaded().compiled == .stale)
    #expect(try folder.loaded().digest != digest)
    try folder.functions("load")
    #expect(try folder.loaded().compiled == .used)
    #expect(try folder.loaded().digest == digest)
  }

  @Test func `a list that is as it was has the digest that it had`() throws {
    let folder = try Folder()
    try folder.compile()
    let digest = try PolicyFolder(folder.place.path).digest
    // A table that remembers other digests is believed, so none was made: who can write tables can write lists.
    let file = try CompiledGlobals(decoding: SharedBytes(folder.loaded().compiledFile))
    let (lists, table) = try file.parsed()
    let others = lists.map {
      CompiledGlobals.List(
        entry: .init(path: $0.entry.path, byteCount: $0.entry.byteCount, digest: file.sources),
        state: $0.state)
    }
    let content = SharedBytes(CompiledGlobals.content(of: others, table: table))
    let sha256 = try SHA256()
    try sha256.update(content.span)
    try folder.place.write(
      CompiledGlobals.path,
      CompiledGlobals(sources: file.sources, digest: try sha256.finish(), content: content).encoded())
    #expect(try PolicyFolder(folder.place.path).digest != digest)
    #expect(try PolicyFolder(folder.place.path, digestsAll: true).digest == digest)
    #expect(folder.place.remove(CompiledGlobals.path))
    #expect(try PolicyFolder(folder.place.path).digest == digest)
  }

  @Test func `lists that are not understood are refused where no compiled table holds them`() throws {
    let folder = try Folder()
    try folder.compile()
    try folder.functions("load  save")
    #expect(throws: PolicyError.self) { try folder.loaded() }
  }

  @Test func `the digest is that of the whole bundle, and waivers are no part of it`() throws {
    let folder = try Folder()
    let digest = try PolicyFolder(folder.place.path).digest
    #expect(try PolicyDigests(PolicyDirectory.read(folder.place.path)).policy == digest)
    try folder.write("waivers.json", #"{"schema": 1,  "waivers": []}"#)
    #expect(try PolicyFolder(folder.place.path).digest == digest)
    #expect(try PolicyFolder(folder.place.path, profile: "strict").digest != digest)
    let scan = try #require(
      try PolicyDirectory.read(folder.place.path).files.first { $0.path == "scan/default.json" })
    try folder.place.write(scan.path, scan.bytes + [0x20])
    #expect(try PolicyFolder(folder.place.path).digest != digest)
  }

  @Test func `the shipped lists answer compiled as they do parsed, for names on them and beside them`()
    throws
  {
    let bundle = try PolicyDirectory.read(Repository.root + "/policies")
    let policy = try PolicySet(parsing: bundle)
    let parsed = policy.globals
    let arrived = try GlobalTable(compiled: parsed.compiled)
    #expect(arrived.listings == parsed.listings)
    let known = NearMisses.pairs(of: parsed)
    // A model of the table without its indexes: the exact pairs as a dictionary.
    var exact: [String: GlobalEntry] = [:]
    for listing in parsed.listings where listing.name != "*" {
      #expect(exact.updateValue(listing.entry, forKey: "\(listing.module) \(listing.name)") == nil)
    }
    for pair in known { #expect(arrived.entry(module: pair.module, name: pair.name) != nil, "\(pair)") }
    var random = SeededRandom(seed: 3)
    for pair in NearMisses.around(known, count: 10_000, using: &random) {
      let answer = arrived.entry(module: pair.module, name: pair.name)
      #expect(answer == parsed.entry(module: pair.module, name: pair.name), "\(pair), seed \(random.seed)")
      if let listed = exact["\(pair.module) \(pair.name)"] {
        #expect(answer == listed)
      } else {
        // Nothing but a listed pair is safe.
        switch answer?.kind {
        case nil, .deniedCall, .dangerous: break
        default: Issue.record("\(pair) is \(String(describing: answer)), seed \(random.seed)")
        }
      }
    }
  }
}
