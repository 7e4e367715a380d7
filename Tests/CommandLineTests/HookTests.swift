import Findings
import Linux
import TestSupport
import Testing

/// The hook for pre-commit: which files it is called for. `scripts/ci-tests` has pre-commit itself call it.
struct HookTests {
  /// The expression of `files`, whose lines YAML joins by spaces.
  private static func expression() throws -> Regex<AnyRegexOutput> {
    let path = Repository.root + "/.pre-commit-hooks.yaml"
    let text = String(decoding: try FileDescriptor.open(path).readAll(limit: 1 << 16), as: UTF8.self)
    let lines = text.split(separator: "\n").drop { !$0.hasPrefix("  files:") }.dropFirst()
    let parts = lines.prefix { $0.hasPrefix("    ") }.map { $0.drop { $0 == " " } }
    return try Regex(parts.joined(separator: " "))
  }

  /// Texts of every kind have these names, and code is what a checkout is full of.
  private static let others: Set<String> = ["json", "xml", "text", "image", "yaml"]

  @Test func `the hook is called for the names of every format that models have`() throws {
    let expression = try Self.expression()
    for format in FormatEntry.all where !Self.others.contains(format.name) {
      if format.extent == .code || format.name == "native" { continue }
      for file in format.files where !["d/*", ".txt"].contains(file) {
        let name = file.hasPrefix(".") ? "folder/Model\(file)" : "folder/\(file)"
        #expect(name.firstMatch(of: expression) != nil, "\(format.name): \(name)")
      }
    }
    for name in ["config.json", "a/model.safetensors.index.json", "a/MODEL.PKL", "tokenizer_config.json"] {
      #expect(name.firstMatch(of: expression) != nil, "\(name)")
    }
  }

  @Test(arguments: [
    "README.md", "package.json", "src/main.py", "a.pkl.py", "tsconfig.json", "bin/tool", "p",
  ])
  func `the hook is not called for the rest of a checkout`(name: String) throws {
    #expect(name.firstMatch(of: try Self.expression()) == nil)
  }
}
