/// Makes GGUF files as llama.cpp's converters do, and such as they do not.
package struct GGUFBuilder {
  package enum Value: Sendable {
    case uint32(UInt32)
    case text(String)
    case texts([String])
    case floats([Float])
    /// A type's number and the bytes behind it.
    case raw(UInt32, [UInt8])
  }

  package struct Tensor: Sendable {
    package var name: String
    package var lengths: [UInt64]
    package var type: UInt32 = 0
    package var offset: UInt64

    package init(_ name: String, _ lengths: [UInt64], type: UInt32 = 0, offset: UInt64) {
      self.name = name
      self.lengths = lengths
      self.type = type
      self.offset = offset
    }
  }

  package var version: UInt32 = 3
  package var isBigEndian = false
  package var entries: [(String, Value)]
  package var tensors: [Tensor]
  package var data: [UInt8]
  package var entryCount: UInt64?
  package var tensorCount: UInt64?

  /// A small model with a tokenizer of two words.
  package init(_ more: [(String, Value)] = []) {
    entries =
      [
        ("general.architecture", .text("llama")), ("llama.block_count", .uint32(1)),
        ("tokenizer.ggml.tokens", .texts(["a", "<0x0A>"])), ("tokenizer.ggml.scores", .floats([0, 1])),
      ] + more
    tensors = [
      Tensor("token_embd.weight", [4, 2], offset: 0), Tensor("output.weight", [32], type: 2, offset: 32),
    ]
    data = Array(repeating: 1, count: 32 + 18)
  }

  private func integer<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    isBigEndian ? littleEndian(value.byteSwapped) : littleEndian(value)
  }

  private func size(_ value: UInt64) -> [UInt8] { version == 1 ? integer(UInt32(value)) : integer(value) }

  private func text(_ text: String) -> [UInt8] { size(UInt64(text.utf8.count)) + Array(text.utf8) }

  private func bytes(_ value: Value) -> [UInt8] {
    switch value {
    case .uint32(let number): integer(UInt32(4)) + integer(number)
    case .text(let string): integer(UInt32(8)) + text(string)
    case .texts(let strings):
      integer(UInt32(9)) + integer(UInt32(8)) + size(UInt64(strings.count)) + strings.flatMap { text($0) }
    case .floats(let numbers):
      integer(UInt32(9)) + integer(UInt32(6)) + size(UInt64(numbers.count))
        + numbers.flatMap { integer($0.bitPattern) }
    case .raw(let type, let bytes): integer(type) + bytes
    }
  }

  /// Everything before the tensors' data, without padding.
  package func head() -> [UInt8] {
    var result = Array("GGUF".utf8) + integer(version)
    result += size(tensorCount ?? UInt64(tensors.count)) + size(entryCount ?? UInt64(entries.count))
    for (key, value) in entries { result += text(key) + bytes(value) }
    for tensor in tensors {
      result += text(tensor.name) + integer(UInt32(tensor.lengths.count))
      result += tensor.lengths.flatMap { size($0) } + integer(tensor.type) + integer(tensor.offset)
    }
    return result
  }

  package func build(alignment: Int = 32) -> [UInt8] {
    let head = head()
    return head + Array(repeating: 0, count: (alignment - head.count % alignment) % alignment) + data
  }
}
