import Findings
import Linux
import TestSupport
import Testing

@testable import CommandLine

struct AdmissionGateTests {
  /// A place with a source and somewhere to go, and a judge of the test's own.
  private final class Bench: Sendable {
    let place: TemporaryDirectory
    var source: String { place.path + "/src" }

    init() throws {
      place = try TemporaryDirectory()
      try Directory.create(place.path + "/in")
    }

    /// Admits `src` as `in/dest` and gives the exit status; `judge` sees the bytes that are judged.
    func admit(
      _ test: TestHost = TestHost(), judge: @escaping @Sendable ([UInt8]) -> Verdict
    ) throws -> Int32 {
      let examiner = ArtifactExaminer { file, size, path in
        do {
          let bytes = try file.readAll(limit: 1 << 20)
          return ArtifactResult(path: path, judgement: .examined(Sample.examination(judge(bytes))))
        } catch {
          return .failure(path, "\(error)", isFailure: true)
        }
      }
      let gate = AdmissionGate(examiner: examiner, context: Sample.context, workers: 2)
      let report = RunReport(host: test.host, renderer: SilentRenderer(), showsProgress: false)
      return try gate.admit(
        Array(source.utf8), to: try Destination(Array("\(place.path)/in/dest".utf8), replaces: false),
        report
      ).exitStatus(failOn: .review).rawValue
    }

    func names() throws -> [String] {
      try Directory(try .open(place.path + "/in", [.readOnly, .directory])).names().map {
        String(decoding: $0, as: UTF8.self)
      }
    }

    func admitted() throws -> [UInt8] {
      try FileDescriptor.open(place.path + "/in/dest").readAll(limit: 1 << 20)
    }
  }

  @Test func `a source that is changed while its copy is judged changes nothing`() throws {
    let bench = try Bench()
    try bench.place.write("src", Array("good".utf8))
    let status = try bench.admit { bytes in
      #expect(throws: Never.self) { try bench.place.write("src", Array("evil".utf8)) }
      return bytes == Array("good".utf8) ? .allow : .deny
    }
    #expect(status == 0)
    #expect(try bench.admitted() == Array("good".utf8))
    #expect(try FileDescriptor.open(bench.source).readAll(limit: 10) == Array("evil".utf8))
  }

  @Test func `a file that comes into the source while its copy is judged stays out`() throws {
    let bench = try Bench()
    try bench.place.write("src/a", Array("good".utf8))
    let status = try bench.admit { _ in
      #expect(throws: Never.self) { try bench.place.write("src/b", Array("evil".utf8)) }
      return .allow
    }
    #expect(status == 0)
    #expect(
      try Directory(try .open(bench.place.path + "/in/dest", .directory)).names() == [Array("a".utf8)])
  }

  @Test(arguments: Verdict.allCases) func `only what is allowed comes in`(verdict: Verdict) throws {
    let bench = try Bench()
    try bench.place.write("src/a", [1])
    try bench.place.write("src/b", [2])
    let status = try bench.admit { $0 == [1] ? .allow : verdict }
    #expect(status == (verdict == .allow ? 0 : verdict == .deny ? 1 : 3))
    #expect(try bench.names() == (verdict == .allow ? ["dest"] : []))
  }

  @Test func `nothing is private to the copy but its place: nobody else can look in while it is judged`()
    throws
  {
    let bench = try Bench()
    try bench.place.write("src", [1])
    _ = try bench.admit { _ in
      #expect(throws: Never.self) {
        let names = try bench.names()
        #expect(names.count == 1 && names[0].hasPrefix(".lazaret-admit-"))
        let area = bench.place.path + "/in/" + names[0]
        #expect(try FileDescriptor.open(area, .directory).ownership().mode == 0o700)
      }
      return .allow
    }
    #expect(try bench.names() == ["dest"])
  }

  @Test func `what takes the name meanwhile keeps it`() throws {
    let bench = try Bench()
    try bench.place.write("src", [1])
    let test = TestHost()
    let status = try bench.admit(test) { _ in
      #expect(throws: Never.self) { try bench.place.write("in/dest", [9]) }
      return .allow
    }
    #expect(status == 2 && test.errors.contains("is there already"))
    #expect(try bench.admitted() == [9] && bench.names() == ["dest"])
  }

  @Test func `a report that nobody reads lets nothing in`() throws {
    let bench = try Bench()
    try bench.place.write("src/a", [1])
    try bench.place.write("src/b", [1])
    let test = TestHost(outputFailure: SystemCallError("write", 32))
    test.host.output.write("x")
    test.host.output.flush()
    _ = try bench.admit(test) { _ in .allow }
    #expect(try bench.names() == [])
  }

  @Test func `what lies too deep is refused, and the rest is judged`() throws {
    let bench = try Bench()
    let deep = Array(repeating: "d", count: StagedCopy.depthLimit).joined(separator: "/")
    try bench.place.write("src/\(deep)/a", [1])
    let test = TestHost()
    #expect(try bench.admit(test) { _ in .allow } == 3)
    #expect(test.errors.contains("lies more than 100 folders deep"))
    #expect(try bench.names() == [])
  }

  @Test func `names that are no text come in as they are`() throws {
    let bench = try Bench()
    try Directory.create(bench.source)
    let odd: [UInt8] = [0xFF, 0x0A, 0x1B]
    try FileDescriptor.open(bench.source, .directory).open(name: odd, [.writeOnly, .create]).write([1])
    #expect(try bench.admit { _ in .allow } == 0)
    #expect(try Directory(try .open(bench.place.path + "/in/dest", .directory)).names() == [odd])
  }
}

struct StagingAreaTests {
  private static func names(_ place: TemporaryDirectory) throws -> [[UInt8]] {
    try Directory(try .open(place.path, [.readOnly, .directory])).names()
  }

  @Test func `an area is locked while it is used, and goes with its owner`() throws {
    let place = try TemporaryDirectory()
    let parent = try FileDescriptor.open(place.path, [.readOnly, .directory])
    do {
      let area = try StagingArea.make(in: parent)
      try area.directory.open(name: StagingArea.content, [.writeOnly, .create]).write([1])
      #expect(try StagingArea.removeAbandoned(in: parent) == [])
      #expect(try Self.names(place).count == 1)
    }
    #expect(try Self.names(place) == [])
  }

  @Test func `an area that cannot be emptied is reported`() throws {
    guard Process.effectiveUser != 0 else {
      print("NOTICE: root can empty everything: NO AREA THAT CANNOT BE EMPTIED WAS TRIED")
      return
    }
    let place = try TemporaryDirectory()
    try place.write(".lazaret-admit-x/content/closed/file", [1])
    #expect(place.setMode(".lazaret-admit-x/content/closed", 0o500))
    defer { #expect(place.setMode(".lazaret-admit-x/content/closed", 0o700)) }
    let parent = try FileDescriptor.open(place.path, [.readOnly, .directory])
    let troubles = try StagingArea.removeAbandoned(in: parent)
    #expect(troubles.count == 1 && troubles[0].contains(".lazaret-admit-x: Permission denied"))
  }

  @Test func `areas that many make at once are all different and all live`() throws {
    let place = try TemporaryDirectory()
    let areas = Monitor([StagingArea]())
    var next = 0
    try OrderedWork.run(
      workers: 8,
      next: {
        next += 1
        return next > 200 ? nil : next
      },
      perform: { _ in
        #expect(throws: Never.self) {
          let parent = try FileDescriptor.open(place.path, [.readOnly, .directory])
          #expect(try StagingArea.removeAbandoned(in: parent) == [])
          let area = try StagingArea.make(in: parent)
          try area.directory.open(name: StagingArea.content, [.writeOnly, .create]).write([1])
          areas.withLock { $0.append(area) }
        }
      }, deliver: { _ in true })
    #expect(try Self.names(place).count == 200)
    for area in areas.withLock({ $0 }) {
      #expect(try area.directory.identity(ofName: StagingArea.content).size == 1)
    }
    areas.withLock { $0 = [] }
    #expect(try Self.names(place) == [])
  }
}
