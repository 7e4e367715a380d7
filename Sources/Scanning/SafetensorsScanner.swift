package import ByteParsing
import Findings
import Formats
import Rules

/// safetensors: a JSON header and the bytes of the tensors. Nothing in it runs; what a reader may be made to do is in the
/// header, and programs act on its metadata.
package enum SafetensorsScanner: FormatScanner {
  package static let format = "safetensors"

  package static func recognize(_ head: Head) -> Recognition {
    SafetensorsHeader.begins(head.prefix) ? .certain : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    let header: SafetensorsHeader
    do throws(ParseError) {
      header = try SafetensorsHeader(parsing: member.input)
    } catch {
      if error.kind == .limit {
        job.recorder.record(
          Finding(
            .safetensorsLength, at: Location(path: member.path, offset: 0),
            detail: "The header: \(error.field)."))
      }
      throw error
    }
    for finding in SafetensorsRules.findings(header, path: member.path) { job.recorder.record(finding) }
    // Programs keep configurations and templates in the metadata, and act on them.
    for object in header.metadataObjects { job.judge(object, of: member, base: 8) }
    for entry in header.metadata { examineTemplate(entry, of: member, in: &job) }
    try examineTensors(header, of: member, in: &job)
    // The layout's finding says so already.
    try DataTail.examine(from: header.byteCount + header.dataEnd, of: member, as: nil, in: &job)
  }

  /// `tokenizer.chat_template` and its like. `chat_template` itself is judged with the metadata.
  private static func examineTemplate(
    _ entry: SafetensorsHeader.Metadata, of member: Member, in job: inout ScanJob
  ) {
    guard entry.key.hasSuffix(".chat_template"), let text = entry.value.utf8 else { return }
    CarriedText(text, at: entry.offset, role: .template).examine(of: member, in: &job)
  }

  /// Tensors of single bytes can be anything.
  private static func examineTensors(
    _ header: SafetensorsHeader, of member: Member, in job: inout ScanJob
  ) throws(ParseError) {
    for tensor in header.tensors where ["U8", "I8", "BOOL"].contains(tensor.type) {
      guard tensor.range.count > 0, tensor.range.lowerBound < member.input.count - header.byteCount else {
        continue
      }
      let start = header.byteCount + tensor.range.lowerBound
      let count = min(NumpyRules.headCount, tensor.range.count, member.input.count - start)
      guard NumpyRules.carriesPickle(try member.input.bytes(at: start, count: count)) else { continue }
      job.recorder.record(
        Finding(
          .carriedPickle, at: Location(path: member.path, offset: start),
          detail: "The bytes of a tensor begin as a pickle.",
          evidence: String(decoding: tensor.name, as: UTF8.self)))
    }
  }
}
