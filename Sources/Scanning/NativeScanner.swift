package import ByteParsing
import Findings
import Formats

/// Programs and libraries: ELF, PE, Mach-O, WebAssembly, Java classes. They are named, not followed.
package enum NativeScanner: FormatScanner {
  package static let format = "native"

  package static func recognize(_ head: Head) -> Recognition {
    NativeObject(head.input, head: head.prefix) == nil ? .no : .certain
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard let object = NativeObject(member.input, head: try member.input.prefix(Head.size)) else { return }
    let rule: Rule =
      switch object.kind {
      case .machineCode: .nativeObject
      case .polyglot: .nativePolyglot
      case .bytecode: .nativeBytecode
      }
    job.recorder.record(
      Finding(rule, at: Location(path: member.path, offset: 0), detail: "The file is \(object.name)."))
    // A pickle may stand behind the code: some programs carry their models that way.
    var run = PickleRun(member)
    try BuriedPickles.examine(&run, in: &job)
  }
}
