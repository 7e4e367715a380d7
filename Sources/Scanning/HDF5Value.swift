import ByteParsing
import Findings
import Formats
import Rules

/// A text or some bytes inside an HDF5 file.
struct HDF5Value {
  private let content: HDF5Content
  private let name: String
  private let offset: Int

  /// - Parameters:
  ///   - name: where it stands in the file: `/model_weights@layer_names`.
  ///   - offset: where the attribute or object begins.
  init(_ content: HDF5Content, named name: String, at offset: Int) {
    self.content = content
    self.name = name
    self.offset = offset
  }

  /// Whether a text is a JSON object or array, as far as its first character says.
  static func isDocument(_ text: [UInt8]) -> Bool {
    let first = text.first { $0 != 0x20 && !(0x09...0x0D).contains($0) }
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
  }

  /// Looks at it as a document, a program, a pickle.
  func examine(of member: Member, in job: inout ScanJob) {
    switch content {
    case .text(let text): examine(text: text, of: member, in: &job)
    case .numbers(let bytes): examineNumbers(held(bytes, in: job), head: bytes, of: member, in: &job)
    case .bytes(let bytes):
      guard bytes.count > 1 else { return }
      guard bytes.count <= job.budget.room else {
        return job.gap("unpacked bytes held: limit \(job.limits.heldBytes)", at: member.path + [name])
      }
      let input = held(bytes, in: job)
      if isPickle(bytes, in: job) { return add(input, of: member, in: &job) }
      job.add(child(input, of: member, expectation: .nothing))
    }
  }

  private func held(_ bytes: [UInt8], in job: ScanJob) -> Input {
    Input(HeldSource(bytes, account: job.budget.account))
  }

  /// Looks at an array of numbers of one byte each. Only what begins as something else is taken for it.
  ///
  /// - Parameter head: the first of the input's bytes, or all of them.
  func examineNumbers(_ input: Input, head: [UInt8], of member: Member, in job: inout ScanJob) {
    guard head.count > 1 else { return }
    if isPickle(head, in: job) { return add(input, of: member, in: &job) }
    let child = child(input, of: member, expectation: .nothing)
    let isContainer =
      head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: HDF5Superblock.signature)
      || Compression(head: head) != nil || head.starts(with: NumpyHeader.magic)
    if isContainer { return job.add(child) }
    var run = PickleRun(child)
    do throws(ParseError) {
      try BuriedPickles.examine(&run, in: &job)
    } catch {
      job.gap(error, at: child.path)
    }
  }

  private func child(_ input: Input, of member: Member, expectation: Member.Expectation) -> Member {
    member.child(input, name: name, expectation: expectation)
  }

  private func examine(text: [UInt8], of member: Member, in job: inout ScanJob) {
    if Self.isDocument(text) {
      // Python's json module has read texts in other alphabets too; a value that is no document is only a text.
      if let root = try? StrictJSON.parse(text, bounds: JSONScanner.bounds) {
        return job.judge(root, of: child(Input(text), of: member, expectation: .anything))
      }
      if text.count > 64 { return job.add(child(Input(text), of: member, expectation: .anything)) }
    }
    let isPacked = PackedPickle(text) != nil
    if !isPacked, isPickle(text, in: job) { return add(Input(text), of: member, in: &job) }
    guard CarriedTextKinds.isWorthALook(text) else { return }
    CarriedText(text, at: 0, role: .possibly)
      .examine(of: child(Input(text), of: member, expectation: .nothing), in: &job)
  }

  /// PyTables unpickles attributes, and programs of many kinds put pickles into arrays.
  private func isPickle(_ bytes: [UInt8], in job: ScanJob) -> Bool {
    if NumpyRules.carriesPickle(Array(bytes.prefix(NumpyRules.headCount))) { return true }
    let probe = PickleProbe.run(Input(bytes), at: 0, opcodeLimit: bytes.count + 1)
    return probe.looksLikePickle && probe.imports
  }

  private func add(_ input: Input, of member: Member, in job: inout ScanJob) {
    job.recorder.record(
      Finding(
        .carriedPickle, at: Location(path: member.path, offset: offset),
        detail: "A value of the file is a pickle.", evidence: name))
    job.add(child(input, of: member, expectation: .nothing))
  }
}

/// Names that Keras gives to what it stores in HDF5.
enum KerasFile {
  /// Attributes whose text is JSON from which a model is made.
  static let configurations = ["model_config", "training_config"]
}
