import Findings
import Linux
import Policy
import Supervisor
import TestSupport
import Testing

@testable import CommandLine

struct SeparatedReaderTests {
  private static func pieces(_ text: String, limit: Int = 100) throws -> [String] {
    let place = try TemporaryDirectory()
    let path = try place.write("list", Array(text.utf8))
    let reader = SeparatedReader(try .open(path), separator: UInt8(ascii: "\n"), limit: limit)
    var pieces: [String] = []
    while let piece = try reader.next() {
      pieces.append(
        String(decoding: piece.bytes, as: UTF8.self) + (piece.isCut ? "…" : "") + (piece.isEnded ? "" : "!")
      )
    }
    return pieces
  }

  @Test(arguments: [
    ("", []), ("\n", [""]), ("a\nb\n", ["a", "b"]), ("a\nb", ["a", "b!"]), ("\n\na", ["", "", "a!"]),
  ]) func `pieces lie between separators, and the last may lack one`(text: String, pieces: [String]) throws
  {
    #expect(try Self.pieces(text) == pieces)
  }

  @Test func `a piece longer than the limit is cut, wherever blocks end`() throws {
    let long = String(repeating: "x", count: 200_000)
    #expect(try Self.pieces("a\n\(long)\nb\n", limit: 3) == ["a", "xxx…", "b"])
    #expect(try Self.pieces("abc\nabcd", limit: 3) == ["abc", "abc…!"])
    #expect(try Self.pieces("a\n\(long)\nb", limit: 200_000) == ["a", long, "b!"])
  }
}

struct PathListTests {
  @Test func `paths come one after another, and the part that was taken is known`() throws {
    let place = try TemporaryDirectory()
    let path = try place.write("list", Array("a\n\nb c\nd".utf8))
    let list = try PathList(Array(path.utf8), separator: 0x0A)
    let next = try list.paths()
    #expect(list.fractionTaken == 0)
    #expect(next() == Array("a".utf8) && next() == Array("b c".utf8))
    #expect(list.fractionTaken == 2.0 / 3)
    #expect(next() == Array("d".utf8) && next() == nil && list.fractionTaken == 1 && list.failure == nil)
    let null = try PathList(Array(try place.write("null", Array("a\nb\0c\0".utf8)).utf8), separator: 0)
      .paths()
    #expect(null() == Array("a\nb".utf8) && null() == Array("c".utf8) && null() == nil)
  }

  @Test func `a path with a zero byte is refused, since the kernel would see another`() throws {
    let place = try TemporaryDirectory()
    let file = try place.write("a", [])
    var walk = FileWalk([Array(file.utf8) + [0, 0x78]])
    guard case .unexamined(_, let reason, true)? = walk.next() else {
      Issue.record("not refused")
      return
    }
    #expect(reason == "no path holds the byte zero")
  }

  @Test func `a list that cannot be read is a failure`() throws {
    #expect(throws: Failure.self) { _ = try PathList(Array("/nowhere/list".utf8), separator: 0x0A) }
    let place = try TemporaryDirectory()
    let list = try PathList(Array(place.path.utf8), separator: 0x0A)
    #expect(try list.paths()() == nil && list.failure != nil)
  }
}

struct EarlierResultsTests {
  private final class Bench {
    let place: TemporaryDirectory
    let file: FileReference
    var result: ArtifactResult

    init() throws {
      place = try TemporaryDirectory()
      let path = Array(try place.write("a", [1]).utf8)
      file = FileReference(path: path, root: nil, relative: [], isLink: false)
      result = ArtifactResult(
        path: path,
        judgement: .examined(
          Sample.examination(.review, findings: [Finding(Sample.oddity, at: Location(), detail: "")])))
      result.identity = try file.identity()
    }

    /// Whether the file is known after a run that wrote this result.
    func recalls(
      _ context: ArtifactObject.Context = Sample.context, waivers: [Waiver] = []
    ) throws -> EarlierResults? {
      let text = try JSONText.line(BatchObject(result, in: Sample.context))
      let earlier = try EarlierResults()
      try earlier.add(
        BatchLine(parsing: Array(text.utf8)), in: context, WaiverDecisions(waivers, clock: { 100 }))
      return earlier.recall(file) ? earlier : nil
    }
  }

  @Test func `what has not changed is known, and counted`() throws {
    let bench = try Bench()
    let summary = try #require(try bench.recalls()).summary
    #expect(summary.verdicts == [.review: 1])
    #expect(summary.rules == [Sample.oddity.id: 1])
    #expect(summary.formats == ["pytorch-zip": 1, "pickle": 1])
  }

  @Test func `what has changed, or may have, is not known`() throws {
    let bench = try Bench()
    #expect(try bench.recalls(ArtifactObject.Context(policy: "sha256:other", engine: "0.2.0")) == nil)
    #expect(try bench.recalls(ArtifactObject.Context(policy: "sha256:feed", engine: "0.2.1")) == nil)
    let digest = String(repeating: "ab", count: 32)
    let waiver = Waiver(digest: digest, verdict: .review, reason: "r", owner: "o", until: 101)
    #expect(try bench.recalls(waivers: [waiver]) == nil)

    // The same size and the same first time stamp; the kernel sets the second.
    #expect(bench.place.setMode("a", 0o640))
    #expect(try bench.recalls() == nil)
    bench.result.identity = try bench.file.identity()
    #expect(try bench.recalls() != nil)
    bench.result.identity = nil
    #expect(try bench.recalls() == nil)
  }

  @Test func `an end that may not repeat is not relied on`() throws {
    let bench = try Bench()
    var examination = Sample.examination()
    examination.repeatable = false
    bench.result = ArtifactResult(path: bench.file.path, judgement: .examined(examination))
    bench.result.identity = try bench.file.identity()
    #expect(try bench.recalls() == nil)
  }

  @Test func `a path that is no text is not relied on`() throws {
    let place = try TemporaryDirectory()
    let path = Array("\(place.path)/".utf8) + [0xFF]
    try FileDescriptor.open(place.path, .directory).open(name: [0xFF], [.writeOnly, .create]).write([1])
    let file = FileReference(path: path, root: nil, relative: [], isLink: false)
    var result = ArtifactResult(path: path, judgement: .examined(Sample.examination()))
    result.identity = try file.identity()
    let earlier = try EarlierResults()
    let text = try JSONText.line(BatchObject(result, in: Sample.context))
    try earlier.add(BatchLine(parsing: Array(text.utf8)), in: Sample.context, nil)
    #expect(!earlier.recall(file))
  }
}

struct ResultsFileTests {
  private static func line(_ path: String) throws -> [UInt8] {
    let result = Sample.result(path, Sample.examination())
    return Array((try JSONText.line(BatchObject(result, in: Sample.context)) + "\n").utf8)
  }

  private static func read(_ path: String) throws -> (paths: [String], cut: Int) {
    var paths: [String] = []
    let cut = try ResultsFile(path).read { paths.append($0.path) }
    return (paths, cut)
  }

  @Test func `a half line is cut off, wherever the run was killed`() throws {
    let place = try TemporaryDirectory()
    let whole = try Self.line("a") + Self.line("b")
    let second = try Self.line("b").count
    for length in stride(from: 1, to: second, by: 37) {
      let path = try place.write("results", whole + Self.line("c").prefix(length))
      let (paths, cut) = try Self.read(path)
      #expect(paths == ["a", "b"] && cut == length)
      #expect(try FileDescriptor.open(path).readAll(limit: 1 << 20) == whole)
    }
  }

  @Test(arguments: ["{}\n", "\n", "{\"path\":\"a\"}\n", "\0\0\0\n", "text\n"])
  func `a line that is no result stops the run, and the file stays`(line: String) throws {
    let place = try TemporaryDirectory()
    let bytes = try Self.line("a") + Array(line.utf8)
    let path = try place.write("results", bytes)
    #expect(throws: Failure("\(path), line 2: is no result of a batch; name another file")) {
      _ = try Self.read(path)
    }
    #expect(try FileDescriptor.open(path).readAll(limit: 1 << 20) == bytes)
  }

  @Test func `one run at a time, and nobody else's file`() throws {
    let place = try TemporaryDirectory()
    let path = place.path + "/results"
    let first = try ResultsFile(path)
    #expect(throws: Failure("\(path): another run is appending to it")) { _ = try ResultsFile(path) }
    try first.settle()
    try place.write("open", [])
    #expect(place.setMode("open", 0o666))
    #expect(throws: Failure.self) { _ = try ResultsFile(place.path + "/open") }
    #expect(throws: Failure.self) { _ = try ResultsFile(place.path) }
  }
}

struct BatchSummaryTests {
  @Test func `files are counted once for each rule and format, the most frequent first`() {
    var summary = BatchSummary()
    for _ in 0..<10 { summary.add(.allow, formats: ["pickle"], rules: []) }
    summary.add(.deny, formats: ["zip", "pickle", "pickle"], rules: ["a.b", "a.b", "c.d"])
    var other = BatchSummary()
    other.add(.review, formats: ["text"], rules: ["c.d"])
    summary.add(other)
    #expect(
      summary.text == """

        by rule
          2  c.d
          1  a.b

        by format
          11  pickle
           1  text
           1  zip

        """)
    #expect(summary.verdicts == [.allow: 10, .deny: 1, .review: 1])
  }

  @Test func `no number of names makes it large`() {
    var summary = BatchSummary()
    for number in 0..<1000 { summary.add(.allow, formats: ["f\(number)"], rules: []) }
    #expect(summary.formats.count == BatchSummary.formatLimit + 1)
    #expect(summary.formats["others"] == 1000 - BatchSummary.formatLimit)
  }
}
