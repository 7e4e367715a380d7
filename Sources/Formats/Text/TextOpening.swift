/// Where a text begins to those who pass over a byte-order mark and blanks: shells, Git LFS, LightGBM given a string.
package enum TextOpening {
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// What is left of a text's beginning.
  package static func bare(_ head: [UInt8]) -> ArraySlice<UInt8> {
    let start = head.starts(with: byteOrderMark) ? byteOrderMark.count : 0
    return head[start...].drop { $0 == 0x20 || 0x09...0x0D ~= $0 }
  }
}
