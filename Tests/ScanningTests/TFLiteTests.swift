import Findings
import TestSupport
import Testing

/// TensorFlow Lite models: every reference, every operator, and what follows the buffer.
@Suite struct TFLiteTests {
  private static func changed(_ change: (inout TFLiteBuilder) -> Void) -> [UInt8] {
    var builder = TFLiteBuilder()
    change(&builder)
    return builder.build()
  }

  private static func custom(_ name: String) -> [UInt8] {
    changed { $0.operatorCode = [4: .byte(32), 6: .text(name), 10: .integer(32)] }
  }

  /// An operator that TensorFlow computes, with the node that it brings along.
  private static func flex(_ name: String, node: [UInt8], said: String? = nil) -> [UInt8] {
    changed {
      $0.operatorCode = [4: .byte(32), 6: .text("Flex" + name), 10: .integer(32)]
      $0.operatorFields[14] = .bytes(FlexOptions.build(said ?? name, node: node))
    }
  }

  private static func node(_ operation: String, _ attributes: [UInt8]...) -> [UInt8] {
    TensorFlowBuilder.node("n", operation, attributes: attributes)
  }

  @Test func `an operator of TensorFlow is judged by the node that it brings along`() {
    let function = TensorFlowBuilder.attribute("f", function: "g")
    let cases: [([UInt8], Verdict, String?)] = [
      (Self.flex("Erf", node: Self.node("Erf")), .allow, nil),
      (Self.flex("Erf", node: Self.node("WriteFile")), .deny, "tensorflow.dangerous-operator"),
      (Self.flex("Erf", node: Self.node("Relu")), .review, "tflite.custom-operator"),
      (Self.flex("Erf", node: Self.node("Erf"), said: "Relu"), .review, "tflite.custom-operator"),
      (Self.flex("Erf", node: Self.node("Erf", function)), .review, "tflite.custom-operator"),
      (
        Self.flex("Erf", node: Self.node("Erf") + Protobuf.number(40, 1)), .review, "tflite.custom-operator"
      ),
      (Self.flex("Unheard", node: Self.node("Unheard")), .review, "tensorflow.unknown-operator"),
      (Self.flex("Erf", node: []), .review, "tflite.custom-operator"),
    ]
    for (bytes, verdict, rule) in cases {
      let report = Examination.report(bytes)
      #expect(report.verdict == verdict, "\(report.summary)")
      if let rule { #expect(report.rules.contains(rule), "\(report.summary)") }
    }
  }

  @Test func `damage of the options of an operator is borne, and never allowed`() {
    let options = FlexOptions.build("Erf", node: Self.node("Erf"))
    for mutation in Mutations.truncations(of: options) {
      let bytes = Self.changed {
        $0.operatorCode = [4: .byte(32), 6: .text("FlexErf"), 10: .integer(32)]
        $0.operatorFields[14] = .bytes(mutation.bytes)
      }
      #expect(Examination.report(bytes).verdict > .allow, "\(mutation.what)")
    }
    Damage.bear(Self.flex("Erf", node: Self.node("Erf")))
  }

  @Test func `what the converter writes is allowed`() {
    for bytes in [
      TFLiteBuilder().build(), Self.custom("TFLite_Detection_PostProcess"),
      TFLiteBuilder().build() + [0, 0, 0, 0],
      Self.changed { $0.operatorFields[6] = .integers([0, -1]) },
    ] {
      let report = Examination.report(bytes)
      #expect(report.verdict == .allow, "\(report.summary)")
      #expect(report.formats == ["tflite"])
    }
  }

  static let refused: [JudgedSample] = [
    JudgedSample("a file written", custom("FlexWriteFile"), "tflite.dangerous-operator", .deny),
    JudgedSample("Python", custom("FlexEagerPyFunc"), "tflite.dangerous-operator", .deny),
    JudgedSample("all of TensorFlow", custom("FlexErf"), "tflite.custom-operator", .review),
    JudgedSample("a library", custom("Evil"), "tflite.custom-operator", .review),
    JudgedSample(
      "a tensor that is not there", changed { $0.operatorFields[6] = .integers([0, 2]) },
      "tflite.dangling-reference", .review),
    JudgedSample(
      "a negative tensor", changed { $0.operatorFields[8] = .integers([-2]) }, "tflite.dangling-reference",
      .review),
    JudgedSample(
      "a code that is not there", changed { $0.operatorFields[4] = .integer(1) },
      "tflite.dangling-reference", .review),
    JudgedSample(
      "a buffer that is not there", changed { $0.bufferIndex = 2 }, "tflite.dangling-reference", .review),
    JudgedSample(
      "a shape of another size", changed { $0.shape = [3] }, "tflite.dangling-reference", .review),
    JudgedSample(
      "a shape that overflows", changed { $0.shape = Array(repeating: .max, count: 4) },
      "tflite.dangling-reference", .review),
    JudgedSample(
      "a buffer behind the file", changed { $0.buffer = [6: .long(1 << 40), 8: .long(8)] },
      "tflite.dangling-reference", .review),
    JudgedSample(
      "a graph that is not there",
      changed {
        $0.operatorCode = [4: .byte(119), 10: .integer(119)]
        $0.operatorFields[12] = .table([4: .integer(1), 6: .integer(7)])
      }, "tflite.dangling-reference", .review),
    JudgedSample(
      "bytes at the end", TFLiteBuilder().build() + Array(repeating: 7, count: 100), "tflite.trailing-data",
      .review),
    JudgedSample(
      "a pickle at the end",
      TFLiteBuilder().build() + pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop]),
      "pickle.dangerous-call", .deny),
  ]

  @Test(arguments: refused) func `what runtimes trust blindly is not allowed`(_ sample: JudgedSample) {
    sample.check()
  }

  @Test func `labels in an archive behind the model are allowed, and a pickle there is not`() {
    for padding in [0, 3] {
      var builder = ZIPBuilder([ZIPBuilder.Member("labels.txt", Array("cat\ndog\n".utf8))])
      builder.prefix = TFLiteBuilder().build() + Array(repeating: 0, count: padding)
      let report = Examination.report(builder.build())
      #expect(report.verdict == .allow, "\(report.summary)")
    }
    var builder = ZIPBuilder([
      ZIPBuilder.Member("labels.txt", pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop]))
    ])
    builder.prefix = TFLiteBuilder().build()
    JudgedSample("", builder.build(), "pickle.dangerous-call", .deny).check()
    builder = ZIPBuilder([ZIPBuilder.Member("labels.txt", Array("cat\n".utf8))])
    builder.prefix = TFLiteBuilder().build() + Array(repeating: 7, count: 64)
    JudgedSample("", builder.build(), "zip.unaccounted-bytes", .review).check()
  }

  @Test func `another version is incomplete`() {
    #expect(Examination.report(Self.changed { $0.version = 4 }).verdict == .incomplete)
  }

  @Test func `damage is borne`() {
    let sample = TFLiteBuilder().build()
    Damage.bear(sample)
    Damage.refuseTruncations(of: sample)
    Damage.refuseExtremes(of: sample, at: 0, width: 4)
  }
}
