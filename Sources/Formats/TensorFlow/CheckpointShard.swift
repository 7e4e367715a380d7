package import ByteParsing

/// A file of a checkpoint's data: tensors one after the other, without a header. What follows them in checkpoints of
/// objects is the graph of the objects, a string tensor.
///
/// A string tensor is the lengths as varints, 4 bytes of masked CRC-32C over the lengths as integers, and the strings.
///
/// Source: TensorFlow, `core/util/tensor_bundle/tensor_bundle.cc` (`WriteStringTensor`);
/// `core/protobuf/trackable_object_graph.proto`.
package enum CheckpointShard {
  /// Bytes at the end in which the graph of the objects is looked for.
  private static let searched = 4 << 20
  private static let shortest = 8

  /// Where the graph of the objects stands, which ends the file and whose length is attested by its checksum; nil where
  /// none does.
  package static func objectGraph(_ input: Input) -> Range<Int>? {
    let base = max(0, input.count - searched)
    guard input.count - base >= shortest, let tail = try? input.bytes(at: base, count: input.count - base)
    else {
      return nil
    }
    for start in 0..<(tail.count - shortest + 1) {
      guard let (length, behind) = varint(tail, at: start), length > 0,
        behind + 4 + length == tail.count, tail[behind + 4] == 0x0A
      else { continue }
      var checksum = CRC32C()
      checksum.update((0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) })
      guard checksum.masked == tail[behind..<behind + 4].littleEndian else { continue }
      let range = (base + behind + 4)..<input.count
      if isObjectGraph(input, range) { return range }
    }
    return nil
  }

  private static func varint(_ bytes: [UInt8], at start: Int) -> (value: Int, end: Int)? {
    var value = 0
    for index in 0..<4 where start + index < bytes.count {
      let byte = bytes[start + index]
      value |= Int(byte & 0x7F) << (7 * index)
      if byte & 0x80 == 0 { return (value, start + index + 1) }
    }
    return nil
  }

  /// Whether the bytes are a graph of objects, and hold nothing that its schema does not have.
  private static func isObjectGraph(_ input: Input, _ range: Range<Int>) -> Bool {
    guard let message = TensorFlowSchema.table.number(of: "TrackableObjectGraph") else { return false }
    var reader = ProtobufReader(input, at: range.lowerBound)
    return (try? check(message, until: range.upperBound, &reader, depth: 0)) == true
  }

  private static let depthLimit = 16

  private static func check(
    _ message: Int, until end: Int, _ reader: inout ProtobufReader, depth: Int
  ) throws(ParseError) -> Bool {
    guard depth < depthLimit else { return false }
    let schema = TensorFlowSchema.table.messages[message]
    while let field = try reader.next(until: end) {
      guard let known = schema.field(field.number), known.accepts(field) else { return false }
      if case .message(let inner) = known.kind, let range = field.range {
        guard try check(inner, until: range.upperBound, &reader, depth: depth + 1) else { return false }
      } else {
        try reader.skip(field)
      }
    }
    return true
  }
}
