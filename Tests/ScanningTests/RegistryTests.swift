import ByteParsing
import Findings
import Linux
import Scanning
import TestSupport
import Testing

/// Every scanner has what belongs to a format: a line of the table, a page, seeds from builders, honest samples and others.
@Suite struct RegistryTests {
  static let formats = Registry.scanners.map { $0.format }

  @Test func `the table of formats has every scanner in its order, and no other`() {
    #expect(FormatEntry.all.map(\.name) == Self.formats)
  }

  @Test(arguments: FormatEntry.all) func `a page says what is judged`(entry: FormatEntry) throws {
    let path = Examination.root + "/Sources/Daemon/Daemon.docc/\(entry.page).md"
    let text = String(decoding: try FileDescriptor.open(path).readAll(limit: 1 << 20), as: UTF8.self)
    #expect(text.contains("`\(entry.name)`"), "\(entry.page) does not name \(entry.name)")
    #expect(!entry.files.isEmpty && !entry.recognizedBy.isEmpty && !entry.examined.isEmpty)
  }

  @Test func `every format has a fuzz target with seeds, and every target a format`() {
    #expect(Set(Seeds.all.map(\.scanner)) == Set(Self.formats))
    let names = Seeds.all.map(\.name)
    #expect(Set(names).count == names.count, "\(names)")
  }

  @Test(arguments: Seeds.all) func `seeds are of their format`(seeds: Seeds) throws {
    let scanner = try #require(Registry.scanner(named: seeds.scanner))
    #expect(
      seeds.files.contains { file in
        guard let head = try? Head(Input(file)) else { return false }
        return scanner.recognize(head) != .no
      })
  }

  /// Formats that are never allowed, whatever is in them.
  private static let neverAllowed: Set<String> = [
    "torch-mobile-flatbuffer", "python", "native", "script", "pyc", "git-lfs-pointer",
  ]

  @Test(arguments: formats) func `seeds are honest and hostile`(format: String) {
    let verdicts = Seeds.all.filter { $0.scanner == format }.flatMap(\.files)
      .map { Examination.report($0).verdict }
    #expect(verdicts.contains { $0 > .allow }, "\(verdicts)")
    #expect(verdicts.contains(.allow) != Self.neverAllowed.contains(format), "\(verdicts)")
  }

  @Test func `damage by numbers is the same for the same number`() {
    let damage = RandomDamage(of: [Array("a sample".utf8), [0, 1, 2, 3]], seed: 7)
    #expect((0..<200).map { damage.copy($0) } == (0..<200).map { damage.copy($0) })
    #expect(Set((0..<200).map { damage.copy($0) }).count > 100)
  }
}

extension Seeds: CustomTestStringConvertible {
  package var testDescription: String { name }
}

extension FormatEntry: CustomTestStringConvertible {
  package var testDescription: String { name }
}
