package import ByteParsing
import Findings
package import Formats
package import Pickle
package import Rules

/// Writes down what loaders would do with an artifact, line by line, while it is examined.
///
/// It is shown what the judges judge and what they say, so an explanation and a verdict come from one run. Within
/// the request's limits; where they are reached a last line says so, and the examination goes on without it.
package final class Explainer {
  private let request: ExplanationRequest
  private let recorder: Recorder
  private var lines = 0
  private var bytes = 0
  private var isCut = false

  /// The pickles that are being run, the innermost last.
  private var listings: [PickleListing] = []
  /// The member that is being examined, as long as no pickle was met in it.
  private var pending: (path: [String], text: String)?
  private var membersWithoutPickle = 0

  /// Members without a pickle that are listed before the others are counted.
  private static let listedMembers = 24
  /// More than the fixed fields of a line take in a message.
  private static let fixedBytes = 64

  init(_ request: ExplanationRequest, _ recorder: Recorder) {
    self.request = request
    self.recorder = recorder
  }

  // MARK: Members

  /// A member is examined as these formats.
  func enter(_ member: Member, formats: [String]) {
    pending = (member.path, formats.joined(separator: ", "))
  }

  /// Says more of what the member is: what the scanner found out.
  func note(_ text: String) {
    guard let (path, before) = pending else { return }
    pending = (path, before.isEmpty ? text : "\(before), \(text)")
  }

  /// The member's examination is over. Members inside it may follow.
  func leave() { flushMember() }

  /// A member that nothing is to be looked for in.
  func pass(_ path: [String], _ text: String) {
    flushMember()
    listMember(path, text)
  }

  /// The examination is over.
  func finish() {
    flushMember()
    let more = membersWithoutPickle - Self.listedMembers
    guard !request.all, more > 0 else { return }
    emit(
      ExplanationLine(
        .member, "… \(more) more \(more == 1 ? "member" : "members") without a pickle"))
  }

  private func flushMember() {
    guard let (path, text) = pending else { return }
    pending = nil
    listMember(path, "\(text); no pickle of its own")
  }

  private func listMember(_ path: [String], _ text: String) {
    membersWithoutPickle += 1
    guard request.all || membersWithoutPickle <= Self.listedMembers else { return }
    emit(ExplanationLine(.member, path: path, text))
  }

  /// Compiled code that stands in a document.
  func add(_ codes: [CodeObject], of member: Member) {
    guard !codes.isEmpty else { return }
    pass(member.path, "a document with compiled code")
    for code in codes {
      let listing = CodeListing(code, instructions: request.code || request.opcodes, all: request.all)
      for line in listing.lines { emit(line) }
    }
  }

  // MARK: Pickles

  /// A pickle of a member is about to be run.
  func begin(_ input: Input, at offset: Int, path: [String]) {
    if pending?.path == path { pending = nil }
    flushMember()
    begin(PickleListing(input, at: offset, path: path, title: "pickle", request))
  }

  /// A pickle that was listed is about to be run as another loader reads it. Of that only what comes behind the parting is
  /// listed, if there is anything.
  func begin(
    _ input: Input, at offset: Int, path: [String], as reading: PickleReading, after parting: Int
  ) {
    begin(
      PickleListing(
        input, at: offset, path: path, title: "the same pickle as \(reading.loader) reads it",
        after: parting,
        request))
  }

  /// What PyTorch's restricted unpickler would make of the pickle that has just ended.
  func add(_ answer: WeightsOnly) { emit(ExplanationLine(.weightsOnly, answer.text)) }

  private func begin(_ listing: PickleListing) {
    listings.append(listing)
    write { _ in }
  }

  /// Lets the innermost listing write lines.
  private func write(_ body: (inout PickleListing) -> Void) {
    guard !isCut, var listing = listings.popLast() else { return }
    listing.left = request.lineLimit - lines
    body(&listing)
    for line in listing.takeLines() { emit(line) }
    listings.append(listing)
  }

  /// Writes a line, or says that there will be no more.
  private func emit(_ line: ExplanationLine) {
    guard !isCut else { return }
    let size =
      line.path.reduce(Self.fixedBytes + line.text.utf8.count + (line.rule?.utf8.count ?? 0)) {
        $0 + $1.utf8.count + 4
      }
    // The last line and a little room are kept for the one that says so.
    guard lines < request.lineLimit - 1, size <= request.byteLimit - bytes - 1024 else {
      isCut = true
      recorder.record(ExplanationLine(.cut, cutText))
      return
    }
    lines += 1
    bytes += size
    recorder.record(line)
  }

  private var cutText: String {
    let limits = "\(request.lineLimit) lines or \(request.byteLimit >> 20) MiB"
    return "the explanation is cut here: more than \(limits)"
      + (request.all ? "" : "; --all shows more") + ". The verdict counts everything."
  }
}

extension Explainer: PickleObserver {
  package func observe(_ effect: Effect, _ remarks: [Remark], _ values: borrowing ValueTable) {
    write { $0.add(effect, remarks, values) }
  }

  package func observe(
    result: SymbolicValue, at offset: Int, _ remarks: [Remark], _ values: borrowing ValueTable
  ) {
    write { $0.add(result: result, at: offset, remarks, values) }
  }

  package func observe(_ remark: Remark) { write { $0.add(remark) } }

  package func observe(_ code: CodeObject) { write { $0.add(code) } }

  package func observe(skip count: Int) { write { $0.add(skip: count) } }

  package func beginInner(_ input: Input, at offset: Int) {
    guard let outer = listings.last else { return }
    begin(
      PickleListing(
        input, at: offset, path: outer.path, title: "pickle inside that pickle",
        after: outer.isHidden ? .max : nil, request))
  }

  package func end(_ result: StreamResult) {
    write { $0.end(result) }
    _ = listings.popLast()
    guard let outer = listings.last, !outer.isHidden else { return }
    emit(
      ExplanationLine(
        .pickle, path: outer.path, offset: outer.start, "the pickle around it goes on"))
  }
}

extension WeightsOnly {
  /// The answer, and what it takes to make it yes.
  fileprivate var text: String {
    let end = isCut ? ", …" : ""
    if loads { return "yes" }
    if refusals.isEmpty { return "no; needs add_safe_globals([\(needs.joined(separator: ", "))\(end)])" }
    return "no, and nothing helps: \(refusals.joined(separator: "; "))\(end)"
  }
}
