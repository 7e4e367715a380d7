/// Makes files as `joblib.dump` does: a list of what is given, with arrays between the opcodes.
package struct JoblibBuilder {
  /// What follows a wrapper.
  package enum Contents: Sendable {
    /// The array's bytes.
    case raw([UInt8])
    /// A pickle, for an array of objects.
    case objects([UInt8])
  }

  /// One wrapper with what is behind it.
  package struct Array: Sendable {
    package var wrapper = ("joblib.numpy_pickle", "NumpyArrayWrapper")
    package var subclass = PickleOpcode.global("numpy", "ndarray")
    package var shape: [Int32]
    package var order = "C"
    package var code: String
    package var flags: Int32
    package var allowsMapping = true
    /// What stands under `numpy_array_alignment_bytes`; nil for no such attribute, as before joblib 1.2.
    package var alignment: Int32? = 16
    /// Whether the padding stands in the file, and how long it says it is; nil for what joblib writes.
    package var padding: UInt8?
    /// More of the state's keys and values.
    package var extra: [PickleOpcode] = []
    /// Whether the object is made as protocols 0 and 1 make it.
    package var isReconstructed = false
    package var contents: Contents

    /// An array of bytes.
    package init(_ bytes: [UInt8], alignment: Int32? = 16) {
      shape = [Int32(bytes.count)]
      code = "u1"
      flags = 0
      contents = .raw(bytes)
      self.alignment = alignment
    }

    /// An array of objects: `count` of them by a pickle of their own.
    package init(objects pickle: [UInt8], count: Int32) {
      shape = [count]
      code = "O8"
      flags = 63
      contents = .objects(pickle)
      allowsMapping = false
    }
  }

  package enum Item: Sendable {
    case array(Array)
    case opcodes([PickleOpcode])
  }

  package var items: [Item]
  /// Whether the opcodes between two arrays are in FRAMEs, as from protocol 4 on.
  package var isFramed = false
  /// Bytes by which each frame claims to be longer than it is.
  package var frameExcess: UInt64 = 0

  package init(_ items: Item...) { self.items = items }

  package func build() -> [UInt8] {
    var result = PickleOpcode.proto(isFramed ? 4 : 2).bytes
    var pending = PickleOpcode.emptyList.bytes
    for item in items {
      switch item {
      case .opcodes(let opcodes): pending += pickle(opcodes)
      case .array(let array):
        pending += pickle(Self.wrapper(array))
        flush(&pending, into: &result)
        result += Self.contents(array, at: result.count)
      }
      pending += PickleOpcode.append.bytes
    }
    pending += PickleOpcode.stop.bytes
    flush(&pending, into: &result)
    return result
  }

  private func flush(_ pending: inout [UInt8], into result: inout [UInt8]) {
    if isFramed { result += PickleOpcode.frame(UInt64(pending.count) + frameExcess).bytes }
    result += pending
    pending = []
  }

  private static func contents(_ array: Array, at offset: Int) -> [UInt8] {
    switch array.contents {
    case .objects(let pickle): return pickle
    case .raw(let bytes):
      guard array.alignment != nil else { return bytes }
      let length = array.padding ?? UInt8(16 - (offset + 1) % 16)
      return [length] + Swift.Array(repeating: 0xFF, count: Int(length)) + bytes
    }
  }

  private static func wrapper(_ array: Array) -> [PickleOpcode] {
    var opcodes: [PickleOpcode] =
      array.isReconstructed
      ? [
        .global("copy_reg", "_reconstructor"), .global(array.wrapper.0, array.wrapper.1),
        .global("__builtin__", "object"), .none, .tuple3, .reduce,
      ] : [.global(array.wrapper.0, array.wrapper.1), .emptyTuple, .newobj]
    opcodes += [.emptyDict, .mark, .text("subclass"), array.subclass, .text("shape"), .mark]
    opcodes += array.shape.map { .integer($0) } + [.tuple]
    opcodes += [.text("order"), .text(array.order), .text("dtype")]
    opcodes += dtype(array.code, flags: array.flags)
    opcodes += [.text("allow_mmap"), array.allowsMapping ? .newTrue : .newFalse]
    if let alignment = array.alignment {
      opcodes += [.text("numpy_array_alignment_bytes"), .integer(alignment)]
    }
    return opcodes + array.extra + [.setitems, .build]
  }

  /// A NumPy type as its pickles make it.
  package static func dtype(_ code: String, flags: Int32) -> [PickleOpcode] {
    [
      .global("numpy", "dtype"), .text(code), .newFalse, .newTrue, .tuple3, .reduce, .mark, .integer(3),
      .text("|"), .none, .none, .none, .integer(-1), .integer(-1), .integer(flags), .tuple, .build,
    ]
  }

  /// The pickle of an array of `count` objects that are None, with `prelude` run and dropped before it.
  package static func objects(count: Int32, prelude: [PickleOpcode] = []) -> [UInt8] {
    var opcodes: [PickleOpcode] = [.proto(2)] + prelude
    if !prelude.isEmpty { opcodes.append(.pop) }
    opcodes += [
      .global("numpy.core.multiarray", "_reconstruct"), .global("numpy", "ndarray"), .integer(0), .tuple1,
      .bytes([0x62]), .tuple3, .reduce, .mark, .integer(1), .integer(count), .tuple1,
    ]
    opcodes += dtype("O8", flags: 63)
    opcodes += [.newFalse, .emptyList, .mark]
    opcodes += Swift.Array(repeating: .none, count: Int(count))
    return pickle(opcodes + [.appends, .tuple, .build, .stop])
  }
}
