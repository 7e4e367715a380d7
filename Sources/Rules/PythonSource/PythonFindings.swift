package import ByteParsing
package import Findings
import Formats
package import Policy

extension PythonSource {
  /// What is to be said of a source, and where it could not be followed.
  package struct Account {
    package var findings: [Finding] = []
    package var gap: ParseError?
    /// Whether it denies.
    package var isDenied: Bool { findings.contains { $0.rule.verdict == .deny } }
  }

  /// Judges a whole source.
  package static func judge(
    _ input: Input, role: Role, path: [String], table: GlobalTable
  ) -> Account {
    var account = Account()
    var judge = PythonJudge(table: table, isStartUp: role == .startUp)
    do {
      var reader = try PythonTokenizer(input)
      do {
        try judge.read(&reader)
      } catch {
        account.gap = error
      }
      report(reader, path, &account)
    } catch {
      account.gap = error
    }
    report(judge, input, role, path, &account)
    return account
  }

  private static func report(
    _ judge: PythonJudge, _ input: Input, _ role: Role, _ path: [String], _ account: inout Account
  ) {
    let denials = judge.denials
    for fact in denials.prefix(24) {
      account.findings.append(
        Finding(
          role == .startUp ? .dangerousStartUpHook : .dangerousPython,
          at: Location(path: path, offset: fact.offset),
          detail: "Line \(fact.line): \(fact.detail).", evidence: line(of: input, around: fact.offset)))
    }
    if judge.isCut {
      account.gap = account.gap ?? ParseError(.limit, at: 0, "more names or findings than are followed")
    }
    guard judge.effects > 0 else { return }
    let modules =
      judge.modules.isEmpty ? "imports nothing" : "imports \(judge.modules.joined(separator: ", "))"
    account.findings.append(
      Finding(
        .pythonSource, at: Location(path: path, offset: 0),
        detail: "\(judge.lastLine) lines of Python; it \(modules)."))
    for reach in PythonReach.allCases {
      guard let names = judge.reaches[reach], !names.isEmpty else { continue }
      let list = names.map { "\($0.name) (line \($0.line))" }.joined(separator: ", ")
      account.findings.append(
        Finding(reach.rule, at: Location(path: path, offset: 0), detail: "It uses \(list)."))
    }
  }

  private static func report(_ reader: PythonTokenizer, _ path: [String], _ account: inout Account) {
    func add(_ rule: Rule, _ detail: String) {
      account.findings.append(Finding(rule, at: Location(path: path, offset: 0), detail: detail))
    }
    switch reader.encoding {
    case .transparent: break
    case .hiding(let name):
      add(
        .pythonHidingEncoding, "The source says that it is written in \(PythonText.plain(name, limit: 40))."
      )
    case .other(let name):
      account.gap =
        account.gap
        ?? ParseError(
          .unsupported, at: 0, "Python source in the encoding \(PythonText.plain(name, limit: 40))")
    }
    for (irregularity, line) in reader.irregularities.sorted(by: { $0.value < $1.value }) {
      switch irregularity {
      case .openBidirectional: add(.pythonTurnedText, "Line \(line) has \(irregularity.rawValue).")
      case .bidirectional, .invisible: add(.pythonInvisible, "Line \(line) has \(irregularity.rawValue).")
      case .badUTF8 where reader.encoding == .transparent:
        add(.pythonInvisible, "Line \(line) has \(irregularity.rawValue).")
      case .nulByte, .badCharacter, .unterminatedString, .unbalanced:
        account.gap =
          account.gap
          ?? ParseError(.malformed, at: 0, "Python source: line \(line) has \(irregularity.rawValue)")
      case .badUTF8: break
      }
    }
  }

  /// The line of text around an offset, cut where it is long.
  static func line(of input: Input, around offset: Int) -> String {
    let start = max(0, min(offset, input.count) - 160)
    guard let bytes = try? input.bytes(at: start, count: min(320, input.count - start)) else { return "" }
    let middle = min(offset, input.count) - start
    let before = bytes[..<middle].reversed().prefix { $0 != 0x0A && $0 != 0x0D }.count
    let after = bytes[middle...].prefix { $0 != 0x0A && $0 != 0x0D }.count
    let text = bytes[(middle - before)..<(middle + after)].drop { $0 == 0x20 || $0 == 0x09 }
    return PythonText.plain(String(decoding: text, as: UTF8.self), limit: 200)
  }
}

extension PythonReach {
  /// The rule that tells a person of it.
  var rule: Rule {
    switch self {
    case .programs: .pythonPrograms
    case .evaluation: .pythonEvaluation
    case .network: .pythonNetwork
    case .native: .pythonNative
    case .objects: .pythonObjects
    case .internals: .pythonInternals
    case .secrets: .pythonSecrets
    case .startUp: .pythonStartUpPlaces
    }
  }
}
