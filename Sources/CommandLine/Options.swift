internal import Findings

/// Everything that flags can say, with what holds where they say nothing.
struct Options: Equatable, Sendable {
  enum Format: String, CaseIterable, Sendable { case text, json, jsonl, sarif, junit, html }
  enum Color: String, CaseIterable, Sendable { case auto, always, never }

  /// Which verdicts make the run a failure.
  enum FailOn: String, CaseIterable, Sendable {
    /// Everything but `allow`.
    case review
    /// Only `deny`.
    case deny
  }

  /// What is done with waivers.
  enum Waive: Sendable { case add, list, remove }

  var format = Format.text
  var color = Color.auto
  var failOn = FailOn.review
  /// The daemon's; nil where files are examined without one.
  var socket: String?
  var store: String?
  var usesStore = true
  var usesCache = true
  var policies: String?
  var workers: Int?
  var isQuiet = false
  var verdict: Verdict?
  var limit: Int?
  var explanation = ExplanationRequest()
  var waive = Waive.add
  /// The worst verdict that a waiver covers.
  var covers = Verdict.review
  var reason: String?
  var owner: String?
  var until: String?
  /// Whether the paths of a list end in a zero byte instead of a line's end.
  var isNullSeparated = false
  /// The file that results are appended to; nil for standard output.
  var results: String?
  /// Leaves out what the store knew.
  var onlyNew = false
  /// Whether what is at the destination may be replaced.
  var replaces = false
  /// The folder for what is not allowed; nil where it is deleted.
  var quarantine: String?
  /// Whether digests of files that have not changed since may be believed.
  var rehashes = false
  /// Models of which nothing changed since are left out; seconds since 1970.
  var changedSince: Int?
  /// Where what is allowed is put: what appears in a watched folder, or a model of a registry. Nil where it is only
  /// reported.
  var into: String?
  /// Whether what is there already counts as having appeared.
  var judgesExisting = false
  /// Whether what was put somewhere is taken away from where it came.
  var removes = false
  /// Whether verdicts are written to the registry as tags.
  var setsTags = false
  /// Bytes that a model may have to be fetched.
  var sizeLimit = 64 << 30
  /// Whether plain HTTP may leave the machine.
  var allowsInsecureHTTP = false
  /// Where metrics are written; nil for standard output.
  var textfile: String?

  /// Most workers that may run at once.
  static let workerLimit = 256
}
