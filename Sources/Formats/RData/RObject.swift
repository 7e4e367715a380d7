/// The objects of one file of R, as they were written: a tree, in which an object that stands twice is a reference.
package struct RObjects {
  /// The kinds of objects, and of what stands for some, by their numbers in the file (`serialize.c`, `Rinternals.h`).
  package enum Kind: UInt8, Sendable {
    case symbol = 1
    case pairs = 2
    case closure = 3
    case environment = 4
    case promise = 5
    case call = 6
    case special = 7
    case builtin = 8
    case text = 9
    case logicals = 10
    case integers = 13
    case reals = 14
    case complexes = 15
    case texts = 16
    case dots = 17
    case list = 19
    case expressions = 20
    case byteCode = 21
    case externalPointer = 22
    case weakReference = 23
    case raw = 24
    case object = 25
    case alternative = 238
    case attributedPairs = 239
    case attributedCall = 240
    case baseEnvironment = 241
    case emptyEnvironment = 242
    case codeReference = 243
    case codeDefinition = 244
    case persistentName = 247
    case package = 248
    case namespace = 249
    case baseNamespace = 250
    case missing = 251
    case unbound = 252
    case globalEnvironment = 253
    case null = 254
    case reference = 255

    /// Whether it is made of a head and a rest, with a tag and attributes.
    package var isPair: Bool {
      switch self {
      case .pairs, .call, .dots, .closure, .promise: true
      default: false
      }
    }
  }

  /// What an object is to the one that it is part of.
  package enum Part: UInt8, Sendable {
    case whole, attributes, tag, head, rest, element, enclosure, frame, table, protected, code, constant
    case information, state
  }

  package struct Object {
    package let kind: Kind
    package let part: Part
    /// The bits of R's `gp` field, of which the highest mark an active or a locked binding.
    package let levels: UInt16
    package let offset: Int
    /// The object of which it is a part; -1 for the whole.
    package let parent: Int32
    fileprivate(set) var first: Int32 = -1
    fileprivate(set) var last: Int32 = -1
    fileprivate(set) var next: Int32 = -1
    /// A text's number, the object that a reference means, or how many elements a vector has; -1 for none.
    package internal(set) var value: Int32 = -1
  }

  package private(set) var objects: [Object] = []
  /// The names and texts, once each.
  package private(set) var texts: [String] = []
  /// Where bytes stand that R holds as bytes; the bytes themselves where the file spells them.
  package internal(set) var raws: [(range: Range<Int>, bytes: [UInt8]?)] = []
  /// The instructions of byte code, by the object that holds them.
  package internal(set) var instructions: [Int: [Int32]] = [:]
  /// Whether the file is an image of named objects, which `load` binds.
  package internal(set) var isImage = false
  private var numbers: [String: Int32] = [:]

  /// The mark of a binding whose value a function makes whenever somebody asks for it.
  package static let activeBinding: UInt16 = 1 << 15

  subscript(_ index: Int32) -> Object {
    get { objects[Int(index)] }
    set { objects[Int(index)] = newValue }
  }

  /// The object of that number, which another object gave.
  package func object(_ index: Int) -> Object { objects[index] }

  mutating func add(
    _ kind: Kind, _ part: Part, of parent: Int32, levels: UInt16 = 0, value: Int32 = -1, at offset: Int
  ) -> Int32 {
    let index = Int32(truncatingIfNeeded: objects.count)  // the reader's limit is far below
    objects.append(
      Object(kind: kind, part: part, levels: levels, offset: offset, parent: parent, value: value))
    guard parent >= 0 else { return index }
    if self[parent].last >= 0 { self[self[parent].last].next = index } else { self[parent].first = index }
    self[parent].last = index
    return index
  }

  mutating func number(of text: String) -> Int32 {
    if let known = numbers[text] { return known }
    let new = Int32(truncatingIfNeeded: texts.count)
    texts.append(text)
    numbers[text] = new
    return new
  }

  // MARK: Asking

  /// The parts of an object, in the order of the file.
  package func parts(of index: Int) -> Parts { Parts(objects: self, following: objects[index].first) }

  /// The first part of that kind.
  package func part(_ part: Part, of index: Int) -> Int? {
    parts(of: index).first { objects[$0].part == part }
  }

  /// The object itself, or the one that a reference means.
  package func resolved(_ index: Int) -> Int {
    let object = objects[index]
    guard object.kind == .reference || object.kind == .codeReference, object.value >= 0 else {
      return index
    }
    return Int(object.value)
  }

  /// The text of a symbol, a builtin, a text or a package; nil where it has none.
  package func text(of index: Int) -> String? {
    let object = objects[resolved(index)]
    switch object.kind {
    case .symbol, .special, .builtin, .text, .package, .namespace, .persistentName:
      return object.value >= 0 ? texts[Int(object.value)] : nil
    default: return nil
    }
  }

  /// The name of a symbol; nil for anything else.
  package func symbol(_ index: Int?) -> String? {
    guard let index, objects[resolved(index)].kind == .symbol else { return nil }
    return text(of: index)
  }

  /// The one text of a vector of texts, or of a text; nil for anything else.
  package func singleText(_ index: Int) -> String? {
    switch objects[index].kind {
    case .text: text(of: index)
    case .texts where objects[index].value == 1: part(.element, of: index).flatMap { text(of: $0) }
    default: nil
    }
  }

  /// The pairs of a list from its first on. A list's rest that is no pair ends it.
  package func pairs(from index: Int?) -> [Int] {
    var result: [Int] = []
    var next = index
    while let pair = next, objects[pair].kind.isPair {
      result.append(pair)
      next = part(.rest, of: pair)
    }
    return result
  }

  /// The numbers of an object's parts.
  package struct Parts: Sequence, IteratorProtocol {
    fileprivate let objects: RObjects
    fileprivate var following: Int32

    package mutating func next() -> Int? {
      guard following >= 0 else { return nil }
      defer { following = objects[following].next }
      return Int(following)
    }
  }
}
