import FoundationEssentials
import Linux
import TestSupport
import Testing

/// `lazaret waive`, and what its waivers do.
struct WaiveTests {
  private let lazaret: Installed
  private let policies: String
  private let unknown: String
  private let evil: String

  init() throws {
    lazaret = try Installed()
    policies = lazaret.place.path + "/policies"
    unknown = try lazaret.place.write("m/unknown.pkl", Artifact.unknownPickle)
    evil = try lazaret.place.write("evil.pkl", Artifact.hostilePickle)
    #expect(try lazaret.runTool("/bin/cp", ["-r", Repository.root + "/policies", policies]) == 0)
  }

  private func run(_ arguments: String...) throws -> Installed.Run {
    try lazaret.run("lazaret", arguments, environment: ["LAZARET_POLICIES": policies])
  }

  static func day(_ days: Double) -> String {
    String(Date(timeIntervalSinceNow: days * 86_400).formatted(.iso8601).prefix(10))
  }

  private let terms = ["--reason", "tried by hand", "--owner", "a person", "--until", day(30)]

  private func waive(_ operand: String, _ more: String...) throws -> Installed.Run {
    try lazaret.run(
      "lazaret", ["waive", operand] + terms + more, environment: ["LAZARET_POLICIES": policies])
  }

  @Test func `a waived artifact passes, and its verdict and findings stay`() throws {
    #expect(try run("scan", unknown).status == 3)
    let waived = try waive(unknown)
    #expect(waived.status == 0, "\(waived.errors)")

    let scan = try run("scan", "--format", "jsonl", unknown)
    #expect(scan.status == 0, "\(scan.output)\(scan.errors)")
    let object = try JSONDocument.parse(scan.output)
    #expect(object["verdict"] == .string("review"))
    #expect(object["waived"]["reason"] == .string("tried by hand"))
    #expect(object["waived"]["owner"] == .string("a person"))
    #expect(object["waived"]["until"] == .string(Self.day(30) + "T00:00:00Z"))
    #expect(object["unwaived"] == .null)
    #expect(object["cached"] == .bool(true), "a waiver must not make the store forget")
    guard case .array(let findings) = object["findings"] else { Issue.record("no findings"); return }
    #expect(!findings.isEmpty)

    let text = try run("scan", "--no-store", unknown)
    #expect(text.status == 0)
    #expect(text.lines.first?.hasPrefix("review ") == true)
    #expect(text.output.contains("by a person: tried by hand") && text.output.contains("1 waived"))
    #expect(try run("gate", unknown).status == 0)
    let digest = object["sha256"].text ?? ""
    #expect(try run("verdict", digest).status == 0)
  }

  @Test func `a denial is covered only where that was asked for`() throws {
    _ = try waive(evil)
    let refused = try run("scan", "--no-store", "--format", "jsonl", evil)
    #expect(refused.status == 1)
    #expect(try JSONDocument.parse(refused.output)["unwaived"]["why"] != .null)
    #expect(try JSONDocument.parse(refused.output)["waived"] == .null)
    _ = try waive(evil, "--covers", "deny")
    #expect(try run("scan", "--no-store", evil).status == 0)
  }

  @Test func `a waived artifact is OK for clients of clamd's protocol, and no other is`() throws {
    _ = try waive(unknown)
    _ = try waive(evil)
    let daemon = try RunningDaemon(clamd: lazaret, workers: 1, policies: policies)
    for (path, answer) in [(unknown, "OK"), (evil, "Lazaret.pickle.dangerous-import FOUND")] {
      let client = try ClamdClient(daemon.clamdSocket)
      try client.sendFile(path)
      let reply = try client.rest()
      #expect(reply.hasSuffix("]: \(answer)\0"), "\(reply)")
    }
  }

  @Test func `other bytes are not waived`() throws {
    _ = try waive(unknown)
    let other = try lazaret.place.write("m/other.pkl", Artifact.unknownPickle + [0x2E])
    #expect(try run("scan", "--no-store", other).status != 0)
  }

  @Test func `an expired waiver is reported and has no effect`() throws {
    _ = try waive(unknown)
    let path = policies + "/waivers.json"
    let text = String(decoding: try FileDescriptor.open(path).readAll(limit: 1 << 20), as: UTF8.self)
    let past = text.replacing(Self.day(30) + "T00:00:00Z", with: "2020-01-01T00:00:00Z")
    try FileDescriptor.open(path, [.writeOnly, .truncate]).write(Array(past.utf8))
    let scan = try run("scan", "--no-store", unknown)
    #expect(scan.status == 3)
    #expect(scan.output.contains("it has expired"), "\(scan.output)")
    #expect(try run("waive", "--list").output.contains("EXPIRED"))
  }

  @Test func `waivers are listed, renewed and removed`() throws {
    let digest = String(repeating: "0f", count: 32)
    #expect(try run("waive", "--list").output == "")
    #expect(try waive("sha256:" + digest.uppercased()).status == 0)
    #expect(try waive(digest, "--covers", "incomplete").output.contains("waived anew"))
    let list = try run("waive", "--list")
    #expect(
      list.lines.count == 1 && list.output.hasPrefix(digest + "  incomplete  until "), "\(list.output)")
    #expect(try run("waive", "--remove", digest).status == 0)
    #expect(try run("waive", "--list").output == "")
    #expect(try run("waive", "--remove", digest).status == 2)
    #expect(try run("policy", "check", policies).status == 0)
  }

  @Test(arguments: [
    (["--owner", "o", "--until", day(9)], "--reason"), (["--reason", "r", "--until", day(9)], "--owner"),
    (["--reason", "r", "--owner", "o"], "--until"),
    (["--reason", " ", "--owner", "o", "--until", day(9)], "--reason"),
    (["--reason", "a\nb", "--owner", "o", "--until", day(9)], "--reason"),
    (["--reason", "r", "--owner", "o", "--until", "2020-01-01"], "past"),
    (["--reason", "r", "--owner", "o", "--until", day(400)], "days"),
    (["--reason", "r", "--owner", "o", "--until", "tomorrow"], "--until"),
    (["--reason", "r", "--owner", "o", "--until", day(9), "--covers", "allow"], "--covers"),
  ]) func `a waiver that lacks something is not given`(arguments: [String], trouble: String) throws {
    let path = policies + "/waivers.json"
    let before = try FileDescriptor.open(path).readAll(limit: 1 << 20)
    let run = try lazaret.run(
      "lazaret", ["waive", unknown] + arguments, environment: ["LAZARET_POLICIES": policies])
    #expect(run.status == 2 && run.errors.contains(trouble), "\(run.errors)")
    #expect(try FileDescriptor.open(path).readAll(limit: 1 << 20) == before)
  }

  @Test func `what is neither a digest nor a file is refused`() throws {
    #expect(try waive("abc").status == 2)
    #expect(try waive(lazaret.place.path).status == 2)
    #expect(try run("waive").status == 2)
    #expect(try run("waive", "--list", "x").status == 2)
  }

  @Test func `two programs do not change the waivers at once`() throws {
    try lazaret.place.write("policies/.waivers.json.new", [])
    let run = try waive(unknown)
    #expect(run.status == 2 && run.errors.contains(".waivers.json.new"), "\(run.errors)")
    // A scan goes on meanwhile.
    #expect(try self.run("scan", "--no-store", unknown).status == 3)
  }

  @Test func `nothing is changed in a folder that is not in order`() throws {
    try lazaret.place.write("policies/scan/default.json", Array("{}".utf8))
    #expect(try waive(unknown).status == 2)
    #expect(try lazaret.runTool("/usr/bin/test", ["!", "-e", policies + "/.waivers.json.new"]) == 0)
  }
}
