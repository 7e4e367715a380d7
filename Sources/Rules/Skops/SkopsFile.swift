/// What a node takes from another member of the archive.
package enum SkopsFile: Sendable {
  /// An array that NumPy or SciPy reads, pickles refused.
  case array
  /// Bytes that are a value as they are.
  case bytes
}
