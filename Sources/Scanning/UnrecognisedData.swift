import ByteParsing
import Findings

/// What nobody recognises: named where its magic is known, and searched for pickles.
enum UnrecognisedData {
  /// - Parameter reason: what is known of the bytes instead, as a sentence.
  static func examine(
    _ member: Member, head: Head, because reason: String? = nil, in job: inout ScanJob
  ) throws(ParseError) {
    let magic = Magic.table.first { head.has($0.bytes, at: $0.offset) }
    job.explainer?.note(
      head.input.count == 0
        ? "empty" : magic.map { "\($0.name), not opened" } ?? "no format that is examined")
    switch member.expectation {
    case .nothing: return
    case .loadable:
      job.gap("bytes that are handed to a loader were not understood", at: member.path)
    case .anything: break
    }
    // The artifact itself should hold something; in archives empty files mark folders and packages.
    if head.input.count == 0, !member.path.isEmpty { return }
    if let magic, magic.isPacked {
      job.gap("\(magic.name): packed data were not opened", at: member.path)
    }
    job.recorder.record(
      Finding(
        .unrecognised, at: Location(path: member.path, offset: 0), detail: reason ?? detail(magic, head)))
    var run = PickleRun(member)
    try BuriedPickles.examine(&run, in: &job)
  }

  private static func detail(_ magic: Magic?, _ head: Head) -> String {
    if head.input.count == 0 { return "The file is empty." }
    guard let magic else { return "No format that is examined begins like this." }
    return "\(magic.name): not examined by this engine."
  }
}

/// The first bytes of formats that are not examined, so that a report can name them.
struct Magic {
  let name: String
  let bytes: [UInt8]
  var offset = 0
  /// Whether it holds other data, packed or encrypted.
  var isPacked = false

  static let table: [Magic] = [
    Magic(name: "LZ4 of before the frames", bytes: [0x02, 0x21, 0x4C, 0x18], isPacked: true),
    Magic(name: "bzip2", bytes: Array("BZ".utf8), isPacked: true),
    Magic(name: "7-Zip", bytes: [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], isPacked: true),
    Magic(name: "RAR", bytes: Array("Rar!".utf8), isPacked: true),
    Magic(name: "tar", bytes: Array("ustar".utf8), offset: 257, isPacked: true),
    Magic(name: "cpio", bytes: Array("07070".utf8), isPacked: true),
    Magic(name: "ar", bytes: Array("!<arch>\n".utf8), isPacked: true),
    Magic(name: "HDF5", bytes: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]),
    Magic(
      name: "Riegeli records, as TensorFlow's chunked models",
      bytes: [0x83, 0xAF, 0x70, 0xD1, 0x0D, 0x88, 0x4A, 0x3F], isPacked: true),
    Magic(name: "GGML of before GGUF", bytes: Array("lmgg".utf8)),
    Magic(name: "GGML of before GGUF", bytes: Array("fmgg".utf8)),
    Magic(name: "GGML of before GGUF", bytes: Array("tjgg".utf8)),
    Magic(name: "GGML adapter", bytes: Array("algg".utf8)),
    Magic(name: "ONNX Runtime", bytes: Array("ORTM".utf8), offset: 4),
    Magic(name: "ExecuTorch", bytes: Array("ET12".utf8), offset: 4),
    Magic(name: "Java objects", bytes: [0xAC, 0xED, 0x00, 0x05]),
    Magic(name: "Windows program", bytes: Array("MZ".utf8)),
    Magic(name: "script", bytes: Array("#!".utf8)),
  ]
}
