import ByteParsing
import Findings
import Linux
import Policy
import Scanning
import TestSupport
import Testing
import Worker

/// Examines bytes as a worker does, without its confinement.
enum Examination {
  /// The package's folder.
  static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

  /// The lists of the repository.
  static let globals: GlobalTable = {
    do {
      var files = [try file("globals/standard-library.json")]
      for folder in ["globals/safe", "globals/dangerous", "globals/functions"] {
        let listing = try Directory(.open("\(root)/policies/\(folder)", [.readOnly, .directory]))
        for name in try listing.names() {
          files.append(try file("\(folder)/\(String(decoding: name, as: UTF8.self))"))
        }
      }
      return try GlobalTable(parsing: files)
    } catch {
      Issue.record("the policies cannot be read: \(error)")
      return GlobalTable()
    }
  }()

  /// The operators of the repository.
  static let operators: OperatorTable = {
    do {
      return try OperatorTable(
        parsing: file("torchscript/operators.json"), tensorflow: file("tensorflow/operators.json"))
    } catch {
      Issue.record("the operators cannot be read: \(error)")
      return OperatorTable()
    }
  }()

  /// The names of Keras's configurations of the repository.
  static let keras: KerasTable = {
    do {
      return try KerasTable(parsing: file("keras/classes.json"))
    } catch {
      Issue.record("the names of Keras cannot be read: \(error)")
      return KerasTable()
    }
  }()

  /// The functions of R of the repository.
  static let rFunctions: RFunctionTable = {
    do {
      return try RFunctionTable(parsing: file("r/functions.json"))
    } catch {
      Issue.record("the functions of R cannot be read: \(error)")
      return RFunctionTable()
    }
  }()

  private static func file(_ path: String) throws -> PolicyBundle.File {
    PolicyBundle.File(
      path: path, bytes: try FileDescriptor.open("\(root)/policies/\(path)").readAll(limit: 1 << 26))
  }

  static func limits(
    unpackedBytes: Int = 64 << 30, heldBytes: Int = 1 << 30, ratio: Int = 1000,
    ratioFreeBytes: Int = 64 << 20, members: Int = 1_000_000, depth: Int = 16,
    opcodes: Int = 1_000_000_000
  ) -> Limits {
    Limits(
      unpackedBytes: unpackedBytes, heldBytes: heldBytes, ratio: ratio, ratioFreeBytes: ratioFreeBytes,
      members: members, depth: depth, pickleOpcodes: opcodes, evidenceBytes: 512, reportBytes: 4 << 20,
      memoryBytes: 2 << 30, cpuSeconds: 120, wallSeconds: 180)
  }

  static func report(_ bytes: [UInt8], limits: Limits = limits()) -> Report {
    report(Input(bytes), limits: limits)
  }

  static func report(_ input: Input, limits: Limits = limits()) -> Report {
    var sink = TestedReport(for: Test.current)
    Examiner(
      globals: globals, operators: operators, keras: keras, rFunctions: rFunctions, limits: limits,
      decompressor: LibraryDecompressor(), archives: LibraryArchiveOpener()
    )
    .examine(input, into: &sink)
    sink.report.coverage.finished = true
    return sink.report
  }
}

extension Report {
  /// The ids of the rules that fired.
  var rules: Set<String> { Set(findings.map(\.rule.id)) }

  /// Everything in a few lines, for a failure's comment.
  var summary: String {
    (["\(verdict.name): \(formats)"] + findings.map { "\($0.rule.id): \($0.detail) \($0.evidence)" }
      + coverage.gaps.map { "gap: \($0.reason)" }).joined(separator: "\n")
  }
}
