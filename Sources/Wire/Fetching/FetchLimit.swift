/// The most that a message between a fetcher and who started it may hold.
package enum FetchLimit {
  /// Bytes of the address of an endpoint.
  package static let endpoint = 2_048
  /// Bytes of a model's name.
  package static let name = 512
  /// Bytes of a revision: a commit, a tag, a version.
  package static let revision = 256
  /// Bytes of a user's name, a password or a token.
  package static let secret = 8_192
  /// Tags set by one request.
  package static let tags = 16
  /// Bytes of a tag's key and of its value.
  package static let tag = 1_024
  /// Models that one endpoint may list.
  package static let models = 100_000
  /// Files of one model.
  package static let files = 100_000
  /// Bytes of the certificates that servers are verified with; libcurl takes no more.
  package static let certificates = 8_000_000
}
