package import Findings
package import Formats

/// What is wrong with a TensorFlow Lite model.
package enum TFLiteRules {
  /// Custom operators of Google's own libraries for TensorFlow Lite, which compute and do nothing else.
  private static let known: Set<String> = [
    "AudioSpectrogram", "Convolution2DTransposeBias", "Landmarks2TransformMatrix",
    "Landmarks2TransformMatrixV2",
    "MaxPoolingWithArgmax2D", "MaxUnpooling2D", "Mfcc", "NumericVerify", "RandomStandardNormal",
    "RandomUniform",
    "Multinomial", "TFLite_Detection_PostProcess", "TransformLandmarks", "TransformLandmarksV2",
    "TransformTensorBilinear", "TransformTensorBilinearV2", "edgetpu-custom-op",
    "tftext:WhitespaceTokenizer",
    "tftext:Ngrams",
    "tftext:RaggedTensorToTensor", "TFText>WhitespaceTokenizeWithOffsetsV2",
    "TFText>FastWordpieceTokenizeWithOffsets",
    "TFText>RoundRobinTrim", "RaggedTensorToTensor",
  ]

  /// Parts of the names of TensorFlow's operators that touch files, processes, the network or Python.
  private static let dangerous = [
    "WriteFile", "ReadFile", "PyFunc", "MatchingFiles", "Save", "Restore", "MergeV2Checkpoints", "PrintV2",
    "Reader",
    "SummaryWriter", "WriteSummary", "RemoteCall", "Rpc", "DataService", "GeneratorDataset", "SqlDataset",
    "TextLineDataset", "TFRecordDataset", "FixedLengthRecordDataset", "DatasetFromGraph", "DebugIdentity",
    "DecodeProto",
    "EncodeProto", "LoadAndRemap", "Abort", "InitializeTableFromTextFile", "LookupTableImport",
    "AudioSummary",
  ]

  /// The code of a delegate's own operator, which no file has.
  private static let delegateCode = 51
  private static let customCode = 32
  private static let codeLimit = 1024

  /// - Parameter harmless: numbers of the codes of TensorFlow's own operators all of whose nodes were read and are known to
  ///   compute and do nothing else.
  package static func findings(_ model: TFLiteModel, harmless: Set<Int> = [], path: [String]) -> [Finding] {
    var findings: [Finding] = []
    for (number, code) in model.operators.enumerated() {
      guard let (rule, detail) = judge(code) else { continue }
      if rule == .tfliteCustomOperator, harmless.contains(number) { continue }
      findings.append(
        Finding(
          rule, at: Location(path: path, offset: code.offset), detail: detail, evidence: code.custom ?? ""))
    }
    for fault in model.faults {
      findings.append(
        Finding(.tfliteReference, at: Location(path: path, offset: fault.offset), detail: fault.detail))
    }
    return findings
  }

  private static func judge(_ code: TFLiteModel.OperatorCode) -> (Rule, String)? {
    guard code.code == customCode else {
      guard code.code == delegateCode || code.code < 0 || code.code > codeLimit else { return nil }
      return (.tfliteCustomOperator, "An operator has the code \(code.code).")
    }
    let name = code.custom ?? ""
    if name.hasPrefix(TFLiteModel.flexPrefix), dangerous.contains(where: { name.dropFirst(4).contains($0) })
    {
      return (.tfliteDangerousOperator, "The model computes TensorFlow's '\(name.dropFirst(4))'.")
    }
    return known.contains(name) ? nil : (.tfliteCustomOperator, "The model computes '\(name)'.")
  }
}
