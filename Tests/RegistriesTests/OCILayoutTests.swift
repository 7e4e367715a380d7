import Findings
import Linux
import Registries
import Supervisor
import TestSupport
import Testing

/// Image layouts: which models their indexes name, and what is wrong with what they say.
struct OCILayoutTests {
  private let sweep: Sweep

  init() throws { sweep = try Sweep() }

  private static func digest(_ letter: Character) -> String {
    "sha256:" + String(repeating: letter, count: 64)
  }

  private static func place(_ letter: Character) -> String {
    "blobs/sha256/" + String(repeating: letter, count: 64)
  }

  private func blob(_ letter: Character, _ text: String = "x", in folder: String = "") throws {
    try sweep.write(folder + Self.place(letter), text: text)
  }

  private func index(_ manifests: String, in folder: String = "") throws {
    try sweep.write(folder + "oci-layout", text: "{\"imageLayoutVersion\": \"1.0.0\"}")
    try sweep.write(folder + "index.json", text: "{\"schemaVersion\": 2, \"manifests\": [\(manifests)]}")
  }

  private static func descriptor(_ letter: Character, _ annotations: String = "", more: String = "")
    -> String
  {
    "{\"digest\": \"\(digest(letter))\", \"annotations\": {\(annotations)}\(more)}"
  }

  private static func tag(_ name: String) -> String { "\"org.opencontainers.image.ref.name\": \"\(name)\"" }

  private static func title(_ name: String) -> String { "\"org.opencontainers.image.title\": \"\(name)\"" }

  private func manifest(_ letter: Character, config: Character, layers: String, in folder: String = "")
    throws
  {
    try blob(letter, "{\"config\": \(Self.descriptor(config)), \"layers\": [\(layers)]}", in: folder)
  }

  private func folders() throws -> [PackageFolder] {
    var walk = try RegistryWalk(.ociLayout, at: Array(sweep.place.path.utf8))
    var folders: [PackageFolder] = []
    while let step = walk.nextStep() {
      if case .beginPackage(let folder) = step { folders.append(folder) }
    }
    return folders
  }

  @Test func `each manifest is a model of its layers, and what none names belongs to none`() throws {
    try index(
      [Self.descriptor("a", Self.tag("v1")), Self.descriptor("a", Self.tag("latest"))].joined(
        separator: ","))
    try manifest("a", config: "c", layers: Self.descriptor("d", Self.title("model.safetensors")))
    for letter in "cde" { try blob(letter) }
    let steps = try sweep.steps(.ociLayout)
    let name = try #require(sweep.place.path.split(separator: "/").last)
    #expect(
      steps == [
        "[\(name)@\(Self.digest("a")) (v1, latest)", Self.place("a"), Self.place("c"), Self.place("d"), "]",
        Self.place("e"), "index.json", "oci-layout",
      ])
    let listing = try #require(try folders().first?.listing)
    let root = Array((sweep.place.path + "/").utf8)
    #expect(listing.names[root + Array(Self.place("d").utf8)] == [Array("model.safetensors".utf8)])
    #expect(listing.digests[root + Array(Self.place("d").utf8)] == String(repeating: "d", count: 64))
    #expect(listing.findings.isEmpty && listing.gaps.isEmpty)
  }

  @Test func `indexes lie in indexes, platforms are labels, and layouts lie side by side`() throws {
    try index(Self.descriptor("1", Self.tag("v2")), in: "llama/")
    let platform = ", \"platform\": {\"os\": \"linux\", \"architecture\": \"arm64\"}"
    try blob(
      "1", "{\"manifests\": [\(Self.descriptor("a", more: platform)), \(Self.descriptor("1"))]}",
      in: "llama/")
    try manifest("a", config: "c", layers: "", in: "llama/")
    try blob("c", in: "llama/")
    try sweep.write("notes.txt")
    #expect(
      try sweep.steps(.ociLayout) == [
        "[llama@\(Self.digest("a")) (v2, linux/arm64)", "llama/" + Self.place("a"),
        "llama/" + Self.place("c"), "]",
        "llama/" + Self.place("1"), "llama/index.json", "llama/oci-layout", "notes.txt",
      ])
  }

  @Test func `missing blobs, manifests and digests are said to be missing`() throws {
    try index([Self.descriptor("a"), Self.descriptor("b"), "{\"size\": 1}"].joined(separator: ","))
    try manifest("a", config: "c", layers: Self.descriptor("d") + ", {\"digest\": \"sha256:../../x\"}")
    try blob("c")
    let name = try #require(sweep.place.path.split(separator: "/").last)
    #expect(
      try sweep.steps(.ociLayout) == [
        "[\(name)@\(Self.digest("a"))", Self.place("a"), Self.place("c"),
        "\(Self.place("d"))!: the blob is not here", "]",
        "\(Self.place("b")): the manifest is not here or not readable: what it names was not looked for",
        "index.json: a manifest without a digest: ''", "index.json", "oci-layout",
      ])
    #expect(
      try folders().first?.listing?.gaps.map(\.reason) == ["a layer without a digest: 'sha256:../../x'"])
  }

  @Test(arguments: ["../../.bashrc", "/etc/cron.d/x", "a/../../b", "a\\u0000b"])
  func `a layer that would be written outside of the model is a finding`(name: String) throws {
    try index(Self.descriptor("a"))
    try manifest("a", config: "c", layers: Self.descriptor("d", Self.title(name)))
    for letter in "cd" { try blob(letter) }
    let findings = try #require(try folders().first?.listing).findings
    #expect(TestedReport.sift(findings, for: Test.current).map(\.rule) == [.layerNameLeadsOut])
  }

  @Test func `an index that is no JSON, and one that names itself, end`() throws {
    try index(Self.descriptor("1"))
    try blob("1", "{\"manifests\": [\(Self.descriptor("1"))]}")
    #expect(try sweep.steps(.ociLayout) == [Self.place("1"), "index.json", "oci-layout"])
    try sweep.write("index.json", text: "{\"manifests\": [")
    let steps = try sweep.steps(.ociLayout)
    #expect(steps.first?.hasPrefix("index.json: the index is not understood") == true, "\(steps)")
    #expect(steps.contains(Self.place("1")))
  }

  @Test func `every one of two lists of layers counts, and two digests are none`() throws {
    try index(Self.descriptor("a"))
    let layers = "\"layers\": [\(Self.descriptor("d"))], \"layers\": [\(Self.descriptor("e"))]"
    let two = "{\"digest\": \"\(Self.digest("c"))\", \"digest\": \"\(Self.digest("f"))\"}"
    try blob("a", "{\"config\": \(two), \(layers)}")
    for letter in "cdef" { try blob(letter) }
    let steps = try sweep.steps(.ociLayout)
    #expect(
      steps.prefix(5).dropFirst().elementsEqual([Self.place("a"), Self.place("d"), Self.place("e"), "]"]),
      "\(steps)")
    #expect(try folders().first?.listing?.gaps.map(\.reason) == ["a layer without a digest: ''"])
  }
}
