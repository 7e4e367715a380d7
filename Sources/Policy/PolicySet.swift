package import ByteParsing

/// Everything that the files of a policy bundle say, checked.
package struct PolicySet: Sendable {
  /// The profile in force.
  package let profile: String
  /// The limits of the profile in force.
  package let limits: Limits
  /// The scan policy of the profile in force.
  package let scan: ScanPolicy
  /// The system calls of each role: `seccomp["scan"]`.
  package let seccomp: [String: SeccompPolicy]
  package let globals: GlobalTable
  package let waivers: [Waiver]

  /// Reads every file of the bundle, those of other profiles too.
  ///
  /// - Throws: at the first file that is not wholly understood, or that is missing.
  package init(parsing bundle: PolicyBundle) throws(PolicyError) {
    throw PolicyError(file: ".", line: 0, reason: "policies cannot be read yet")
  }
}
