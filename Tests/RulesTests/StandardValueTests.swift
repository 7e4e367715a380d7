import Findings
import TestSupport
import Testing

/// Values of Python's standard library as its own picklers write them, and what else the same names could do.
@Suite struct StandardValueTests {
  static func run(_ opcodes: [PickleOpcode]) -> Judged { judge(pickle([.proto(4)] + opcodes + [.stop])) }

  static func zone(_ key: String) -> [PickleOpcode] {
    [.global("zoneinfo", "ZoneInfo._unpickle"), .text(key), .newTrue, .tuple2, .reduce]
  }

  @Test(arguments: ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+3"])
  func `a time zone by its key is allowed`(_ key: String) {
    #expect(Self.run(Self.zone(key)).verdict == .allow)
  }

  @Test(arguments: [
    "/etc/passwd", "../x", "a/../b", "a//b", "a/.", "", "a\\b", "a.b", "/dev/zero", "a\u{0}",
  ])
  func `a key that is no name of a zone is denied`(_ key: String) {
    #expect(Self.run(Self.zone(key)).verdict == .deny)
  }

  @Test func `protocols before 4 fetch the same function from the class`() {
    let fetched: [PickleOpcode] = [
      .global("builtins", "getattr"), .global("zoneinfo", "ZoneInfo"), .text("_unpickle"), .tuple2, .reduce,
    ]
    #expect(Self.run(fetched + [.text("UTC"), .newTrue, .tuple2, .reduce]).verdict == .allow)
    #expect(Self.run(fetched + [.text("../x"), .newTrue, .tuple2, .reduce]).verdict == .deny)
    #expect(Self.run(fetched + [.emptyDict, .build]).verdict == .deny)
  }

  static let list = PickleOpcode.global("builtins", "list")
  static let int = PickleOpcode.global("builtins", "int")
  static let alias: [PickleOpcode] = [
    .global("types", "GenericAlias"), list, int, .tuple1, .tuple2, .reduce,
  ]

  @Test func `an annotation of known types is allowed`() {
    #expect(Self.run(Self.alias).verdict == .allow)
    let inner: [PickleOpcode] =
      [.global("_operator", "getitem"), .global("typing", "Dict"), Self.int] + Self.alias
      + [.tuple2, .tuple2, .reduce]
    #expect(Self.run(inner).verdict == .allow)
    let union: [PickleOpcode] = [
      .global("functools", "reduce"), .global("_operator", "or_"), Self.int, Self.list, .tuple2, .tuple2,
      .reduce,
    ]
    #expect(Self.run(union).verdict == .allow)
  }

  @Test func `an annotation is not called, and holds no objects`() {
    #expect(Self.run(Self.alias + [.emptyTuple, .reduce]).verdict == .deny)
    let object: [PickleOpcode] = [
      .global("types", "GenericAlias"), Self.list, .global("argparse", "Namespace"), .emptyTuple, .newobj,
      .tuple1, .tuple2, .reduce,
    ]
    #expect(Self.run(object).verdict == .review)
    let unknown: [PickleOpcode] = [
      .global("types", "GenericAlias"), .global("os", "system"), Self.int, .tuple2, .reduce,
    ]
    #expect(Self.run(unknown).verdict == .deny)
  }

  @Test func `getitem and reduce do nothing else`() {
    let item: [PickleOpcode] = [.global("operator", "getitem"), .emptyDict, .text("a"), .tuple2, .reduce]
    #expect(Self.run(item).verdict == .deny)
    let fold: [PickleOpcode] = [
      .global("functools", "reduce"), .global("builtins", "print"), Self.int, .tuple1, .tuple2, .reduce,
    ]
    #expect(Self.run(fold).verdict == .deny)
    // A text in such a place is compiled.
    let forward: [PickleOpcode] = [
      .global("operator", "getitem"), .global("typing", "List"), .text("int"), .tuple2, .reduce,
    ]
    #expect(Self.run(forward).verdict == .review)
  }

  @Test func `what is looked up by a fixed key is allowed, a call that is kept is for a person`() {
    #expect(Self.run([.global("operator", "itemgetter"), .integer(1), .tuple1, .reduce]).verdict == .allow)
    for name in ["attrgetter", "methodcaller"] {
      #expect(Self.run([.global("operator", name), .text("lower"), .tuple1, .reduce]).verdict == .review)
    }
    for name in ["system", "__class__", "a.__globals__"] {
      #expect(
        Self.run([.global("operator", "attrgetter"), .text(name), .tuple1, .reduce]).verdict == .deny)
    }
    let called: [PickleOpcode] = [
      .global("operator", "itemgetter"), .integer(1), .tuple1, .reduce, .emptyDict, .tuple1, .reduce,
    ]
    #expect(Self.run(called).verdict == .deny)
  }

  @Test func `the logger of an endless name is for a person`() {
    func logger(_ name: String) -> Verdict {
      Self.run([.global("logging", "getLogger"), .text(name), .tuple1, .reduce]).verdict
    }
    #expect(logger("lab.models") == .allow)
    #expect(logger(String(repeating: "a.", count: 10_000)) == .review)
  }

  static let endless: [[PickleOpcode]] = [
    [.global("itertools", "count"), .integer(0), .tuple1, .reduce],
    [.global("ipaddress", "IPv6Network"), .text("::/0"), .tuple1, .reduce],
    [.global("builtins", "range"), .integer(1 << 25), .tuple1, .reduce],
  ]

  @Test(arguments: endless)
  func `what yields without end is handed to no function`(_ value: [PickleOpcode]) {
    let index = PickleOpcode.global("pandas.core.indexes.base", "Index")
    #expect(Self.run([index] + value + [.tuple1, .reduce]).verdict == .review)
    let parts: [PickleOpcode] =
      [.global("pandas.core.indexes.base", "_new_Index"), index, .emptyDict, .text("data"), .emptyList]
      + value + [.append, .setitem, .tuple2, .reduce]
    #expect(Self.run(parts).verdict == .review)
    #expect(Self.run([.emptyList] + value + [.append]).verdict == .allow)
  }
}
