/// Where something was found: the path of containers, and the offset in the innermost.
package struct Location: Hashable, Sendable {
  /// The members from the outermost container inwards: `["model.zip", "a/data.pkl"]` minus the
  /// artifact itself. Empty for the artifact's own bytes.
  package var path: [String]
  /// Bytes from the start of the innermost member.
  package var offset: Int?

  package init(path: [String] = [], offset: Int? = nil) {
    self.path = path
    self.offset = offset
  }

  /// The path as one string, or nil for the artifact itself: `outer.zip!/a/data.pkl`.
  package var member: String? { path.isEmpty ? nil : path.joined(separator: "!/") }
}

/// One rule that fired at one place.
package struct Finding: Hashable, Sendable {
  package let rule: Rule
  package let location: Location
  /// One sentence that says what is wrong here.
  package let detail: String
  /// What was seen, short and readable: `posix.system('id')`. Control characters are as they were;
  /// whoever shows them escapes them.
  package let evidence: String

  package init(_ rule: Rule, at location: Location, detail: String, evidence: String = "") {
    self.rule = rule
    self.location = location
    self.detail = detail
    self.evidence = evidence
  }
}
