/// The hash chain over everything that was ever recorded.
///
/// Each row's hash covers the hash before it, so that no row can change, vanish or move without changing the
/// head, which the table `chain` keeps with the count. Whoever can write the file can also write a chain of
/// their own: against that, keep a copy of the head elsewhere.
enum AuditChain {
  /// The hash before the first row.
  static let origin = [UInt8](repeating: 0, count: 32)

  /// One row of the table `audit`, as far as its hash covers it.
  struct Entry: Equatable {
    let sequence: Int64
    /// `scan`.
    let event: String
    /// The row of that event's own table.
    let subject: Int64
    /// SHA-256 of what that row and its dependents hold.
    let record: [UInt8]

    /// The hash of this entry after `previous`.
    func hash(after previous: [UInt8]) throws(StoreError) -> [UInt8] {
      var canonical = CanonicalBytes()
      canonical.append(previous)
      canonical.append(sequence)
      canonical.append(event)
      canonical.append(subject)
      canonical.append(record)
      return try canonical.digest()
    }
  }
}
