/// The most that one message may hold. Encoders cut to these and parsers refuse what is beyond them, so that
/// a hostile file's long names cannot make an honest worker break the protocol.
package enum WireLimit {
  /// Bytes of one message; also the size of a receive buffer.
  package static let message = 65_536
  /// Bytes of a format's name.
  package static let format = 64
  /// Bytes of a rule's id.
  package static let rule = 128
  /// Components of a location's path.
  package static let components = 64
  /// Bytes of one component of a path.
  package static let component = 4_096
  /// Bytes of all components of a path together.
  package static let path = 16_384
  /// Bytes of a sentence: a finding's detail, a gap's reason, the reason of a failure.
  package static let sentence = 4_096
  /// Bytes of evidence.
  package static let evidence = 8_192
  /// Bytes of a short name: a version, a kernel release, a layer.
  package static let name = 128
  /// Bytes of the reason why a layer is missing.
  package static let layerReason = 512
  /// Layers in one list.
  package static let layers = 64
  /// Bytes of one line of an explanation.
  package static let line = 16_384
  /// Different formats in one report.
  package static let formats = 64
  /// Findings and gaps in one report, each.
  package static let records = 20_000
}
