/// Names as the lists of globals write them: ASCII, for picklers of reviewed libraries write no others.
enum PythonName {
  /// Identifiers with single dots between them.
  static func isDotted(_ name: Span<UInt8>) -> Bool {
    guard name.count <= PolicyBundle.nameByteLimit else { return false }
    var start = 0
    for index in 0...name.count {
      if index < name.count, name[index] != UInt8(ascii: ".") { continue }
      guard isIdentifier(name.extracting(start..<index)) else { return false }
      start = index + 1
    }
    return true
  }

  /// Letters, digits and `_`, no digit first.
  static func isIdentifier(_ name: Span<UInt8>) -> Bool {
    guard name.count > 0, name.count <= PolicyBundle.nameByteLimit else { return false }
    for index in name.indices {
      switch name[index] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
        break
      case UInt8(ascii: "0")...UInt8(ascii: "9") where index > 0: break
      default: return false
      }
    }
    return true
  }
}
