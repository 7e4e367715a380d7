/// Every format that is examined.
package enum Registry {
  package static let scanners: [any FormatScanner.Type] = [
    ZIPScanner.self,
    CompressedScanner.self,
    ZFileScanner.self,
    NumpyScanner.self,
    LegacyTorchScanner.self,
    TarTorchScanner.self,
    TorchMobileScanner.self,
    PickleScanner.self,
    SafetensorsScanner.self,
    GGUFScanner.self,
    ONNXScanner.self,
    TFLiteScanner.self,
    MessagePackScanner.self,
    UBJSONScanner.self,
    XGBoostScanner.self,
    WordVectorScanner.self,
    FastTextScanner.self,
    CRFsuiteScanner.self,
    LightGBMScanner.self,
    NNEFScanner.self,
    NNEFTensorScanner.self,
    ImageScanner.self,
    JSONScanner.self,
    TextScanner.self,
  ]
}
