package import ByteParsing
import Findings

/// Modules for PyTorch's mobile interpreter as a flatbuffer, which are not examined.
///
/// Source: `torch/csrc/jit/serialization/mobile_bytecode.fbs` (`file_identifier "PTMF"`).
package enum TorchMobileScanner: FormatScanner {
  package static let format = "torch-mobile-flatbuffer"

  package static func recognize(_ head: Head) -> Recognition {
    head.has(Array("PTMF".utf8), at: 4) ? .possible : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    job.recorder.record(
      Finding(
        .mobileBytecode, at: Location(path: member.path, offset: 0),
        detail: "The file is a module for the mobile interpreter, as a flatbuffer."))
    job.gap("the mobile interpreter's flatbuffer is not examined", at: member.path)
    var run = PickleRun(member)
    try BuriedPickles.examine(&run, in: &job)
  }
}
