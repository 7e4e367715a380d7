package import Formats

/// What one element of an array file is: as much of its type as decides how the file is read.
package struct NumpyElement: Equatable, Sendable {
  /// Bytes of one element.
  package let size: Int
  /// Whether it is, or holds, objects: then the array is a pickle.
  package let hasObject: Bool
  /// Whether it is bytes that can be anything: text of bytes, void, or numbers of one byte.
  package let isOpaque: Bool

  /// The type that a header describes; nil for what NumPy does not write (`lib/format.py`, `descr_to_dtype`).
  ///
  /// Recurses no deeper than the header's literal does.
  package init?(_ descriptor: NumpyLiteral) {
    switch descriptor {
    case .text(let code):
      guard let type = NumpyDtype(code: Self.withoutUnit(code)) else { return nil }
      let letters = Set("SV".utf8)
      self.init(
        size: type.itemSize, hasObject: type.hasObject,
        isOpaque: letters.contains(type.kind) || (type.itemSize == 1 && Set("iu".utf8).contains(type.kind)))
    case .tuple(let parts):
      guard parts.count == 2, let element = NumpyElement(parts[0]),
        let repeated = element.repeated(parts[1])
      else { return nil }
      self = repeated
    case .list(let fields):
      guard let structure = Self.structure(fields) else { return nil }
      self = structure
    case .integer, .boolean, .dictionary: return nil
    }
  }

  private init(size: Int, hasObject: Bool, isOpaque: Bool) {
    self.size = size
    self.hasObject = hasObject
    self.isOpaque = isOpaque
  }

  /// Fields one behind the other: `(name, type)` or `(name, type, shape)`; a name may have a title.
  private static func structure(_ fields: [NumpyLiteral]) -> NumpyElement? {
    var size = 0
    var hasObject = false
    for field in fields {
      guard case .tuple(let parts) = field, parts.count == 2 || parts.count == 3, isName(parts[0]),
        let element = NumpyElement(parts[1]),
        let whole = parts.count == 2 ? element : element.repeated(parts[2])
      else { return nil }
      let (sum, overflow) = size.addingReportingOverflow(whole.size)
      guard !overflow else { return nil }
      size = sum
      hasObject = hasObject || whole.hasObject
    }
    return NumpyElement(size: size, hasObject: hasObject, isOpaque: false)
  }

  private static func isName(_ name: NumpyLiteral) -> Bool {
    switch name {
    case .text: true
    case .tuple(let parts):
      parts.count == 2 && parts.allSatisfy { if case .text = $0 { true } else { false } }
    case .integer, .boolean, .list, .dictionary: false
    }
  }

  /// As many of it as a shape says: a tuple of lengths, or one.
  private func repeated(_ shape: NumpyLiteral) -> NumpyElement? {
    let lengths: [NumpyLiteral] = if case .tuple(let lengths) = shape { lengths } else { [shape] }
    var size = size
    for length in lengths {
      guard case .integer(let length) = length else { return nil }
      let (product, overflow) = size.multipliedReportingOverflow(by: length)
      guard !overflow else { return nil }
      size = product
    }
    return NumpyElement(size: size, hasObject: hasObject, isOpaque: isOpaque)
  }

  /// `M8[ns]` without its unit.
  private static func withoutUnit(_ code: String) -> String {
    guard code.hasSuffix("]"), let open = code.firstIndex(of: "["),
      code[..<open].hasSuffix("M8") || code[..<open].hasSuffix("m8")
    else { return code }
    let unit = code[code.index(after: open)...].dropLast()
    return unit.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "/") }
      ? String(code[..<open]) : code
  }

  /// Bytes of an array of this shape; nil where they are more than can be.
  package func byteCount(_ shape: [Int]) -> Int? {
    var size = size
    for length in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: length)
      guard !overflow else { return nil }
      size = product
    }
    return size
  }
}

/// What there is to say of array files.
package enum NumpyRules {
  /// How many bytes ``carriesPickle(_:)`` wants to see.
  package static let headCount = NestedInput.Format.headCount

  /// Whether opaque data begin as a pickle.
  package static func carriesPickle(_ head: [UInt8]) -> Bool { CarriedPickle.begins(head) }
}
