package import ByteParsing
import Findings
import Formats
import Rules

/// JSON: configurations, tokenizers, indexes, models as text; one document, or one a line.
package enum JSONScanner: FormatScanner {
  package static let format = "json"

  /// Bytes of a document that are read. Its values are kept in 16 bytes each.
  private static let byteLimit = 128 << 20
  static let bounds = StrictJSON.Bounds(
    bytes: byteLimit, depth: 256, values: 16 << 20, allowsPythonNumbers: true)
  private static let lineLimit = 4 << 20

  package static func recognize(_ head: Head) -> Recognition {
    let bytes = head.prefix
    if wideEncoding(bytes) != nil { return .possible }
    var rest = bytes[...]
    if bytes.starts(with: byteOrderMark) { rest = rest.dropFirst(byteOrderMark.count) }
    guard let first = popVisible(&rest), first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
      return .no
    }
    guard let second = popVisible(&rest) else { return head.input.count > bytes.count ? .possible : .no }
    if first == UInt8(ascii: "{") {
      return second == UInt8(ascii: "\"") || second == UInt8(ascii: "}") ? .possible : .no
    }
    switch second {
    case UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "-"),
      0x30...0x39:
      return .possible
    default:
      let words = ["true", "false", "null", "NaN", "Infinity"]
      return words.contains { rest.starts(with: $0.utf8.dropFirst()) && $0.utf8.first == second }
        ? .possible : .no
    }
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private static func popVisible(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
    while let byte = rest.popFirst() {
      if byte != 0x20, byte != 0x09, byte != 0x0A, byte != 0x0D { return byte }
    }
    return nil
  }

  /// The encoding that Python's json module would find in the bytes, where it is not UTF-8 (`json.detect_encoding`).
  private static func wideEncoding(_ bytes: [UInt8]) -> String? {
    func opens(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") }
    guard bytes.count >= 4, !SafetensorsHeader.begins(bytes) else { return nil }
    if bytes.starts(with: [0xFF, 0xFE]) { return opens(bytes[2]) ? "UTF-16 or UTF-32" : nil }
    if bytes.starts(with: [0xFE, 0xFF]) { return opens(bytes[3]) ? "UTF-16" : nil }
    if bytes.starts(with: [0, 0, 0xFE, 0xFF]) { return "UTF-32" }
    // A number in a binary file can be the first character; the second has to be one of JSON too.
    let characters = bytes.prefix(8).filter { $0 != 0 }
    guard characters.count >= 2, opens(characters[0]), continues(characters[1]) else { return nil }
    if opens(bytes[0]), bytes[1] == 0, bytes[3] == 0 { return "UTF-16 or UTF-32" }
    if bytes[0] == 0, opens(bytes[1]), bytes[2] == 0 { return "UTF-16" }
    return bytes.starts(with: [0, 0, 0]) && opens(bytes[3]) ? "UTF-32" : nil
  }

  private static func continues(_ byte: UInt8) -> Bool {
    " \t\r\n\"[]{}-0123456789tfn".utf8.contains(byte)
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    let head = try member.input.prefix(8)
    guard member.input.count <= byteLimit else {
      throw ParseError(.limit, at: 0, "JSON text of \(member.input.count) bytes, limit \(byteLimit)")
    }
    if let encoding = wideEncoding(head) { return try scanWide(member, encoding, in: &job) }
    var start = 0
    if head.starts(with: byteOrderMark) {
      start = byteOrderMark.count
      job.recorder.record(
        Finding(
          .jsonByteOrderMark, at: Location(path: member.path, offset: 0),
          detail: "The document begins with a byte order mark."))
    }
    let text = try member.input.bytes(at: start, count: member.input.count - start)
    do throws(ParseError) {
      job.judge(try StrictJSON.parse(text, bounds: bounds), of: member, base: start)
    } catch {
      guard try scanLines(text, of: member, base: start, in: &job) else {
        throw ParseError(error.kind, at: error.offset + start, error.field)
      }
    }
  }

  /// A document in two or four bytes a character, read as Python's json module reads it.
  private static func scanWide(
    _ member: Member, _ encoding: String, in job: inout ScanJob
  ) throws(ParseError) {
    let bytes = try member.input.bytes(at: 0, count: member.input.count)
    guard let text = WideText.decode(bytes) else {
      throw ParseError(.malformed, at: 0, "JSON in \(encoding)")
    }
    job.recorder.record(
      Finding(
        .jsonWideEncoding, at: Location(path: member.path, offset: 0),
        detail: "The document is in \(encoding). Places in it are given as if it were UTF-8."))
    job.judge(try StrictJSON.parse(text, bounds: bounds), of: member)
  }

  /// One document a line.
  ///
  /// - Returns: whether it is that: more than one line, and the first of them a document.
  private static func scanLines(
    _ text: [UInt8], of member: Member, base: Int, in job: inout ScanJob
  ) throws(ParseError) -> Bool {
    var start = 0
    var documents = 0
    while start < text.count {
      let end = text[start...].firstIndex(of: 0x0A) ?? text.count
      let line = text[start..<end]
      defer { start = end + 1 }
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
      guard line.count <= lineLimit else {
        if documents == 0 { return false }
        throw ParseError(.limit, at: base + start, "line of \(line.count) bytes, limit \(lineLimit)")
      }
      do throws(ParseError) {
        let root = try StrictJSON.parse(Array(line), bounds: bounds)
        // A document over several lines may begin with a line that is a value by itself.
        if documents == 0, root.kind != .object, root.kind != .array { return false }
        job.judge(root, of: member, base: base + start)
        documents += 1
      } catch {
        if documents == 0 { return false }
        throw ParseError(error.kind, at: base + start + error.offset, error.field)
      }
    }
    return documents > 0
  }
}
