import ByteParsing
import Findings
import TestSupport
import Testing

/// Tar archives: every dialect's members are found, and what readers see differently is said.
@Suite struct TarTests {
  private static let benign = pickle(.proto(2), .emptyDict, .stop)
  private static let hostile = pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop])
  private static let plain = TarBuilder.member("m.pkl", benign)

  private func fields(_ change: (inout TarBuilder.Fields) -> Void) -> TarBuilder.Fields {
    var fields = TarBuilder.Fields()
    change(&fields)
    return fields
  }

  @Test func `members are examined as they would be outside`() {
    let benign = Examination.report(TarBuilder.archive(Self.plain))
    #expect(benign.verdict == .allow, "\(benign.summary)")
    #expect(benign.formats.contains("tar"))
    let hostile = Examination.report(TarBuilder.archive(Self.plain, TarBuilder.member("x", Self.hostile)))
    #expect(hostile.verdict == .deny)
    #expect(hostile.findings.first?.location.path == ["x"])
  }

  @Test(arguments: ["", "ustar\u{0}00", "ustar  \u{0}"])
  func `every dialect of headers is read`(_ magic: String) {
    let archive = TarBuilder.archive(
      TarBuilder.member(
        "m", Self.hostile,
        fields { $0.magic = magic + String(repeating: "\0", count: 8 - magic.utf8.count) }))
    #expect(Examination.report(archive).rules.contains("pickle.dangerous-call"))
  }

  @Test func `the name is the one of the last header that gives one`() {
    let long = String(repeating: "d/", count: 60) + "m.pkl"
    for archive in [
      TarBuilder.archive(
        TarBuilder.member("x", Array((long + "\0").utf8), type: "L"), TarBuilder.member("d", Self.hostile)),
      TarBuilder.archive(TarBuilder.pax([("path", long)]), TarBuilder.member("d", Self.hostile)),
      TarBuilder.archive(
        TarBuilder.member("m.pkl", Self.hostile, fields { $0.prefix = String(long.dropLast(6)) })),
    ] {
      let report = Examination.report(archive)
      #expect(report.findings.first?.location.path == [long], "\(report.summary)")
      #expect(report.rules.isDisjoint(with: ["tar.reader-difference"]))
    }
  }

  @Test func `an archive without an end or with more zeros is whole`() {
    for archive in [Self.plain, Self.plain + [UInt8](repeating: 0, count: 10240)] {
      let report = Examination.report(archive)
      #expect(report.verdict == .allow, "\(report.summary)")
    }
  }

  @Test(arguments: 1...2)
  func `members behind empty blocks are examined, and the archive is denied`(_ blocks: Int) {
    let zeros = [UInt8](repeating: 0, count: 512 * blocks)
    let benign = Examination.report(
      TarBuilder.archive(Self.plain, zeros, TarBuilder.member("n", Self.benign)))
    #expect(benign.rules == ["tar.hidden-member"], "\(benign.summary)")
    let hostile = Examination.report(
      TarBuilder.archive(Self.plain, zeros, TarBuilder.member("n", Self.hostile)))
    #expect(hostile.rules.contains("pickle.dangerous-call"))
  }

  @Test func `members behind a wrong sum are examined, and the archive is denied`() {
    var broken = TarBuilder.member("n", Self.benign)
    broken[0] ^= 1
    let archive = TarBuilder.archive(Self.plain, broken, TarBuilder.member("o", Self.hostile))
    let report = Examination.report(archive)
    #expect(
      report.rules.isSuperset(of: ["tar.hidden-member", "pickle.dangerous-call"]), "\(report.summary)")
    let last = Examination.report(TarBuilder.archive(Self.plain, broken))
    #expect(last.verdict == .incomplete, "\(last.summary)")
  }

  @Test func `bytes behind the end are reported and examined`() {
    let junk = Examination.report(TarBuilder.archive(Self.plain) + Array("tail".utf8))
    #expect(junk.rules == ["archive.trailing-data"], "\(junk.summary)")
    let hostile = Examination.report(TarBuilder.archive(Self.plain) + Self.hostile)
    #expect(hostile.rules.contains("pickle.dangerous-call"), "\(hostile.summary)")
  }

  static let members: [(String, [UInt8], Set<String>, Verdict)] = [
    ("up", TarBuilder.member("../m", benign), ["archive.path-traversal"], .deny),
    ("up in the middle", TarBuilder.member("a/../../m", benign), ["archive.path-traversal"], .deny),
    ("absolute", TarBuilder.member("/m", benign), ["archive.path-traversal"], .deny),
    ("drive", TarBuilder.member("C:m", benign), ["archive.path-traversal"], .deny),
    ("here", TarBuilder.member("./a/./m", benign), [], .allow),
    ("dots in a name", TarBuilder.member("a..b/..m", benign), [], .allow),
    ("backslash", TarBuilder.member("a\\m", benign), ["archive.ambiguous-name"], .review),
    ("control character", TarBuilder.member("a\u{1B}m", benign), ["archive.ambiguous-name"], .review),
    ("link out", link("l", "../x"), ["archive.link-outside"], .deny),
    ("link out of a folder", link("a/b/l", "../../../x"), ["archive.link-outside"], .deny),
    ("absolute link", link("l", "/etc/passwd"), ["archive.link-outside"], .deny),
    ("link inside", link("a/b/l", "../c"), ["archive.link"], .review),
    ("hard link inside", link("l", "a/b", type: "1"), ["archive.link"], .review),
    ("hard link out", link("l", "../b", type: "1"), ["archive.link-outside"], .deny),
    ("character device", TarBuilder.member("d", [], type: "3"), ["archive.device"], .deny),
    ("block device", TarBuilder.member("d", [], type: "4"), ["archive.device"], .deny),
    ("pipe", TarBuilder.member("d", [], type: "6"), ["archive.special-file"], .review),
    ("folder", TarBuilder.member("d/", [], type: "5"), [], .allow),
    (
      "unknown type", TarBuilder.member("d", benign, type: "9"),
      ["archive.special-file", "tar.reader-difference"], .review
    ),
    (
      "same name", TarBuilder.member("m", benign) + TarBuilder.member("./m", benign),
      ["archive.duplicate-name"], .deny
    ),
    (
      "same name but for case", TarBuilder.member("m", benign) + TarBuilder.member("M", benign),
      ["archive.case-folded-name"], .review
    ),
    (
      "folder twice", TarBuilder.member("d/", [], type: "5") + TarBuilder.member("d/", [], type: "5"), [],
      .allow
    ),
    (
      "through a link", link("d", "e") + TarBuilder.member("d/m", benign),
      ["archive.link", "archive.write-through-link"], .deny
    ),
    (
      "beside a link", link("d", "e") + TarBuilder.member("dd/m", benign), ["archive.link"], .review
    ),
    (
      "pax path out", TarBuilder.pax([("path", "../m")]) + TarBuilder.member("m", benign),
      ["archive.path-traversal"], .deny
    ),
    (
      "pax link out", TarBuilder.pax([("linkpath", "/etc")]) + link("l", "x"), ["archive.link-outside"],
      .deny
    ),
    (
      "path twice", TarBuilder.pax([("path", "a"), ("path", "b")]) + TarBuilder.member("m", benign),
      ["tar.reader-difference"], .review
    ),
    (
      "two sizes", TarBuilder.pax([("size", "3")]) + TarBuilder.member("m", benign),
      ["tar.size-disagreement"], .deny
    ),
    (
      "one size twice", TarBuilder.pax([("size", "\(benign.count)")]) + TarBuilder.member("m", benign), [],
      .allow
    ),
    (
      "folder with a size", TarBuilder.header("d/", size: 512, .init(type: "5")), ["tar.reader-difference"],
      .review
    ),
    ("file named as a folder", TarBuilder.member("m/", benign), ["tar.reader-difference"], .review),
  ]

  private static func link(_ name: String, _ target: String, type: Character = "2") -> [UInt8] {
    TarBuilder.member(name, [], TarBuilder.Fields(type: type, link: target))
  }

  @Test(arguments: members.map(\.0))
  func `what unpacking a member would do decides`(_ name: String) throws {
    let (_, bytes, rules, verdict) = try #require(Self.members.first { $0.0 == name })
    let report = Examination.report(TarBuilder.archive(Self.plain, bytes))
    #expect(report.rules == rules, "\(report.summary)")
    #expect(report.verdict == verdict, "\(report.summary)")
  }

  @Test func `global records hold for all members behind them`() {
    let archive = TarBuilder.archive(
      TarBuilder.pax([("path", "../m")], type: "g"), TarBuilder.member("m", Self.benign))
    #expect(Examination.report(archive).rules == ["archive.path-traversal"])
  }

  @Test func `a hundred thousand empty members are a flood, and fewer are none`() {
    let empty = TarBuilder.member("d/", [], type: "5")
    func archive(_ count: Int) -> [UInt8] {
      Self.plain + (0..<count).flatMap { _ in empty } + [UInt8](repeating: 0, count: 1024)
    }
    #expect(Examination.report(archive(2000)).verdict == .allow)
    let report = Examination.report(archive(100_001))
    #expect(report.rules == ["archive.entry-flood"], "\(report.summary)")
    #expect(report.verdict == .deny)
  }

  @Test func `no damage makes the examination fail, and a cut never makes an allow`() {
    let archive =
      TarBuilder.pax([("path", "a/b"), ("size", "\(Self.benign.count)")])
      + TarBuilder.member("m", Self.benign) + Self.plain
    for count in stride(from: 1, to: archive.count - 512, by: 7) {
      let report = Examination.report(Array(archive.prefix(count)))
      #expect(report.verdict > .allow || count % 512 == 0, "\(count): \(report.summary)")
    }
    for index in 0..<1024 {
      var damaged = archive
      damaged[index] ^= 0x55
      _ = Examination.report(damaged)
    }
  }
}
