import Findings
import TestSupport
import Testing

/// ONNX models: where tensors are read from, which operators need code, whether data fit.
@Suite struct ONNXTests {
  private static func changed(_ change: (inout OnnxBuilder) -> Void) -> [UInt8] {
    var builder = OnnxBuilder()
    change(&builder)
    return builder.build()
  }

  private static func external(_ entries: (String, String)...) -> [UInt8] {
    changed { $0.tensors = [OnnxBuilder.tensor(external: entries)] }
  }

  /// A function of the model's own, and a node that uses it.
  private static func function(named name: String) -> [UInt8] {
    changed { builder in
      builder.nodes.append(OnnxBuilder.node("Own", domain: "my.domain"))
      builder.more = Protobuf.bytes(
        25,
        Protobuf.text(1, name) + Protobuf.bytes(7, OnnxBuilder.node("Relu"))
          + Protobuf.text(10, "my.domain"))
    }
  }

  @Test func `what exporters write is allowed`() {
    let honest = [
      OnnxBuilder().build(),
      Self.external(("location", "model.onnx.data"), ("offset", "4096"), ("length", "8")),
      Self.external(("location", "weights/w.bin")), Self.function(named: "Own"),
      Self.changed { $0.nodes.append(OnnxBuilder.node("TreeEnsembleClassifier", domain: "ai.onnx.ml")) },
      Self.changed { $0.nodes.append(OnnxBuilder.node("FusedMatMul", domain: "com.microsoft")) },
      Self.changed { $0.tensors = [OnnxBuilder.tensor(lengths: [0, 3], raw: [])] },
      Self.changed { $0.tensors = [OnnxBuilder.tensor(lengths: [3], type: 22, raw: [1, 2])] },
      Self.changed {
        $0.more = Protobuf.bytes(14, Protobuf.text(1, "names") + Protobuf.text(2, "{0: 'cat'}"))
      },
    ]
    for bytes in honest {
      let report = Examination.report(bytes)
      #expect(report.verdict == .allow, "\(report.summary)")
      #expect(report.formats == ["onnx"])
    }
  }

  private static let outside = OnnxBuilder.tensor(external: [("location", "../secret")])

  /// Every place of a model where a loader looks for tensors.
  static let places: [(String, [UInt8])] = [
    ("a graph", changed { $0.tensors = [outside] }),
    (
      "a constant",
      changed { $0.nodes = [OnnxBuilder.node("Constant", attributes: [Protobuf.bytes(5, outside)])] }
    ),
    (
      "a list of constants",
      changed { $0.nodes = [OnnxBuilder.node("C", attributes: [Protobuf.bytes(10, outside)])] }
    ),
    (
      "a branch",
      changed {
        $0.nodes = [OnnxBuilder.node("If", attributes: [Protobuf.bytes(6, Protobuf.bytes(5, outside))])]
      }
    ),
    (
      "a sparse constant",
      changed {
        $0.nodes = [OnnxBuilder.node("C", attributes: [Protobuf.bytes(22, Protobuf.bytes(1, outside))])]
      }
    ),
    (
      "a sparse tensor's indices",
      changed { $0.more = Protobuf.bytes(7, Protobuf.bytes(15, Protobuf.bytes(2, outside))) }
    ),
    (
      "a function",
      changed {
        $0.more = Protobuf.bytes(
          25, Protobuf.bytes(7, OnnxBuilder.node("C", attributes: [Protobuf.bytes(5, outside)])))
      }
    ),
    ("training", changed { $0.more = Protobuf.bytes(20, Protobuf.bytes(1, Protobuf.bytes(5, outside))) }),
  ]

  static let refused: [JudgedSample] =
    places.map { JudgedSample($0.0, $0.1, "onnx.external-path", .deny) }
    + [
      "/etc/passwd", "a/../../b", "..\\b", "C:\\b", "\\\\host\\b", "file:///b", "https://host/b", "~/b",
      "b\0/c", "*/_ORT_MEM_ADDR_/*", "*/_ORT_NATIVE_ENDIAN_MEM_ADDR_/*",
    ].map {
      JudgedSample($0, external(("location", $0)), "onnx.external-path", .deny)
    }
    + [
      JudgedSample(
        "a base elsewhere", external(("location", "a"), ("basepath", "/etc")), "onnx.external-path", .deny),
      JudgedSample(
        "a key of its own", external(("location", "a"), ("__class__", "x")), "onnx.external-data", .review),
      JudgedSample(
        "two places", external(("location", "a"), ("location", "b")), "onnx.external-data", .review),
      JudgedSample("no place", external(("offset", "0")), "onnx.external-data", .review),
      JudgedSample(
        "a place of no number", external(("location", "a"), ("offset", "-1")), "onnx.external-data", .review
      ),
      JudgedSample(
        "another domain", changed { $0.nodes.append(OnnxBuilder.node("Op", domain: "evil")) },
        "onnx.custom-operator", .review),
      JudgedSample("a function of another name", function(named: "Other"), "onnx.custom-operator", .review),
      JudgedSample(
        "Python", changed { $0.nodes.append(OnnxBuilder.node("PyOp", domain: "com.microsoft")) },
        "onnx.custom-operator", .review),
      JudgedSample(
        "a blob", changed { $0.nodes.append(OnnxBuilder.node("EPContext", domain: "com.microsoft")) },
        "onnx.custom-operator", .review),
      JudgedSample(
        "a negative length",
        changed { $0.tensors = [OnnxBuilder.tensor(lengths: [UInt64(bitPattern: -4)], raw: [])] },
        "onnx.tensor-size", .review),
      JudgedSample(
        "a shape that overflows",
        changed { $0.tensors = [OnnxBuilder.tensor(lengths: [1 << 62, 4], raw: [])] }, "onnx.tensor-size",
        .review),
      JudgedSample(
        "data that are short", changed { $0.tensors = [OnnxBuilder.tensor(raw: [0])] }, "onnx.tensor-size",
        .review),
    ]

  @Test(arguments: refused) func `what reaches outside is not allowed`(_ sample: JudgedSample) {
    sample.check()
  }

  @Test func `an operator behind thousands of functions is not overlooked`() {
    var builder = OnnxBuilder()
    for number in 0..<5000 {
      builder.nodes.append(OnnxBuilder.node("f\(number)", domain: "own"))
      builder.more += Protobuf.bytes(25, Protobuf.text(1, "f\(number)") + Protobuf.text(10, "own"))
    }
    builder.nodes.append(OnnxBuilder.node("unheard", domain: "own"))
    let report = Examination.report(builder.build())
    #expect(report.verdict > .allow, "\(report.summary)")
  }

  @Test(arguments: [false, true]) func `a tree deeper than any is not allowed`(_ isIndexed: Bool) {
    for (levels, verdict) in [(9000, Verdict.allow), (10_001, .review)] {
      let node = OnnxBuilder.chain(levels: levels, isIndexed: isIndexed)
      let report = Examination.report(Self.changed { $0.nodes = [node] })
      #expect(report.verdict == verdict, "\(levels): \(report.summary)")
    }
  }

  @Test func `graphs inside graphs without end are incomplete`() {
    var graph = Protobuf.bytes(1, OnnxBuilder.node("Relu"))
    for _ in 0..<60 {
      graph = Protobuf.bytes(1, OnnxBuilder.node("If", attributes: [Protobuf.bytes(6, graph)]))
    }
    #expect(Examination.report(Self.changed { $0.more = Protobuf.bytes(7, graph) }).verdict == .incomplete)
  }

  @Test func `damage is borne`() {
    let sample = OnnxBuilder().build()
    Damage.bear(sample)
    // Without the last field the graph is still whole, and a prefix ends between two fields.
    Damage.refuseTruncations(of: Array(sample.dropLast(6)))
    Damage.refuseTails(after: sample)
    // The length of the graph.
    Damage.refuseExtremes(of: sample, at: 9, width: 1)
  }

  @Test func `files beside a model are named once, and change nothing`() {
    var builder = OnnxBuilder()
    builder.tensors = (0..<3).map { _ in OnnxBuilder.tensor(external: [("location", "w.bin")]) }
    builder.tensors.append(OnnxBuilder.tensor(external: [("location", "d/v.bin")]))
    let report = Examination.report(builder.build())
    #expect(report.verdict == .allow, "\(report.summary)")
    #expect(report.findings.compactMap { PackageNote($0) } == [.file("w.bin"), .file("d/v.bin")])
  }
}
