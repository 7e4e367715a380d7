/// A person's decision to use one artifact in spite of its verdict, until a day.
package struct Waiver: Equatable, Sendable {
  /// The artifact's SHA-256, 64 lowercase hexadecimal digits.
  package let digest: String
  package let reason: String
  /// Who decided.
  package let who: String
  /// When it ends: seconds since 1970, UTC. It does not hold at that second any more.
  package let expiry: Int

  package init(digest: String, reason: String, who: String, expiry: Int) {
    self.digest = digest
    self.reason = reason
    self.who = who
    self.expiry = expiry
  }
}
