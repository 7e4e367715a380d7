package import Findings
package import Formats

/// Judges a GGUF file's head, entry by entry and tensor by tensor.
package struct GGUFJudge {
  private let path: [String]
  package private(set) var findings: [Finding] = []
  private var keys: Set<String> = []
  private var names: Set<[UInt8]> = []
  private var alignment = 32
  private var counts: [String: Int] = [:]
  /// Where the next tensor's data have to begin.
  private var dataEnd = 0
  /// Where the last tensor's data end, without padding.
  private var lastEnd = 0
  private var isLayoutKnown = true

  package init(path: [String]) { self.path = path }

  package mutating func report(_ rule: Rule, at offset: Int, _ detail: String, evidence: String = "") {
    findings.append(
      Finding(rule, at: Location(path: path, offset: offset), detail: detail, evidence: evidence), upTo: 128
    )
  }

  // MARK: Keys

  /// Arrays that have one element for each token.
  private static let tokenArrays = [
    "tokenizer.ggml.tokens", "tokenizer.ggml.scores", "tokenizer.ggml.token_type",
  ]
  /// More layers than any model has; a reader had room for so many (llama.cpp, pull request 25821).
  private static let layerLimit: UInt64 = 512

  package mutating func judge(_ entry: GGUF.Entry) {
    if entry.key.isEmpty { report(.ggufIrregular, at: entry.offset, "A key is empty.") }
    if !keys.insert(entry.key).inserted {
      report(.ggufIrregular, at: entry.offset, "A key is there twice.", evidence: entry.key)
    }
    if entry.key.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      report(.ggufIrregular, at: entry.offset, "A key has control characters.")
    }
    if let count = entry.count, Self.tokenArrays.contains(entry.key) { counts[entry.key] = count }
    if entry.key == "general.alignment" { judgeAlignment(entry) }
    if entry.key.hasSuffix(".block_count"), let number = entry.number, number > Self.layerLimit {
      report(.ggufIrregular, at: entry.offset, "The model has \(number) layers.", evidence: entry.key)
    }
  }

  private mutating func judgeAlignment(_ entry: GGUF.Entry) {
    guard entry.type == .uint32, let number = entry.number, number > 0, number & (number - 1) == 0 else {
      return report(.ggufIrregular, at: entry.offset, "The alignment is no power of two.")
    }
    alignment = Int(number)
    if number > 1 << 16 { report(.ggufIrregular, at: entry.offset, "The alignment is \(number) bytes.") }
  }

  /// A token that stands for one byte: `<0x41>`. Readers parse the digits (llama.cpp, pull request 25969).
  package mutating func judge(token: [UInt8], at offset: Int) {
    guard token.starts(with: "<0x".utf8), token.last == UInt8(ascii: ">") else { return }
    let digits = token.dropFirst(3).dropLast()
    let isByte =
      digits.count == 2 && digits.allSatisfy { 0x30...0x39 ~= $0 || 0x41...0x46 ~= $0 || 0x61...0x66 ~= $0 }
    if !isByte {
      report(
        .ggufIrregular, at: offset, "A token for a byte is none.",
        evidence: String(decoding: token.prefix(64), as: UTF8.self))
    }
  }

  /// To be called behind the last key.
  package mutating func finishKeys(at offset: Int) {
    guard let tokens = counts["tokenizer.ggml.tokens"] else { return }
    for (key, count) in counts.sorted(by: { $0.key < $1.key }) where count != tokens {
      report(.ggufIrregular, at: offset, "'\(key)' has \(count) elements for \(tokens) tokens.")
    }
  }

  // MARK: Tensors

  package mutating func judge(_ tensor: GGUF.Tensor) {
    let name = String(decoding: tensor.name.prefix(128), as: UTF8.self)
    if tensor.name.isEmpty || tensor.name.count >= 64 || tensor.name.contains(where: { $0 < 0x20 }) {
      report(
        .ggufIrregular, at: tensor.offset, "A tensor's name is none that readers take.", evidence: name)
    }
    if !names.insert(tensor.name).inserted {
      report(.ggufIrregular, at: tensor.offset, "Two tensors have the same name.", evidence: name)
    }
    if tensor.lengths.contains(0) {
      report(.ggufIrregular, at: tensor.offset, "A tensor has no elements.", evidence: name)
    }
    guard tensor.elementCount != nil else {
      return report(
        .ggufAbsurdSize, at: tensor.offset, "A tensor's shape is \(tensor.lengths).", evidence: name)
    }
    guard let size = tensor.byteCount else {
      isLayoutKnown = false
      let known = GGUF.blocks[tensor.type] != nil
      return report(
        known ? .ggufLayout : .ggufIrregular, at: tensor.offset,
        known ? "A tensor's rows are no whole number of blocks." : "A tensor's type is \(tensor.type).",
        evidence: name)
    }
    place(tensor, size: size, name)
  }

  /// Readers want the tensors in the order of the head, each behind the padding of the one before.
  private mutating func place(_ tensor: GGUF.Tensor, size: Int, _ name: String) {
    guard isLayoutKnown else { return }
    if tensor.dataOffset != UInt64(dataEnd) {
      report(
        .ggufLayout, at: tensor.offset, "A tensor begins at \(tensor.dataOffset) instead of \(dataEnd).",
        evidence: name)
    }
    guard let end = padded(dataEnd, plus: size) else {
      isLayoutKnown = false
      return report(.ggufAbsurdSize, at: tensor.offset, "The tensors' sizes overflow.", evidence: name)
    }
    // Not larger than `end`, which did not overflow.
    lastEnd = dataEnd + size
    dataEnd = end
  }

  private func padded(_ start: Int, plus size: Int) -> Int? {
    let (end, overflow) = start.addingReportingOverflow(size)
    guard !overflow, end <= Int.max - alignment else { return nil }
    return (end + alignment - 1) & ~(alignment - 1)
  }

  /// Where the data end, padding included; nil where that is not known. To be called behind the last tensor.
  ///
  /// - Parameter offset: where the head ends.
  package mutating func finish(headEnd offset: Int, fileCount: Int) -> Int? {
    guard isLayoutKnown, let start = padded(offset, plus: 0) else { return nil }
    // A file without tensors need not be padded.
    if names.isEmpty { return min(start, fileCount) }
    let (end, overflow) = start.addingReportingOverflow(dataEnd)
    // The last tensor need not be padded either.
    guard !overflow, start + lastEnd <= fileCount else {
      report(
        .ggufLayout, at: offset,
        "The tensors need \(lastEnd) bytes from \(start) on; the file ends at \(fileCount).")
      return nil
    }
    return min(end, fileCount)
  }
}
