import ByteParsing
import Findings
import Formats
import Rules

/// Strings of a graph that could be something else: graphs, pickles, archives, programs, Keras's JSON.
final class TensorStrings {
  private let input: Input
  private var members: [Range<Int>] = []
  private var texts: [(bytes: [UInt8], offset: Int)] = []
  private var documents: [Range<Int>] = []
  private var isFull = false
  private var isUnreadable = false
  private var kept = 0

  private static let shortest = 8
  /// Bytes of a string that is read as a text; a longer one is examined as a member.
  private static let textLimit = 1 << 20
  private static let keptLimit = 32 << 20
  private static let memberLimit = 4096
  private static let documentLimit = 128 << 20

  /// What messages, pickles, archives and programs begin with.
  private static let beginnings: [[UInt8]] =
    [
      [0x80], [0x08], [0x0A], [0x12], [0x1A], [0x22], [0x1F, 0x8B], [0x28, 0xB5, 0x2F, 0xFD], [0x89],
      [0x93], [0x7F], [0xE3],
    ]
    + ["PK", "MZ", "#!", "BZh", "c", "(", "ustar"].map { Array($0.utf8) }

  init(_ input: Input) { self.input = input }

  func take(_ event: TensorFlowGraph.Event) {
    switch event {
    case .string(let range), .opaque(_, let range): take(range)
    case .metadata(let range): documents.append(range)
    default: break
    }
  }

  private func take(_ range: Range<Int>) {
    guard range.count >= Self.shortest else { return }
    guard let bytes = try? input.bytes(at: range.lowerBound, count: min(range.count, Self.textLimit)) else {
      isUnreadable = true
      return
    }
    let isBinary = bytes.prefix(16).contains { $0 < 0x09 || $0 > 0x7E } || bytes.starts(with: [0x0A])
    if range.count > Self.textLimit
      || isBinary && Self.beginnings.contains(where: { bytes.starts(with: $0) })
      || Self.isText(bytes)
    {
      guard members.count < Self.memberLimit else {
        isFull = true
        return
      }
      members.append(range)
    } else if CarriedTextKinds.isWorthALook(bytes) {
      kept += bytes.count
      guard kept <= Self.keptLimit else {
        isFull = true
        return
      }
      texts.append((bytes, range.lowerBound))
    }
  }

  /// Pickles of protocol 0, scripts and archives begin as text does.
  private static func isText(_ bytes: [UInt8]) -> Bool {
    let signs: [[UInt8]] = ["#!", "PK\u{3}\u{4}", "cos\n", "cposix\n", "c__builtin__\n", "cbuiltins\n"].map
    {
      Array($0.utf8)
    }
    return signs.contains { bytes.starts(with: $0) }
  }

  func examine(of member: Member, in job: inout ScanJob) {
    for range in members {
      guard let slice = try? input.slice(at: range.lowerBound, count: range.count) else { continue }
      job.add(
        member.child(slice, name: "bytes \(range.lowerBound)..<\(range.upperBound)", expectation: .nothing))
    }
    for text in texts {
      CarriedText(text.bytes, at: text.offset, role: .possibly).examine(of: member, in: &job)
    }
    for range in documents { examineDocument(range, of: member, in: &job) }
    if isFull { job.gap("limit: strings of the graph that may be something else", at: member.path) }
    if isUnreadable { job.gap("strings of the graph could not be read", at: member.path) }
  }

  private func examineDocument(_ range: Range<Int>, of member: Member, in job: inout ScanJob) {
    do throws(ParseError) {
      guard range.count <= Self.documentLimit else {
        throw ParseError(.limit, at: range.lowerBound, "metadata of \(range.count) bytes")
      }
      let bytes = try input.bytes(at: range.lowerBound, count: range.count, "metadata")
      let bounds = StrictJSON.Bounds(
        bytes: Self.documentLimit, depth: 256, values: 16 << 20, allowsPythonNumbers: true)
      job.judge(try StrictJSON.parse(bytes, bounds: bounds), of: member, base: range.lowerBound)
    } catch {
      job.gap(error, at: member.path)
    }
  }
}
