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
  ]
}
