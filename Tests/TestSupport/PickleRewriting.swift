import Pickle

/// Writes a pickle otherwise, so that it does the same.
package struct PickleRewriting: Sendable, CustomStringConvertible {
  package let description: String
  private let rewrite: @Sendable ([Part]) -> [UInt8]

  /// One opcode as it stands in the stream.
  private struct Part: Sendable {
    let opcode: Opcode
    /// Text or bytes of an opcode that has a length, or all that follows the opcode.
    let payload: [UInt8]
    let bytes: [UInt8]

    /// The two lines of a GLOBAL.
    var lines: [[UInt8]] {
      payload.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().map(Array.init)
    }
  }

  private init(_ name: String, _ rewrite: @escaping @Sendable ([Part]) -> [UInt8]) {
    description = name
    self.rewrite = rewrite
  }

  /// Each opcode by itself; nil for those that stay as they are.
  private init(_ name: String, each change: @escaping @Sendable (Part) -> PickleOpcode?) {
    self.init(name) { parts in parts.flatMap { change($0)?.bytes ?? $0.bytes } }
  }

  /// The file with its first pickle rewritten, frames left out; what follows the pickle stays as it is.
  package func callAsFunction(_ bytes: [UInt8]) -> [UInt8] {
    let (parts, rest) = Self.parts(of: bytes)
    return rewrite(parts.filter { $0.opcode != .frame }) + rest
  }

  /// The opcodes up to STOP or to what is none, and what follows.
  private static func parts(of bytes: [UInt8]) -> (parts: [Part], rest: ArraySlice<UInt8>) {
    var parts: [Part] = []
    var rest = bytes[...]
    while let code = rest.first, let opcode = Opcode(rawValue: code), parts.last?.opcode != .stop {
      let width = opcode.argument.fixedSize
      var end = rest.startIndex + 1 + width
      guard end <= rest.endIndex else { break }
      var start = rest.startIndex + 1
      switch opcode.argument {
      case .line, .twoLines:
        for _ in 0..<(opcode.argument == .line ? 1 : 2) {
          guard let feed = rest[end...].firstIndex(of: 0x0A) else { return (parts, rest) }
          end = feed + 1
        }
      case .bytes8, .bytes32, .bytes64, .bytes32Signed:
        let length = rest[start..<end].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(rest.endIndex - end) else { return (parts, rest) }
        start = end
        end += Int(length)
      default: break
      }
      parts.append(Part(opcode: opcode, payload: Array(rest[start..<end]), bytes: Array(rest[..<end])))
      rest = rest[end...]
    }
    return (parts, rest)
  }

  package static let all: [PickleRewriting] = spellings + numbers + additions

  private static let texts: Set<Opcode> = [.shortBinunicode, .binunicode, .binunicode8]
  private static let data: Set<Opcode> = [.shortBinbytes, .binbytes, .binbytes8]

  private static let spellings: [PickleRewriting] = [
    .init("texts and bytes with the longest lengths") { part in
      if texts.contains(part.opcode) { return .counted(.binunicode8, part.payload) }
      return data.contains(part.opcode) ? .counted(.binbytes8, part.payload) : nil
    },
    .init("texts and bytes with lengths of four bytes") { part in
      if texts.contains(part.opcode) { return .counted(.binunicode, part.payload) }
      return data.contains(part.opcode) ? .counted(.binbytes, part.payload) : nil
    },
    .init("texts as lines with escapes") { part in
      guard texts.contains(part.opcode), part.payload.allSatisfy({ $0 < 0x80 }) else { return nil }
      return .lines(.unicode, part.payload.map { "\\u00" + hexadecimal($0) }.joined())
    },
    .init("imports from the stack") { part in
      guard part.opcode == .global, part.lines.count == 2 else { return nil }
      return .raw(part.lines.flatMap { PickleOpcode.counted(.binunicode, $0).bytes } + [0x93])
    },
    .init("imports by lines") { parts in
      var output: [UInt8] = []
      var index = 0
      while index < parts.count {
        let three = parts[index..<min(index + 3, parts.count)]
        if three.count == 3,
          three.prefix(2).allSatisfy({ texts.contains($0.opcode) && isLine($0.payload) }),
          three.last?.opcode == .stackGlobal
        {
          output += [Opcode.global.rawValue] + three.prefix(2).flatMap { $0.payload + [0x0A] }
          index += 3
        } else {
          output += parts[index].bytes
          index += 1
        }
      }
      return output
    },
    .init("empty containers by marks") { part in
      switch part.opcode {
      case .emptyTuple: .raw([0x28, 0x74])
      case .emptyList: .raw([0x28, 0x6C])
      case .emptyDict: .raw([0x28, 0x64])
      default: nil
      }
    },
    .init("protocol 5") { part in
      part.opcode == .proto && part.payload == [4] ? .proto(5) : nil
    },
  ]

  private static let numbers: [PickleRewriting] = [
    .init("numbers of four bytes") { part in
      guard part.opcode == .binint1 || part.opcode == .binint2 else { return nil }
      return .number(.binint, part.payload.reversed().reduce(Int32(0)) { $0 << 8 | Int32($1) })
    },
    .init("numbers of one length") { part in
      guard part.opcode == .binint1 else { return nil }
      return .counted(.long1, part.payload + [0])
    },
    .init("a memo with long indexes") { part in
      switch part.opcode {
      case .binput: .longBinput(UInt32(part.payload[0]))
      case .binget: .longBinget(UInt32(part.payload[0]))
      default: nil
      }
    },
    .init("a memo by lines") { part in
      switch part.opcode {
      case .binput: .put(Int(part.payload[0]))
      case .binget: .get(Int(part.payload[0]))
      default: nil
      }
    },
  ]

  private static let additions: [PickleRewriting] = [
    .init("without frames") { part in part.opcode == .frame ? .raw([]) : nil },
    .init("in one frame") { parts in
      let head = parts.prefix { $0.opcode == .proto }.flatMap(\.bytes)
      let body = parts.drop { $0.opcode == .proto }.flatMap(\.bytes)
      return head + PickleOpcode.frame(UInt64(body.count)).bytes + body
    },
    .init("in a frame for each opcode") { parts in
      parts.flatMap { part in
        (part.opcode == .proto ? [] : PickleOpcode.frame(UInt64(part.bytes.count)).bytes) + part.bytes
      }
    },
    .init("with values thrown away", behindEach: [.none, .pop]),
    .init("with marks thrown away", behindEach: [.mark, .integer(1), .popMark]),
    .init(
      "with an honest object thrown away",
      behindEach: [
        .global("collections", "OrderedDict"), .emptyTuple, .reduce, .pop,
      ]),
    .init("with more in the memo") { parts in
      // An index of MEMOIZE is the number of entries, which would be another.
      let numbered = parts.contains { $0.opcode == .memoize }
      var next: UInt32 = 300
      return parts.flatMap { part in
        guard !numbered, texts.contains(part.opcode) || part.opcode == .global || part.opcode == .reduce
        else { return part.bytes }
        next += 1
        return part.bytes + PickleOpcode.longBinput(next).bytes
      }
    },
  ]

  private init(_ name: String, behindEach opcodes: [PickleOpcode]) {
    let added = pickle(opcodes)
    self.init(name) { parts in
      parts.flatMap { $0.opcode == .stop ? $0.bytes : $0.bytes + added }
    }
  }

  private static func isLine(_ bytes: [UInt8]) -> Bool {
    bytes.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x5C }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}
