internal import Findings
internal import Wire

/// What the daemon says in clamd's words.
///
/// Clients search replies for `OK`, `FOUND` and `ERROR`, and some take an error for clean. So every text is fixed: of
/// what a file or a client holds, nothing is in it but a path that the client itself has named. None has a colon,
/// behind the last of which `clamdscan` looks for what it shows.
struct ClamdReply: Equatable, Sendable {
  let text: String
  /// Whether the line names first what it is about.
  var namesSubject = false

  static let pong = ClamdReply(text: "PONG")
  static let unknownCommand = ClamdReply(text: "UNKNOWN COMMAND")
  static let timedOut = ClamdReply(text: "COMMAND READ TIMED OUT")
  static let overlong = ClamdReply(text: "command line too long ERROR")
  static let control = ClamdReply(text: "the daemon reloads and stops by signals only ERROR")
  static let streamTooLarge = ClamdReply(text: "INSTREAM size limit exceeded. ERROR")
  static let streamCut = error("the stream was not sent to its end")
  static let path = error("paths are not taken, use FILDES or INSTREAM")

  private static func error(_ reason: String) -> ClamdReply {
    ClamdReply(text: reason + " ERROR", namesSubject: true)
  }

  var isError: Bool { text.hasSuffix(" ERROR") || self == .unknownCommand }
}

/// The daemon's own answers in these words.
extension ClamdReply {
  /// A verdict. What is not allowed is never OK; whatever is not `deny` has a name that begins with `Lazaret.Policy`.
  init(_ outcome: ScanOutcome) {
    switch outcome {
    case .allowed: self.init(text: "OK", namesSubject: true)
    case .held(let verdict, let rule):
      let kind: [String] =
        switch verdict {
        case .deny: []
        case .review: ["Policy", "Review"]
        case .incomplete, .allow: ["Policy", "Incomplete"]
        }
      let name = (["Lazaret"] + kind + (rule.map { [$0] } ?? [])).joined(separator: ".")
      self.init(text: name + " FOUND", namesSubject: true)
    }
  }

  static func busy(_ reason: BusyReason) -> ClamdReply {
    switch reason {
    case .credits: error("too many requests without an answer, try again")
    case .queue: error("the queue is full, try again")
    case .connections: error("too many connections, try again")
    case .stopping: error("the daemon stops, try again")
    case .staging: error("no memory for another stream, try again")
    }
  }

  static func refused(_ code: RefusalCode) -> ClamdReply {
    switch code {
    case .malformed, .version, .id:
      error("exactly one descriptor comes with FILDES, and none with anything else")
    case .forbidden: error("this user may not ask this daemon")
    case .descriptor: error("the descriptor is not of a regular file that is open for reading only")
    case .store: error("the verdict could not be recorded, so there is none")
    case .failing: error("nothing is examined, the self-test failed")
    case .role: error("this user may not have files examined")
    case .stream: error("the stream could not be kept")
    }
  }
}

/// What a reply's line begins and ends with.
struct ClamdHeading: Equatable, Sendable {
  /// Of the request, in a session; nil outside of one.
  var number: UInt64?
  let delimiter: ClamdDelimiter
  /// What the request is about: `stream`, `fd[7]` or a path; nil for nothing.
  var subject: String?

  func line(_ reply: ClamdReply) -> [UInt8] {
    var text = number.map { "\($0): " } ?? ""
    if reply.namesSubject, let subject { text += subject.withoutInvisibles + ": " }
    return Array((text + reply.text).utf8) + [delimiter.rawValue]
  }
}
