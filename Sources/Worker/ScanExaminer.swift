package import ByteParsing
package import Findings
package import Policy
internal import Scanning

/// The examination of every format, with zlib to unpack what is packed.
package struct ScanExaminer: ArtifactExaminer {
  package init() {}

  package func examine(_ input: Input, policy: PolicySet, into report: inout some ReportSink) {
    Examiner(globals: policy.globals, limits: policy.limits, decompressor: ZlibDecompressor())
      .examine(input, into: &report)
  }
}
