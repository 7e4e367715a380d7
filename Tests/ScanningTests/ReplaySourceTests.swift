import ByteParsing
import Policy
import TestSupport
import Testing

@testable import Scanning

/// Unpacked bytes that are not held: whatever is read, and in whatever order, is what a whole copy would give.
@Suite struct ReplaySourceTests {
  private static let bytes: [UInt8] = {
    var random = SeededRandom(seed: 5)
    return (0..<(20 << 20)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }()

  /// The bytes as a stream, in pieces of changing length.
  private final class Pieces: ByteStream {
    private var offset = 0
    private var random = SeededRandom(seed: 9)
    private let branches: Bool

    init(branches: Bool = false) { self.branches = branches }

    func branch() -> (any ByteStream)? {
      guard branches else { return nil }
      let branch = Pieces(branches: true)
      branch.offset = offset
      return branch
    }

    func read(into buffer: inout MutableRawSpan) throws(ParseError) -> Int {
      let length = min(
        buffer.byteCount, bytes.count - offset, Int.random(in: 1...200_000, using: &random))
      guard length > 0 else { return 0 }
      var part = buffer._mutatingExtracting(0..<length)
      try MemorySource(Array(bytes[offset..<offset + length])).read(at: 0, into: &part)
      offset += length
      return length
    }
  }

  private static func source(
    limit: Int = 1 << 40, opened: Opened = Opened(), branches: Bool = false
  ) -> (ReplaySource, UnpackingAccount) {
    let account = UnpackingAccount(limit: limit)
    let edge = ReplaySource.edgeBytes
    let source = ReplaySource(
      count: bytes.count, head: Array(bytes.prefix(edge)), tail: Array(bytes.suffix(edge)), account: account
    ) { () throws(ParseError) in
      opened.count += 1
      return Pieces(branches: branches)
    }
    return (source, account)
  }

  private final class Opened {
    var count = 0
  }

  @Test(arguments: [false, true]) func `any range is the range of the whole`(branches: Bool) throws {
    let input = Input(Self.source(branches: branches).0)
    var random = SeededRandom(seed: 3)
    for _ in 0..<60 {
      let start = Int.random(in: 0..<Self.bytes.count, using: &random)
      let length = Int.random(in: 0...min(3 << 20, Self.bytes.count - start), using: &random)
      #expect(try input.bytes(at: start, count: length) == Array(Self.bytes[start..<start + length]))
    }
  }

  @Test func `reading forward unpacks once, and looking at both ends not at all`() throws {
    let opened = Opened()
    let (source, account) = Self.source(opened: opened)
    let input = Input(source)
    _ = try input.prefix(4096)
    _ = try input.suffix(1 << 16)
    #expect(opened.count == 0)
    for start in stride(from: 0, to: input.count, by: 1 << 16) {
      _ = try input.bytes(at: start, count: min(1 << 16, input.count - start))
    }
    #expect(opened.count == 1)
    #expect(account.repeatedBytes <= Self.bytes.count)
  }

  @Test func `a stream that branches is opened once, and goes on near what is read`() throws {
    let opened = Opened()
    let (source, account) = Self.source(opened: opened, branches: true)
    let input = Input(source)
    _ = try input.bytes(at: 18 << 20, count: 1)
    let once = account.repeatedBytes
    for offset in [3, 16, 6, 12] {
      #expect(try input.bytes(at: offset << 20, count: 1) == [Self.bytes[offset << 20]])
    }
    #expect(opened.count == 1)
    #expect(account.repeatedBytes - once < 12 << 20)
  }

  @Test func `what is unpacked again has a limit`() throws {
    let input = Input(Self.source(limit: 30 << 20).0)
    let error = #expect(throws: ParseError.self) {
      for _ in 0..<3 {
        _ = try input.bytes(at: 15 << 20, count: 1)
        _ = try input.bytes(at: 2 << 20, count: 1)
      }
    }
    #expect(error?.kind == .limit)
  }

  @Test func `bytes that are not there the second time are a change`() {
    let source = ReplaySource(
      count: Self.bytes.count + 1, head: [], tail: [], account: UnpackingAccount(limit: 1 << 40)
    ) { () throws(ParseError) in Pieces() }
    let error = #expect(throws: ParseError.self) {
      _ = try Input(source).bytes(at: Self.bytes.count, count: 1)
    }
    #expect(error?.kind == .changed)
  }

  @Test func `what is held is counted as long as it is held`() {
    let account = UnpackingAccount(limit: 1)
    do {
      let held = HeldSource([1, 2, 3], account: account)
      #expect(account.held == held.count)
    }
    #expect(account.held == 0)
  }
}
