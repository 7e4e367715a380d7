internal import Findings

/// Untrusted text made safe to look at.
///
/// A name inside an archive may hold a terminal's escape sequences, turn the direction of writing, or hide
/// characters of no width. Everything that is not a visible character is written as what it is.
enum Escaping {
  /// For a terminal or a log: one line, and no two different inputs look the same.
  ///
  /// Backslash is doubled; control, format and separator characters become `\n`, `\t`, `\r` or `\u{202E}`; bytes
  /// that are no UTF-8 become `\xFF`.
  static func visible(_ bytes: [UInt8]) -> String {
    var text = ""
    decode(bytes) { part in
      switch part {
      case .scalar("\\"): text += "\\\\"
      case .scalar("\n"): text += "\\n"
      case .scalar("\t"): text += "\\t"
      case .scalar("\r"): text += "\\r"
      case .scalar(let scalar) where scalar.isInvisible:
        text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      case .scalar(let scalar): text.unicodeScalars.append(scalar)
      case .invalid(let byte): text += hexadecimal(byte)
      }
    }
    return text
  }

  static func visible(_ text: String) -> String { visible(Array(text.utf8)) }

  /// For JSON: the text itself where the bytes are UTF-8; otherwise the bytes that are not, as `\xFF`.
  static func text(_ bytes: [UInt8]) -> String {
    var text = ""
    decode(bytes) { part in
      switch part {
      case .scalar(let scalar): text.unicodeScalars.append(scalar)
      case .invalid(let byte): text += hexadecimal(byte)
      }
    }
    return text
  }

  /// JSON text with its invisible characters as `\u` escapes: the same document to a parser, and no
  /// instruction to a terminal.
  ///
  /// Outside its strings JSON has no such characters but line ends, which stay.
  static func json(_ document: String) -> String {
    if document.utf8.allSatisfy({ $0 < 0x7F }) { return document }
    var text = ""
    for scalar in document.unicodeScalars {
      if scalar.value >= 0x7F, scalar.isInvisible {
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }

  private enum Part {
    case scalar(Unicode.Scalar)
    case invalid(UInt8)
  }

  private static func decode(_ bytes: [UInt8], _ body: (Part) -> Void) {
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var position = 0
    while true {
      switch parser.parseScalar(from: &iterator) {
      case .valid(let encoded):
        position += encoded.count
        body(.scalar(Unicode.UTF8.decode(encoded)))
      case .error(let length):
        for byte in bytes[position..<(position + length)] { body(.invalid(byte)) }
        position += length
      case .emptyInput: return
      }
    }
  }
}
