package import Linux

/// The digest that a file had in one of its states.
package struct FileState: Equatable, Sendable {
  package let identity: FileIdentity
  package let sha256: String

  package init(identity: FileIdentity, sha256: String) {
    self.identity = identity
    self.sha256 = sha256
  }

  var values: [Value] { identity.values + [.text(sha256)] }
}

extension FileIdentity {
  /// The columns of `file_state`.
  var values: [Value] {
    [
      .integer(Int64(bitPattern: device)), .integer(Int64(bitPattern: inode)), .integer(Int64(size)),
      .integer(modified), .integer(changed),
    ]
  }
}

extension VerdictStore {
  /// The digest of a file that is still in the state in which it was remembered; nil where that is not known.
  ///
  /// A change of the bytes changes the second time stamp of the state, which only the kernel sets, from its clock.
  /// Whoever can set that clock, or write the disk below the file system, can make two states look the same.
  package func digest(ofFileInState identity: FileIdentity) throws(StoreError) -> String? {
    try reader.withLock { reader throws(StoreError) in try reader.digest(of: identity) }
  }

  /// Remembers digests by the states of their files; of a file's states only the last.
  ///
  /// Only for states that no later change can look like: see `FileIdentity.settlingMilliseconds(at:)`.
  package func remember(_ states: [FileState]) throws(StoreError) {
    if !states.isEmpty { try commits.submit(.states(states)) }
  }
}
