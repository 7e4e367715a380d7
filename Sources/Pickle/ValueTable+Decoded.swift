package import ByteParsing

extension ValueTable {
  /// The input that the stream is part of.
  package var source: Input { input }

  /// The byte of the input at `offset`; nil behind its end.
  package func byte(at offset: Int) -> UInt8? {
    guard offset >= 0, offset < input.count, let byte = try? input.bytes(at: offset, count: 1) else {
      return nil
    }
    return byte[0]
  }

  /// Where the text of a constant lies.
  private struct Extent {
    let encoding: ConstantEncoding
    let start: Int
    let count: Int
  }

  /// The text of a constant, no further than `limit` bytes of it; `cut` says that there may be more.
  private func extent(_ value: SymbolicValue, limit: Int) -> (extent: Extent, cut: Bool)? {
    switch value.kind {
    case .string, .bytes, .bytearray: break
    default: return nil
    }
    let offset = value.payload
    guard offset >= 0, offset < input.count,
      let head = try? input.bytes(at: offset, count: min(9, input.count - offset)),
      let (encoding, width) = ConstantEncoding.of(head[0]), head.count > width
    else { return nil }
    let start = offset + 1 + width
    if width == 0 {
      guard let line = lineCount(at: start, limit: limit) else { return nil }
      return (Extent(encoding: encoding, start: start, count: line.count), line.cut)
    }
    var length: UInt64 = 0
    for index in stride(from: width, to: 0, by: -1) { length = length << 8 | UInt64(head[index]) }
    guard let count = Int(exactly: length), count <= input.count - start else { return nil }
    return (Extent(encoding: encoding, start: start, count: min(count, limit)), count > limit)
  }

  /// The bytes before the next line feed, looked for in parts.
  private func lineCount(at start: Int, limit: Int) -> (count: Int, cut: Bool)? {
    var count = 0
    while start + count < input.count {
      guard count < limit else { return (limit, true) }
      let length = min(1 << 12, input.count - start - count, limit - count)
      guard let part = try? input.bytes(at: start + count, count: length) else { return nil }
      if let end = part.firstIndex(of: 0x0A) { return (count + end, false) }
      count += length
    }
    return (count, false)
  }

  /// The first bytes of a `.string`, `.bytes` or `.bytearray` as a loader has them, about `count` of them or fewer: a
  /// text's characters as Latin-1, escapes decoded. Reads no more than ten times as many.
  package func decodedPrefix(_ value: SymbolicValue, count: Int) -> [UInt8]? {
    guard let (extent, cut) = extent(value, limit: 10 * count),
      let bytes = try? input.bytes(at: extent.start, count: extent.count)
    else { return nil }
    return Array(extent.encoding.decoded(bytes[...], whole: !cut).prefix(count))
  }

  /// All bytes of a constant as a loader has them: a part of the input where they are written as they are, and a copy
  /// of at most `limit` bytes otherwise. nil where it is longer.
  package func decodedContents(_ value: SymbolicValue, limit: Int) -> Input? {
    guard let (extent, cut) = extent(value, limit: .max), !cut else { return nil }
    if case .raw = extent.encoding { return try? input.slice(at: extent.start, count: extent.count) }
    guard extent.count <= limit, let bytes = try? input.bytes(at: extent.start, count: extent.count) else {
      return nil
    }
    return Input(extent.encoding.decoded(bytes[...], whole: true))
  }

  /// All bytes of a text as a library in C is given them: UTF-8 as it is written, and otherwise as
  /// ``decodedContents(_:limit:)``.
  package func encodedContents(_ value: SymbolicValue, limit: Int) -> Input? {
    guard let (extent, cut) = extent(value, limit: .max), !cut else { return nil }
    guard case .utf8 = extent.encoding else { return decodedContents(value, limit: limit) }
    return try? input.slice(at: extent.start, count: extent.count)
  }

  /// How many bytes a constant is as a loader has it: for a text its characters, each a byte of Latin-1.
  ///
  /// - Parameter budget: the bytes that may be read to count them, less what was read. nil where it is not enough.
  package func decodedCount(_ value: SymbolicValue, budget: inout Int) -> Int? {
    guard let (extent, cut) = extent(value, limit: budget) else { return nil }
    if case .raw = extent.encoding {
      guard cut else { return extent.count }
      return contents(value)?.count
    }
    guard !cut else { return nil }
    budget -= extent.count
    if case .utf8 = extent.encoding { return characterCount(extent) }
    guard let bytes = try? input.bytes(at: extent.start, count: extent.count) else { return nil }
    return extent.encoding.decodedCount(bytes[...])
  }

  /// Counts in parts: arrays of numbers written by protocol 2 are long texts.
  private func characterCount(_ extent: Extent) -> Int? {
    var characters = 0
    var position = 0
    while position < extent.count {
      let length = min(1 << 16, extent.count - position)
      guard let part = try? input.bytes(at: extent.start + position, count: length) else { return nil }
      characters += extent.encoding.decodedCount(part[...])
      position += length
    }
    return characters
  }
}
