package import Linux

/// How far a test goes to show a promise: briefly with all other tests, the whole way where `scripts/prove` asks for it.
package enum Proof {
  /// Where figures are written to; only `scripts/prove` names a file.
  private static let path = Process.environment("LAZARET_PROVE")

  /// Whether this run goes the whole way.
  package static let isWhole = path != nil

  /// How much is tried: little, or all of it.
  package static func extent<Amount>(_ brief: Amount, whole: Amount) -> Amount { isWhole ? whole : brief }

  /// Hands over what the test measured, for the page of promises; without `scripts/prove` it is printed.
  ///
  /// - Parameters:
  ///   - figure: One line, as it will stand in the page: a number with its unit, and how much was tried.
  ///   - test: The name of the test.
  package static func record(_ figure: String, test: String = #function) throws(SystemCallError) {
    guard let path else { return print("\(test): \(figure)") }
    // One write, so that tests that run at once do not mix their lines.
    try FileDescriptor.open(path, [.writeOnly, .create, .append], mode: 0o666)
      .write(Array("\(test)\t\(figure)\n".utf8))
  }
}
