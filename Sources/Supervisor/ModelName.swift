/// A model of a registry, in one of its states.
package struct ModelName: Hashable, Sendable {
  /// As the registry calls it: `openai/clip`, `churn`, `registry.example/llama`.
  package let name: String
  /// Which state of it: a commit, a version, a digest; nil where the registry keeps but one.
  package let revision: String?
  /// What else leads to this state: branches, tags, aliases, stages.
  package let labels: [String]

  package init(_ name: String, revision: String? = nil, labels: [String] = []) {
    self.name = name
    self.revision = revision
    self.labels = labels
  }

  /// `openai/clip@3f2a`; not escaped.
  package var text: String { revision.map { "\(name)@\($0)" } ?? name }
}
