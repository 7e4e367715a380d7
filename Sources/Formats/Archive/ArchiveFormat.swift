package import ByteParsing

/// Archives that people unpack, and no loader of models reads. Recognised by their first bytes, but for ISO 9660.
package enum ArchiveFormat: String, CaseIterable, Sendable {
  case sevenZip = "7z"
  case rar
  case cpio
  case ar
  case iso9660
  case cab

  /// - Parameter head: the first bytes of `input`.
  package init?(_ head: [UInt8], _ input: Input) {
    if head.starts(with: [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]) {
      self = .sevenZip
    } else if head.starts(with: Array("Rar!\u{1A}\u{07}".utf8)) {
      self = .rar
    } else if head.starts(with: Array("!<arch>\n".utf8)) {
      self = .ar
    } else if head.starts(with: Array("MSCF".utf8) + [0, 0, 0, 0]) {
      self = .cab
    } else if Self.isCpio(head) {
      self = .cpio
    } else if Self.isISO(input) {
      self = .iso9660
    } else {
      return nil
    }
  }

  /// A header in text (`odc` and both `newc`), or in numbers of 16 bits with a mode and a name that can be one.
  private static func isCpio(_ head: [UInt8]) -> Bool {
    let text = head.prefix(6)
    if ["070701", "070702", "070707"].contains(where: { text.elementsEqual($0.utf8) }) { return true }
    guard head.count >= 28 else { return false }
    let isLittle = head.starts(with: [0xC7, 0x71])
    guard isLittle || head.starts(with: [0x71, 0xC7]) else { return false }
    func number(_ offset: Int) -> UInt16 {
      let (low, high) = isLittle ? (head[offset], head[offset + 1]) : (head[offset + 1], head[offset])
      return UInt16(high) << 8 | UInt16(low)
    }
    let nameSize = Int(number(20))
    let type = number(6) & 0o170000
    return (2...1024).contains(nameSize) && 26 + nameSize <= head.count && head[25 + nameSize] == 0
      && [0o040000, 0o100000, 0o120000, 0o020000, 0o060000, 0o010000].contains(type)
  }

  /// `CD001` in the descriptor of the volume, behind 16 sectors that belong to nobody.
  private static func isISO(_ input: Input) -> Bool {
    guard input.count > 34816 else { return false }
    let magic = try? input.bytes(at: 32769, count: 5)
    return magic.map { $0.elementsEqual("CD001".utf8) } ?? false
  }
}

extension ArchiveFormat {
  /// Where a 7-Zip archive ends by its own account; beyond the input where something is missing. Its start header gives
  /// the place of the header at the end: offset from byte 32 at 12, size at 20 (7zFormat.txt).
  ///
  /// - Throws: `.truncated`, and `.malformed` where no input is that long.
  package static func sevenZipEnd(_ input: Input) throws(ParseError) -> Int {
    let head = try input.bytes(at: 0, count: 32, "7z start header")
    // SAFETY: plain bytes, read before `head` ends.
    var reader = ByteReader(unsafe head.span.bytes)
    try reader.skip(12, "signature")
    let offset = try Checked.int(try reader.readInteger(UInt64.self, "offset"), at: 12, "offset")
    let size = try Checked.int(try reader.readInteger(UInt64.self, "size"), at: 20, "size")
    return try Checked.sum(try Checked.sum(32, offset, at: 12, "offset"), size, at: 20, "size")
  }
}
