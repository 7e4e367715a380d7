/// Every format that is examined.
package enum Registry {
  package static let scanners: [any FormatScanner.Type] = [
    ZIPScanner.self,
    CompressedScanner.self,
    ZFileScanner.self,
    NumpyScanner.self,
    LegacyTorchScanner.self,
    TarScanner.self,
    ArchiveScanner.self,
    TorchMobileScanner.self,
    PickleScanner.self,
    PythonSourceScanner.self,
    ConfigurationScanner.self,
    NativeScanner.self,
    ScriptScanner.self,
    PycScanner.self,
    SafetensorsScanner.self,
    GGUFScanner.self,
    ONNXScanner.self,
    TFLiteScanner.self,
    HDF5Scanner.self,
    TensorFlowScanner.self,
    TensorFlowTextScanner.self,
    CheckpointIndexScanner.self,
    TFRecordScanner.self,
    OCDBTScanner.self,
    MessagePackScanner.self,
    UBJSONScanner.self,
    XGBoostScanner.self,
    WordVectorScanner.self,
    FastTextScanner.self,
    RDataScanner.self,
    CRFsuiteScanner.self,
    LightGBMScanner.self,
    NNEFScanner.self,
    NNEFTensorScanner.self,
    ImageScanner.self,
    CatBoostScanner.self,
    SentencePieceScanner.self,
    JSONScanner.self,
    XMLScanner.self,
    GitLFSPointerScanner.self,
    TextScanner.self,
  ]

  /// The scanner of that name.
  package static func scanner(named format: String) -> (any FormatScanner.Type)? {
    scanners.first { $0.format == format }
  }
}
