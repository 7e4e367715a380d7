import ByteParsing
import Formats

/// A wheel's `RECORD`: each file with its digest.
///
/// Source: the binary distribution format (PEP 427); PEP 376.
struct WheelRecord {
  enum Entry: Equatable {
    case digest([UInt8])
    /// RECORD itself, its signatures, and files with another kind of digest.
    case unchecked
  }

  private var entries: [String: Entry] = [:]
  private(set) var isRead = false

  /// Bytes of a RECORD that are read; TensorFlow's has two millions.
  private static let limit = 16 << 20
  /// Members up to this size are compared.
  static let checkedBytes = 64 << 20

  func entry(_ name: String) -> Entry? {
    let base = name.split(separator: "/").last ?? ""
    if name.contains(".dist-info/"), ["RECORD", "RECORD.jws", "RECORD.p7s"].contains(base) {
      return .unchecked
    }
    return entries[name]
  }

  /// - Throws: `.limit` for one that is too long.
  mutating func read(_ input: Input, folder: String) throws(ParseError) {
    guard input.count <= Self.limit else {
      throw ParseError(.limit, at: 0, "bytes of RECORD: limit \(Self.limit)")
    }
    let bytes = try input.bytes(at: 0, count: input.count, "RECORD")
    for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      let fields = Self.fields(line)
      guard let name = fields.first, !name.isEmpty else { continue }
      var entry = Entry.unchecked
      if fields.count > 1, fields[1].hasPrefix("sha256=") {
        let text = fields[1].dropFirst(7).map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        let digest = Base64(decoding: Array(String(text).utf8)).bytes
        if digest.count == 32 { entry = .digest(digest) }
      }
      entries[folder + name] = entry
    }
    isRead = true
  }

  /// The fields of a line of CSV.
  private static func fields(_ line: ArraySlice<UInt8>) -> [String] {
    var fields: [[UInt8]] = [[]]
    var isQuoted = false
    for byte in line {
      switch byte {
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted: fields.append([])
      default: fields[fields.count - 1].append(byte)
      }
    }
    return fields.map { String(decoding: $0, as: UTF8.self) }
  }
}
