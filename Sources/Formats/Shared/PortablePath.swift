/// A path that a model file has a loader open, looked at as every system would take it.
package struct PortablePath {
  private let bytes: [UInt8]

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  private var slashed: [UInt8] { bytes.map { $0 == UInt8(ascii: "\\") ? UInt8(ascii: "/") : $0 } }

  /// Whether it can name something outside the folder that it is relative to: it is absolute on some system, has a part
  /// `..`, a drive, a scheme, a home folder, or a NUL that cuts it short.
  package var leavesItsFolder: Bool {
    guard let first = slashed.first else { return false }
    if first == UInt8(ascii: "/") || first == UInt8(ascii: "~") || bytes.contains(0) { return true }
    if hasDrive || hasScheme { return true }
    return slashed.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual("..".utf8) }
  }

  /// Whether it is the name of one file, with no folder.
  package var isFileName: Bool {
    !bytes.isEmpty && !slashed.contains(UInt8(ascii: "/")) && !leavesItsFolder
      && !bytes.elementsEqual(".".utf8)
  }

  /// Whether it begins as `https://` does.
  package var hasScheme: Bool {
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 1 else { return false }
    return bytes[(colon + 1)...].starts(with: "//".utf8)
      && bytes[..<colon].allSatisfy(Self.isSchemeCharacter)
      || bytes.starts(with: "file:".utf8)
  }

  private static func isSchemeCharacter(_ byte: UInt8) -> Bool {
    switch byte | 0x20 {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): true
    default:
      (0x30...0x39).contains(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
        || byte == UInt8(ascii: ".")
    }
  }

  private var hasDrive: Bool {
    guard bytes.count >= 2, bytes[1] == UInt8(ascii: ":") else { return false }
    return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[0] | 0x20)
  }
}
