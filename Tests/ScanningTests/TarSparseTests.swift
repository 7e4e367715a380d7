import ByteParsing
import Findings
import Pickle
import TestSupport
import Testing

/// Files with holes, in the four ways in which GNU tar writes them.
@Suite struct TarSparseTests {
  private static let hostile = pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop])
  /// The pickle in two parts, with a hole before, between and behind them.
  private static let cut = 11
  private static let places = [4096, 4096 + cut]

  private static var data: [UInt8] { hostile }

  private static func old(size: Int, parts: [(Int, Int)], _ data: [UInt8]) -> [UInt8] {
    var fields = TarBuilder.Fields(type: "S")
    fields.magic = "ustar  \0"
    for (index, part) in parts.prefix(4).enumerated() {
      fields.raw.append(
        (
          386 + 24 * index,
          TarBuilder.octal(part.0, digits: 11) + [0] + TarBuilder.octal(part.1, digits: 11) + [0]
        )
      )
    }
    fields.raw.append((482, [parts.count > 4 ? 1 : 0]))
    fields.raw.append((483, TarBuilder.octal(size, digits: 11) + [0]))
    var more: [UInt8] = []
    if parts.count > 4 {
      for part in parts.dropFirst(4) {
        more += TarBuilder.octal(part.0, digits: 11) + [0] + TarBuilder.octal(part.1, digits: 11) + [0]
      }
      more += [UInt8](repeating: 0, count: 512 - more.count)
    }
    return TarBuilder.header("m", size: data.count, fields) + more + TarBuilder.padded(data)
  }

  private static func leading(_ parts: [(Int, Int)]) -> [UInt8] {
    let lines = ["\(parts.count)"] + parts.flatMap { ["\($0.0)", "\($0.1)"] }
    return TarBuilder.padded(Array((lines.joined(separator: "\n") + "\n").utf8))
  }

  private static func writings(
    size: Int, parts: [(Int, Int)], _ data: [UInt8]
  ) -> [(name: String, archive: [UInt8])] {
    let pairs = parts.flatMap {
      [("GNU.sparse.offset", "\($0.0)"), ("GNU.sparse.numbytes", "\($0.1)")]
    }
    let map = parts.map { "\($0.0),\($0.1)" }.joined(separator: ",")
    let member = TarBuilder.member("m", data)
    return [
      ("old", TarBuilder.archive(old(size: size, parts: parts, data))),
      ("0.0", TarBuilder.archive(TarBuilder.pax([("GNU.sparse.size", "\(size)")] + pairs), member)),
      (
        "0.1",
        TarBuilder.archive(
          TarBuilder.pax([("GNU.sparse.size", "\(size)"), ("GNU.sparse.map", map)]), member)
      ),
      (
        "1.0",
        TarBuilder.archive(
          TarBuilder.pax([
            ("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "m"),
            ("GNU.sparse.realsize", "\(size)"),
          ]), TarBuilder.member("GNUSparseFile.0/m", leading(parts) + data))
      ),
    ]
  }

  @Test func `the parts are put where they stood`() {
    // Zeros before a pickle are no pickle, so the first part begins the file.
    let parts = [
      (0, Self.cut), (Self.cut, 1), (Self.cut + 1, 1), (Self.cut + 2, 1),
      (Self.cut + 3, Self.hostile.count - Self.cut - 3),
    ]
    for (name, archive) in Self.writings(size: 10_000, parts: parts, Self.hostile) {
      let report = Examination.report(archive)
      #expect(report.rules.contains("pickle.dangerous-call"), "\(name): \(report.summary)")
    }
  }

  @Test func `a hole is zeros`() {
    // A pickle whose bytes object has a hole: without its zeros the rest would be read as opcodes.
    let head = pickle(.proto(4), .number(.binbytes, UInt32(5000)))
    let tail = pickle([.pop] + TorchBuilder.hostileCall + [.stop])
    let size = head.count + 5000 + tail.count
    let parts = [(0, head.count), (head.count + 5000, tail.count)]
    for (name, archive) in Self.writings(size: size, parts: parts, head + tail) {
      let report = Examination.report(archive)
      #expect(report.rules.contains("pickle.dangerous-call"), "\(name): \(report.summary)")
      #expect(report.coverage.gaps.isEmpty, "\(name): \(report.summary)")
    }
  }

  @Test func `petabytes of holes are a bomb`() {
    for (name, archive) in Self.writings(size: 1 << 32, parts: [(0, 4)], [1, 2, 3, 4]) {
      let report = Examination.report(archive)
      #expect(report.rules == ["archive.sparse-bomb"], "\(name): \(report.summary)")
    }
  }

  @Test func `a map that is none is incomplete`() {
    for parts in [[(0, 10), (5, 10)], [(9_990, 20)], [(0, 5000)]] {
      for (name, archive) in Self.writings(size: 10_000, parts: parts, [1, 2, 3, 4]) {
        let report = Examination.report(archive)
        #expect(report.verdict >= .incomplete, "\(name): \(report.summary)")
      }
    }
  }
}
