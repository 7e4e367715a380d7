package import ByteParsing

/// Reads what R's `saveRDS` and `save` write, without recursion: versions 2 and 3 of the format, in every way
/// of writing.
///
/// | part | meaning |
/// | --- | --- |
/// | `RDX3\n` | only in the images of `save`: the way (`X`, `A`, `B`) and the version |
/// | `X\n` | the way in which numbers and texts are written, see `RStream` |
/// | three integers | the version of the format, the writer's R, the oldest R that reads it |
/// | integer, text | only in version 3: the encoding of texts that do not say theirs |
/// | object | flags (kind, 0x100 object, 0x200 attributes, 0x400 tag, levels from 0x1000 on), then what the kind has |
///
/// Source: R 4.4, `src/main/serialize.c` (`R_Unserialize`, `ReadItem`, `ReadBC`) and `src/main/saveload.c`.
package struct RDataReader {
  /// What is still to be read, the next last.
  enum Task {
    case item(of: Int32, RObjects.Part)
    case items(of: Int32, left: Int)
    case texts(of: Int32, left: Int)
    case code(of: Int32, RObjects.Part, table: Int)
    case constants(of: Int32, left: Int, table: Int)
    /// A call or list among the constants of byte code. Its kind was read already, or stands before it.
    case constant(of: Int32, RObjects.Part, kind: Int32?, table: Int)
  }

  var stream: RStream
  var objects = RObjects()
  var tasks: [Task] = []
  /// The objects that references count, from 1 on.
  var references: [Int32] = []
  /// The repeated calls of each byte code: how many it said there are, and those that were read.
  var tables: [(count: Int, entries: [Int32: Int32])] = []

  /// Objects that are read.
  private static let objectLimit = 4 << 20
  /// Objects inside each other, and lists that are not done.
  private static let depthLimit = 100_000
  /// Bytes of names and texts that are kept.
  private static let textBytesLimit = 64 << 20
  /// Texts of one vector that are kept.
  private static let keptTexts = 4096
  private static let rawLimit = 4096
  private static let instructionLimit = 16 << 20
  private var textBytes = 0
  private var instructionCount = 0

  private init(_ input: Input, at offset: Int) { stream = RStream(input, at: offset) }

  // MARK: Recognising

  private static let images = ["RDX", "RDA", "RDB"].map { Array($0.utf8) }

  /// Whether the bytes begin as an image of `save`, of whatever version.
  private static func isImage(_ prefix: [UInt8]) -> Bool {
    prefix.count >= 5 && images.contains(Array(prefix[..<3]))
      && (UInt8(ascii: "0")...UInt8(ascii: "9") ~= prefix[3])
      && (prefix[4] == UInt8(ascii: "\n") || prefix[4] == UInt8(ascii: "\r"))
  }

  /// Whether R would begin to read these bytes: the byte behind the letter may be any.
  package static func recognize(_ prefix: [UInt8]) -> Bool {
    if isImage(prefix) { return true }
    guard prefix.count >= 14 else { return false }
    switch prefix[0] {
    case UInt8(ascii: "X"): return prefix[2...4] == [0, 0, 0] && 2...3 ~= prefix[5]
    case UInt8(ascii: "B"): return 2...3 ~= prefix[2] && prefix[3...5] == [0, 0, 0]
    case UInt8(ascii: "A"), UInt8(ascii: "\n"):
      guard prefix[0] == UInt8(ascii: "A") || prefix[1] == UInt8(ascii: "A") else { return false }
      let words = prefix.dropFirst(prefix[0] == UInt8(ascii: "A") ? 2 : 3).prefix(64)
        .split { $0 == 0x20 || 0x09...0x0D ~= $0 }.prefix(3)
      return words.count == 3 && ["2", "3"].contains { words[words.startIndex].elementsEqual($0.utf8) }
        && words.dropFirst().allSatisfy { word in
          word.count < 11 && word.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        }
    default: return false
    }
  }

  // MARK: Reading

  /// Encodings in which the bytes of ASCII mean ASCII, by the beginnings of their names.
  private static let encodings = [
    "UTF-8", "UTF8", "ASCII", "US-ASCII", "ANSI_X3.4", "ISO-8859", "ISO8859", "ISO_8859", "LATIN", "CP125",
    "CP437", "CP850", "CP85", "CP874", "CP93", "CP949", "CP950", "WINDOWS-", "KOI8", "EUC", "GB", "BIG5",
    "SHIFT", "SJIS",
    "TIS-620", "MAC", "C",
  ]

  /// Reads an object, or the image of several. What was read before the trouble comes with it.
  ///
  /// - Returns: the objects, where they end, and why they could not be read to their end: `.unsupported` for
  ///   another version,
  ///   `.limit` for more objects than are held, `.malformed`, `.truncated`.
  package static func read(_ input: Input) -> (objects: RObjects, end: Int, trouble: ParseError?) {
    var reader = RDataReader(input, at: 0)
    do throws(ParseError) {
      try reader.readHead(input)
      try reader.readObjects()
      try reader.stream.skipLineEnds()
      return (reader.objects, reader.stream.offset, nil)
    } catch {
      return (reader.objects, reader.stream.offset, error)
    }
  }

  private mutating func readHead(_ input: Input) throws(ParseError) {
    let prefix = try input.prefix(5)
    if Self.isImage(prefix) {
      guard prefix[4] == UInt8(ascii: "\n"), [UInt8(ascii: "2"), UInt8(ascii: "3")].contains(prefix[3])
      else {
        throw ParseError(
          .unsupported, at: 0, "image '\(String(decoding: prefix[..<4], as: UTF8.self))' of R")
      }
      stream = RStream(input, at: 5)
      objects.isImage = true
    }
    try stream.readWay()
    let start = stream.offset
    let version = try stream.readInteger("version")
    _ = try stream.readInteger("version of the writer")
    _ = try stream.readInteger("version of the reader")
    guard version == 2 || version == 3 else {
      throw ParseError(.unsupported, at: start, "version \(version) of R's format")
    }
    guard version == 3 else { return }
    let count = try stream.readInteger("length of the encoding")
    guard 0...63 ~= count else { throw ParseError(.malformed, at: start, "length of the encoding") }
    let encoding = String(decoding: try stream.readText(Int(count), "encoding"), as: UTF8.self)
    guard encoding.isEmpty || Self.encodings.contains(where: { encoding.uppercased().hasPrefix($0) }) else {
      throw ParseError(.unsupported, at: start, "texts in the encoding '\(encoding)'")
    }
  }

  private mutating func readObjects() throws(ParseError) {
    tasks = [.item(of: -1, .whole)]
    while let task = tasks.popLast() {
      guard objects.objects.count < Self.objectLimit else {
        throw ParseError(.limit, at: stream.offset, "more than \(Self.objectLimit) objects of R")
      }
      guard tasks.count < Self.depthLimit else {
        throw ParseError(.limit, at: stream.offset, "objects of R nested deeper than \(Self.depthLimit)")
      }
      switch task {
      case .item(let parent, let part): try readItem(of: parent, part)
      case .items(let parent, let left):
        guard left > 0 else { continue }
        tasks += [.items(of: parent, left: left - 1), .item(of: parent, .element)]
      case .texts(let parent, let left): try readTexts(of: parent, left: left)
      case .code(let parent, let part, let table): try readCode(of: parent, part, table: table)
      case .constants(let parent, let left, let table):
        try readConstant(of: parent, left: left, table: table)
      case .constant(let parent, let part, let kind, let table):
        try readRepeated(of: parent, part, kind: kind, table: table)
      }
    }
  }

  // MARK: Texts

  /// Reads the flags and the text of a `CHARSXP`; nil for `NA`. Its attributes are read by whoever asks.
  private mutating func readText(
    _ field: StaticString
  ) throws(ParseError) -> (text: [UInt8]?, hasAttributes: Bool) {
    let start = stream.offset
    let flags = UInt32(bitPattern: try stream.readInteger(field))
    guard UInt8(truncatingIfNeeded: flags) == RObjects.Kind.text.rawValue else {
      throw ParseError(.malformed, at: start, "\(field)")
    }
    return (try readCharacters(field), flags & 0x200 != 0)
  }

  private mutating func readCharacters(_ field: StaticString) throws(ParseError) -> [UInt8]? {
    let start = stream.offset
    let count = try stream.readInteger(field)
    guard count >= -1 else { throw ParseError(.malformed, at: start, "\(field) of \(count) bytes") }
    return count == -1 ? nil : try stream.readText(Int(count), field)
  }

  /// The number of a text that is kept; -1 for `NA`.
  mutating func keep(_ bytes: [UInt8]?) throws(ParseError) -> Int32 {
    guard let bytes else { return -1 }
    textBytes += bytes.count  // the limit is far below what overflows
    guard textBytes <= Self.textBytesLimit else {
      throw ParseError(.limit, at: stream.offset, "texts of R of more than \(Self.textBytesLimit) bytes")
    }
    return objects.number(of: String(decoding: bytes, as: UTF8.self))
  }

  /// Reads the name of a symbol, a builtin or a package. R refuses NUL in it.
  private mutating func readName(_ field: StaticString) throws(ParseError) -> Int32 {
    let start = stream.offset
    let (text, hasAttributes) = try readText(field)
    guard let text, !text.contains(0), !hasAttributes, text.count < RStream.textLimit else {
      throw ParseError(.malformed, at: start, "\(field)")
    }
    return try keep(text)
  }

  private mutating func readTexts(of parent: Int32, left: Int) throws(ParseError) {
    var left = left
    let keeps = Int(objects[parent].value) <= Self.keptTexts
    while left > 0 {
      left -= 1
      let start = stream.offset
      let (text, hasAttributes) = try readText("text of a vector")
      var owner = parent
      if keeps || hasAttributes {
        let value = try keep(text)
        owner = objects.add(.text, .element, of: parent, value: value, at: start)
      }
      guard !hasAttributes else {
        tasks += [.texts(of: parent, left: left), .item(of: owner, .attributes)]
        return
      }
    }
  }

  // MARK: Objects

  private mutating func readItem(of parent: Int32, _ part: RObjects.Part) throws(ParseError) {
    let start = stream.offset
    let flags = UInt32(bitPattern: try stream.readInteger("flags of an object"))
    guard let kind = RObjects.Kind(rawValue: UInt8(truncatingIfNeeded: flags)) else {
      throw ParseError(.malformed, at: start, "object of the kind \(flags & 0xFF)")
    }
    let levels = UInt16(truncatingIfNeeded: flags >> 12)
    func add(_ value: Int32 = -1) -> Int32 {
      objects.add(kind, part, of: parent, levels: levels, value: value, at: start)
    }
    switch kind {
    case .baseEnvironment, .emptyEnvironment, .baseNamespace, .missing, .unbound, .globalEnvironment, .null:
      _ = add()
    case .reference:
      let packed = Int32(bitPattern: flags >> 8)
      let number = packed == 0 ? try stream.readInteger("reference") : packed
      guard number >= 1, number <= references.count else {
        throw ParseError(.malformed, at: start, "reference to the object \(number) of \(references.count)")
      }
      _ = add(references[Int(number) - 1])
    case .symbol: references.append(add(try readName("name of a symbol")))
    case .package, .namespace, .persistentName: references.append(add(try readPackage()))
    case .environment:
      guard 0...1 ~= (try stream.readInteger("lock of an environment")) else {
        throw ParseError(.malformed, at: start, "lock of an environment")
      }
      let object = add()
      references.append(object)
      tasks += [
        .item(of: object, .attributes), .item(of: object, .table), .item(of: object, .frame),
        .item(of: object, .enclosure),
      ]
    case .pairs, .call, .closure, .promise, .dots:
      let object = add()
      tasks += [.item(of: object, .rest), .item(of: object, .head)]
      if flags & 0x400 != 0 { tasks.append(.item(of: object, .tag)) }
      if flags & 0x200 != 0 { tasks.append(.item(of: object, .attributes)) }
    case .alternative:
      let object = add()
      tasks += [
        .item(of: object, .attributes), .item(of: object, .state), .item(of: object, .information),
      ]
    case .attributedPairs, .attributedCall, .codeReference, .codeDefinition:
      throw ParseError(.malformed, at: start, "object of the kind \(kind.rawValue) outside of byte code")
    default:
      let object = add()
      // R reads the attributes last.
      if flags & 0x200 != 0 { tasks.append(.item(of: object, .attributes)) }
      try readContent(of: object, kind)
    }
  }

  /// Reads what stands between the flags and the attributes.
  private mutating func readContent(of object: Int32, _ kind: RObjects.Kind) throws(ParseError) {
    func count(_ length: Int) -> Int32 { Int32(clamping: length) }
    switch kind {
    case .externalPointer:
      references.append(object)
      tasks += [.item(of: object, .tag), .item(of: object, .protected)]
    case .weakReference: references.append(object)
    case .special, .builtin:
      let start = stream.offset
      let length = try stream.readInteger("name of a builtin")
      guard 0..<100 ~= length else { throw ParseError(.malformed, at: start, "name of a builtin") }
      let name = try stream.readText(Int(length), "name of a builtin").prefix { $0 != 0 }
      objects[object].value = try keep(Array(name))
    case .text:
      let text = try readCharacters("text")
      objects[object].value = try keep(text)
    case .integers where objects[object].part == .code: try readInstructions(of: object)
    case .logicals, .integers: try skipNumbers(of: object, width: 4)
    case .reals: try skipNumbers(of: object, width: 8)
    case .complexes: try skipNumbers(of: object, width: 16, words: 2)
    case .texts:
      let length = try readCount("number of texts")
      objects[object].value = count(length)
      tasks.append(.texts(of: object, left: length))
    case .list, .expressions:
      let length = try readCount("number of elements")
      objects[object].value = count(length)
      tasks.append(.items(of: object, left: length))
    case .raw:
      let length = try stream.readLength("number of bytes")
      objects[object].value = count(length)
      let start = stream.offset
      let bytes = try stream.readRaw(length, "bytes")
      objects.raws.append((start..<stream.offset, bytes))
      guard objects.raws.count <= Self.rawLimit else {
        throw ParseError(.limit, at: start, "more than \(Self.rawLimit) vectors of bytes")
      }
    case .byteCode:
      tables.append((try readCount("number of repeated calls"), [:]))
      tasks.append(.code(of: object, .whole, table: tables.count - 1))
    default: break  // `object` has attributes and nothing else; the others were read by the caller
    }
  }

  /// A number of elements, each of which has a byte at least.
  private mutating func readCount(_ field: StaticString) throws(ParseError) -> Int {
    let start = stream.offset
    let count = try stream.readLength(field)
    guard count <= stream.remaining else { throw ParseError(.truncated, at: start, "\(field)") }
    return count
  }

  private mutating func readInstructions(of object: Int32) throws(ParseError) {
    let start = stream.offset
    let length = try readCount("number of instructions")
    instructionCount += length  // as large as the file at most
    guard instructionCount <= Self.instructionLimit else {
      throw ParseError(.limit, at: start, "more than \(Self.instructionLimit) instructions")
    }
    var code: [Int32] = []
    for _ in 0..<length { code.append(try stream.readInteger("instruction")) }
    objects[object].value = Int32(clamping: length)
    objects.instructions[Int(object)] = code
  }

  private mutating func skipNumbers(of object: Int32, width: Int, words: Int = 1) throws(ParseError) {
    let length = try stream.readLength("number of elements")
    objects[object].value = Int32(clamping: length)
    try stream.skip(length, width: width, words: words, "elements of a vector")
  }

  /// Reads the texts of a package's or namespace's name, of which the first is the name and the next the version.
  private mutating func readPackage() throws(ParseError) -> Int32 {
    let start = stream.offset
    guard try stream.readInteger("names of a name") == 0 else {
      throw ParseError(.malformed, at: start, "names of a name")
    }
    let count = try stream.readInteger("texts of a name")
    guard 1...16 ~= count else { throw ParseError(.malformed, at: start, "texts of a name") }
    let name = try readName("name of a package")
    for _ in 1..<count { _ = try readName("version of a package") }
    return name
  }
}
