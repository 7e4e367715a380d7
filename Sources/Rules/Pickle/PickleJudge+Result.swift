import Findings
package import Pickle

extension PickleJudge {
  /// STOP: what could be changed without an effect is looked at once more, and what the pickle gives is searched for
  /// pickles carried as data.
  package mutating func receive(result: SymbolicValue, at offset: Int, _ values: borrowing ValueTable) {
    isKnown = offset <= knownUntil
    checkFieldsUnchanged(values, at: offset)
    checkStoredFunctions(result, values, at: offset)
    var carried: [SymbolicValue] = []
    walk(result, values, depth: 16, limit: 1 << 16) { value, values in
      guard value.kind == .bytes || value.kind == .bytearray || value.kind == .string,
        let head = values.decodedPrefix(value, count: NestedInput.Format.headCount),
        CarriedPickle.begins(head)
      else { return }
      if carried.count < PickleJudgeLimits.nestedInputs { carried.append(value) }
    }
    for value in carried {
      report(
        .carriedPickle, at: value.payload, subject: "", "a constant of the result begins as a pickle",
        showing: value, values)
    }
    observer?.observe(result: result, at: offset, takeRemarks(), values)
  }
}

/// How a pickle stored as data is recognised by its first bytes.
enum CarriedPickle {
  /// Whether the bytes are the beginning of a pickle, or of one in base 64 or in hexadecimal digits.
  static func begins(_ head: [UInt8]) -> Bool {
    if NestedInput.Format(head) == .pickle { return true }
    return beginsBinary(base64(head.prefix(8))) || beginsBinary(hexadecimal(head.prefix(8)))
  }

  /// PROTO, a protocol, and an opcode that a pickle can begin with: FRAME, a container, a global, a constant.
  private static func beginsBinary(_ head: [UInt8]) -> Bool {
    guard head.count >= 3, head[0] == 0x80 else { return false }
    return (2...5).contains(head[1]) && openings.contains(head[2])
  }

  private static let openings: Set<UInt8> = [
    0x95, 0x7d, 0x5d, 0x28, 0x29, 0x63, 0x8c, 0x58, 0x43, 0x42, 0x4b, 0x4d, 0x4a, 0x4e, 0x88, 0x89, 0x8f,
    0x47, 0x8a,
  ]

  private static func base64(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var bits: UInt64 = 0
    for character in text {
      let value: UInt8
      switch character {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = character - UInt8(ascii: "A")
      case UInt8(ascii: "a")...UInt8(ascii: "z"): value = character - UInt8(ascii: "a") + 26
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = character - UInt8(ascii: "0") + 52
      case UInt8(ascii: "+"), UInt8(ascii: "-"): value = 62
      case UInt8(ascii: "/"), UInt8(ascii: "_"): value = 63
      default: return []
      }
      bits = bits << 6 | UInt64(value)
    }
    guard text.count == 8 else { return [] }
    return [40, 32, 24].map { UInt8(truncatingIfNeeded: bits >> UInt64($0)) }
  }

  private static func hexadecimal(_ text: ArraySlice<UInt8>) -> [UInt8] {
    guard text.count == 8 else { return [] }
    let digits = String(decoding: text, as: UTF8.self)
    guard let number = UInt32(digits, radix: 16), digits.first != "+", digits.first != "-" else {
      return []
    }
    return [24, 16, 8].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
  }
}
