import ByteParsing
import Testing
import TestSupport

/// A made-up format with a count and two kinds of length, read as every reader of this project reads: what
/// holds for it under damage is what ``ByteReader`` and ``Checked`` promise.
///
/// | offset | size | meaning |
/// | --- | --- | --- |
/// | 0 | 4 | `SMPL` |
/// | 4 | 4 | number of entries, little-endian |
/// | 8 | 2 + n | of each entry: the length of its name, big-endian, and the name |
/// | | 8 + 8 | and where its payload is, counted from the end of all entries: offset, length |
private struct Sample: Equatable {
  var names: [[UInt8]] = []
  var payloads: [[UInt8]] = []

  static let entryLimit = 100

  static let bytes: [UInt8] =
    Array("SMPL".utf8) + [2, 0, 0, 0]
    + [0, 2] + Array("ab".utf8) + [0, 0, 0, 0, 0, 0, 0, 0] + [3, 0, 0, 0, 0, 0, 0, 0]
    + [0, 0] + [3, 0, 0, 0, 0, 0, 0, 0] + [4, 0, 0, 0, 0, 0, 0, 0]
    + [10, 11, 12, 13, 14, 15, 16]

  static let countOffset = 4
  static let nameLengthOffsets = [8, 28]
  static let payloadFieldOffsets = [12, 20, 30, 38]

  init(parsing bytes: [UInt8]) throws(ParseError) {
    let input = Input(bytes)
    // SAFETY: `bytes` outlives the reader.
    var reader = ByteReader(unsafe bytes.span.bytes)
    guard reader.skipIfNext(Array("SMPL".utf8)) else { throw ParseError(.malformed, at: 0, "magic") }
    let count = Int(try reader.readInteger(UInt32.self, "entry count"))
    guard count <= Self.entryLimit else { throw ParseError(.limit, at: 4, "entries") }
    var ranges: [(offset: Int, length: Int)] = []
    for _ in 0..<count {
      names.append(
        try reader.readArray(count: Int(try reader.readBigEndian(UInt16.self, "name length")), "name"))
      let start = reader.offset
      ranges.append(
        (
          try Checked.int(reader.readInteger(UInt64.self, "offset"), at: start, "offset"),
          try Checked.int(reader.readInteger(UInt64.self, "length"), at: start, "length")
        ))
    }
    for range in ranges {
      let start = try Checked.sum(reader.offset, range.offset, at: reader.offset, "payload offset")
      payloads.append(try input.bytes(at: start, count: range.length, "payload"))
    }
  }
}

/// The sample, or its error; fails where the error points outside the bytes.
private func outcome(_ mutation: Mutation) -> Result<Sample, ParseError> {
  do throws(ParseError) {
    return .success(try Sample(parsing: mutation.bytes))
  } catch {
    if error.kind != .truncated {
      #expect(0...mutation.bytes.count ~= error.offset, "\(mutation.what)")
    }
    return .failure(error)
  }
}

@Suite struct SampleFormatTests {
  @Test func `the whole sample is read`() throws {
    let sample = try Sample(parsing: Sample.bytes)
    #expect(sample.names == [Array("ab".utf8), []])
    #expect(sample.payloads == [[10, 11, 12], [13, 14, 15, 16]])
  }

  @Test func `every truncation is an error`() {
    for mutation in Mutations.truncations(of: Sample.bytes) {
      guard case .failure(let error) = outcome(mutation) else {
        Issue.record("read from the \(mutation.what)")
        continue
      }
      #expect(error.kind == (mutation.bytes.count < 4 ? .malformed : .truncated), "\(mutation.what)")
    }
  }

  @Test func `every changed byte gives other values or an error`() throws {
    let whole = try Sample(parsing: Sample.bytes)
    for mutation in Mutations.byteFlips(of: Sample.bytes) {
      guard case .success(let sample) = outcome(mutation) else { continue }
      #expect(sample != whole, "\(mutation.what)")
    }
  }

  @Test func `every length at its extremes gives values from inside or an error`() throws {
    var mutations = Mutations.extremes(of: Sample.bytes, at: Sample.countOffset, width: 4)
    for offset in Sample.nameLengthOffsets {
      mutations += Mutations.extremes(of: Sample.bytes, at: offset, width: 2, bigEndian: true)
    }
    for offset in Sample.payloadFieldOffsets {
      mutations += Mutations.extremes(of: Sample.bytes, at: offset, width: 8)
    }
    var readable = 0
    for mutation in mutations {
      guard case .success(let sample) = outcome(mutation) else { continue }
      readable += 1
      let total = (sample.names + sample.payloads).reduce(0) { $0 + $1.count }
      #expect(total <= 2 * mutation.bytes.count, "\(mutation.what)")
    }
    #expect(readable > 0)
    #expect(readable < mutations.count / 2)
  }

  @Test func `random damage never traps`() {
    var random = SeededRandom(seed: 0x5A4D_504C)
    for _ in 0..<5_000 {
      var bytes = Sample.bytes
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      _ = outcome(Mutation(what: "seed \(random.seed)", bytes: bytes))
    }
  }
}

@Suite struct InputTests {
  @Test func `a slice of a slice is read from the right place`() throws {
    let input = try Input([0, 1, 2, 3, 4, 5, 6, 7]).slice(at: 2, count: 5).slice(at: 1, count: 3)
    #expect(input.start == 3)
    #expect(try input.bytes(at: 0, count: 3) == [3, 4, 5])
    #expect(try input.prefix(2) == [3, 4])
    #expect(try input.suffix(2) == [4, 5])
    #expect(try input.prefix(100) == [3, 4, 5])
    #expect(try input.suffix(.max) == [3, 4, 5])
    #expect(try Input([]).prefix(9) == [])
  }

  @Test func `nothing is read outside a slice, though the source has more`() throws {
    let input = try Input(Array(repeating: 1, count: 100)).slice(at: 50, count: 10)
    let outside: [(offset: Int, count: Int)] = [
      (0, 11), (10, 1), (11, 0), (-1, 1), (0, -1), (.max, 1), (1, .max), (.min, .max), (.max, .max), (5, 6),
    ]
    for range in outside {
      #expect(throws: ParseError.self) { try input.bytes(at: range.offset, count: range.count) }
      #expect(throws: ParseError.self) { try input.slice(at: range.offset, count: range.count) }
    }
    #expect(try input.bytes(at: 10, count: 0) == [])
  }

  @Test func `a buffer is filled whole or not at all`() throws {
    let input = try Input([1, 2, 3, 4]).slice(at: 1, count: 3)
    var buffer: [UInt8] = [9, 9]
    var span = buffer.mutableSpan
    var raw = unsafe span.mutableBytes
    try input.read(at: 1, into: &raw)
    #expect(buffer == [3, 4])
    var second = buffer.mutableSpan
    var secondRaw = unsafe second.mutableBytes
    do throws(ParseError) {
      try input.read(at: 2, into: &secondRaw)
      Issue.record("read past the end")
    } catch {
      #expect(error == ParseError(.truncated, at: 2, "bytes"))
    }
    #expect(buffer == [3, 4])
  }
}
