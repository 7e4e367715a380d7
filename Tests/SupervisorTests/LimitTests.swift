import Findings
import Linux
import Policy
import Supervisor
import TestSupport
import Testing

/// Every limit of the policies, and files that need a little less than it, just as much, and a little more.
@Suite struct LimitTests {
  /// What a limit does with what is beyond it.
  enum Effect: Sendable {
    /// The file is not allowed, and the reason names the limit's value.
    case refuses
    /// Less is shown; the verdict is what it would have been.
    case shortens
  }

  struct Row: Sendable, CustomStringConvertible {
    /// The limit's name in the file.
    let field: String
    /// What keeps other limits out of the way.
    var others: [String: Int] = [:]
    var program = "lazaret-worker"
    var effect = Effect.refuses
    /// The verdict on what is within.
    var within = Verdict.allow
    /// What the reason names where that is another limit's value.
    var named: Int?
    /// Values of the limit and files with them, each within it or not.
    let cases: [(limit: Int, file: [UInt8], isWithin: Bool)]

    var description: String { field }

    func supervisor(_ limit: Int) throws -> Supervisor {
      var limits = others
      limits[field] = limit
      return try Supervisor(
        SupervisorConfiguration(
          workerPath: Repository.program(program), bundle: try StandIn.bundle(limits: limits),
          idleWorkers: 1))
    }
  }

  @Test func `there is a row for every limit of the policies`() throws {
    let text = try #require(Repository.text(of: "policies/limits/default.json"))
    let fields = try JSONDocument.parse(text).keys.filter { $0 != "schema" }
    #expect(fields.sorted() == Self.rows.map(\.field).sorted())
  }

  @Test(arguments: rows) func `what is over a limit is not allowed, and what is not is`(row: Row) throws {
    var supervisors: [Int: Supervisor] = [:]
    func examine(_ file: [UInt8], _ limit: Int) throws -> Examination {
      let supervisor = try supervisors[limit] ?? row.supervisor(limit)
      supervisors[limit] = supervisor
      return supervisor.examine(try .file(file))
    }
    for (limit, file, isWithin) in row.cases {
      let examination = try examine(file, limit)
      let reasons =
        examination.report.findings.map(\.detail) + examination.report.coverage.gaps.map(\.reason)
      switch (row.effect, isWithin) {
      case (.shortens, _):
        let whole = try examine(file, 1 << 20)
        #expect(examination.outcome == .finished && examination.verdict == whole.verdict, "\(reasons)")
        #expect((examination.report == whole.report) == isWithin, "limit \(limit): \(examination.report)")
      case (.refuses, true): #expect(examination.verdict == row.within, "limit \(limit): \(reasons)")
      case (.refuses, false):
        #expect(examination.verdict >= .incomplete, "limit \(limit)")
        #expect(reasons.contains { $0.contains(" \(row.named ?? limit)") }, "limit \(limit): \(reasons)")
      }
    }
  }

  // MARK: - The rows

  private static let small = pickle(.proto(2), .emptyDict, .stop)
  private static let work = Array("control".utf8)

  static let rows: [Row] = [
    around("unpacked_bytes", 10_000) { amount in
      let content = pickle(.proto(4), .bytes([UInt8](repeating: 1, count: amount - 8)), .stop)
      return ZIPBuilder([
        .init("a.pkl", packed: ZIPBuilder.deflateStored(content), unpacked: content)
      ]).build()
    },
    // What is within has bytes of which nobody knows what they are.
    around("held_bytes", 1_000, within: .review) { amount in
      var builder = HDF5Builder()
      builder.attributes = [.opaque("a", [UInt8](repeating: 0, count: amount))]
      return builder.build()
    },
    Row(
      field: "ratio", others: ["ratio_free_bytes": 1],
      cases: [(ratio - 1, zeros, false), (ratio, zeros, true), (ratio + 1, zeros, true)]),
    Row(
      field: "ratio_free_bytes", others: ["ratio": 10], named: 10,
      cases: [(unpacked - 1, zeros, false), (unpacked, zeros, true), (unpacked + 1, zeros, true)]),
    around("members", 10) { amount in
      ZIPBuilder((0..<amount).map { ZIPBuilder.Member("\($0).pkl", small) }).build()
    },
    around("depth", 3) { amount in
      (0..<amount).reduce(small) { inner, _ in ZIPBuilder([.init("a", inner)]).build() }
    },
    around("pickle_opcodes", 100) { amount in
      pickle(
        [.proto(2), .emptyList, .mark] + Array(repeating: .none, count: amount - 5) + [.appends, .stop])
    },
    Row(
      field: "evidence_bytes", effect: .shortens,
      cases: [(evidence - 1, name, false), (evidence, name, true), (evidence + 1, name, true)]),
    Row(
      field: "report_bytes", effect: .shortens,
      cases: [(4_096, many, false), (1 << 16, many, true)]),
    // One byte, second or tick of these makes no difference that could be seen.
    Row(
      field: "memory_bytes", program: "ProbeWorker",
      cases: [(1 << 28, Array("allocate".utf8), false), (1 << 28, work, true)]),
    Row(
      field: "cpu_seconds", program: "ProbeWorker",
      cases: [(1, Array("spin".utf8), false), (20, work, true)]),
    Row(
      field: "wall_seconds", program: "ProbeWorker",
      cases: [(1, Array("spin".utf8), false), (60, work, true)]),
  ]

  /// Files that need one less than the limit, just as much, and one more.
  private static func around(
    _ field: String, _ limit: Int, within: Verdict = .allow, _ file: (_ amount: Int) -> [UInt8]
  ) -> Row {
    Row(
      field: field, within: within,
      cases: [(limit, file(limit - 1), true), (limit, file(limit), true), (limit, file(limit + 1), false)])
  }

  /// An array of zeros in ZIP, by DEFLATE.
  private static let zeros: [UInt8] = {
    let packed =
      ZIPBuilder.deflateStored(arrayHead, isLast: false) + ZIPBuilder.deflateZeros(matches: 1_000)
    return ZIPBuilder([
      .init("a.npy", packed: packed, unpacked: arrayHead + [UInt8](repeating: 0, count: 258_001))
    ]).build()
  }()

  private static let arrayHead = NpyBuilder("'|u1'", shape: "(258001,)", data: []).build()
  private static let unpacked = arrayHead.count + 258_001
  private static let ratio =
    unpacked
    / (ZIPBuilder.deflateStored(arrayHead, isLast: false).count
      + ZIPBuilder.deflateZeros(matches: 1_000).count)

  /// An unknown name, and how long it is as evidence.
  private static let name = pickle(
    .proto(2), .global("no.such", String(repeating: "x", count: 200)), .stop)
  private static let evidence = "no.such.".utf8.count + 200

  /// Many findings, one of them bad.
  private static let many = ZIPBuilder(
    (0..<60).map {
      ZIPBuilder.Member("\($0).pkl", pickle(.proto(2), .global("no.such\($0)", "name"), .stop))
    }
      + [ZIPBuilder.Member("z.pkl", pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop]))]
  ).build()
}
