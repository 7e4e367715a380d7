import Linux
import Supervisor
import TestSupport
import Testing

@testable import CommandLine

struct FileWalkTests {
  /// What a walk comes to, readable: `file a`, `link a`, `reason: a`, with `!` for a failure.
  private static func entries(_ operands: [String], below place: TemporaryDirectory) -> [String] {
    var walk = FileWalk(operands.map { Array($0.utf8) })
    var found: [String] = []
    while let entry = walk.next() {
      switch entry {
      case .file(let file): found.append((file.isLink ? "link " : "file ") + short(file.path, place))
      case .unexamined(let path, let reason, let isFailure):
        found.append("\(isFailure ? "!" : "")\(reason): \(short(path, place))")
      }
    }
    return found
  }

  private static func short(_ path: [UInt8], _ place: TemporaryDirectory) -> String {
    let prefix = Array((place.path + "/").utf8)
    return Escaping.visible(path.starts(with: prefix) ? Array(path.dropFirst(prefix.count)) : path)
  }

  @Test func `files come in byte order, directories in their place, hidden ones too`() throws {
    let place = try TemporaryDirectory()
    for name in ["b", "a/z", "a/b/c", ".hidden", "B", "a.x", "ä"] { try place.write(name, []) }
    #expect(
      Self.entries([place.path], below: place)
        == [".hidden", "B", "a/b/c", "a/z", "a.x", "b", "ä"].map { "file \($0)" })
    #expect(Self.entries([place.path + "/a/"], below: place) == ["file a/b/c", "file a/z"])
  }

  @Test func `operands keep their order, and a file may be one`() throws {
    let place = try TemporaryDirectory()
    for name in ["a/1", "b", "c/2"] { try place.write(name, []) }
    #expect(
      Self.entries(["\(place.path)/c", "\(place.path)/b", "\(place.path)/a"], below: place)
        == ["file c/2", "file b", "file a/1"])
  }

  @Test func `links inside the tree are files under another name, links out are reported`() throws {
    let outside = try TemporaryDirectory()
    let secret = try outside.write("secret", [])
    let place = try TemporaryDirectory()
    try place.write("d/real", [])
    _ = place.link("d/relative", to: "real")
    _ = place.link("absolute", to: place.path + "/d/real")
    _ = place.link("broken", to: "nowhere")
    _ = place.link("chained", to: "d/relative")
    _ = place.link("directory", to: "d")
    _ = place.link("loop", to: "loop")
    _ = place.link("out", to: secret)
    _ = place.link("parent", to: "../\(outside.path.split(separator: "/").last ?? "")/secret")
    _ = place.link("outdir", to: outside.path)
    _ = place.link("up", to: "..")
    _ = place.link("absolute-out", to: place.path + "/../../etc/passwd")
    let out = "a link that leads out of the tree is not followed"
    #expect(
      Self.entries([place.path], below: place) == [
        "link absolute", "\(out): absolute-out",
        "!a link: cannot be read: No such file or directory: broken",
        "link chained", "file d/real", "link d/relative",
        "!a link: cannot be read: Too many levels of symbolic links: loop", "\(out): out", "\(out): outdir",
        "\(out): parent", "\(out): up",
      ])
  }

  @Test func `a link that is an operand is what its user meant`() throws {
    let place = try TemporaryDirectory()
    try place.write("d/real", [])
    let file = try #require(place.link("file", to: "d/real"))
    let directory = try #require(place.link("directory", to: "d"))
    #expect(Self.entries([file, directory], below: place) == ["file file", "file directory/real"])
  }

  @Test func `pipes and missing paths are reported and nothing waits`() throws {
    let place = try TemporaryDirectory()
    let pipe = try #require(place.pipe("pipe"))
    #expect(
      Self.entries([place.path, pipe, place.path + "/none", "/dev/null"], below: place) == [
        "not a regular file: pipe", "not a regular file: pipe",
        "!cannot be read: No such file or directory: none", "not a regular file: /dev/null",
      ])
  }

  @Test func `an empty tree has no entries`() throws {
    let place = try TemporaryDirectory()
    try Directory.create(place.path + "/a/b")
    #expect(Self.entries([place.path], below: place) == [])
  }

  @Test func `names that are no text are walked and opened`() throws {
    let place = try TemporaryDirectory()
    let directory = try FileDescriptor.open(place.path, .directory)
    let odd: [UInt8] = [0xFF, 0x0A, 0x1B]
    try directory.open(name: odd, [.writeOnly, .create]).write([1, 2, 3])
    var walk = FileWalk([Array(place.path.utf8)])
    guard case .file(let file)? = walk.next() else {
      Issue.record("no file")
      return
    }
    #expect(file.relative == odd)
    #expect(try file.open().readAll(limit: 10) == [1, 2, 3])
  }

  @Test func `a file that turns into a link after it was found is not followed`() throws {
    let place = try TemporaryDirectory()
    try place.write("t/a", [])
    var walk = FileWalk([Array("\(place.path)/t".utf8)])
    guard case .file(let file)? = walk.next() else {
      Issue.record("no file")
      return
    }
    #expect(place.remove("t/a"))
    _ = place.link("t/a", to: "/etc/passwd")
    #expect(throws: SystemCallError.self) { _ = try file.open() }
  }

  @Test func `a deep tree is walked to its end`() throws {
    let place = try TemporaryDirectory()
    let deep = Array(repeating: "d", count: 300).joined(separator: "/")
    try place.write(deep + "/file", [])
    #expect(Self.entries([place.path], below: place) == ["file \(deep)/file"])
  }
}
