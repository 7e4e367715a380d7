/// The package's own folder, and what was built beside the tests.
package enum Repository {
  package static let root = folder(of: folder(of: folder(of: #filePath)))

  /// The path of a program that was built with the tests: it stands beside theirs.
  package static func program(_ name: String) -> String {
    folder(of: CommandLine.arguments[0]) + "/" + name
  }

  private static func folder(of path: String) -> String {
    path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
  }
}
