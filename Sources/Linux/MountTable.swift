/// One mount, as this process sees it. proc(5), /proc/pid/mountinfo
package struct Mount: Equatable, Sendable {
  /// The file system's device, `8:1`.
  package let device: String
  /// What of the file system is mounted: `/` where it is all of it.
  package let root: [UInt8]
  package let place: [UInt8]
  /// `ext4`.
  package let type: String

  package init(device: String, root: [UInt8], place: [UInt8], type: String) {
    self.device = device
    self.root = root
    self.place = place
    self.type = type
  }

  /// The lines of the table, in which a later mount covers an earlier one at the same place.
  ///
  /// - Throws: `isBadMessage` for a line that is none.
  package static func parse(_ table: [UInt8]) throws(SystemCallError) -> [Mount] {
    var mounts: [Mount] = []
    for line in table.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      // After the options come fields without a number, up to a dash.
      guard fields.count > 6, let dash = fields[6...].firstIndex(of: [UInt8(ascii: "-")]),
        fields.count > dash + 1
      else { throw .badMessage("read", "a line of mountinfo: \(String(decoding: line, as: UTF8.self))") }
      mounts.append(
        Mount(
          device: String(decoding: fields[2], as: UTF8.self), root: unescaped(fields[3]),
          place: unescaped(fields[4]), type: String(decoding: fields[dash + 1], as: UTF8.self)))
    }
    return mounts
  }

  /// All that this process sees.
  package static func all() throws(SystemCallError) -> [Mount] {
    // A file of /proc has no size before it is read.
    try parse(try FileDescriptor.open("/proc/self/mountinfo").readAll(limit: 64 << 20))
  }

  /// Spaces, tabs, line ends and backslashes are written as `\040`.
  private static func unescaped(_ field: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = field
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      guard byte == UInt8(ascii: "\\"), digits.count == 3, digits.allSatisfy({ 0x30...0x37 ~= $0 }) else {
        bytes.append(byte)
        continue
      }
      bytes.append(UInt8(truncatingIfNeeded: digits.reduce(0) { $0 << 3 | Int($1 & 7) }))
      rest = rest.dropFirst(3)
    }
    return bytes
  }
}
