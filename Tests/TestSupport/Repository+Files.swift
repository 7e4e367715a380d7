import Glibc

extension Repository {
  /// The text of a file of the repository, by its path from the root; nil where there is none.
  package static func text(of path: String) -> String? {
    // SAFETY: the stream is used between its opening and its closing only, and `fread` is told the buffer's size.
    guard let file = unsafe fopen("\(root)/\(path)", "rb") else { return nil }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe fread(&buffer, 1, buffer.count, file)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
