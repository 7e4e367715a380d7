/// The messages of a protobuf schema, read from a table of text.
///
/// A line is a message: `Name: 1 field kind, 2 other Message*`, where `*` marks a field that repeats.
package struct ProtobufSchema: Sendable {
  package enum Kind: Equatable, Sendable {
    /// Any integer, boolean or enumeration: a varint.
    case integer, zigzag, boolean, enumeration
    case fixed32, fixed64, float, double
    case text, bytes
    /// A message, by its number in the table.
    case message(Int)
  }

  package struct Field: Sendable {
    package let number: Int
    package let name: String
    package let kind: Kind
    package let isRepeated: Bool

    /// Whether a field on the wire can be this one: numbers that repeat may be packed.
    package func accepts(_ field: ProtobufField) -> Bool {
      if field.wireType == wireType { return true }
      return isRepeated && field.wireType == 2 && wireType != 2
    }

    package var wireType: UInt8 {
      switch kind {
      case .integer, .zigzag, .boolean, .enumeration: 0
      case .fixed64, .double: 1
      case .text, .bytes, .message: 2
      case .fixed32, .float: 5
      }
    }
  }

  package struct Message: Sendable {
    package let name: String
    package let fields: [Field]

    package func field(_ number: Int) -> Field? { fields.first { $0.number == number } }

    package func field(named name: String) -> Field? { fields.first { $0.name == name } }
  }

  package let messages: [Message]
  private let numbers: [String: Int]

  private static let kinds: [String: Kind] = [
    "int": .integer, "zig": .zigzag, "bool": .boolean, "enum": .enumeration, "x32": .fixed32,
    "x64": .fixed64,
    "f32": .float, "f64": .double, "text": .text, "bytes": .bytes,
  ]

  /// Reads the table. A line or a field that is none is left out: tests ask for every one.
  package init(_ table: String) {
    let lines = table.split(separator: "\n").map { $0.split(separator: ":", maxSplits: 1) }
    var numbers: [String: Int] = [:]
    for (number, line) in lines.enumerated() { numbers[String(line[0])] = number }
    messages = lines.map { line in
      let fields = line.count == 2 ? line[1].split(separator: ",") : []
      return Message(name: String(line[0]), fields: fields.compactMap { Self.field($0, numbers) })
    }
    self.numbers = numbers
  }

  private static func field(_ text: Substring, _ numbers: [String: Int]) -> Field? {
    let parts = text.split(separator: " ")
    guard parts.count == 3, let number = Int(parts[0]) else { return nil }
    let isRepeated = parts[2].hasSuffix("*")
    let type = String(isRepeated ? parts[2].dropLast() : parts[2])
    guard let kind = kinds[type] ?? numbers[type].map({ .message($0) }) else { return nil }
    return Field(number: number, name: String(parts[1]), kind: kind, isRepeated: isRepeated)
  }

  /// The number of a message; nil where the table has none of that name.
  package func number(of name: String) -> Int? { numbers[name] }
}
