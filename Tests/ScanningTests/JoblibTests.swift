import Findings
import Pickle
import TestSupport
import Testing

/// joblib's files: honest ones are allowed, and what hides in the difference between their readers is found.
@Suite struct JoblibTests {
  typealias Array = JoblibBuilder.Array

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    var rule = ""

    init(_ name: String, _ builder: JoblibBuilder, rule: String = "") {
      testDescription = name
      bytes = builder.build()
      self.rule = rule
    }
  }

  /// 24 bytes that no opcode begins with.
  private static let numbers: [UInt8] = (0..<24).map { $0 }

  private static func array(
    _ bytes: [UInt8] = numbers, alignment: Int32? = 16, _ change: (inout Array) -> Void = { _ in }
  ) -> JoblibBuilder.Item {
    var array = Array(bytes, alignment: alignment)
    change(&array)
    return .array(array)
  }

  private static func framed(_ items: JoblibBuilder.Item..., excess: UInt64 = 0) -> JoblibBuilder {
    var builder = JoblibBuilder()
    builder.items = items
    builder.isFramed = true
    builder.frameExcess = excess
    return builder
  }

  /// The pickle of one object, as protocol 5 writes it: the name `numpy` is taken from the memo a second time.
  private static let memoized = pickle(
    .proto(5),
    .framed(
      .text("numpy.core.multiarray"), .memoize, .text("_reconstruct"), .memoize, .stackGlobal, .memoize,
      .text("numpy"), .memoize, .text("ndarray"), .memoize, .stackGlobal, .memoize, .integer(0), .tuple1,
      .memoize, .bytes([0x62]), .memoize, .tuple3, .memoize, .reduce, .memoize, .mark, .integer(1),
      .integer(1), .tuple1, .memoize, .binget(3), .text("dtype"), .memoize, .stackGlobal, .memoize,
      .text("O8"), .memoize, .newFalse, .newTrue, .tuple3, .memoize, .reduce, .memoize, .mark, .integer(3),
      .text("|"), .memoize, .none, .none, .none, .integer(-1), .integer(-1), .integer(63), .tuple, .memoize,
      .build, .newFalse, .emptyList, .memoize, .none, .append, .tuple, .memoize, .build, .stop))

  static let honest = [
    Case("one array with padding", JoblibBuilder(array())),
    Case("one array without padding", JoblibBuilder(array(alignment: nil))),
    Case("several arrays, with and without", JoblibBuilder(array(), array(alignment: nil), array())),
    Case("in frames", framed(array(), .opcodes([.text("a")]), array())),
    Case(
      "an array of objects, whose pickle has the memo of the one around it for pickle.load",
      JoblibBuilder(
        .opcodes([
          .text("a"), .binput(0), .global("joblib.numpy_pickle", "NumpyArrayWrapper"), .binput(3), .pop,
        ]), .array(Array(objects: memoized, count: 1)), array())),
    Case("an empty array", JoblibBuilder(array([], alignment: nil), array([]))),
    Case(
      "two dimensions in Fortran's order",
      JoblibBuilder(
        array {
          $0.shape = [4, 6]; $0.order = "F"
        })),
    Case("no dimensions", JoblibBuilder(array([7]) { $0.shape = [] })),
    Case(
      "numbers of 8 bytes",
      JoblibBuilder(
        array {
          $0.shape = [3]; $0.code = "f8"
        })),
    Case("a mapped array", JoblibBuilder(array { $0.subclass = .global("numpy", "memmap") })),
    Case(
      "a matrix",
      JoblibBuilder(array { $0.subclass = .global("numpy.matrixlib.defmatrix", "matrix") })),
    Case(
      "the module inside scikit-learn",
      JoblibBuilder(array { $0.wrapper.0 = "sklearn.externals.joblib.numpy_pickle" })),
    Case("protocol 0", JoblibBuilder(array { $0.isReconstructed = true })),
    Case(
      "an array of objects",
      JoblibBuilder(.array(Array(objects: JoblibBuilder.objects(count: 2), count: 2)), array())),
    Case(
      "no alignment, said in words",
      JoblibBuilder(
        array(alignment: nil) { $0.extra = [.text("numpy_array_alignment_bytes"), .none] })),
  ]

  @Test(arguments: honest)
  func `an honest file is allowed`(_ sample: Case) {
    let report = Examination.report(sample.bytes)
    #expect(report.verdict == .allow, "\(report.summary)")
  }

  /// Bytes that are opcodes without consequence where `pickle.load` takes them for such: each is an exception, or
  /// changes a plain value.
  static let harmless: [[UInt8]] = [
    [0x62], [0x73], [0x61], [0x51], [0x97], [0x52], [0x81], [0x30, 0x62], [0x2E], [0x4B], [0x30, 0x52],
    [0x42, 0xFF, 0xFF, 0xFF, 0xFF], [0x80, 0x77], [0x80, 0x02, 0x01], [0x30, 0x51],
    [0x82, 0x41],
  ]

  @Test(arguments: harmless)
  func `data that come to nothing as opcodes are allowed`(_ bytes: [UInt8]) {
    let report = Examination.report(JoblibBuilder(Self.array(bytes + [0, 0], alignment: nil)).build())
    #expect(report.verdict == .allow, "\(report.summary)")
  }

  private static let call = pickle(TorchBuilder.hostileCall)
  /// A call in 12 bytes.
  private static let shortCall = pickle(.global("os", "abort"), .emptyTuple, .reduce)

  /// Hides a call in the last 17 bytes of an array, of which a loader that takes no padding runs as many as the padding
  /// and its length take: so many times as needed, the prelude grows until the padding is the longest.
  private static var behindPadding: JoblibBuilder {
    let tail = shortCall + [0x2E, 0, 0, 0, 0]
    let longest: [UInt8] = [16] + Swift.Array(repeating: 0xFF, count: 16)
    let builders = (0..<16).map { length in
      JoblibBuilder(
        .opcodes([.text(String(repeating: "a", count: length))]), array(numbers + tail))
    }
    return builders.first { builder in
      let bytes = builder.build()
      return bytes.indices.contains { bytes[$0...].starts(with: longest) }
    } ?? JoblibBuilder()
  }

  static let hostile = [
    Case(
      "a call in an array's bytes, for pickle.load",
      JoblibBuilder(array(call + [0x2E], alignment: nil)), rule: "pickle.dangerous-call"),
    Case(
      "a call behind a STOP in an array's bytes, for who loads twice",
      JoblibBuilder(array([0x2E] + call + [0x2E], alignment: nil)), rule: "pickle.dangerous-call"),
    Case(
      "an import in an array's bytes that breaks at once",
      JoblibBuilder(array(pickle(.global("os", "system")) + [0xFF], alignment: nil)),
      rule: "pickle.dangerous-import"),
    Case("a call in an array's end, for joblib 1.1", behindPadding, rule: "pickle.dangerous-call"),
    Case(
      "a call of what an extension code gives, in an array's bytes",
      JoblibBuilder(array([0x82, 0x41, 0x29, 0x52, 0x2E], alignment: nil)), rule: "pickle.computed-call"),
    Case(
      "a call after an array", JoblibBuilder(array(), .opcodes(TorchBuilder.hostileCall)),
      rule: "pickle.dangerous-call"),
    Case(
      "a call in an array of objects",
      JoblibBuilder(
        .array(
          Array(
            objects: JoblibBuilder.objects(count: 1, prelude: TorchBuilder.hostileCall), count: 1))),
      rule: "pickle.dangerous-call"),
    Case(
      "a call behind an array that says it is longer",
      JoblibBuilder(
        array(pickle(.pop) + call, alignment: nil) { $0.shape = [Int32(call.count + 1)] },
        .opcodes(TorchBuilder.hostileCall)),
      rule: "pickle.dangerous-call"),
    Case(
      "a call that the pickle inside does not hide by a wrapper of its own",
      JoblibBuilder(
        .array(
          Array(
            objects: JoblibBuilder(array(call + [0x2E], alignment: nil)).build(), count: 1))),
      rule: "pickle.dangerous-call"),
    Case(
      "a number type that claims objects", JoblibBuilder(array { $0.flags = 63 }),
      rule: "pickle.forged-dtype"),
    Case(
      "an object type that denies them", JoblibBuilder(array { $0.code = "O8" }),
      rule: "pickle.forged-dtype"),
    Case("too much padding", JoblibBuilder(array { $0.padding = 200 }), rule: "pickle.forged-array"),
    Case("another alignment", JoblibBuilder(array { $0.alignment = 8 }), rule: "pickle.forged-array"),
    Case(
      "a shape that is given twice",
      JoblibBuilder(array { $0.extra = [.text("shape"), .integer(1), .tuple1] }),
      rule: "pickle.forged-array"),
    Case("a negative length", JoblibBuilder(array { $0.shape = [-1] }), rule: "pickle.forged-array"),
    Case("another order", JoblibBuilder(array { $0.order = "K" }), rule: "pickle.forged-array"),
    Case(
      "a class that is none of arrays",
      JoblibBuilder(array { $0.subclass = .global("os", "system") }), rule: "pickle.unsafe-arguments"),
    Case("an array inside a FRAME", framed(array(), excess: 9), rule: "pickle.frame-malformed"),
  ]

  @Test(arguments: hostile)
  func `what hides in a file is denied`(_ sample: Case) {
    let report = Examination.report(sample.bytes)
    #expect(report.rules.contains(sample.rule), "\(report.summary)")
    #expect(report.verdict == .deny, "\(report.summary)")
  }

  private static func amongTensors(_ sample: Case) -> Report {
    var model = TorchBuilder()
    model.extra = [.init("m.joblib", sample.bytes)]
    return Examination.report(model.archive().build())
  }

  @Test(arguments: honest)
  func `an honest file among the members of a PyTorch model is read whole`(_ sample: Case) {
    let report = Self.amongTensors(sample)
    #expect(report.rules == ["torch.outside-root"] && report.verdict == .review, "\(report.summary)")
  }

  @Test(arguments: hostile)
  func `what hides in a file among the members of a PyTorch model is denied`(_ sample: Case) {
    let report = Self.amongTensors(sample)
    #expect(report.rules.contains(sample.rule) && report.verdict == .deny, "\(report.summary)")
  }

  @Test func `a finding says which loader it is about`() {
    let plain = Examination.report(JoblibBuilder(Self.array(Self.call, alignment: nil)).build())
    #expect(plain.findings.contains { $0.detail.hasPrefix("as pickle.load reads the file: ") })
    let old = Examination.report(Self.behindPadding.build())
    #expect(old.findings.contains { $0.detail.hasPrefix("as joblib before 1.2 reads the file: ") })
  }

  @Test func `an explanation lists what another loader does behind the parting`() {
    let plain = Explanation(JoblibBuilder(Self.array(Self.call, alignment: nil)).build())
    let section = plain.texts(.pickle).last ?? ""
    #expect(section.hasPrefix("the same pickle as pickle.load reads it"), "\(plain.texts)")
    let start = plain.lines.lastIndex { $0.kind == .pickle } ?? 0
    #expect(plain.lines[start...].contains { $0.kind == .call && $0.judgement == .deny }, "\(plain.texts)")
    let old = Explanation(Self.behindPadding.build())
    #expect(old.texts(.pickle).contains { $0.hasPrefix("the same pickle as joblib before 1.2 reads it") })
  }

  @Test func `a reading that breaks inside its first array has no lines`() {
    #expect(Explanation(JoblibBuilder(Self.array()).build()).texts(.pickle).count == 1)
  }

  @Test func `what comes before the first array is reported once`() {
    let report = Examination.report(
      JoblibBuilder(.opcodes(TorchBuilder.hostileCall), Self.array(), Self.array()).build())
    #expect(report.findings.count { $0.rule.id == "pickle.dangerous-call" } == 1, "\(report.summary)")
  }

  static let irregular = [
    Case(
      "a memo index far away", JoblibBuilder(array([0x72, 0xFF, 0xFF, 0xFF, 0x7F], alignment: nil)),
      rule: "pickle.raw-array"),
    Case(
      "a frame that an opcode crosses",
      JoblibBuilder(array(pickle(.frame(2), .text("abc")), alignment: nil)), rule: "pickle.raw-array"),
    Case(
      "two kinds of wrappers",
      JoblibBuilder(array(), array { $0.wrapper.0 = "sklearn.externals.joblib.numpy_pickle" }),
      rule: "pickle.raw-array"),
  ]

  @Test(arguments: irregular)
  func `what unpicklers may read differently is for review`(_ sample: Case) {
    let report = Examination.report(sample.bytes)
    #expect(report.rules.contains(sample.rule), "\(report.summary)")
    #expect(report.verdict == .review, "\(report.summary)")
  }

  @Test func `an array longer than the file is incomplete`() {
    let report = Examination.report(JoblibBuilder(Self.array { $0.shape = [1000] }).build())
    #expect(report.verdict == .incomplete, "\(report.summary)")
  }

  @Test func `opcodes of arrays of objects count`() {
    let item = JoblibBuilder.Item.array(Array(objects: JoblibBuilder.objects(count: 200), count: 200))
    var builder = JoblibBuilder()
    builder.items = Swift.Array(repeating: item, count: 10)
    let bytes = builder.build()
    #expect(Examination.report(bytes).verdict == .allow)
    let limited = Examination.report(bytes, limits: Examination.limits(opcodes: 2000))
    #expect(limited.verdict == .incomplete, "\(limited.summary)")
  }
}
