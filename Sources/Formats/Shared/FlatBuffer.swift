package import ByteParsing

/// Reads a FlatBuffer: tables that point at each other, with every offset compared with the bytes there are before it is
/// followed. Remembers how far the buffer reaches.
///
/// Source: FlatBuffers, "FlatBuffers Internals"; `include/flatbuffers/verifier.h`.
package struct FlatBuffer {
  private let input: Input
  private var window: [UInt8] = []
  private var windowStart = 0
  /// One past the last byte that anything read so far has.
  package private(set) var end = 0
  private var tables = 0

  private static let windowSize = 16 << 10
  /// Tables that a buffer may have, as the verifier allows.
  private static let tableLimit = 1_000_000

  package init(_ input: Input) { self.input = input }

  package var count: Int { input.count }

  /// A table, and how its fields are found.
  package struct Table {
    package let position: Int
    let fields: Int
    let fieldsSize: Int
    package let size: Int
  }

  /// A vector's elements.
  package struct Vector {
    package let start: Int
    package let count: Int
  }

  private mutating func load(_ position: Int, _ width: Int, _ field: StaticString) throws(ParseError) {
    guard position >= 0, position <= input.count, width <= input.count - position else {
      throw ParseError(.malformed, at: max(0, position), "\(field) outside the buffer")
    }
    guard position < windowStart || position + width > windowStart + window.count else { return }
    window = try input.bytes(
      at: position, count: min(max(Self.windowSize, width), input.count - position), field)
    windowStart = position
  }

  /// Marks bytes as part of the buffer.
  package mutating func reach(_ position: Int, _ width: Int) { end = max(end, position + width) }

  /// The unsigned integer of `width` bytes at `position`.
  package mutating func integer(
    at position: Int, width: Int, _ field: StaticString
  ) throws(ParseError) -> UInt64 {
    try load(position, width, field)
    let start = position - windowStart
    reach(position, width)
    return window[start..<start + width].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Follows the offset that stands at `position`.
  package mutating func follow(_ position: Int, _ field: StaticString) throws(ParseError) -> Int {
    let offset = try integer(at: position, width: 4, field)
    guard offset > 0, offset < 1 << 31, Int(offset) <= input.count - position else {
      throw ParseError(.malformed, at: position, "\(field) outside the buffer")
    }
    return position + Int(offset)
  }

  /// The table at `position`.
  package mutating func table(at position: Int, _ field: StaticString) throws(ParseError) -> Table {
    tables += 1
    guard tables <= Self.tableLimit else {
      throw ParseError(.limit, at: position, "more than \(Self.tableLimit) tables")
    }
    guard position % 4 == 0 else { throw ParseError(.malformed, at: position, "\(field) out of line") }
    let back = Int(Int32(truncatingIfNeeded: try integer(at: position, width: 4, field)))
    let fields = position - back
    guard fields >= 0, fields % 2 == 0 else {
      throw ParseError(.malformed, at: position, "\(field) outside the buffer")
    }
    let fieldsSize = Int(try integer(at: fields, width: 2, field))
    let size = Int(try integer(at: fields + 2, width: 2, field))
    guard fieldsSize >= 4, fieldsSize % 2 == 0, size >= 4 else {
      throw ParseError(.malformed, at: fields, "\(field) of an impossible size")
    }
    try load(fields, fieldsSize, field)
    reach(fields, fieldsSize)
    try load(position, size, field)
    reach(position, size)
    return Table(position: position, fields: fields, fieldsSize: fieldsSize, size: size)
  }

  /// Where a field of a table stands; nil where the table does not have it.
  ///
  /// - Parameter slot: its place among the offsets of fields, 4 for the first.
  package mutating func field(
    _ table: Table, _ slot: Int, width: Int, _ name: StaticString
  ) throws(ParseError) -> Int? {
    guard slot + 2 <= table.fieldsSize else { return nil }
    let offset = Int(try integer(at: table.fields + slot, width: 2, name))
    guard offset > 0 else { return nil }
    guard offset >= 4, offset + width <= table.size else {
      throw ParseError(.malformed, at: table.position, "\(name) outside its table")
    }
    return table.position + offset
  }

  /// A number of a table, or what the schema says of one that is not there.
  package mutating func number(
    _ table: Table, _ slot: Int, width: Int, or fallback: UInt64 = 0, _ name: StaticString
  ) throws(ParseError) -> UInt64 {
    guard let position = try field(table, slot, width: width, name) else { return fallback }
    return try integer(at: position, width: width, name)
  }

  /// A vector of elements of `width` bytes; empty where the table does not have it.
  package mutating func vector(
    _ table: Table, _ slot: Int, width: Int, _ name: StaticString
  ) throws(ParseError) -> Vector {
    guard let position = try field(table, slot, width: 4, name) else { return Vector(start: 0, count: 0) }
    let start = try follow(position, name)
    let count = Int(try integer(at: start, width: 4, name))
    let (bytes, overflow) = count.multipliedReportingOverflow(by: width)
    guard !overflow, bytes <= input.count - start - 4 else {
      throw ParseError(.malformed, at: start, "\(name) longer than the buffer")
    }
    reach(start, 4 + bytes)
    return Vector(start: start + 4, count: count)
  }

  /// The tables of a vector of tables.
  package mutating func tables(
    _ table: Table, _ slot: Int, limit: Int = tableLimit, _ name: StaticString
  ) throws(ParseError) -> [Table] {
    let vector = try vector(table, slot, width: 4, name)
    guard vector.count <= limit else {
      throw ParseError(.limit, at: vector.start, "\(vector.count) of \(name), limit \(limit)")
    }
    var result: [Table] = []
    for index in 0..<vector.count {
      result.append(try self.table(at: try follow(vector.start + 4 * index, name), name))
    }
    return result
  }

  /// A text; nil where the table does not have it.
  package mutating func text(
    _ table: Table, _ slot: Int, limit: Int = 64 << 10, _ name: StaticString
  ) throws(ParseError) -> String? {
    let vector = try vector(table, slot, width: 1, name)
    guard vector.start > 0 else { return nil }
    guard vector.count <= limit else {
      throw ParseError(.limit, at: vector.start, "\(name) of \(vector.count) bytes, limit \(limit)")
    }
    guard try integer(at: vector.start + vector.count, width: 1, name) == 0 else {
      throw ParseError(.malformed, at: vector.start, "\(name) without its NUL")
    }
    return String(decoding: try input.bytes(at: vector.start, count: vector.count, name), as: UTF8.self)
  }

  /// The integers of a vector of 32-bit integers.
  package mutating func integers(
    _ table: Table, _ slot: Int, limit: Int, _ name: StaticString
  ) throws(ParseError) -> [Int32] {
    let vector = try vector(table, slot, width: 4, name)
    guard vector.count <= limit else {
      throw ParseError(.limit, at: vector.start, "\(vector.count) of \(name), limit \(limit)")
    }
    var result: [Int32] = []
    for index in 0..<vector.count {
      result.append(Int32(truncatingIfNeeded: try integer(at: vector.start + 4 * index, width: 4, name)))
    }
    return result
  }
}
