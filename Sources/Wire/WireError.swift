package import ByteParsing

/// Why a message of the other process was refused.
///
/// There is no recovery: whoever sends one bad message is killed, and nothing it sends afterwards is read.
package struct WireError: Error, Equatable, CustomStringConvertible {
  /// What was wrong, in words that name the message and the field.
  package let reason: String

  package init(_ reason: String) { self.reason = reason }

  package init(_ message: StaticString, _ error: ParseError) {
    self.reason = "\(message): \(error)"
  }

  package var description: String { reason }
}
