import ByteParsing
import Findings
import Formats
import Rules

/// A model of Stable-Baselines3: JSON in `data`, in which cloudpickles stand as base64, and torch files beside it.
///
/// The loader unpickles `:serialized:` of each value at the first level, and nothing deeper.
///
/// Source: `stable_baselines3/common/save_util.py` (`json_to_data`, `load_from_zip_file`).
struct StableBaselinesContents: ArchiveContents {
  static let format = "stable-baselines3"
  private static let key = ":serialized:"
  private static let textBytes = 64 << 10

  private let dataOffset: Int

  /// Adds the pickles as further work; nil where there are none, for then it is not the library's. JSON that cannot
  /// be read is a gap.
  init?(_ data: ZIPEntry, of container: Member, from reader: ZIPMemberReader, in job: inout ScanJob) {
    guard let input = reader.open(data, in: &job) else { return nil }
    let member = container.child(input, name: data.shownName)
    let root: JSONValue
    do {
      guard try input.prefix(64).first(where: { !Self.isSpace($0) }) == UInt8(ascii: "{") else {
        return nil
      }
      root = try DescribedArchive.json(input)
    } catch {
      job.gap(error, at: member.path)
      return nil
    }
    let pickled = root.members.filter { $0.value.first(Self.key) != nil }
    guard !pickled.isEmpty else { return nil }
    job.recorder.record(format: Self.format)
    job.recorder.record(bytes: 0, members: 1, opcodes: 0)
    dataOffset = data.offset
    Self.checkKeys(root, member.path, job)
    for (name, value) in pickled { Self.add(value, named: name.string ?? "", in: member, &job) }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  /// Python takes the last of a repeated key; all of them are examined.
  private static func checkKeys(_ root: JSONValue, _ path: [String], _ job: ScanJob) {
    var names: Set<String> = []
    for (key, _) in root.members where !names.insert(key.string ?? "").inserted {
      report(.stableBaselinesMalformed, "A parameter is there twice.", key, path, job)
    }
  }

  /// Adds what the loader unpickles for one parameter.
  private static func add(
    _ value: JSONValue, named name: String, in data: Member, _ job: inout ScanJob
  ) {
    let serialised = value.members.filter { $0.key.equals(key) }.map(\.value)
    if serialised.count > 1 {
      report(.stableBaselinesMalformed, "A parameter has two serialised values.", value, data.path, job)
    }
    for text in serialised {
      guard let characters = text.utf8 else {
        report(.stableBaselinesMalformed, "A serialised value is no text.", text, data.path, job)
        continue
      }
      let decoded = Base64(decoding: characters)
      if !decoded.isStrict {
        report(
          .stableBaselinesEncoding,
          "The value of '\(ZIPName.shown(Array(name.utf8)))' is not clean base64.", text,
          data.path, job)
      }
      let input = Input(HeldSource(decoded.bytes, account: job.budget.account))
      job.add(data.child(input, name: ZIPName.shown(Array(name.utf8)), expectation: .loadable))
    }
  }

  private static func report(
    _ rule: Rule, _ detail: String, _ json: JSONValue, _ path: [String], _ job: ScanJob
  ) {
    job.recorder.record(Finding(rule, at: Location(path: path, offset: json.offset), detail: detail))
  }

  mutating func take(
    _ entry: ZIPEntry, from reader: ZIPMemberReader, path: [String], _ job: inout ScanJob
  ) -> MemberDisposition {
    if entry.offset == dataOffset { return .done }
    let name = String(decoding: entry.name, as: UTF8.self)
    if name == "_stable_baselines3_version" || name == "system_info.txt" {
      guard let input = reader.open(entry, in: &job) else { return .done }
      if Self.isText(input) {
        job.recorder.record(bytes: 0, members: 1, opcodes: 0)
        return .done
      }
      return .examine(.plain)
    }
    return name.hasSuffix(".pth") ? .examine(.torch, .loadable) : .examine(.plain)
  }

  /// Whether a member is a page of text at most, without control characters.
  private static func isText(_ input: Input) -> Bool {
    guard input.count <= textBytes, let bytes = try? input.prefix(textBytes) else { return false }
    return String(validating: bytes, as: UTF8.self) != nil
      && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || isSpace($0) }
  }

  func finish(_ path: [String], _ job: ScanJob) {}
}
