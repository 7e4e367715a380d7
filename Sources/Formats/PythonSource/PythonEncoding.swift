/// The encoding that Python source declares for itself in one of its first two lines (PEP 263).
package enum PythonEncoding: Equatable, Sendable {
  /// None, or one in which every ASCII byte means what it says.
  case transparent
  /// One in which bytes of ASCII text stand for other text: what is read here is not what Python reads.
  case hiding(String)
  /// One in which an ASCII byte may be the second half of a character, or that is not known.
  case other(String)

  /// Reads the declaration from the first bytes of a file.
  package init(head: [UInt8]) {
    var rest = head.starts(with: [0xEF, 0xBB, 0xBF]) ? head[3...] : head[...]
    for _ in 0..<2 {
      let line = rest.prefix { $0 != 0x0A && $0 != 0x0D }
      let text = line.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0C }
      if let first = text.first, first != UInt8(ascii: "#") { break }
      if let name = Self.declared(in: text) {
        self = Self.classify(name)
        return
      }
      rest = rest.dropFirst(line.count)
      if rest.starts(with: [0x0D, 0x0A]) { rest = rest.dropFirst(2) } else { rest = rest.dropFirst() }
    }
    self = .transparent
  }

  /// The name behind `coding:` or `coding=`.
  private static func declared(in comment: ArraySlice<UInt8>) -> String? {
    let mark = Array("coding".utf8)
    var index = comment.startIndex
    while index + mark.count < comment.endIndex {
      guard comment[index...].starts(with: mark),
        comment[index + mark.count] == UInt8(ascii: ":") || comment[index + mark.count] == UInt8(ascii: "=")
      else {
        index += 1
        continue
      }
      let name = comment[(index + mark.count + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
        .prefix { isNameByte($0) }
      if !name.isEmpty { return String(decoding: name, as: UTF8.self) }
      index += 1
    }
    return nil
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  private static func classify(_ written: String) -> PythonEncoding {
    // Python takes a run of punctuation for one mark (`encodings/__init__.py`, `normalize_encoding`).
    let name = written.lowercased().split { "-_.".contains($0) }.joined(separator: "-")
    if transparentNames.contains(name) || transparentBeginnings.contains(where: { name.hasPrefix($0) }) {
      return .transparent
    }
    return hiding.contains(name) || name.hasPrefix("utf-16") || name.hasPrefix("utf-32")
      ? .hiding(written) : .other(written)
  }

  private static let transparentNames: Set<String> = [
    "utf-8", "utf8", "u8", "utf-8-sig", "utf8-sig", "cp65001", "ascii", "us-ascii", "646", "latin-1",
    "latin1",
    "latin", "l1", "8859", "cp819", "utf-8-unix", "utf-8-dos", "utf-8-mac", "tis-620", "euc-jp", "euc-kr",
    "eucjp",
    "euckr", "gb2312", "euc-cn", "ptcp154", "kz1048", "latin-1-unix",
  ]

  /// One byte a character, the lower half ASCII.
  private static let transparentBeginnings = [
    "iso-8859-", "iso8859-", "koi8-", "cp125", "windows-125", "mac-",
  ]

  private static let hiding: Set<String> = [
    "utf-7", "utf7", "u7", "unicode-1-1-utf-7", "rot13", "rot-13", "hex", "hex-codec", "base64",
    "base64-codec",
    "zlib", "zip", "zlib-codec", "bz2", "bz2-codec", "uu", "uu-codec", "quopri", "quopri-codec",
    "quoted-printable", "unicode-escape", "raw-unicode-escape", "string-escape", "punycode", "idna",
    "cp037",
    "cp500", "cp1026", "cp1140", "cp273", "cp424", "cp875", "utf16", "utf32", "iso-2022-jp", "iso2022-jp",
    "hz",
    "iso-2022-kr", "iso2022-kr",
  ]
}
