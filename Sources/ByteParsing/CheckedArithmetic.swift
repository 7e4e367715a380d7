/// Sums and products of numbers that come from a file. Plain `+` and `*` trap on overflow, and a trap
/// loses the report; these throw instead.
package enum Checked {
  /// `a + b`, or a malformed-input error that names the field at `offset`.
  @inlinable
  package static func sum(
    _ a: Int, _ b: Int, at offset: Int, _ field: StaticString
  ) throws(ParseError) -> Int {
    let (value, overflow) = a.addingReportingOverflow(b)
    guard !overflow else { throw ParseError(.malformed, at: offset, "\(field) overflows") }
    return value
  }

  /// `a * b`, or a malformed-input error that names the field at `offset`.
  @inlinable
  package static func product(
    _ a: Int, _ b: Int, at offset: Int, _ field: StaticString
  ) throws(ParseError) -> Int {
    let (value, overflow) = a.multipliedReportingOverflow(by: b)
    guard !overflow else { throw ParseError(.malformed, at: offset, "\(field) overflows") }
    return value
  }

  /// A file's number as an `Int`, or a malformed-input error where it cannot be one.
  @inlinable
  package static func int(
    _ value: some BinaryInteger, at offset: Int, _ field: StaticString
  ) throws(ParseError) -> Int {
    guard let number = Int(exactly: value) else {
      throw ParseError(.malformed, at: offset, "\(field) is out of range")
    }
    return number
  }
}
