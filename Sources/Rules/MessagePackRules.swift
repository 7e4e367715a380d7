package import Findings
package import Formats

/// What readers of MessagePack make of certain keys and extensions.
package struct MessagePackRules {
  private let path: [String]

  /// Whether the document is an array that Flax packed: its shape, its type, its bytes.
  private let isArray: Bool

  package init(path: [String], isArray: Bool = false) {
    self.path = path
    self.isArray = isArray
  }

  /// Keys by which readers make objects, or run a pickle: msgpack-numpy loads `data` where `kind` is `O`.
  private static let constructors: Set<[UInt8]> = Set(
    [
      "__reduce__", "__reduce_ex__", "__class__", "__module__", "__pickle__", "__setstate__", "py/object",
      "py/reduce",
      "py/type", "py/function",
    ].map { Array($0.utf8) })

  /// Flax's arrays, complex numbers and scalars; the timestamp of the specification.
  private static let extensions: Set<Int8> = [-1, 1, 2, 3]

  package func findings(_ event: MessagePackReader.Event, at offset: Int) -> [Finding] {
    switch event {
    case .key(let key):
      guard Self.constructors.contains(key) else { return [] }
      return [
        report(
          .configurationObjects, offset, "A map has the key '\(String(decoding: key, as: UTF8.self))'.")
      ]
    case .value(let bytes, _, let key):
      if NumpyRules.carriesPickle(Array(bytes.prefix(NumpyRules.headCount))) {
        return [report(.carriedPickle, offset, "A value begins as a pickle.")]
      }
      return namesObjects(bytes, under: key)
        ? [report(.configurationObjects, offset, "An array is of Python objects.")] : []
    case .extension(let type, _):
      guard !Self.extensions.contains(type) else { return [] }
      return [
        report(.dataIrregular, offset, "An extension has the type \(type), which no known reader has.")
      ]
    }
  }

  private func namesObjects(_ bytes: [UInt8], under key: [UInt8]?) -> Bool {
    let isType = key.map { ["kind", "type", "dtype"].map { Array($0.utf8) }.contains($0) } ?? isArray
    return isType && ["O", "|O", "<O", ">O", "object", "O8"].contains { bytes.elementsEqual($0.utf8) }
  }

  private func report(_ rule: Rule, _ offset: Int, _ detail: String) -> Finding {
    Finding(rule, at: Location(path: path, offset: offset), detail: detail)
  }
}
