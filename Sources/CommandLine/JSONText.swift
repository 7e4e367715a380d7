internal import FoundationEssentials

/// Values as JSON text in one line, keys in alphabetical order.
enum JSONText {
  static func line(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Escaping.json(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}
