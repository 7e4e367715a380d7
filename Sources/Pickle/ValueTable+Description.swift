internal import ByteParsing

extension ValueTable {
  /// The value as readable pseudo-Python, at most about `limit` characters: `posix.system('id')`.
  ///
  /// On one line: control characters in strings are escaped. What is nested deeply or does not fit is
  /// shown as an ellipsis.
  package func describe(_ value: SymbolicValue, limit: Int = 200) -> String {
    describe(value, DescriptionStyle(characters: limit))
  }

  /// The value as readable pseudo-Python, as `style` has it.
  package func describe(_ value: SymbolicValue, _ style: DescriptionStyle) -> String {
    var text = BoundedText(style)
    write(value, into: &text, depth: 0)
    return text.finished
  }

  /// What stands behind a callee: `('id')` for a tuple, `(*…)` for anything else that is taken for arguments.
  package func describe(arguments: SymbolicValue, _ style: DescriptionStyle) -> String {
    var text = BoundedText(style)
    writeArguments(arguments, into: &text, depth: 0)
    return text.finished
  }

  /// Keys and values by turns, as a dictionary of them: `{'a': 1}`.
  package func describe(pairs tuple: SymbolicValue, _ style: DescriptionStyle) -> String {
    var text = BoundedText(style)
    writeContainer(tuple, "{", "}", into: &text, depth: 0, as: .dictionary)
    return text.finished
  }

  /// The import as a statement: `from posix import system`, with the name as written where it is another.
  package func describe(import value: SymbolicValue) -> String {
    guard let global = global(value) else { return "import of a name that is computed" }
    let statement =
      "from \(Self.escaped(global.resolvedModule)) import \(Self.escaped(global.resolvedName))"
    guard global.module != global.resolvedModule || global.name != global.resolvedName else {
      return statement
    }
    return statement + "  # written \(Self.escaped(global.module)).\(Self.escaped(global.name))"
  }

  /// The recursion stops at this depth.
  private static var deepest: Int { 8 }

  private func write(_ value: SymbolicValue, into text: inout BoundedText, depth: Int) {
    guard !text.isFull else { return }
    if let name = text.style.name?(value) { return text.append(name) }
    guard depth <= ValueTable.deepest else { return text.append("…") }
    switch value.kind {
    case .unknown: text.append("<unknown>")
    case .none: text.append("None")
    case .false: text.append("False")
    case .true: text.append("True")
    case .integer, .bigInteger: text.append(integer(value).map(String.init) ?? "<long integer>")
    case .float: text.append(float(value).map { "\($0)" } ?? "<float>")
    case .string: writeString(value, into: &text)
    case .bytes: writeBytes(value, "b'", "'", into: &text)
    case .bytearray: writeBytes(value, "bytearray(b'", "')", into: &text)
    case .tuple: writeContainer(value, "(", ")", into: &text, depth: depth)
    case .list: writeContainer(value, "[", "]", into: &text, depth: depth)
    case .dictionary: writeContainer(value, "{", "}", into: &text, depth: depth)
    case .set:
      elementCount(value) == 0
        ? text.append("set()") : writeContainer(value, "{", "}", into: &text, depth: depth)
    case .frozenSet: writeContainer(value, "frozenset([", "])", into: &text, depth: depth)
    case .global:
      if let global = global(value) {
        text.append(Self.escaped(global.resolvedModule) + "." + Self.escaped(global.resolvedName))
      } else {
        text.append("<computed import>")
      }
    case .call, .instance: writeCall(value, into: &text, depth: depth)
    case .persistent: writeNamed("persistent_load", persistentID(value), into: &text, depth: depth)
    case .extension: writeNamed("copyreg.extension", extensionCode(value), into: &text, depth: depth)
    case .buffer: text.append("<buffer>")
    }
  }

  private func writeNamed(
    _ name: String, _ argument: SymbolicValue?, into text: inout BoundedText, depth: Int
  ) {
    text.append(name + "(")
    if let argument { write(argument, into: &text, depth: depth + 1) }
    text.append(")")
  }

  private func writeCall(_ value: SymbolicValue, into text: inout BoundedText, depth: Int) {
    guard let callee = callee(value), let arguments = arguments(value) else { return }
    write(callee, into: &text, depth: depth + 1)
    writeArguments(arguments, into: &text, depth: depth)
  }

  private func writeArguments(_ arguments: SymbolicValue, into text: inout BoundedText, depth: Int) {
    if arguments.kind == .tuple {
      writeContainer(arguments, "(", ")", into: &text, depth: depth, isCall: true)
    } else {
      text.append("(*")
      write(arguments, into: &text, depth: depth + 1)
      text.append(")")
    }
  }

  private func writeContainer(
    _ value: SymbolicValue, _ open: String, _ close: String, into text: inout BoundedText, depth: Int,
    isCall: Bool = false, as kind: SymbolicValue.Kind? = nil
  ) {
    let kind = kind ?? value.kind
    guard let node = container(value) else { return }
    text.append(open)
    if node.isElided { text.append("… \(node.elementCount) elements …") }
    var index = 0
    forEachElement(value.kind, node) { element in
      if index > 0 { text.append(kind == .dictionary && index % 2 == 1 ? ": " : ", ") }
      write(element, into: &text, depth: depth + 1)
      index += 1
      return !text.isFull
    }
    if kind == .tuple, index == 1, !isCall { text.append(",") }
    text.append(close)
  }

  private func writeString(_ value: SymbolicValue, into text: inout BoundedText) {
    if let string = string(value, limit: max(4096, 4 * text.style.stringCharacters)) {
      text.append("'" + shortened(Self.escaped(string), to: text.style.stringCharacters) + "'")
    } else if let contents = contents(value, lineLimit: 1 << 16),
      let head = try? contents.prefix(4 * text.style.stringCharacters)
    {
      let readable = readable(head)
      let shown = readable.prefix(text.style.stringCharacters)
      let isWhole = head.count == contents.count && shown.count == readable.count
      text.append("'\(shown)\(isWhole ? "" : "… \(contents.count) bytes")'")
    } else {
      text.append("'…'")
    }
  }

  private func writeBytes(
    _ value: SymbolicValue, _ open: String, _ close: String, into text: inout BoundedText
  ) {
    guard let contents = contents(value), let head = try? contents.prefix(text.style.bytes) else {
      return text.append(open + "…" + close)
    }
    let rest = contents.count > head.count ? "… \(contents.count) bytes" : ""
    text.append(open + Self.escaped(bytes: head) + rest + close)
  }

  /// The beginning of a text, or of what only claims to be one.
  private func readable(_ head: [UInt8]) -> String {
    // A character of UTF-8 may be cut off at the end.
    for cut in 0..<4 where head.count > 4 * cut {
      if let text = String(validating: head.dropLast(cut), as: UTF8.self) { return Self.escaped(text) }
    }
    return Self.escaped(bytes: head)
  }

  /// The bytes as Python shows them: ASCII where they are that.
  private static func escaped(bytes: [UInt8]) -> String {
    bytes.map { byte in
      byte >= 0x20 && byte < 0x7F
        ? escaped(String(Unicode.Scalar(byte))) : "\\x" + hexadecimal(UInt32(byte), 2)
    }.joined()
  }

  private func shortened(_ text: String, to limit: Int) -> String {
    text.count <= limit ? text : text.prefix(limit * 3 / 4) + "…" + text.suffix(limit / 5)
  }

  /// The text with quotes, backslashes and everything that is not visible escaped as Python would.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "'": result += "\\'"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
          result +=
            scalar.value < 0x100
            ? "\\x" + hexadecimal(scalar.value, 2)
            : scalar.value < 0x10000
              ? "\\u" + hexadecimal(scalar.value, 4) : "\\U" + hexadecimal(scalar.value, 8)
        default: result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }

  private static func hexadecimal(_ value: UInt32, _ width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

/// How values are shown.
package struct DescriptionStyle {
  /// About how many in all.
  package var characters: Int
  /// Of one string; from the middle of a longer one something is left out.
  package var stringCharacters = 80
  /// Of one bytes constant.
  package var bytes = 32
  /// A name to show instead of a value; nil where it is to be written out.
  package var name: ((SymbolicValue) -> String?)?

  package init(characters: Int) { self.characters = characters }
}

/// Text that grows up to about a limit.
private struct BoundedText {
  private var text = ""
  private var count = 0
  let style: DescriptionStyle

  init(_ style: DescriptionStyle) { self.style = style }

  private var limit: Int { style.characters }

  var isFull: Bool { count > limit }

  mutating func append(_ part: String) {
    guard !isFull else { return }
    text += part
    count += part.count
  }

  var finished: String { isFull ? text.prefix(limit) + "…" : text }
}
