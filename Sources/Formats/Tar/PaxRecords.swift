package import ByteParsing

/// The records of a pax header: `length key=value`, the length counted with itself and the newline.
///
/// Source: POSIX.1-2017, pax, "pax Header Block"; CPython, `Lib/tarfile.py`, `_proc_pax`.
package struct PaxRecords: Equatable, Sendable {
  package struct Record: Equatable, Sendable {
    package let key: String
    package let value: [UInt8]
  }

  /// In the order in which they stand: some keys of GNU tar count by it.
  package private(set) var records: [Record] = []

  package init() {}

  /// Bytes of one header.
  package static let byteLimit = 1 << 20

  /// - Throws: `.malformed` where a record's length is not its length, or no `=` stands in it.
  package init(_ bytes: [UInt8], at offset: Int) throws(ParseError) {
    var start = 0
    while start < bytes.count, bytes[start] != 0 {
      let digits = bytes[start...].prefix { (0x30...0x39).contains($0) }
      guard let length = Int(String(decoding: digits, as: UTF8.self)), digits.count < 10,
        length > digits.count + 2, length <= bytes.count - start, bytes[start + digits.count] == 0x20,
        bytes[start + length - 1] == 0x0A
      else { throw ParseError(.malformed, at: offset + start, "record of a pax header") }
      let record = bytes[(start + digits.count + 1)..<(start + length - 1)]
      guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else {
        throw ParseError(.malformed, at: offset + start, "record of a pax header")
      }
      records.append(
        Record(
          key: String(decoding: record[..<equals], as: UTF8.self), value: Array(record[(equals + 1)...])))
      start += length
    }
  }

  /// The last value of a key.
  package subscript(_ key: String) -> [UInt8]? { records.last { $0.key == key }?.value }

  /// A value that is a number in decimal digits; nil where there is none.
  ///
  /// - Throws: `.malformed` where the value is none.
  func number(_ key: String, at offset: Int) throws(ParseError) -> Int? {
    guard let value = self[key] else { return nil }
    return try Self.number(value, at: offset)
  }

  static func number(_ digits: some Collection<UInt8>, at offset: Int) throws(ParseError) -> Int {
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int(String(decoding: digits, as: UTF8.self))
    else { throw ParseError(.malformed, at: offset, "number of a pax header") }
    return number
  }

  /// Whether a key that names a member or its size is given twice.
  package var repeatsKey: Bool {
    ["path", "linkpath", "size"].contains { key in records.count { $0.key == key } > 1 }
  }

  /// These records, and those of `earlier` whose keys are not among them.
  func over(_ earlier: PaxRecords) -> PaxRecords {
    let own = Set(records.map(\.key))
    var result = self
    result.records = earlier.records.filter { !own.contains($0.key) } + records
    return result
  }
}
