package import ByteParsing

/// The messages that TensorFlow's files are.
package enum TensorFlowFile: String, CaseIterable, Sendable {
  case savedModel = "SavedModel"
  case metaGraph = "MetaGraphDef"
  case graph = "GraphDef"
  case kerasMetadata = "SavedMetadata"
  case fingerprint = "FingerprintDef"

  /// What the bytes can be. No message has a magic number: each is known by what it has to have inside.
  package static func recognize(_ input: Input) -> [TensorFlowFile] {
    guard let tag = try? input.prefix(1).first, tag >> 3 > 0, tag & 7 != 3, tag & 7 != 4 else { return [] }
    return allCases.filter { kind in
      var evidence = Evidence(input)
      switch kind {
      case .savedModel: return evidence.has(2, in: 0..<input.count) { $0.isMetaGraph($1) }
      case .metaGraph: return evidence.isMetaGraph(0..<input.count)
      case .graph: return evidence.isGraph(0..<input.count)
      case .kerasMetadata: return evidence.has(1, in: 0..<input.count) { $0.isKerasObject($1) }
      case .fingerprint: return evidence.isFingerprint()
      }
    }
  }
}

/// Looks for the fields that a message of a kind cannot be without.
private struct Evidence {
  private let input: Input
  /// Fields that may still be looked at.
  private var left = 4096

  init(_ input: Input) { self.input = input }

  /// Whether a field of this number is what `test` asks for. Fields that cannot be read end the search.
  mutating func has(
    _ number: Int, in range: Range<Int>, _ test: (inout Evidence, Range<Int>) -> Bool
  ) -> Bool {
    var reader = ProtobufReader(input, at: range.lowerBound)
    while left > 0, let field = try? reader.next(until: range.upperBound) {
      left -= 1
      if field.number == number, let range = field.range, test(&self, range) { return true }
      guard (try? reader.skip(field)) != nil else { return false }
    }
    return false
  }

  mutating func isMetaGraph(_ range: Range<Int>) -> Bool { has(2, in: range) { $0.isGraph($1) } }

  mutating func isGraph(_ range: Range<Int>) -> Bool {
    has(1, in: range) { $0.isNode($1) }
      || has(2, in: range) { $0.has(1, in: $1) { $0.isFunction($1) } }
  }

  private mutating func isFunction(_ range: Range<Int>) -> Bool { has(3, in: range) { $0.isNode($1) } }

  /// A node names its operator.
  private mutating func isNode(_ range: Range<Int>) -> Bool {
    has(2, in: range) { $0.isIdentifier($1) }
      && !has(1, in: range) { evidence, name in !evidence.isText(name) }
  }

  private func isIdentifier(_ range: Range<Int>) -> Bool {
    guard (2...128).contains(range.count),
      let bytes = try? input.bytes(at: range.lowerBound, count: range.count)
    else { return false }
    return bytes.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      default: "_.>/:-".utf8.contains(byte)
      }
    }
  }

  private func isText(_ range: Range<Int>) -> Bool {
    guard range.count <= 4096, let bytes = try? input.bytes(at: range.lowerBound, count: range.count) else {
      return false
    }
    return bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }

  mutating func isKerasObject(_ range: Range<Int>) -> Bool {
    has(4, in: range) { evidence, identifier in
      let bytes = try? evidence.input.bytes(at: identifier.lowerBound, count: min(identifier.count, 10))
      return bytes?.elementsEqual("_tf_keras_".utf8) == true
    }
  }

  /// Five hashes and a version, in any order, and nothing else.
  func isFingerprint() -> Bool {
    guard input.count <= 256 else { return false }
    var reader = ProtobufReader(input)
    var seen: Set<Int> = []
    while let field = try? reader.next(until: input.count) {
      guard seen.insert(field.number).inserted else { return false }
      switch (field.number, field.wireType) {
      case (1...5, 0), (6...7, 2): break
      default: return false
      }
      guard (try? reader.skip(field)) != nil else { return false }
    }
    return reader.offset == input.count && seen.isSuperset(of: [1, 2, 6])
  }
}
