import ByteParsing
import Findings
import Pickle
import Policy

extension PickleJudge {
  /// Collects constants that are files of their own among what nobody reviewed is given: the arguments of a call, or
  /// a state. A few bytes of each are read.
  ///
  /// A reviewed call loads nothing, except where its shape's check says so.
  mutating func collectNested(_ effect: Effect, _ values: borrowing ValueTable) {
    var candidates: [(SymbolicValue, NestedInput.Format)] = []
    walk(effect.operand, values, depth: 3, limit: 64) { value, values in
      guard value.kind == .bytes || value.kind == .bytearray || value.kind == .string,
        let head = values.decodedPrefix(value, count: NestedInput.Format.headCount),
        let format = NestedInput.Format(head)
      else { return }
      candidates.append((value, format))
    }
    for (value, format) in candidates {
      queue(value, offset: effect.offset, reach: .argument, format: format, values)
    }
  }

  /// `torch.storage._load_from_bytes(bytes)` runs `torch.load` on them.
  mutating func checkLoadFromBytes(
    _ arguments: [SymbolicValue], _ offset: Int, _ values: borrowing ValueTable
  ) -> Judgement {
    guard arguments.count == 1 else { return .unfollowed("it has \(arguments.count) arguments") }
    let bytes = encodedText(arguments[0], values) ?? arguments[0]
    guard [.bytes, .bytearray, .string].contains(bytes.kind) else {
      return .refused(.unsafeArguments, "it loads \(words(bytes.kind)), not bytes of the pickle")
    }
    return queue(bytes, offset: offset, reach: .loaded, format: .torch, values)
      ? .reviewed : .unfollowed("the bytes it loads could not be taken")
  }

  /// Puts a constant on the list of further work, once.
  @discardableResult
  mutating func queue(
    _ value: SymbolicValue, offset: Int, reach: NestedInput.Reach, format: NestedInput.Format,
    _ values: borrowing ValueTable
  ) -> Bool {
    if isKnown { return true }
    if reach == .argument || nestedLoaded.contains(value.raw), nestedSeen.contains(value.raw) {
      return true
    }
    let limit = format.isBooster ? PickleJudgeLimits.nestedBoosters : PickleJudgeLimits.nestedInputs
    guard nested.count < limit else {
      recordGap("more than \(limit) files inside one pickle", at: offset)
      return false
    }
    let contents =
      format == .boosterText
      ? values.encodedContents(value, limit: PickleJudgeLimits.nestedCopy)
      : values.decodedContents(value, limit: PickleJudgeLimits.nestedCopy)
    guard let input = contents else {
      recordGap("a file inside the pickle is too long to be decoded", at: offset)
      return false
    }
    nestedSeen.insert(value.raw)
    if reach == .loaded { nestedLoaded.insert(value.raw) }
    nested.append(NestedInput(input: input, offset: offset, reach: reach, format: format))
    return true
  }
}

extension NestedInput.Format {
  /// How many bytes are looked at.
  static let headCount = 64

  /// What begins like a file that loaders know; nil for anything else.
  init?(_ head: [UInt8]) {
    guard head.count >= 4 else { return nil }
    switch (head[0], head[1]) {
    case (0x80, 2...5): self = .pickle
    case (0x50, 0x4b) where head[2] == 3 && head[3] == 4: self = .zip
    case (0x1f, 0x8b), (0x42, 0x5a), (0xfd, 0x37), (0x28, 0xb5): self = .compressed
    case (0x78, 0x01), (0x78, 0x5e), (0x78, 0x9c), (0x78, 0xda): self = .compressed
    default:
      guard Self.isTextPickle(head) else { return nil }
      self = .pickle
    }
  }

  /// Whether the bytes begin as an import of protocol 0 or 1 does, up to what uses it: `cposix\nsystem\n(`.
  private static func isTextPickle(_ head: [UInt8]) -> Bool {
    var rest = head[...]
    while rest.first == UInt8(ascii: "(") { rest.removeFirst() }
    guard let opcode = rest.popFirst(), opcode == UInt8(ascii: "c") || opcode == UInt8(ascii: "i") else {
      return false
    }
    for _ in 0..<2 {
      guard let end = rest.firstIndex(of: UInt8(ascii: "\n")), end > rest.startIndex,
        rest[..<end].allSatisfy(isNamePart)
      else { return false }
      rest = rest[(end + 1)...]
    }
    return rest.first.map { afterImport.contains($0) } ?? false
  }

  /// Opcodes that picklers and attackers write behind an import: memo, mark, tuples, constants, STOP.
  private static let afterImport = Set("pqr(.)}]tRSVUXKMJIN0b".utf8)

  private static func isNamePart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
