import Policy
import Supervisor
import TestSupport
import Testing

@Suite struct PolicyDirectoryTests {
  /// The policies that stand beside the sources.
  private static let shipped =
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    + "/policies"

  @Test(arguments: ["default", "strict"]) func `the shipped policies are in order`(profile: String) throws {
    let bundle = try PolicyDirectory.read(Self.shipped, profile: profile)
    let policy = try PolicySet(parsing: bundle)
    #expect(policy.profile == profile)
    #expect(policy.globals.entry(module: "posix", name: "system")?.kind == .dangerous)
    #expect(policy.globals.entry(module: "colorsys", name: "rgb_to_hsv")?.kind == .deniedCall)
    #expect(try PolicyBundle(decoding: bundle.encoded()) == bundle)
  }

  @Test func `the shipped lists do not call one thing safe and its module's twin dangerous`() throws {
    let table = try PolicySet(parsing: PolicyDirectory.read(Self.shipped)).globals
    for (module, twin) in [
      ("builtins", "__builtin__"), ("copyreg", "copy_reg"), ("os", "nt"), ("os", "posix"),
    ] {
      for listing in table.listings where listing.module == module && listing.entry.kind == .dangerous {
        let kind = table.entry(module: twin, name: listing.name)?.kind
        #expect(kind == .dangerous || kind == .deniedCall, "\(twin).\(listing.name)")
      }
    }
  }

  @Test func `the profile and every file are in the bundle`() throws {
    let folder = try TemporaryDirectory()
    try folder.write("b.json", [1])
    try folder.write("a/c.json", [2])
    try folder.write("README.md", [3])
    try folder.write("a/README.md", [4])
    let bundle = try PolicyDirectory.read(folder.path, profile: "strict")
    #expect(bundle.profile == "strict")
    #expect(bundle.files == [.init(path: "a/c.json", bytes: [2]), .init(path: "b.json", bytes: [1])])
  }

  @Test(arguments: [
    "a.jsn", "a", "a.json~", ".a.json", "a/.gitkeep", "a/readme.md", "a b.json", "a/b/c/d/e.json",
  ])
  func `a strange name is refused`(name: String) throws {
    let folder = try TemporaryDirectory()
    try folder.write("b.json", [])
    try folder.write(name, [])
    #expect(throws: PolicyError.self) { try PolicyDirectory.read(folder.path) }
  }

  @Test func `links, pipes and missing folders are refused`() throws {
    let folder = try TemporaryDirectory()
    let file = try folder.write("b.json", [])
    #expect(throws: Never.self) { try PolicyDirectory.read(folder.path) }
    try #require(folder.link("linked.json", to: file) != nil)
    #expect(throws: PolicyError(file: "linked.json", line: 0, reason: "a symbolic link")) {
      try PolicyDirectory.read(folder.path)
    }
    let linked = try TemporaryDirectory()
    try #require(linked.link("scan", to: folder.path) != nil)
    #expect(throws: PolicyError(file: "scan", line: 0, reason: "a symbolic link")) {
      try PolicyDirectory.read(linked.path)
    }
    let piped = try TemporaryDirectory()
    try #require(piped.pipe("p.json") != nil)
    #expect(throws: PolicyError(file: "p.json", line: 0, reason: "neither a file nor a folder")) {
      try PolicyDirectory.read(piped.path)
    }
    #expect(throws: PolicyError.self) { try PolicyDirectory.read(folder.path + "/none") }
    #expect(throws: PolicyError.self) { try PolicyDirectory.read(file) }
  }
}
