package import ByteParsing
import Findings
import Formats
import Rules

/// Python modules as bytecode, with whatever name.
package enum PycScanner: FormatScanner {
  package static let format = "pyc"

  private static let limit = 64 << 20

  package static func recognize(_ head: Head) -> Recognition {
    // The magic number and a line end are four bytes; behind them flags, times and sizes, then a marshalled code object.
    guard PycFile.isRecognized(head.prefix), head.prefix.count > 8 else { return .no }
    return [8, 12, 16].contains { $0 < head.prefix.count && head.prefix[$0] & 0x7F == UInt8(ascii: "c") }
      ? .certain : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard member.input.count <= limit else {
      throw ParseError(.limit, at: 0, "bytes of a compiled module: limit \(limit)")
    }
    let file = try PycFile(try member.input.bytes(at: 0, count: member.input.count, "compiled module"))
    for finding in ModuleCode.judge(file.code, path: member.path, table: job.globals) {
      job.recorder.record(finding)
    }
  }
}
