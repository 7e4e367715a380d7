/// Why bytes could not be read as what they should be.
///
/// A parse error is never a failure of the program and never a clean result: whoever catches it
/// records a gap in the coverage, and the verdict is at least `incomplete`.
package struct ParseError: Error, Equatable, CustomStringConvertible {
  /// The kinds of trouble that bytes can be in.
  package enum Kind: String, Equatable, Sendable {
    /// The input ends before the value does.
    case truncated
    /// The bytes cannot be what the format says they are.
    case malformed
    /// A limit of the policy was reached; the field names the limit and its value.
    case limit
    /// The format allows this, and this reader does not read it.
    case unsupported
    /// The file changed or became shorter while it was read.
    case changed
  }

  package let kind: Kind
  /// Bytes from the start of the stream being read.
  package let offset: Int
  /// What was being read, in words: `"central directory entry"`.
  package let field: String

  package init(_ kind: Kind, at offset: Int, _ field: String) {
    self.kind = kind
    self.offset = offset
    self.field = field
  }

  package var description: String { "\(kind.rawValue) at \(offset): \(field)" }
}
