import ByteParsing

extension PythonTokenizer {
  /// A name, spelled as Python spells it to itself: characters that are variants of letters become those letters
  /// (PEP 3131, NFKC), as far as they become ASCII.
  mutating func name() throws(ParseError) -> PythonToken? {
    let start = offset
    let startColumn = column
    var text: [UInt8] = []
    var others: [Unicode.Scalar] = []
    var isDisguised = false
    while let byte = try window.byte(at: offset) {
      guard text.count < PythonSourceLimits.nameBytes else {
        throw ParseError(.limit, at: start, "bytes of a name: limit \(PythonSourceLimits.nameBytes)")
      }
      if byte < 0x80 {
        guard isWordByte(byte) else { break }
        text.append(byte)
        advance()
        continue
      }
      let here = offset
      let hereColumn = column
      guard let scalar = try passScalar() else {
        note(.badCharacter)
        continue
      }
      if let plain = CompatibilityLetters.plain(scalar) {
        text += Array(plain.utf8)
        isDisguised = true
      } else if scalar.properties.isXIDContinue {
        text += Array(String(scalar).utf8)
        others.append(scalar)
      } else {
        note(.badCharacter)
        if text.isEmpty { return nil }
        offset = here
        column = hereColumn
        break
      }
    }
    guard !text.isEmpty else { return nil }
    var token = self.token(.name, String(decoding: text, as: UTF8.self), at: start, startColumn)
    token.isDisguised = isDisguised
    return token
  }

  /// Passes one character that is not ASCII, noting what is odd about it; nil where the bytes are no UTF-8.
  mutating func passScalar() throws(ParseError) -> Unicode.Scalar? {
    guard let first = try window.byte(at: offset) else { return nil }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
    var bytes = [first]
    for index in stride(from: 1, to: length, by: 1) {
      guard let byte = try window.byte(at: offset + index), byte & 0xC0 == 0x80 else { break }
      bytes.append(byte)
    }
    guard length > 1, bytes.count == length,
      let scalar = String(validating: bytes, as: UTF8.self)?.unicodeScalars.first
    else {
      note(.badUTF8)
      advance()
      return nil
    }
    offset += length
    column += 1
    noteDirection(scalar)
    return scalar
  }

  private mutating func noteDirection(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x202A, 0x202B, 0x202D, 0x202E, 0x2066...0x2068:
      note(.bidirectional)
      openDirections += 1
    case 0x202C, 0x2069: openDirections = max(0, openDirections - 1)
    case 0x200B, 0x200E, 0x200F, 0x2060, 0x180E, 0x00AD, 0xE0000...0xE007F: note(.invisible)
    default: break
    }
  }
}

/// Variants of ASCII letters and digits that Python takes for the letters themselves.
enum CompatibilityLetters {
  /// The ASCII text that a character stands for; nil for any other character.
  ///
  /// Source: Unicode's compatibility decompositions.
  static func plain(_ scalar: Unicode.Scalar) -> String? {
    switch scalar.value {
    case 0xFF10...0xFF19, 0xFF21...0xFF3A, 0xFF3F, 0xFF41...0xFF5A: ascii(scalar.value - 0xFEE0)
    // Thirteen alphabets of 52 letters, then five sets of digits.
    case 0x1D400...0x1D6A3:
      letter((scalar.value - 0x1D400) % 52)
    case 0x1D7CE...0x1D7FF: ascii(0x30 + (scalar.value - 0x1D7CE) % 10)
    default: others[scalar.value]
    }
  }

  private static func ascii(_ value: UInt32) -> String? { UnicodeScalar(value).map { String($0) } }

  private static func letter(_ index: UInt32) -> String? {
    ascii(index < 26 ? 0x41 + index : 0x61 + index - 26)
  }

  private static let others: [UInt32: String] = [
    0xAA: "a", 0xBA: "o", 0x17F: "s", 0x2B0: "h", 0x2B2: "j", 0x2B3: "r", 0x2B7: "w", 0x2B8: "y",
    0x2E1: "l",
    0x2E2: "s", 0x2E3: "x", 0x1D43: "a", 0x1D47: "b", 0x1D48: "d", 0x1D49: "e", 0x1D4D: "g", 0x1D4F: "k",
    0x1D50: "m", 0x1D52: "o", 0x1D56: "p", 0x1D57: "t", 0x1D58: "u", 0x1D5B: "v", 0x1D62: "i", 0x1D63: "r",
    0x1D64: "u", 0x1D65: "v", 0x1D9C: "c", 0x1DA0: "f", 0x1DBB: "z", 0x2071: "i", 0x207F: "n", 0x2090: "a",
    0x2091: "e", 0x2092: "o", 0x2093: "x", 0x2095: "h", 0x2096: "k", 0x2097: "l", 0x2098: "m", 0x2099: "n",
    0x209A: "p", 0x209B: "s", 0x209C: "t", 0x2102: "C", 0x210A: "g", 0x210B: "H", 0x210C: "H", 0x210D: "H",
    0x210E: "h", 0x2110: "I", 0x2111: "I", 0x2112: "L", 0x2113: "l", 0x2115: "N", 0x2119: "P", 0x211A: "Q",
    0x211B: "R", 0x211C: "R", 0x211D: "R", 0x2124: "Z", 0x2128: "Z", 0x212C: "B", 0x212D: "C", 0x212F: "e",
    0x2130: "E", 0x2131: "F", 0x2133: "M", 0x2134: "o", 0x2139: "i", 0x2145: "D", 0x2146: "d", 0x2147: "e",
    0x2148: "i", 0x2149: "j", 0x2160: "I", 0x2164: "V", 0x2169: "X", 0x216C: "L", 0x216D: "C", 0x216E: "D",
    0x216F: "M", 0x2170: "i", 0x2171: "ii", 0x2172: "iii", 0x2173: "iv", 0x2174: "v", 0x2175: "vi",
    0x2176: "vii", 0x2177: "viii", 0x2178: "ix", 0x2179: "x", 0x217A: "xi", 0x217B: "xii", 0x217C: "l",
    0x217D: "c", 0x217E: "d", 0x217F: "m", 0x2C7C: "j", 0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st", 0xFE4D: "_", 0xFE4E: "_", 0xFE4F: "_", 0xFE33: "_",
    0xFE34: "_",
    0x1C7: "LJ", 0x1C8: "Lj", 0x1C9: "lj", 0x1CA: "NJ", 0x1CC: "nj", 0x1F1: "DZ", 0x1F3: "dz",
  ]
}
