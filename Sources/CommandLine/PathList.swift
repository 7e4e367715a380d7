internal import Linux

/// A list of paths, in a file or on standard input, that is read as its paths are needed.
final class PathList {
  private struct State {
    var taken = 0
    var failure: SystemCallError?
  }

  /// Bytes of a path that are read: more than the kernel takes, so that it refuses what was cut.
  private static let pathLimit = 8192

  /// As its user named it, to be shown.
  let name: String
  private let file: FileDescriptor
  private let separator: UInt8
  /// How many there are; nil where only reading to the end would tell.
  private let total: Int?
  private let state = Monitor(State())

  /// - Parameters:
  ///   - path: of the list; nil or `-` for standard input.
  ///   - separator: the byte after each path.
  /// - Throws: `Failure` where it cannot be read.
  init(_ path: [UInt8]?, separator: UInt8) throws {
    self.separator = separator
    guard let path, path != [UInt8(ascii: "-")] else {
      name = "standard input"
      file = FileDescriptor(owning: 0)
      total = nil
      return
    }
    name = Escaping.visible(path)
    do throws(SystemCallError) {
      file = try .open(path: path)
      total = try file.identity().isRegular ? Self.count(path, separator) : nil
    } catch {
      throw Failure("\(name): cannot be read: \(error.message)")
    }
  }

  private static func count(_ path: [UInt8], _ separator: UInt8) throws(SystemCallError) -> Int {
    let reader = SeparatedReader(try .open(path: path), separator: separator, limit: 1)
    var count = 0
    while let piece = try reader.next() { count += piece.bytes.isEmpty ? 0 : 1 }
    return count
  }

  /// Gives the paths, one at a time; empty ones are left out. Where reading fails there are no more, and `failure`
  /// says why.
  func paths() throws(SystemCallError) -> sending () -> [UInt8]? {
    let reader = SeparatedReader(try file.duplicate(), separator: separator, limit: Self.pathLimit)
    let state = state
    return {
      do throws(SystemCallError) {
        while let piece = try reader.next() {
          guard !piece.bytes.isEmpty else { continue }
          state.withLock { $0.taken += 1 }
          return piece.bytes
        }
      } catch {
        state.withLock { $0.failure = error }
      }
      return nil
    }
  }

  /// Why the list was not read to its end.
  var failure: SystemCallError? { state.withLock(\.failure) }

  /// What part of the paths was given; nil where nobody knows how many there are.
  var fractionTaken: Double? {
    guard let total, total > 0 else { return nil }
    return min(1, Double(state.withLock(\.taken)) / Double(total))
  }
}
