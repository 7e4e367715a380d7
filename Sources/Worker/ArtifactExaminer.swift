package import ByteParsing
package import Findings
package import Policy

/// What a worker does with its artifact, once it can do nothing else.
package protocol ArtifactExaminer {
  /// Examines one artifact and reports what it finds as it finds it. What it does not examine it reports as a
  /// gap; returning without one says that all was examined.
  ///
  /// - Parameter explanation: what lines to record besides; nil for none.
  func examine(
    _ input: Input, policy: PolicySet, explanation: ExplanationRequest?, into report: inout some ReportSink)
}
