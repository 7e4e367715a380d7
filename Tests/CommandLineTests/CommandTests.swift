import FoundationEssentials
import Findings
import Testing

@testable import CommandLine

struct CommandTests {
  @Test func `the formats are printed as a table and as JSON`() throws {
    let table = TestHost()
    #expect(table.run("formats") == .allowed)
    let lines = table.output.split(separator: "\n")
    #expect(lines.first?.hasPrefix("format ") == true)
    #expect(
      lines.dropFirst().prefix(FormatEntry.all.count).map { $0.prefix { $0 != " " } }
        == FormatEntry.all.map { $0.name[...] })
    #expect(lines.allSatisfy { $0.last != " " })

    struct Document: Decodable {
      struct Format: Decodable {
        let name: String
        let files: [String]
        let extent: String
        let page: String
      }
      let schema: Int
      let formats: [Format]
    }
    let json = TestHost()
    #expect(json.run("formats", "--format", "json") == .allowed)
    let document = try JSONDecoder().decode(Document.self, from: Data(json.output.utf8))
    #expect(document.formats.map(\.name) == FormatEntry.all.map(\.name))
    #expect(document.formats.map(\.files) == FormatEntry.all.map(\.files))
  }

  @Test func `the catalogue is printed as a table, as JSON, and rule by rule`() throws {
    let table = TestHost()
    #expect(table.run("rules") == .allowed)
    #expect(table.output.split(separator: "\n").count == RuleCatalog.all.count)

    struct Document: Decodable {
      struct Rule: Decodable {
        let id: String
        let verdict: String
      }
      let schema: Int
      let rules: [Rule]
    }
    let json = TestHost()
    #expect(json.run("rules", "--format", "json") == .allowed)
    let document = try JSONDecoder().decode(Document.self, from: Data(json.output.utf8))
    #expect(document.rules.map(\.id) == RuleCatalog.all.map(\.id))

    let one = TestHost()
    #expect(one.run("rules", "pickle.dangerous-call") == .allowed)
    #expect(
      one.output.hasPrefix("pickle.dangerous-call: Call of a dangerous function\ncritical, deny at best\n"))

    let none = TestHost()
    #expect(none.run("rules", "no.such\u{1B}") == .failed)
    #expect(none.errors.contains("there is no rule 'no.such\\u{1B}'"))
  }

  @Test func `the version is one line`() {
    let host = TestHost()
    #expect(host.run("--version") == .allowed)
    #expect(host.output == "lazaret \(Engine.version)\n")
  }

  @Test func `without policies nothing is examined`() {
    let host = TestHost(["LAZARET_POLICIES": "/nonexistent"])
    #expect(host.run("scan", "--no-store", "/etc/hostname") == .failed)
    #expect(host.output == "")
    #expect(host.errors.hasPrefix("lazaret: policies in /nonexistent: "))
  }

  @Test func `without a place for a store nothing is examined`() {
    let host = TestHost(["LAZARET_POLICIES": "/nonexistent"])
    #expect(host.run("store", "list") == .failed)
    #expect(host.errors.contains("no verdict store: neither HOME nor XDG_STATE_HOME says where"))
  }

  @Test func `a store that is not there is not made by asking it`() {
    let host = TestHost(["HOME": "/nonexistent"])
    #expect(host.run("store", "verify") == .failed)
    #expect(
      host.errors.hasPrefix(
        "lazaret: verdict store: there is no store at /nonexistent/.local/state/lazaret/verdicts.db"))
  }

  @Test(arguments: ["", "abc", String(repeating: "g", count: 64), String(repeating: "a", count: 65)])
  func `what is no digest is refused`(text: String) {
    let host = TestHost()
    #expect(host.run("store", "show", text) == .failed)
    #expect(host.errors.contains("a SHA-256 has 64 hexadecimal digits"))
  }

  @Test func `digests may be written as verdicts write them`() throws {
    let digits = String(repeating: "aB", count: 32)
    #expect(try Digests.parse(Array(digits.utf8)) == digits.lowercased())
    #expect(try Digests.parse(Array("sha256:\(digits)".utf8)) == digits.lowercased())
  }
}
