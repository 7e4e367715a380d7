/// What holds between clients and the daemon, besides ``WireLimit``.
package enum ClientLimit {
  /// The version of the protocol that this side speaks, and the only one. Another one is refused with a reason.
  package static let version: UInt16 = 1
  /// Bytes of the name that a client gives an artifact.
  package static let label = 4_096
  /// Bytes of the name that a client gives itself.
  package static let name = 128
  /// Bytes of a file in one message.
  package static let data = 61_440
  /// Counters in one answer to ``ClientRequest/stats(id:)``, and checks in one to ``ClientRequest/health(id:)``.
  package static let entries = 64
  /// Findings and gaps in one report, each: a worker's, and those that the daemon adds.
  package static let records = WireLimit.records + WireLimit.layers
  /// Bytes of a digest in a message.
  package static let digest = 32
}
