package import ByteParsing

/// What Git keeps in the place of a large file: the digest and the size of a file that is elsewhere.
///
/// Source: git-lfs, `docs/spec.md` and `lfs/pointer.go`: lines of a key and a value, `version` first, less than 1024 bytes.
package struct GitLFSPointer: Equatable, Sendable {
  /// `sha256:` and hexadecimal digits, or whatever stands there; nil where there is no such line.
  package let oid: String?
  /// Bytes of the file that is elsewhere, as it stands there.
  package let size: String?

  /// What a pointer is shorter than.
  package static let byteLimit = 1024

  /// The address of the present version, and those of its forerunners, which git-lfs reads too.
  private static let versions = [
    "https://git-lfs.github.com/spec/v1", "https://hawser.github.com/spec/v1", "http://git-media.io/v/2",
  ].map { Array("version \($0)".utf8) }

  /// Whether bytes begin as a pointer does, and are as short as one. git-lfs reads no more than that, and takes away the
  /// blanks around it.
  package static func begins(_ prefix: [UInt8], of count: Int) -> Bool {
    guard count < byteLimit || prefix.count >= byteLimit && prefix[byteLimit - 1] <= 0x20 else {
      return false
    }
    let text = TextOpening.bare(prefix)
    return versions.contains { version in
      text.starts(with: version) && text.dropFirst(version.count).first.map { $0 <= 0x20 } != false
    }
  }

  /// - Throws: what reading the input throws.
  package init(parsing input: Input) throws(ParseError) {
    let lines = try input.prefix(Self.byteLimit).split { $0 == 0x0A || $0 == 0x0D }
    func value(of key: String) -> String? {
      let start = Array("\(key) ".utf8)
      return lines.first { $0.starts(with: start) }
        .map { String(decoding: $0.dropFirst(start.count), as: UTF8.self) }
    }
    oid = value(of: "oid")
    size = value(of: "size")
  }
}
