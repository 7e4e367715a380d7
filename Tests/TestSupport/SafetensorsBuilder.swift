/// Makes safetensors files as the library does, and such as it does not.
package struct SafetensorsBuilder {
  /// The header's JSON, as it stands in the file.
  package var header: String
  package var data: [UInt8]
  /// The length that the file says; nil for the header's own.
  package var length: UInt64?

  package init(header: String, data: [UInt8]) {
    self.header = header
    self.data = data
  }

  /// Two tensors of numbers, with metadata.
  package init(metadata: String = "\"format\":\"pt\"") {
    self.init(
      header: """
        {"__metadata__":{\(metadata)},\
        "a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},\
        "b.weight":{"dtype":"U8","shape":[3],"data_offsets":[16,19]}}
        """, data: (0..<19).map { $0 })
  }

  package func build() -> [UInt8] {
    let text = Array(header.utf8)
    return littleEndian(length ?? UInt64(text.count)) + text + data
  }
}
