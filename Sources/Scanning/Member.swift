package import ByteParsing
package import Rules

/// Bytes to be examined: the artifact itself, or something inside it.
package struct Member {
  package let input: Input
  /// The containers around it and its own name; empty for the artifact.
  package let path: [String]
  /// How many containers are around it.
  package let depth: Int
  /// The loader that will read a pickle in it.
  package var profile: PickleProfile = .plain
  package var expectation: Expectation = .anything
  /// Modules whose sources the container brings, for pickles of a package.
  package var ownModules: Set<String> = []

  /// What follows where nobody recognises the bytes.
  package enum Expectation: Sendable {
    /// A finding: somebody has to find out what it is.
    case anything
    /// Nothing: they are data of something that was examined.
    case nothing
    /// A gap: a loader is given them, and must be able to read them.
    case loadable
  }

  package init(
    _ input: Input, path: [String], depth: Int, profile: PickleProfile = .plain,
    expectation: Expectation = .anything
  ) {
    self.input = input
    self.path = path
    self.depth = depth
    self.profile = profile
    self.expectation = expectation
  }

  /// A member inside this one.
  package func child(
    _ input: Input, name: String, profile: PickleProfile = .plain, expectation: Expectation = .anything
  ) -> Member {
    Member(
      input, path: path + [name], depth: depth + 1, profile: profile, expectation: expectation)
  }
}

/// Gives the members of a container one after the other, so that a million of them are never in memory.
package protocol MemberCursor {
  /// The next member, or nil at the end. Records in `job` what cannot be given.
  ///
  /// - Throws: where the container cannot be read on; the cursor is then done.
  mutating func next(_ job: inout ScanJob) throws(ParseError) -> Member?
}
