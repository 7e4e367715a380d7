/// Marshal data that a test writes by hand, as CPython's `marshal` would.
package struct MarshalValue: Sendable {
  package let bytes: [UInt8]

  package init(bytes: [UInt8]) { self.bytes = bytes }

  package static let none = MarshalValue(bytes: [UInt8(ascii: "N")])

  package static func integer(_ value: Int32) -> MarshalValue {
    MarshalValue(bytes: [UInt8(ascii: "i")] + word(value))
  }

  /// A short ASCII text.
  package static func text(_ text: String) -> MarshalValue {
    MarshalValue(bytes: [UInt8(ascii: "z"), UInt8(truncatingIfNeeded: text.utf8.count)] + Array(text.utf8))
  }

  package static func data(_ data: [UInt8]) -> MarshalValue {
    MarshalValue(bytes: [UInt8(ascii: "s")] + word(Int32(data.count)) + data)
  }

  package static func tuple(_ elements: [MarshalValue]) -> MarshalValue {
    MarshalValue(
      bytes: [UInt8(ascii: "(")] + word(Int32(elements.count)) + elements.flatMap(\.bytes))
  }

  package static func names(_ names: [String]) -> MarshalValue { tuple(names.map { text($0) }) }

  /// A reference to an earlier value that was marked.
  package static func reference(_ index: Int32) -> MarshalValue {
    MarshalValue(bytes: [UInt8(ascii: "r")] + word(index))
  }

  /// The same value, kept for references.
  package var marked: MarshalValue { MarshalValue(bytes: [bytes[0] | 0x80] + bytes.dropFirst()) }

  /// A code object as Python 3.11 and later write it.
  package static func code(
    _ bytecode: [UInt8], constants: [MarshalValue] = [.none], names: [String] = [], locals: [String] = [],
    name: String = "f"
  ) -> MarshalValue {
    let parts: [MarshalValue] = [
      data(bytecode), tuple(constants), self.names(names), self.names(locals),
      data(Array(repeating: 0x20, count: locals.count)), text("sample.py"), text(name), text(name),
    ]
    let end = word(1) + data([]).bytes + data([]).bytes
    return MarshalValue(
      bytes: [UInt8(ascii: "c")] + (0..<5).flatMap { _ in word(0) } + parts.flatMap(\.bytes) + end)
  }

  private static func word(_ value: Int32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
