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

  // MARK: Numbers

  /// Whether bytes can be nothing but numbers as models have them: every word is zero, a small integer, or a float of an
  /// ordinary magnitude; or every two words are such a number of 64 bits. There has to be a float among them, and most words
  /// must not be letters: the beginnings of other formats are short integers and letters.
  package struct NumberSurvey {
    private var isSingle = true
    private var isDouble = true
    private var low: UInt32?
    private var rest: [UInt8] = []
    private var words = 0
    private var floats = 0
    private var letters = 0
    private var beginsWithLetters = false

    package init() {}

    /// Whether nothing was met yet that is no number.
    package var canBeNumbers: Bool { (isSingle || isDouble) && !beginsWithLetters }

    package var areNumbers: Bool {
      canBeNumbers && rest.isEmpty && (isSingle || low == nil) && floats > 0 && letters <= words / 4
    }

    package mutating func take(_ bytes: [UInt8]) {
      var bytes = rest + bytes
      rest = Array(bytes.suffix(bytes.count % 4))
      bytes.removeLast(rest.count)
      for index in stride(from: 0, to: bytes.count, by: 4) {
        take(
          UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]) << 16
            | UInt32(bytes[index + 3]) << 24)
      }
    }

    private mutating func take(_ word: UInt32) {
      let areLetters = (0..<4).allSatisfy { Self.isLetter(UInt8(truncatingIfNeeded: word >> (8 * $0))) }
      if areLetters {
        letters += 1
        beginsWithLetters = beginsWithLetters || words == 0
      }
      words += 1
      let isFloat = Self.isFloat(word)
      if isFloat { floats += 1 }
      isSingle = isSingle && (isFloat || Self.isInteger(Int64(Int32(bitPattern: word))))
      guard let first = low else {
        low = word
        return
      }
      let value = UInt64(word) << 32 | UInt64(first)
      low = nil
      isDouble = isDouble && (Self.isInteger(Int64(bitPattern: value)) || Self.isDouble(value))
    }

    /// Letters and digits, which marks of formats are made of. 0.9 as a float is three letters and a question mark.
    private static func isLetter(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      default: false
      }
    }

    private static func isInteger(_ value: Int64) -> Bool { abs(value >> 1) < 1 << 19 }

    /// Magnitudes from 2^-40 to 2^24.
    private static func isFloat(_ word: UInt32) -> Bool { (87...151).contains(word >> 23 & 0xFF) }

    /// The same; the upper half of such a number is a float of such a magnitude, too.
    private static func isDouble(_ value: UInt64) -> Bool { (983...1047).contains(value >> 52 & 0x7FF) }
  }
}
