import ByteParsing
import Findings

/// Files and folders that a loader opens because of a document, by their paths from its folder.
extension DocumentJudge {
  /// Paths that are kept: more than are reported, so that the report says that there are more.
  private static let nameLimit = 8192

  mutating func note(file path: [UInt8], at value: JSONValue, for purpose: String) {
    guard !path.isEmpty, named.count < Self.nameLimit, named.insert(path).inserted else { return }
    names.append(
      PackageNote.file(path, at: Location(path: self.path, offset: base + value.offset), for: purpose))
  }

  /// The modules that transformers imports from the model's folder: `module.Class`; with `owner/model--` before it
  /// they come from elsewhere.
  ///
  /// Source: transformers `dynamic_module_utils.py` (`get_class_from_dynamic_module`), `pipelines/__init__.py`.
  mutating func nameModules(_ value: JSONValue) {
    var open = [value]
    var left = 256
    while left > 0, let next = open.popLast() {
      left -= 1
      switch next.kind {
      case .object: open += next.members.map(\.value).filter { $0.kind != .null }
      case .array: open += next.elements.filter { $0.kind != .null }
      case .string:
        let text = next.utf8 ?? []
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts.allSatisfy({ $0.allSatisfy(Self.isPartOfName) })
        else {
          continue
        }
        note(
          file: parts[0] + Array(".py".utf8), at: next,
          for: "A loader imports it for '\(next.string ?? "")'.")
      case .null, .boolean, .number: continue
      }
    }
  }

  private static func isPartOfName(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || 0x30...0x39 ~= byte || 0x61...0x7A ~= byte | 0x20 && byte >= 0x41
  }
}
