package import ByteParsing
import Findings
import Formats
import Rules

/// GGUF: models for llama.cpp and its like. Its readers are written in C++; and the chat templates in it are rendered.
package enum GGUFScanner: FormatScanner {
  package static let format = "gguf"

  package static func recognize(_ head: Head) -> Recognition { head.has(GGUF.magic) ? .certain : .no }

  private static let entryLimit: UInt64 = 1 << 20

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    var reader = try GGUFReader(member.input)
    guard reader.entryCount <= entryLimit, reader.tensorCount <= entryLimit else {
      throw ParseError(
        .limit, at: 8, "\(reader.entryCount) keys and \(reader.tensorCount) tensors, limit \(entryLimit)")
    }
    var judge = GGUFJudge(path: member.path)
    defer { for finding in judge.findings { job.recorder.record(finding) } }
    let end: Int?
    do throws(GGUFReader.Failure) {
      end = try readHead(&reader, &judge, of: member, in: &job)
    } catch {
      switch error {
      case .parse(let error): throw error
      case .absurd(let offset, let detail):
        judge.report(.ggufAbsurdSize, at: offset, "The \(detail).")
        throw ParseError(.malformed, at: offset, detail)
      }
    }
    try DataTail.examine(from: end ?? reader.offset, of: member, as: .ggufLayout, padding: 63, in: &job)
  }

  /// Reads all keys and tensors.
  ///
  /// - Returns: where the data end; nil where that is not known.
  private static func readHead(
    _ reader: inout GGUFReader, _ judge: inout GGUFJudge, of member: Member, in job: inout ScanJob
  ) throws(GGUFReader.Failure) -> Int? {
    var isReading = true
    while isReading {
      let entry = try reader.nextEntry { key, text, offset in
        if key == "tokenizer.ggml.tokens" { judge.judge(token: text, at: offset) }
        let isTemplate = key.contains("chat_template")
        guard isTemplate || CarriedTextKinds.isWorthALook(text) else { return }
        CarriedText(text, at: offset, role: isTemplate ? .template : .possibly).examine(
          of: member, in: &job)
      }
      if let entry { judge.judge(entry) } else { isReading = false }
    }
    judge.finishKeys(at: reader.offset)
    while let tensor = try reader.nextTensor() { judge.judge(tensor) }
    return judge.finish(headEnd: reader.offset, fileCount: member.input.count)
  }
}
