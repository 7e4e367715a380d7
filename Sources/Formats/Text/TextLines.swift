/// What the lines of a text look like, to tell what people read and tables of data from programs. Fed byte by byte.
package struct TextLines {
  /// The beginning of the line, at most ``kept`` bytes of it.
  private var line: [UInt8] = []
  private var lastVisible: UInt8 = 0
  private var isFenced = false

  private static let kept = 256

  package private(set) var count = 0
  /// Lines that end, or begin, as those of programs do.
  private var codeLines = 0
  /// Lines that are `key: value` or `- item`.
  private var keyLines = 0
  /// The first line that is neither empty nor a comment.
  private var opening: [UInt8]?
  /// A mark of a kind of text that is more than text.
  package private(set) var mark: String?
  package private(set) var isEmpty = true

  package init() {}

  package mutating func take(_ byte: UInt8) {
    if byte == 0x0A || byte == 0x0D { return endLine() }
    if line.count < Self.kept { line.append(byte) }
    if byte != 0x20, byte != 0x09 {
      lastVisible = byte
      isEmpty = false
    }
  }

  /// To be called behind the last byte.
  package mutating func finish() { endLine() }

  private mutating func endLine() {
    defer {
      line.removeAll(keepingCapacity: true)
      lastVisible = 0
    }
    let text = line.drop { $0 == 0x20 || $0 == 0x09 }
    guard !text.isEmpty else { return }
    if text.starts(with: "```".utf8) || text.starts(with: "~~~".utf8) { isFenced.toggle() }
    findMark(text)
    // Comments say nothing of what the rest is.
    guard !isComment(text) else { return }
    if opening == nil { opening = Array(text) }
    guard !isFenced else { return }
    count += 1
    if Self.isCode(text, last: lastVisible) { codeLines += 1 }
    if Self.isKey(text) { keyLines += 1 }
  }

  private func isComment(_ text: ArraySlice<UInt8>) -> Bool {
    text.first == UInt8(ascii: "#") || text.starts(with: "//".utf8) || text.starts(with: "--".utf8)
  }

  /// Marks of what a reader of such texts would act on, wherever they stand.
  private static let marks = [
    "!!python", "!<tag:", "tag:yaml.org", "_target_", "<!ENTITY", "<?php", "<script",
  ]

  private mutating func findMark(_ text: ArraySlice<UInt8>) {
    guard mark == nil,
      text.contains(where: {
        $0 == UInt8(ascii: "!") || $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "_")
          || $0 == UInt8(ascii: ":")
      })
    else { return }
    let words = String(decoding: text, as: UTF8.self)
    mark = Self.marks.first { words.contains($0) }
  }

  private static let beginnings: [[UInt8]] = [
    "const ", "let ", "var ", "function ", "function(", "import ", "export ", "#include", "package ",
    "public ",
    "private ", "fn ", "func ", "local ", "library(", "source(", "using ", "namespace ", "def ", "class ",
    "from ",
    "return ", "require(", "async ", "await ", "use strict",
  ].map { Array($0.utf8) }

  private static func isCode(_ text: ArraySlice<UInt8>, last: UInt8) -> Bool {
    if last == UInt8(ascii: ";") || last == UInt8(ascii: "{") || last == UInt8(ascii: "}") { return true }
    return (last == UInt8(ascii: ")") || last == UInt8(ascii: ":"))
      && beginnings.contains { text.starts(with: $0) }
  }

  /// `key:`, `key: value` or `- item`.
  private static func isKey(_ text: ArraySlice<UInt8>) -> Bool {
    if text.starts(with: "- ".utf8) { return true }
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { return false }
    let key = text[..<colon]
    guard colon + 1 == text.endIndex || text[colon + 1] == 0x20 else { return false }
    return !key.isEmpty && key.allSatisfy { $0 != 0x20 && $0 != UInt8(ascii: "<") }
  }

  private static let commands: Set<String> = [
    "awk", "bash", "cat", "cd", "chmod", "chown", "cmd", "cp", "curl", "dd", "echo", "eval", "exec",
    "export", "kill",
    "mkdir", "mv", "nc", "ncat", "node", "nohup", "perl", "php", "pip", "pip3", "powershell", "python",
    "python2",
    "python3", "rm", "ruby", "set", "sh", "source", "sudo", "touch", "wget", "zsh", "@echo", "setlocal",
  ]

  /// Why the text may be a program, or a document that a reader of its own acts on; nil for prose and tables.
  package var suspicion: String? {
    if let mark { return "it has '\(mark)'" }
    if let opening {
      if opening.starts(with: "#!".utf8) { return "it begins as a script" }
      if Self.isMarkup(opening) { return "it begins as a document of mark-up" }
      let words = opening.split(separator: 0x20)
      let first = words.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
      if Self.commands.contains(first.lowercased()), words.count > 1 {
        return "it begins with the command '\(first)'"
      }
    }
    if codeLines * 5 > count { return "its lines look like those of a program" }
    if keyLines * 2 > count { return "its lines look like those of a configuration" }
    return nil
  }

  /// Tags that stand at the head of many a read-me, and are no document of their own.
  private static let inlineTags: Set<String> = [
    "a", "b", "br", "center", "details", "div", "em", "h1", "h2", "h3", "i", "img", "p", "picture", "span",
    "strong",
    "sub", "sup", "table",
  ]

  private static func isMarkup(_ line: [UInt8]) -> Bool {
    guard line.first == UInt8(ascii: "<"), line.count > 1, !line.starts(with: "<!--".utf8) else {
      return false
    }
    let words = String(decoding: line, as: UTF8.self)
    let tag = words.dropFirst().prefix { $0.isLetter || $0.isNumber }.lowercased()
    if inlineTags.contains(tag) { return false }
    return words.hasPrefix("<?") || words.hasPrefix("<!") || words.contains("=\"") || words.contains("='")
      || tag == "html" || tag == "svg"
  }
}
