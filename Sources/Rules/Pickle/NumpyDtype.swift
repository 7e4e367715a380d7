import Pickle

/// What is known of a `numpy.dtype` that a pickle makes.
struct NumpyDtype: Equatable {
  /// The kind letter: `f`, `U`, `O`, `V`.
  var kind: UInt8
  /// Whether the code, or the state, says that the high byte of a number comes first.
  var isBigEndian = false
  /// Bytes of one element.
  var itemSize: Int
  /// Whether the size is yet to come with the state: `numpy.record` is void of any size.
  var takesSizeFromState = false
  /// Whether elements are, or hold, object pointers.
  var hasObject: Bool
  /// The dictionary of a structured type's fields, and how many entries it had been given when it was checked: NumPy
  /// keeps the very dictionary, so a later entry would change the type.
  var fields: SymbolicValue?
  var fieldEntries = 0

  /// A builtin type by its code: `f8`, `U16`, `O`. Only what `dtype.__reduce__` writes, in NumPy 1.x and 2.x; nil for
  /// anything else.
  init?(code: String) {
    var text = Substring(code)
    if let first = text.first, "<>=|".contains(first) { text = text.dropFirst() }
    guard let letter = text.first, letter.isASCII, let kind = letter.asciiValue else { return nil }
    let digits = text.dropFirst()
    guard digits.isEmpty || (digits.count <= 10 && digits.allSatisfy { $0.isASCII && $0.isNumber }) else {
      return nil
    }
    let size = digits.isEmpty ? nil : Int(digits)
    guard let bytes = Self.itemSize(letter, size) else { return nil }
    self.init(kind: kind, itemSize: bytes, hasObject: letter == "O")
    isBigEndian = code.first == ">"
  }

  private init(kind: UInt8, itemSize: Int, hasObject: Bool) {
    self.kind = kind
    self.itemSize = itemSize
    self.hasObject = hasObject
  }

  /// A type given as a NumPy scalar class: `numpy.float64`.
  init?(scalarClass name: String) {
    guard let code = Self.scalarClasses[name] else { return nil }
    self.init(code: code)
    takesSizeFromState = isFlexible
  }

  /// Strings and void take their size from the code; the others have those that C types have.
  private static func itemSize(_ letter: Character, _ size: Int?) -> Int? {
    switch letter {
    case "?": return size == nil ? 1 : nil
    case "b": return size == nil || size == 1 ? 1 : nil
    case "i", "u": return [1, 2, 4, 8].contains(size) ? size : nil
    case "f": return [2, 4, 8, 10, 12, 16].contains(size) ? size : nil
    case "c": return [8, 16, 20, 24, 32].contains(size) ? size : nil
    case "M", "m": return size == 8 ? 8 : nil
    case "O": return size == nil || size == 8 || size == 4 ? 8 : nil
    case "S", "V": return size ?? 0
    case "U": return 4 * (size ?? 0)  // at most ten digits
    default: return nil
    }
  }

  private static let scalarClasses = [
    "bool": "b1", "bool_": "b1", "int8": "i1", "int16": "i2", "int32": "i4", "int64": "i8", "uint8": "u1",
    "uint16": "u2", "uint32": "u4", "uint64": "u8", "float16": "f2", "float32": "f4", "float64": "f8",
    "longdouble": "f16", "complex64": "c8", "complex128": "c16", "object_": "O", "record": "V", "void": "V",
    "str_": "U", "bytes_": "S",
  ]

  /// Whether the size is the code's own, so that a state may not change it.
  var isFlexible: Bool {
    kind == UInt8(ascii: "S") || kind == UInt8(ascii: "U") || kind == UInt8(ascii: "V")
  }

  /// Whether the flags are such as NumPy 1.19 to 2.4 write for a type of this sort (`_array_dtype flags`: item
  /// reference counted 1, list pickle 2, item is pointer 4, needs init 8, needs Python 16, use getitem 32, use
  /// setitem 64, aligned struct 128). NumPy 1.x writes them as a signed byte.
  static func flagsAreHonest(_ flags: Int, hasObject: Bool, isStruct: Bool) -> Bool {
    guard (-128...255).contains(flags) else { return false }
    let bits = flags & 0xff
    if !hasObject { return bits & 0x67 == 0 }
    return isStruct ? bits & 0x7f == 27 : bits == 63
  }
}

/// What a judge remembers of a pickle's NumPy values.
struct NumpyFacts {
  /// Types by the value that holds them, as they are now.
  var dtypes: [UInt64: NumpyDtype] = [:]
  /// Types that were given a state, or were used: neither may change any more.
  var settledTypes: Set<UInt64> = []
  /// Arrays whose elements can be read, at most ``PickleJudgeLimits/readableArrays``.
  var contents: [UInt64: NumpyContents] = [:]
  /// Arrays that were given their data.
  var filledArrays: Set<UInt64> = []
  /// Types with fields, whose dictionaries are looked at again in the end.
  var structured: [SymbolicValue] = []
  /// Decoded lengths of constants that were counted.
  var decodedCounts: [UInt64: Int] = [:]
  /// Bytes that may still be read to count them.
  var countingBudget = PickleJudgeLimits.countedBytes
}
