import Linux
import TestSupport
import Testing

/// The page of promises names tests. Nobody would see that one of them is gone.
struct PromiseTests {
  private static let page = "Sources/Daemon/Daemon.docc/Promises.md"

  /// What stands between the marks in the column of tests, but for scripts: the tests' names.
  private static func names() throws -> [String] {
    let page = try #require(Repository.text(of: page))
    return page.split(separator: "\n").flatMap { line -> [String] in
      let cells = line.split(separator: "|")
      guard line.hasPrefix("| "), cells.count > 2 else { return [] }
      return cells[1].split(separator: "`", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset % 2 == 1 && !$0.element.hasPrefix("scripts/") }
        .map { String($0.element) }
    }
  }

  @Test func `every test that a promise names is there`() throws {
    let sources = try Self.sources()
    let names = try Self.names()
    #expect(names.count > 60)
    for name in names { #expect(sources.contains("func `\(name)`("), "\(name)") }
  }

  /// All suites behind each other.
  private static func sources() throws -> String {
    func names(_ folder: String) throws -> [String] {
      let directory = try Directory(.open("\(Repository.root)/\(folder)", [.readOnly, .directory]))
      return try directory.names().map { String(decoding: $0, as: UTF8.self) }
    }
    return try names("Tests").filter { $0.hasSuffix("Tests") }.flatMap { suite in
      try names("Tests/\(suite)").filter { $0.hasSuffix(".swift") }
        .compactMap { Repository.text(of: "Tests/\(suite)/\($0)") }
    }.joined()
  }
}
