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

  /// Whether a policy file is one of the lists of libraries' names, which take a debug build seconds to read and which tests of
  /// processes do not need.
  package static func isLibraryList(_ path: String) -> Bool {
    path.hasPrefix("globals/functions/")
      || path.hasPrefix("globals/safe/") && path != "globals/safe/stdlib.json"
  }
}
