import Findings
import Formats
import Rules
import TestSupport
import Testing

/// NumPy's array files and archives of them.
@Suite struct NumpyFileTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let builder: NpyBuilder
  }

  private static func numbers(_ count: Int) -> [UInt8] { Array(repeating: 1, count: count) }

  private static func plain(_ descriptor: String, _ shape: String, _ bytes: Int) -> Case {
    Case(
      testDescription: "\(descriptor) \(shape)",
      builder: NpyBuilder(descriptor, shape: shape, data: numbers(bytes)))
  }

  static let honest =
    [
      plain("'<f8'", "(3,)", 24), plain("'|u1'", "()", 1), plain("'>i4'", "(2, 3)", 24),
      plain("'<U3'", "(2,)", 24), plain("'|S3'", "()", 3), plain("'|b1'", "(0, 7)", 0),
      plain("'<M8[ns]'", "(2,)", 16), plain("'<m8[25s]'", "(1,)", 8), plain("'<c16'", "(1,)", 16),
      plain("'<f8'", "(3L,)", 24), plain("[('a', '<f8'), ('b', '<i4')]", "(2,)", 24),
      plain("[('a', '<f8', (2, 2)), ('', '|V4')]", "(1,)", 36),
      plain("[(('title', 'a'), '<f8')]", "(1,)", 8),
      plain("[('a', [('b', '|u1'), ('c', '|u1', (3,))])]", "(2,)", 8), plain("('<f4', (2,))", "(2,)", 16),
    ]
    + [(2, 0), (3, 0)].map { (version: (UInt8, UInt8)) in
      var builder = NpyBuilder("[('gr\u{F6}\u{DF}e', '<f8')]", shape: "(1,)", data: numbers(8))
      builder.version = version
      return Case(testDescription: "version \(version.0)", builder: builder)
    }

  @Test(arguments: honest)
  func `an honest array is allowed`(_ sample: Case) {
    let report = Examination.report(sample.builder.build())
    #expect(report.verdict == .allow, "\(report.summary)")
    #expect(report.formats.contains("npy"))
  }

  static let headers = [
    "{'descr': '<f8', 'fortran_order': False}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'more': 1}",
    "{'descr': '|O', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '\\x7cO', 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '<' 'f8', 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} # comment",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (True,)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': [1]}",
    "{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1+0,)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (0x1,)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296, 2)}",
    "{'descr': 'float64', 'fortran_order': False, 'shape': (1,)}",
    "{'descr': 'O,O', 'fortran_order': False, 'shape': (1,)}",
    "{'descr': ['<f8'], 'fortran_order': False, 'shape': (1,)}",
    "{'descr': {'names': ['a'], 'formats': ['O']}, 'fortran_order': False, 'shape': (1,)}",
    "{'descr': \(String(repeating: "(", count: 5000))", "dict(descr='<f8')", "{", "",
    "__import__('os').system('echo canary')",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }}",
  ]

  @Test(arguments: headers)
  func `a header that NumPy does not write is incomplete`(_ header: String) {
    let report = Examination.report(NpyBuilder(header: header, data: Self.numbers(8)).build())
    #expect(report.verdict == .incomplete, "\(report.summary)")
  }

  private static let hostile = JoblibBuilder.objects(count: 1, prelude: TorchBuilder.hostileCall)

  @Test(arguments: headers)
  func `a pickle behind such a header is found`(_ header: String) {
    let report = Examination.report(NpyBuilder(header: header, data: Self.hostile).build())
    #expect(report.rules.contains("pickle.dangerous-call"), "\(report.summary)")
  }

  @Test(arguments: [
    "'|O'", "'|O8'", "[('a', '<f8'), ('b', '|O')]", "[('a', [('b', '|O', (2,))])]", "('|O', (1,))",
  ])
  func `an array of objects is its pickle`(_ descriptor: String) {
    let benign = Examination.report(
      NpyBuilder(descriptor, shape: "(1,)", data: JoblibBuilder.objects(count: 1)).build())
    #expect(benign.verdict == .allow, "\(benign.summary)")
    let hostile = Examination.report(NpyBuilder(descriptor, shape: "(1,)", data: Self.hostile).build())
    #expect(hostile.rules.contains("pickle.dangerous-call"), "\(hostile.summary)")
    let none = Examination.report(NpyBuilder(descriptor, shape: "(1,)", data: Self.numbers(8)).build())
    #expect(none.verdict == .incomplete, "\(none.summary)")
  }

  @Test func `too few data are incomplete`() {
    let report = Examination.report(NpyBuilder("'<f8'", shape: "(4,)", data: Self.numbers(31)).build())
    #expect(report.verdict == .incomplete, "\(report.summary)")
  }

  @Test func `bytes after the array are reported and examined`() {
    let bytes = NpyBuilder("'<f8'", shape: "(1,)", data: Self.numbers(8)).build()
    let junk = Examination.report(bytes + [1, 2, 3])
    #expect(junk.rules == ["numpy.trailing-data"], "\(junk.summary)")
    #expect(junk.verdict == .review)
    let pickle = Examination.report(bytes + Self.hostile)
    #expect(pickle.rules.contains("pickle.dangerous-call"), "\(pickle.summary)")
  }

  @Test func `several arrays saved to one file are all examined`() {
    let numbers = NpyBuilder("'<f8'", shape: "(1,)", data: Self.numbers(8)).build()
    let objects = NpyBuilder("'|O'", shape: "(1,)", data: JoblibBuilder.objects(count: 1)).build()
    #expect(Examination.report(numbers + objects + numbers).verdict == .allow)
    let last = NpyBuilder("'|O'", shape: "(1,)", data: Self.hostile).build()
    #expect(Examination.report(numbers + objects + last).rules.contains("pickle.dangerous-call"))
  }

  @Test func `a version that does not exist is incomplete`() {
    for version: (UInt8, UInt8) in [(0, 0), (1, 1), (4, 0), (2, 9)] {
      var builder = NpyBuilder("'<f8'", shape: "(1,)", data: Self.numbers(8))
      builder.version = version
      #expect(Examination.report(builder.build()).verdict == .incomplete)
    }
  }

  @Test func `every cut of an array's file is incomplete`() {
    let bytes = NpyBuilder("'<f8'", shape: "(1,)", data: Self.numbers(8)).build()
    for count in 0..<bytes.count {
      #expect(Examination.report(Array(bytes.prefix(count))).verdict > .allow)
    }
  }

  @Test func `raw bytes that begin as a pickle are for review`() {
    let bytes = pickle(.proto(4), .emptyDict, .stop)
    let opaque = Examination.report(NpyBuilder("'|u1'", shape: "(\(bytes.count),)", data: bytes).build())
    #expect(opaque.rules == ["pickle.carried-pickle"], "\(opaque.summary)")
    let numbers = Examination.report(NpyBuilder("'<f4'", shape: "(1,)", data: bytes).build())
    #expect(numbers.verdict == .allow, "\(numbers.summary)")
  }

  @Test func `members of an archive are judged by what they are`() {
    func archive(_ last: ZIPBuilder.Member) -> [UInt8] {
      let format = NpyBuilder("'|S3'", shape: "()", data: Array("csr".utf8)).build()
      let data = NpyBuilder("'<f8'", shape: "(3,)", data: Self.numbers(24)).build()
      return ZIPBuilder([.init("format.npy", format), .init("data.npy", data), last]).build()
    }
    let objects = NpyBuilder("'|O'", shape: "(1,)", data: JoblibBuilder.objects(count: 1)).build()
    #expect(Examination.report(archive(.init("arr_0.npy", objects))).verdict == .allow)
    let hostile = NpyBuilder("'|O'", shape: "(1,)", data: Self.hostile).build()
    for name in ["arr_0.npy", "arr_0", "readme.txt"] {
      let report = Examination.report(archive(.init(name, hostile)))
      #expect(report.rules.contains("pickle.dangerous-call"), "\(report.summary)")
    }
    #expect(Examination.report(archive(.init("raw", Self.hostile))).rules.contains("pickle.dangerous-call"))
    #expect(Examination.report(archive(.init("notes.txt", Array("text".utf8)))).verdict == .review)
  }
}
