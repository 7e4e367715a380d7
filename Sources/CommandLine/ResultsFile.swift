internal import Linux

/// A file of results that one run after another appends to.
final class ResultsFile {
  /// Bytes of a line that anybody may have written: several times the largest report.
  private static let lineLimit = 64 << 20

  private let name: String
  private let file: FileDescriptor

  /// Opens the file, or makes it, and keeps others from appending to it at the same time.
  ///
  /// - Throws: `Failure` where that cannot be, or where somebody else could have written it.
  init(_ path: String) throws {
    name = Escaping.visible(path)
    do {
      file = try .open(path, [.readWrite, .create, .append], mode: 0o644)
      guard try file.identity().isRegular else { throw Failure("\(name): not a regular file") }
      guard try file.ownership().isPrivateToWriter else {
        throw Failure("\(name): somebody else can write it, so its results prove nothing")
      }
      guard try file.takeLock() else { throw Failure("\(name): another run is appending to it") }
    } catch let error as SystemCallError {
      throw Failure("\(name): cannot be written: \(error.message)")
    }
  }

  /// Gives every line to `body`, and cuts off the half one that a killed run left at the end.
  ///
  /// - Returns: how many bytes were cut off.
  /// - Throws: `Failure` for a line that is no result: nothing is changed then.
  func read(_ body: (BatchLine) throws -> Void) throws -> Int {
    let reader = SeparatedReader(
      try file.duplicate(), separator: UInt8(ascii: "\n"), limit: Self.lineLimit)
    var (number, size) = (0, 0)
    while let piece = try reader.next(), piece.isEnded {
      number += 1
      guard !piece.isCut, let line = Self.parse(piece.bytes) else {
        throw Failure("\(name), line \(number): is no result of a batch; name another file")
      }
      try body(line)
      size += piece.bytes.count + 1
    }
    let rest = try file.identity().size - size
    if rest > 0 { try file.truncate(to: size) }
    return rest
  }

  private static func parse(_ bytes: [UInt8]) -> BatchLine? {
    do {
      return try BatchLine(parsing: bytes)
    } catch {
      return nil
    }
  }

  /// For what is appended.
  func output() throws(SystemCallError) -> Output { Output(try file.duplicate()) }

  /// Brings what was appended to the disk.
  func settle() throws(SystemCallError) { try file.synchronize() }
}
