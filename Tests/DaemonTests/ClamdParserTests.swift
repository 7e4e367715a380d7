import TestSupport
import Testing

@testable import Daemon

/// What a client of clamd's protocol sends, wherever it is cut.
struct ClamdParserTests {
  /// Everything that comes of these parts, with data that is together as one.
  private static func events(_ parts: [[UInt8]], ends: Bool = true) -> [ClamdEvent] {
    var parser = ClamdParser()
    var events = parts.flatMap { parser.take($0) }
    if ends { events += parser.takeEnd() }
    return events.reduce(into: []) { merged, event in
      if case .data(let part) = event, case .data(let before)? = merged.last {
        merged[merged.count - 1] = .data(ArraySlice(before + part))
      } else {
        merged.append(event)
      }
    }
  }

  private static func events(_ text: String) -> [ClamdEvent] { events([Array(text.utf8)]) }

  private static func data(_ text: String) -> ClamdEvent { .data(ArraySlice(text.utf8)) }

  private static let inputs: [(input: String, events: [ClamdEvent])] = [
    ("zPING\0", [.command(.ping, .zero)]), ("nPING\n", [.command(.ping, .newline)]),
    ("nPING\r\n", [.command(.ping, .newline)]), ("PING\n", [.command(.ping, .newline)]),
    ("PING", [.command(.ping, .newline)]), ("PING\r\n", [.command(.ping, .newline)]),
    ("VERSION", [.command(.version, .newline)]), ("nSTATS\n", [.command(.stats, .newline)]),
    ("nVERSIONCOMMANDS\n", [.command(.versionCommands, .newline)]),
    ("zRELOAD\0", [.command(.control, .zero)]), ("SHUTDOWN\n", [.command(.control, .newline)]),
    ("zSCAN /a b\0", [.command(.path("/a b"), .zero)]), ("CONTSCAN /x", [.command(.path("/x"), .newline)]),
    ("zMULTISCAN /\n\0", [.command(.path("/\n"), .zero)]),
    ("nALLMATCHSCAN /x\n", [.command(.path("/x"), .newline)]),
    // What comes after the one command is not looked at.
    ("zPING\0zVERSION\0", [.command(.ping, .zero)]),
    // What is no command, or not in this form.
    ("\n", [.command(.unknown, .newline)]), ("z\0", [.command(.unknown, .zero)]),
    ("zping\0", [.command(.unknown, .zero)]), ("zPING \0", [.command(.unknown, .zero)]),
    ("zPING\n\0", [.command(.unknown, .zero)]), ("PING\0\n", [.command(.unknown, .newline)]),
    ("zSCAN\0", [.command(.unknown, .zero)]), ("zSCAN \0", [.command(.unknown, .zero)]),
    ("zEND\0", [.command(.unknown, .zero)]), ("zSTREAM\0", [.command(.unknown, .zero)]),
    ("INSTREAM\n", [.command(.unknown, .newline)]), ("IDSESSION\n", [.command(.unknown, .newline)]),
    ("VERSIONCOMMANDS\n", [.command(.unknown, .newline)]),
    ("GET / HTTP/1.1\r\nHost: x\r\n", [.command(.unknown, .newline)]),
    // A part of a command is none.
    ("", []), ("zPING", []), ("nPING", []), ("zFILDES\0", []), ("zIDSESSION\0zPIN", [.session]),
    // Files.
    ("zFILDES\0x", [.file(.zero)]), ("nFILDES\n\0", [.file(.newline)]),
    ("FILDES\nxyz", [.file(.newline)]), ("zOPTSCAN FILDES \0x", [.file(.zero)]),
    ("zOPTSCAN ALLMATCH FILDES \0x", [.file(.zero)]), ("zOPTSCAN \0", [.command(.unknown, .zero)]),
    ("zOPTSCAN CONTSCAN /x\0", [.command(.path("/x"), .zero)]),
    // Streams.
    ("zINSTREAM\0\0\0\0\0", [.stream(.zero), .streamEnd]),
    (
      "nINSTREAM\n\0\0\0\u{3}abc\0\0\0\u{1}d\0\0\0\0rest",
      [.stream(.newline), .chunk(3), data("abc"), .chunk(1), data("d"), .streamEnd]
    ),
    ("zINSTREAM\0\u{7F}\0\0\0ab", [.stream(.zero), .chunk(0x7F00_0000), data("ab")]),
    ("zOPTSCAN INSTREAM \0\0\0\0\0", [.stream(.zero), .streamEnd]),
    // Sessions.
    (
      "zIDSESSION\0nPING\nzFILDES\0xzINSTREAM\0\0\0\0\u{1}z\0\0\0\0zSCAN /x\0zEND\0zPING\0",
      [
        .session, .command(.ping, .newline), .file(.zero), .stream(.zero), .chunk(1), data("z"),
        .streamEnd, .command(.path("/x"), .zero),
      ]
    ),
    ("nIDSESSION\nnIDSESSION\nnPING\n", [.session, .command(.unknown, .newline)]),
    ("zIDSESSION\0PING\nzPING\0", [.session, .command(.unknown, .newline)]),
    ("zIDSESSION\0FILDES\nx", [.session, .command(.unknown, .newline)]),
    ("zIDSESSION\0zNONE\0zPING\0", [.session, .command(.unknown, .zero)]),
  ]

  @Test(arguments: inputs) func `a client is understood, wherever its bytes are cut`(
    input: String, events: [ClamdEvent]
  ) {
    let bytes = Array(input.utf8)
    #expect(Self.events(input) == events)
    for place in bytes.indices {
      #expect(Self.events([Array(bytes[..<place]), Array(bytes[place...])]) == events, "cut at \(place)")
    }
    #expect(Self.events(bytes.map { [$0] }) == events)
  }

  @Test func `a line that is longer than any command is noticed before it is kept`() {
    let longest = Array("zSCAN /".utf8) + Array(repeating: 0x61, count: ClamdParser.lineLimit - 7)
    #expect(longest.count == ClamdParser.lineLimit)
    guard case .command(.path(let path), .zero)? = Self.events([longest + [0]]).first else {
      Issue.record("the longest line is too long")
      return
    }
    #expect(path.utf8.count == ClamdParser.lineLimit - 6)
    for part in [1, 2, 4_000, 4_104, 4_105, 5_000] {
      let bytes = Array(repeating: UInt8(ascii: "n"), count: 5_000)
      let parts = stride(from: 0, to: bytes.count, by: part).map {
        Array(bytes[$0..<min(5_000, $0 + part)])
      }
      #expect(Self.events(parts, ends: false) == [.overlong], "in parts of \(part)")
    }
  }

  @Test func `a parser says whether it is inside of a command, and when it is over`() {
    var parser = ClamdParser()
    #expect(!parser.isInside && !parser.isOver)
    for (bytes, isInside) in [
      ("zIDSE", true), ("SSION\0", false), ("nFILDES\n", true), ("x", false), ("zINSTREAM\0", true),
      ("\0\0\0", true), ("\u{2}a", true), ("b", true), ("\0\0\0\0", false),
    ] {
      _ = parser.take(Array(bytes.utf8))
      #expect(parser.isInside == isInside && !parser.isOver, "\(bytes)")
    }
    _ = parser.take(Array("zEND\0".utf8))
    #expect(parser.isOver && !parser.isInside)
  }

  @Test func `whatever comes, it comes to the same in other parts`() {
    var random = SeededRandom(seed: 4)
    let words = [
      "zIDSESSION\0", "zPING\0", "nVERSION\n", "zFILDES\0", "zINSTREAM\0", "zEND\0", "PING\n", "\0\0\0\0",
      "\0\0\0\u{3}abc", "\0\0\0\u{1}", "z", "n", "\n", "\0", "x", "zSCAN /x\0", "\u{7F}\u{7F}",
    ].map { Array($0.utf8) }
    for _ in 0..<5_000 {
      let isSession = Bool.random(using: &random)
      var bytes = isSession ? words[0] : []
      for _ in 0..<Int.random(in: 0..<12, using: &random) { bytes += words.randomElement(using: &random)! }
      if Bool.random(using: &random), let place = bytes.indices.randomElement(using: &random) {
        bytes[place] = .random(in: 0...255, using: &random)
      }
      var parts: [[UInt8]] = []
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Int.random(in: 1...9, using: &random)
        parts.append(Array(rest.prefix(count)))
        rest = rest.dropFirst(count)
      }
      #expect(Self.events(parts) == Self.events([bytes]), "\(bytes), seed \(random.seed)")
    }
  }
}
