internal import Linux

/// Reads a file or a pipe from where it stands, piece by piece between separators, with little memory.
final class SeparatedReader {
  struct Piece {
    let bytes: [UInt8]
    /// Whether a separator came after it; otherwise the file ended.
    let isEnded: Bool
    /// Whether there was more of it than the limit, which was left out.
    let isCut: Bool
  }

  private static let block = 1 << 16

  private let file: FileDescriptor
  private let separator: UInt8
  private let limit: Int
  private var buffer: ArraySlice<UInt8> = []

  /// - Parameter limit: bytes of a piece that are kept.
  init(_ file: consuming FileDescriptor, separator: UInt8, limit: Int) {
    self.file = file
    self.separator = separator
    self.limit = limit
  }

  /// The next piece, without its separator; nil at the end.
  func next() throws(SystemCallError) -> Piece? {
    var bytes: [UInt8] = []
    var isCut = false
    while true {
      let end = buffer.firstIndex(of: separator)
      let part = buffer[..<(end ?? buffer.endIndex)]
      isCut = isCut || part.count > limit - bytes.count
      bytes += part.prefix(limit - bytes.count)
      if let end {
        buffer = buffer[(end + 1)...]
        return Piece(bytes: bytes, isEnded: true, isCut: isCut)
      }
      buffer = try file.read(limit: Self.block)[...]
      if buffer.isEmpty {
        return bytes.isEmpty && !isCut ? nil : Piece(bytes: bytes, isEnded: false, isCut: isCut)
      }
    }
  }
}
