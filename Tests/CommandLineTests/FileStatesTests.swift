import Findings
import Linux
import Supervisor
import TestSupport
import Testing
import VerdictStore

@testable import CommandLine

/// What is believed of a file without reading it.
struct FileStatesTests {
  private let place: TemporaryDirectory
  private let store: VerdictStore
  private static let digest = String(repeating: "ab", count: 32)

  init() throws {
    place = try TemporaryDirectory()
    store = try VerdictStore(path: place.path + "/store/verdicts.db")
  }

  private func states(policy: String = "sha256:feed") -> FileStates {
    FileStates(
      store, ArtifactObject.Context(policy: policy, engine: "0.2.0"), WaiverDecisions([], clock: { 100 }))
  }

  private func identity(_ name: String) throws -> FileIdentity {
    try FileDescriptor.open(place.path + "/" + name).identity()
  }

  /// The result of judging a file that the store has a verdict on.
  private func judged(_ name: String) throws -> ArtifactResult {
    try place.write(name, [UInt8](repeating: 0x78, count: 123))
    let examination = Sample.examination(.review)
    try store.record(examination)
    var result = Sample.result(name, examination)
    result.identity = try identity(name)
    return result
  }

  @Test func `a file that has not changed has the verdict of its bytes, and its bytes are not asked for`()
    throws
  {
    let result = try judged("a")
    let states = states()
    states.remember(result)
    #expect(states.finish() == nil)
    let known = try #require(states.recall(try identity("a"), Array("p".utf8)))
    #expect(known.verdict == .review && known.path == Array("p".utf8))
    #expect(known.examination?.cached == true && known.examination?.sha256 == Self.digest)
  }

  @Test func `a change of the bytes or of the name's inode is another state`() throws {
    let states = states()
    states.remember(try judged("a"))
    #expect(states.finish() == nil)
    let before = try identity("a")
    while try identity("a") == before { try place.write("a", [UInt8](repeating: 0x79, count: 123)) }
    #expect(states.recall(try identity("a"), []) == nil)
    try place.write("b", [UInt8](repeating: 0x78, count: 123))
    #expect(states.recall(try identity("b"), []) == nil)
  }

  @Test func `under another policy nothing is known`() throws {
    let states = states()
    states.remember(try judged("a"))
    #expect(states.finish() == nil)
    #expect(self.states(policy: "sha256:other").recall(try identity("a"), []) == nil)
  }

  @Test func `what could change and look the same, and what has no digest, is not remembered`() throws {
    var result = try judged("a")
    let identity = result.identity
    result.identity = nil
    let states = states()
    states.remember(result)
    var unread = ArtifactResult.failure(Array("a".utf8), "cannot be read", isFailure: true)
    unread.identity = identity
    states.remember(unread)
    #expect(states.finish() == nil)
    #expect(states.recall(try self.identity("a"), []) == nil)
  }

  @Test func `an examination of another size is of other bytes`() throws {
    var result = try judged("a")
    try place.write("a", [0x78])
    result.identity = try identity("a")
    let states = states()
    states.remember(result)
    #expect(states.finish() == nil)
    #expect(states.recall(try identity("a"), []) == nil)
  }
}
