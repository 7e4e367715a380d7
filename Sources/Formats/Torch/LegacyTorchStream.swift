/// The stream that `torch.save` wrote before version 1.6: five pickles (a magic number, a protocol number,
/// facts about the system, the object, the keys of its storages), then for each key the number of elements in
/// 64 bits and the elements.
///
/// Source: `torch/serialization.py`, `_legacy_save` and `_legacy_load`.
package enum LegacyTorchStream {
  /// How many pickles stand before the storages, and which of them is the object.
  package static let pickles = 5
  package static let object = 3

  /// The magic number 0x1950a86a20f9469cfc6c as LONG1 writes it.
  private static let magic: [UInt8] = [
    0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
  ]

  /// Whether `prefix` begins with the pickle of the magic number, of any protocol that has LONG1.
  package static func isRecognized(_ prefix: [UInt8]) -> Bool {
    guard prefix.count >= 2, prefix[0] == 0x80, (2...5).contains(prefix[1]) else { return false }
    let afterProtocol = prefix[2...]
    // Protocol 4 may put a FRAME of nine bytes before it.
    let body = afterProtocol.first == 0x95 ? afterProtocol.dropFirst(9) : afterProtocol
    return body.starts(with: magic)
  }
}
