package import ByteParsing

extension SafetensorsHeader {
  /// Reads the header and compares every tensor with the bytes there are.
  ///
  /// - Throws: `.truncated` where the file ends inside the header, `.limit` where the header is longer than the library
  ///   reads, `.malformed` where it is not the JSON object that it must be. Everything else is an irregularity.
  package init(parsing input: Input) throws(ParseError) {
    let prefix = try input.bytes(at: 0, count: 8, "length of the header")
    let length = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(Self.lengthLimit) else {
      throw ParseError(.limit, at: 0, "header of \(length) bytes, limit \(Self.lengthLimit)")
    }
    let text = try input.bytes(at: 8, count: Int(length), "header")
    let bounds = StrictJSON.Bounds(bytes: Self.lengthLimit, depth: 8, values: 16 << 20)
    let root: JSONValue
    do {
      root = try StrictJSON.parse(text, bounds: bounds)
    } catch {
      throw ParseError(error.kind, at: error.offset + 8, error.field)
    }
    guard root.kind == .object else { throw ParseError(.malformed, at: 8, "header that is no object") }
    self.init(byteCount: 8 + text.count)
    checkPadding(text, root)
    readEntries(root)
    checkLayout(dataCount: input.count - byteCount)
  }

  private mutating func report(_ kind: Irregularity.Kind, at offset: Int, _ detail: String) {
    guard irregularities.count < 64 else { return }
    irregularities.append(Irregularity(kind: kind, offset: offset + 8, detail: detail))
  }

  /// The library begins with the brace and pads with spaces behind it.
  private mutating func checkPadding(_ text: [UInt8], _ root: JSONValue) {
    if root.offset != 0 { report(.header, at: 0, "White space stands before the header's object.") }
    guard !text[root.endOffset...].allSatisfy({ $0 == 0x20 }) else { return }
    report(.header, at: root.endOffset, "The header is padded with something else than spaces.")
  }

  private mutating func readEntries(_ root: JSONValue) {
    var names: Set<[UInt8]> = []
    for (key, value) in root.members {
      let name = key.utf8 ?? []
      if !names.insert(name).inserted {
        report(.header, at: key.offset, "Two entries have the same name.")
      }
      if key.equals("__metadata__") {
        readMetadata(value)
      } else {
        checkName(name, at: key.offset)
        readTensor(name, value)
      }
    }
  }

  private mutating func readMetadata(_ value: JSONValue) {
    guard value.kind == .object else {
      return report(.header, at: value.offset, "The metadata are no object.")
    }
    metadataObjects.append(value)
    var keys: Set<[UInt8]> = []
    for (key, text) in value.members {
      if !keys.insert(key.utf8 ?? []).inserted {
        report(.header, at: key.offset, "Two metadata have the same key.")
      }
      guard text.kind == .string else {
        report(.header, at: text.offset, "A value of the metadata is no text.")
        continue
      }
      metadata.append(Metadata(key: key.string ?? "", value: text, offset: key.offset + 8))
    }
  }

  /// Readers fetch a tensor by its name and write no file of that name; programs that unpack one file a tensor do.
  private mutating func checkName(_ name: [UInt8], at offset: Int) {
    if name.count > 1024 { report(.name, at: offset, "A name has more than 1024 bytes.") }
    if name.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      report(.name, at: offset, "A name has control characters.")
    }
    if PortablePath(name).leavesItsFolder {
      report(.name, at: offset, "A name is a path that leads out of a folder.")
    }
  }

  private mutating func readTensor(_ name: [UInt8], _ value: JSONValue) {
    guard value.kind == .object else {
      return report(.header, at: value.offset, "A tensor's entry is no object.")
    }
    var fields: Set<[UInt8]> = []
    for (key, _) in value.members {
      let known = key.equals("dtype") || key.equals("shape") || key.equals("data_offsets")
      if !known { report(.header, at: key.offset, "A tensor's entry has a field that no reader knows.") }
      if !fields.insert(key.utf8 ?? []).inserted {
        report(.header, at: key.offset, "A tensor's entry has a field twice.")
      }
    }
    guard let type = value.first("dtype")?.string, let bits = Self.elementBits[type] else {
      return report(.header, at: value.offset, "A tensor's type is none of the format.")
    }
    guard let shape = Self.numbers(value.first("shape")),
      let offsets = Self.numbers(value.first("data_offsets")),
      offsets.count == 2
    else { return report(.header, at: value.offset, "A tensor's shape or offsets are no whole numbers.") }
    guard offsets[0] <= offsets[1] else {
      return report(.layout, at: value.offset, "A tensor ends before it begins.")
    }
    if Self.byteCount(shape, bits: bits) != offsets[1] - offsets[0] {
      report(.layout, at: value.offset, "A tensor's shape does not need as many bytes as it has.")
    }
    tensors.append(Tensor(name: name, type: type, range: offsets[0]..<offsets[1], offset: value.offset + 8))
  }

  /// Whole numbers, none negative; nil for anything else.
  private static func numbers(_ value: JSONValue?) -> [Int]? {
    guard let value, value.kind == .array else { return nil }
    var result: [Int] = []
    for element in value.elements {
      guard let number = element.integer, number >= 0 else { return nil }
      result.append(number)
    }
    return result
  }

  /// Bytes of an array; nil where they are no whole number that can be counted.
  private static func byteCount(_ shape: [Int], bits: Int) -> Int? {
    var count = bits
    for length in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard !overflow else { return nil }
      count = product
    }
    return count % 8 == 0 ? count / 8 : nil
  }

  /// The tensors, in the order of their bytes, must begin at 0, follow each other, and end where the file does.
  private mutating func checkLayout(dataCount: Int) {
    var end = 0
    for tensor in tensors.sorted(by: {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }) {
      if tensor.range.lowerBound < end {
        report(.layout, at: tensor.offset - 8, "Two tensors overlap.")
      } else if tensor.range.lowerBound > end {
        report(
          .layout, at: tensor.offset - 8,
          "\(tensor.range.lowerBound - end) bytes before a tensor belong to none.")
      }
      end = max(end, tensor.range.upperBound)
    }
    dataEnd = min(end, dataCount)
    if end > dataCount {
      report(.layout, at: byteCount - 8, "The tensors need \(end) bytes and the file has \(dataCount).")
    } else if end < dataCount {
      report(.layout, at: byteCount - 8 + end, "\(dataCount - end) bytes follow the last tensor.")
    }
  }
}
