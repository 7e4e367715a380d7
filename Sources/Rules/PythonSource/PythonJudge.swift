import ByteParsing
import Findings
import Formats
import Policy

/// Judges Python source, logical line by logical line, without running it.
///
/// Follows names through imports and assignments, folds constant texts, and remembers of values where they come
/// from. It is no proof that code is harmless: code stays for a person to read. It finds what no honest code was found to
/// do.
struct PythonJudge {
  /// What is on the stack of indented blocks.
  struct Block {
    enum Kind { case function, classBody, main, other }
    let kind: Kind
    let column: Int
    let name: String
  }

  /// Something that denies, at once or where it runs when the file is imported.
  struct Fact {
    let detail: String
    let line: Int
    let offset: Int
    /// The function or class of the file's own in which it stands, nil for what an import runs.
    let owner: String?
    /// Whether it counts wherever it stands.
    let isCertain: Bool
  }

  let table: GlobalTable
  /// How many texts that are run are around this one.
  let depth: Int
  /// Whether every line stands by itself, and starting a program at all is what no honest line does: a `.pth` file.
  let isStartUp: Bool

  var tokens: [PythonToken] = []
  var position = 0
  var scopes: [[String: PythonValue]] = [[:]]
  /// Values of attributes: `self.x`.
  var attributes: [String: PythonValue] = [:]
  var blocks: [Block] = []
  var starModules: [String] = []

  private(set) var facts: [Fact] = []
  /// Names that were used, by what they reach, with the line of the first use.
  private(set) var reaches: [PythonReach: [(name: String, line: Int)]] = [:]
  private(set) var modules: [String] = []
  /// Files that something was downloaded to, where their names are constants.
  var downloads: Set<String> = []
  /// Names of the file's own that an import calls, and that each of them calls.
  var calledAtImport: Set<String> = []
  var calls: [String: Set<String>] = [:]
  /// Names of the file's own classes, which a `cmdclass` runs at installation.
  var ownClasses: Set<String> = []
  var hasSetupHook = false
  var marks: Set<ShellMark> = []
  var lastLine = 0
  private(set) var isCut = false
  /// Statements that do something: imports, calls, definitions.
  var effects = 0
  private(set) var names = 0

  /// Parts of a remote shell or of code loaded into memory, which count together.
  enum ShellMark: Hashable { case socket, duplicate, shell, memory, copy, thread, payload }

  /// Different names that are followed.
  private static let nameLimit = 200_000
  static let factLimit = 64
  static let shownNames = 12

  init(table: GlobalTable, depth: Int = 0, isStartUp: Bool = false) {
    self.table = table
    self.depth = depth
    self.isStartUp = isStartUp
  }

  // MARK: what is kept

  /// The outermost function or class of the current place; nil for what an import runs.
  var owner: String? {
    guard blocks.contains(where: { $0.kind == .function || $0.kind == .main }) else { return nil }
    return blocks.first { $0.kind != .other }?.name
  }

  mutating func state(_ detail: String, at token: PythonToken, certain: Bool) {
    guard facts.count < Self.factLimit else { return isCut = true }
    facts.append(
      Fact(detail: detail, line: token.line, offset: token.offset, owner: owner, isCertain: certain))
  }

  mutating func adopt(_ inner: PythonJudge, at token: PythonToken) {
    for fact in inner.facts {
      let counts = fact.isCertain || inner.isReached(fact)
      state("\(fact.detail), in a text that is run as code", at: token, certain: fact.isCertain && counts)
    }
    for (reach, names) in inner.reaches {
      for name in names { use(reach, name.name, line: token.line) }
    }
    marks.formUnion(inner.marks)
  }

  mutating func use(_ reach: PythonReach, _ name: String, line: Int) {
    let shown = PythonText.plain(name, limit: 80)
    var names = reaches[reach] ?? []
    guard names.count < Self.shownNames, !names.contains(where: { $0.name == shown }) else { return }
    names.append((shown, line))
    reaches[reach] = names
  }

  mutating func imported(_ module: String) {
    guard modules.count < 24 else { return }
    let top = PythonText.plain(String(module.prefix { $0 != "." }), limit: 40)
    if !top.isEmpty, !modules.contains(top) { modules.append(top) }
  }

  mutating func bind(_ name: String, _ value: PythonValue) {
    guard names < Self.nameLimit else { return isCut = true }
    names += 1
    scopes[scopes.count - 1][name] = value
  }

  mutating func bindAttribute(_ name: String, _ value: PythonValue) {
    guard names < Self.nameLimit else { return isCut = true }
    names += 1
    attributes[name] = value
  }

  // MARK: the end

  /// Whether importing the file runs what a fact is about.
  func isReached(_ fact: Fact) -> Bool {
    guard let owner = fact.owner else { return true }
    return reachedNames.contains(owner)
  }

  /// The file's own names that an import calls, and those that these call.
  private var reachedNames: Set<String> {
    var reached = calledAtImport
    if hasSetupHook { reached.formUnion(ownClasses) }
    var work = Array(reached)
    while let name = work.popLast() {
      for next in calls[name] ?? [] where reached.insert(next).inserted { work.append(next) }
    }
    return reached
  }

  /// The facts that deny.
  var denials: [Fact] {
    let reached = reachedNames
    var denials = facts.filter { fact in
      fact.isCertain || fact.owner.map { reached.contains($0) } ?? true
    }
    if marks.isSuperset(of: [.socket, .duplicate, .shell]) {
      denials.append(
        Fact(
          detail: "a socket becomes the input and output of a shell", line: lastLine, offset: 0, owner: nil,
          isCertain: true))
    }
    if marks.isSuperset(of: [.memory, .copy, .thread, .payload]) {
      denials.append(
        Fact(
          detail: "machine code is copied into executable memory and started", line: lastLine, offset: 0,
          owner: nil,
          isCertain: true))
    }
    return denials
  }
}
