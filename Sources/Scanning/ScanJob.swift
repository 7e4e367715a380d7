package import ByteParsing
import Findings
package import Policy

/// One artifact's examination: a work list, what is left of the budgets, and where the results go.
///
/// Containers give their members one at a time through a cursor on the list, so memory grows with the depth
/// and not with the number of members, and nothing recurses.
package struct ScanJob {
  package let globals: GlobalTable
  package let operators: OperatorTable
  package let keras: KerasTable
  package let rFunctions: RFunctionTable
  package let limits: Limits
  package let decompressor: any Decompressor
  package let archives: any ArchiveOpener
  package let recorder: Recorder
  /// Writes down what loaders would do; nil where nobody asked.
  package let explainer: Explainer?
  package var budget: Budget

  private enum Work {
    case member(Member)
    case cursor(any MemberCursor, of: [String])
  }

  private var work: [Work] = []
  /// Set when going on would serve the attacker: after a bomb, or at a limit of the whole artifact.
  package private(set) var isStopped = false

  package init(
    _ artifact: Input, globals: GlobalTable, operators: OperatorTable, keras: KerasTable = KerasTable(),
    rFunctions: RFunctionTable = RFunctionTable(), limits: Limits,
    decompressor: any Decompressor, archives: any ArchiveOpener, recorder: Recorder,
    explainer: Explainer? = nil
  ) {
    self.globals = globals
    self.operators = operators
    self.keras = keras
    self.rFunctions = rFunctions
    self.limits = limits
    self.decompressor = decompressor
    self.archives = archives
    self.recorder = recorder
    self.explainer = explainer
    budget = Budget(limits, artifactBytes: artifact.count)
    work = [.member(Member(artifact, path: [], depth: 0))]
  }

  /// Adds a member as further work.
  package mutating func add(_ member: Member) { work.append(.member(member)) }

  /// Adds the members of a container as further work.
  package mutating func add(_ cursor: any MemberCursor, of container: Member) {
    work.append(.cursor(cursor, of: container.path))
  }

  /// Records a gap.
  package func gap(_ reason: String, at path: [String], offset: Int? = nil) {
    recorder.record(Gap(at: Location(path: path, offset: offset), reason: reason))
  }

  /// Records that bytes could not be read as what they should be.
  package func gap(_ error: ParseError, at path: [String]) {
    gap("\(error.kind.rawValue): \(error.field)", at: path, offset: error.offset)
  }

  /// Ends the examination: what is left on the list is a gap.
  package mutating func stop(_ reason: String, at path: [String]) {
    isStopped = true
    gap("the examination stopped here: \(reason)", at: path)
  }

  /// Works the list off.
  package mutating func run() {
    while !isStopped, let item = work.popLast() {
      switch item {
      case .member(let member): examine(member)
      case .cursor(var cursor, let path):
        do {
          guard let member = try cursor.next(&self) else { continue }
          work.append(.cursor(cursor, of: path))
          work.append(.member(member))
        } catch {
          gap(error, at: path)
        }
      }
    }
  }

  /// Examines one member as everything it may be.
  private mutating func examine(_ member: Member) {
    if member.depth > 0 {
      guard budget.takeMember() else {
        stop("members: limit \(limits.members)", at: member.path)
        return
      }
      recorder.record(bytes: 0, members: 1, opcodes: 0)
    }
    guard member.depth <= limits.depth else {
      recorder.record(
        Finding(
          .nestingBomb, at: Location(path: member.path),
          detail: "More than \(limits.depth) containers are inside each other."))
      stop("containers inside containers: limit \(limits.depth)", at: member.path)
      return
    }
    do {
      try dispatch(member)
    } catch {
      gap(error, at: member.path)
    }
  }

  private mutating func dispatch(_ member: Member) throws(ParseError) {
    let head = try Head(member.input)
    let scanners = Registry.scanners.filter { $0.recognize(head) != .no }
    explainer?.enter(member, formats: scanners.map { $0.format })
    defer { explainer?.leave() }
    for scanner in scanners {
      recorder.record(format: scanner.format)
      do {
        try scanner.scan(member, in: &self)
      } catch {
        gap(error, at: member.path)
      }
    }
    if scanners.isEmpty { try UnrecognisedData.examine(member, head: head, in: &self) }
    if member.depth == 0 { recorder.record(bytes: member.input.count, members: 0, opcodes: 0) }
  }
}
