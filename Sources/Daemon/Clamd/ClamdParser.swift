/// What ends a command and the reply to it.
package enum ClamdDelimiter: UInt8, Sendable {
  /// Of commands that begin with `z`.
  case zero = 0
  /// Of commands that begin with `n`, and of bare ones.
  case newline = 10
}

/// What a client asks for in one line.
package enum ClamdCommand: Equatable, Sendable {
  case ping, version, versionCommands, stats
  /// To have something under a path examined.
  case path(String)
  /// To reload or to stop.
  case control
  case unknown
}

/// What has come from a client, in its order.
package enum ClamdEvent: Equatable, Sendable {
  case command(ClamdCommand, ClamdDelimiter)
  /// A file is to be examined, and the byte has come that its descriptor comes with.
  case file(ClamdDelimiter)
  case session
  /// A file is to be examined whose bytes follow.
  case stream(ClamdDelimiter)
  /// So many bytes follow.
  case chunk(UInt32)
  case data(ArraySlice<UInt8>)
  case streamEnd
  /// A line is longer than any command can be.
  case overlong
}

/// Takes apart what a client of clamd's protocol sends, wherever it is cut. A value without sockets or clock.
///
/// A command is a line that begins with `z` and ends with a zero, or begins with `n` and ends with a newline. A bare
/// one ends with a newline or with the input, and some commands cannot be bare. Outside of a session there is one
/// command, and what follows is not looked at. clamd(8), COMMANDS; `get_cmd` and `handle_stream` of clamd's server-th.c,
/// `parse_command` of its session.c
package struct ClamdParser: Sendable {
  /// Bytes of a line: as many as clamd's buffer has, PATH_MAX + 8.
  static let lineLimit = 4_104

  private enum State: Sendable {
    case line
    /// The byte that comes with a descriptor.
    case file(ClamdDelimiter)
    case chunkLength(UInt32, bytes: Int)
    case data(left: UInt32)
    case over
  }

  private var state = State.line
  /// What has come of a line.
  private var line: [UInt8] = []
  private var isInSession = false
  /// That of the last line that began.
  private(set) var delimiter = ClamdDelimiter.newline

  package init() {}

  /// Whether what follows is not looked at.
  package var isOver: Bool { if case .over = state { true } else { false } }
  /// Whether a part of a command has come, and the rest has not.
  package var isInside: Bool { if case .line = state { !line.isEmpty } else { !isOver } }

  package mutating func take(_ bytes: [UInt8]) -> [ClamdEvent] {
    var events: [ClamdEvent] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      switch state {
      case .line: takeLine(&rest, &events)
      case .file(let delimiter):
        rest.removeFirst()
        events.append(.file(delimiter))
        endCommand()
      case .chunkLength(let length, let count):
        takeLength(length << 8 | UInt32(rest.removeFirst()), bytes: count + 1, &events)
      case .data(let left):
        let part = rest.prefix(Int(left))
        rest.removeFirst(part.count)
        events.append(.data(part))
        let stays = left - UInt32(part.count)
        state = stays > 0 ? .data(left: stays) : .chunkLength(0, bytes: 0)
      case .over: return events
      }
    }
    return events
  }

  /// Takes the end of the input, which ends a bare command.
  package mutating func takeEnd() -> [ClamdEvent] {
    var events: [ClamdEvent] = []
    if case .line = state, !line.isEmpty, Self.isBare(line) { interpret(&events) }
    state = .over
    return events
  }

  private mutating func takeLine(_ rest: inout ArraySlice<UInt8>, _ events: inout [ClamdEvent]) {
    if line.isEmpty { delimiter = rest.first == UInt8(ascii: "z") ? .zero : .newline }
    let end = rest.firstIndex(of: delimiter.rawValue)
    let part = rest[..<(end ?? rest.endIndex)]
    guard part.count <= Self.lineLimit - line.count else {
      events.append(.overlong)
      state = .over
      return
    }
    line += part
    rest = rest[(end.map { $0 + 1 } ?? rest.endIndex)...]
    if end != nil { interpret(&events) }
  }

  private mutating func takeLength(_ length: UInt32, bytes: Int, _ events: inout [ClamdEvent]) {
    guard bytes == 4 else { return state = .chunkLength(length, bytes: bytes) }
    guard length > 0 else {
      events.append(.streamEnd)
      return endCommand()
    }
    events.append(.chunk(length))
    state = .data(left: length)
  }

  /// Acts on a whole line.
  private mutating func interpret(_ events: inout [ClamdEvent]) {
    let isBare = Self.isBare(line)
    let text = Self.text(of: line, delimiter)
    line = []
    switch isBare && isInSession ? .command(.unknown) : Self.meaning(of: text, isBare: isBare) {
    case .file: return state = .file(delimiter)
    case .stream:
      events.append(.stream(delimiter))
      return state = .chunkLength(0, bytes: 0)
    case .session where !isInSession:
      isInSession = true
      return events.append(.session)
    case .end where isInSession: return state = .over
    case .command(let command) where command != .unknown:
      events.append(.command(command, delimiter))
      endCommand()
    default:
      events.append(.command(.unknown, delimiter))
      state = .over
    }
  }

  private mutating func endCommand() { state = isInSession ? .line : .over }

  private static func isBare(_ line: [UInt8]) -> Bool {
    line.first != UInt8(ascii: "z") && line.first != UInt8(ascii: "n")
  }

  /// A line without the letter before it and without line ends after it.
  private static func text(of line: [UInt8], _ delimiter: ClamdDelimiter) -> ArraySlice<UInt8> {
    var text = line[(isBare(line) ? 0 : 1)...]
    while delimiter == .newline, let last = text.last, last == 0x0A || last == 0x0D { text.removeLast() }
    return text
  }
}

/// The words of the protocol.
extension ClamdParser {
  private enum Meaning {
    case command(ClamdCommand)
    case file, stream, session, end
    /// The path that follows.
    case path
  }

  private static let words: [(word: String, meaning: Meaning, canBeBare: Bool)] = [
    ("PING", .command(.ping), true),
    ("VERSION", .command(.version), true),
    ("VERSIONCOMMANDS", .command(.versionCommands), false),
    ("STATS", .command(.stats), true),
    ("FILDES", .file, true),
    ("INSTREAM", .stream, false),
    ("IDSESSION", .session, false),
    ("END", .end, false),
    ("SCAN", .path, true),
    ("CONTSCAN", .path, true),
    ("MULTISCAN", .path, true),
    ("ALLMATCHSCAN", .path, false),
    ("RELOAD", .command(.control), true),
    ("SHUTDOWN", .command(.control), true),
    ("QUIT", .command(.control), true),
  ]

  /// Commands that are not refused.
  static let served = words.filter { entry in
    switch entry.meaning {
    case .path, .command(.control): false
    default: true
    }
  }.map(\.word)

  private static func meaning(of text: ArraySlice<UInt8>, isBare: Bool) -> Meaning {
    let parts = withoutOptions(text).split(
      separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
    guard let entry = words.first(where: { $0.word.utf8.elementsEqual(parts[0]) }),
      entry.canBeBare || !isBare
    else { return .command(.unknown) }
    guard case .path = entry.meaning else { return parts.count == 1 ? entry.meaning : .command(.unknown) }
    guard parts.count == 2, !parts[1].isEmpty else { return .command(.unknown) }
    return .command(.path(String(decoding: parts[1], as: UTF8.self)))
  }

  /// `OPTSCAN ALLMATCH FILDES ` is FILDES: newer clients write it so, and there is no option that changes a verdict.
  /// `send_fdpass` and `send_stream` of clamav's clamdcom.c, after 1.4
  private static func withoutOptions(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let word = Array("OPTSCAN ".utf8)
    let option = Array("ALLMATCH ".utf8)
    guard text.starts(with: word) else { return text }
    var text = text.dropFirst(word.count)
    if text.starts(with: option) { text = text.dropFirst(option.count) }
    if text.last == UInt8(ascii: " ") { text = text.dropLast() }
    return text
  }
}
