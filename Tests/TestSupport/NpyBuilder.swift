/// Makes `.npy` files as `numpy.save` does, and such as it does not.
package struct NpyBuilder {
  package var version: (UInt8, UInt8) = (1, 0)
  package var header: String
  package var data: [UInt8]

  package init(header: String, data: [UInt8]) {
    self.header = header
    self.data = data
  }

  /// - Parameter descriptor: as it stands in the header, with its quotes.
  package init(_ descriptor: String, shape: String, data: [UInt8]) {
    self.init(
      header: "{'descr': \(descriptor), 'fortran_order': False, 'shape': \(shape), }", data: data)
  }

  package func build() -> [UInt8] {
    var text = Array(header.utf8)
    let fixed = 6 + 2 + (version.0 == 1 ? 2 : 4) + 1
    text += Array(repeating: 0x20, count: (64 - (fixed + text.count) % 64) % 64) + [0x0A]
    let length = version.0 == 1 ? littleEndian(UInt16(text.count)) : littleEndian(UInt32(text.count))
    return [0x93] + Array("NUMPY".utf8) + [version.0, version.1] + length + text + data
  }
}
