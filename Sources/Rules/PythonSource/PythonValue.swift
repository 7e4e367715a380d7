/// Where a value comes from, as far as that matters to whoever runs it.
struct PythonOrigin: OptionSet, Hashable {
  let rawValue: UInt16

  /// Unpacked or decoded from other data.
  static let decoded = PythonOrigin(rawValue: 1 << 0)
  /// What came over the network.
  static let fetched = PythonOrigin(rawValue: 1 << 1)
  /// Computed from something that came over the network: a field of an answer.
  static let fetchedIndirectly = PythonOrigin(rawValue: 1 << 2)
  /// Single characters made from numbers.
  static let characters = PythonOrigin(rawValue: 1 << 3)
  /// The environment as a whole, or a file of keys.
  static let secrets = PythonOrigin(rawValue: 1 << 4)
  /// A socket, or a file made of one.
  static let socket = PythonOrigin(rawValue: 1 << 5)
  /// Bytes combined with a key.
  static let combined = PythonOrigin(rawValue: 1 << 6)
  /// The name of a file that something was downloaded to.
  static let downloadedFile = PythonOrigin(rawValue: 1 << 7)

  /// What is left of it in the result of a function that nobody knows.
  var throughUnknownCall: PythonOrigin {
    var rest = intersection([.decoded, .secrets, .fetchedIndirectly])
    if contains(.fetched) { rest.insert(.fetchedIndirectly) }
    return rest
  }
}

/// What is known of a value without running anything.
struct PythonValue {
  /// The dotted name it has: `os.system`.
  var path: String?
  /// The text, where it is a constant or folded from constants.
  var text: String?
  /// Whether the text was put together from pieces or turned into itself by a function.
  var isAssembled = false
  var number: Int?
  /// Of a list or tuple, as far as it is kept.
  var elements: [PythonValue]?
  var origin: PythonOrigin = []
  /// The name under which this file defines it.
  var ownName: String?
  /// Whether part of it was left out.
  var isCut = false

  static let unknown = PythonValue()
  static let elementLimit = 256
  /// Bytes of a dotted name that is followed further: a longer chain would be looked up whole at each of its dots.
  static let pathLimit = 512
  /// Bytes of a text that is folded.
  static let textLimit = 1 << 16

  init(path: String? = nil, text: String? = nil, origin: PythonOrigin = []) {
    self.path = path
    self.text = text
    self.origin = origin
  }

  /// The texts in it, one after the other: a command and its arguments.
  var command: String? {
    if let text { return text }
    guard let elements, !elements.isEmpty else { return nil }
    let texts = elements.compactMap(\.text)
    return texts.isEmpty ? nil : texts.joined(separator: " ")
  }

  /// The origin of everything in it.
  var wholeOrigin: PythonOrigin { elements?.reduce(origin) { $0.union($1.origin) } ?? origin }
}

/// An argument of a call.
struct PythonArgument {
  let keyword: String?
  let value: PythonValue
}
