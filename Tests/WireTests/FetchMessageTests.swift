import TestSupport
import Testing
import Wire

@Suite struct FetchMessageTests {
  @Test func `what one end writes the other end reads`() throws {
    for request in FetchSamples.requests {
      #expect(try FetchRequest(parsing: request.encoded()) == request)
    }
    for message in FetchSamples.messages {
      #expect(try FetchMessage(parsing: message.encoded()) == message)
    }
  }

  @Test func `a message of one end is refused by the other`() {
    for message in FetchSamples.messages {
      #expect(throws: WireError.self) { try FetchRequest(parsing: message.encoded()) }
      #expect(throws: WireError.self) { try WorkerMessage(parsing: message.encoded()) }
    }
  }

  @Test func `a damaged request is refused or means just what it says`() throws {
    damage(try FetchSamples.requests.map { try $0.encoded() }) { try FetchRequest(parsing: $0).encoded() }
  }

  @Test func `a damaged message of a fetcher is refused or means just what it says`() {
    damage(FetchSamples.messages.map { $0.encoded() }) { try FetchMessage(parsing: $0).encoded() }
  }

  @Test func `a name that is too long is not cut but refused`() {
    let long = String(repeating: "x", count: FetchLimit.name + 1)
    #expect(throws: WireError.self) {
      try FetchRequest(.list, of: RemoteModel(name: long, revision: ""), at: FetchSamples.endpoint)
        .encoded()
    }
    #expect(throws: WireError.self) {
      try FetchMessage(parsing: FetchMessage.model(RemoteModel(name: long, revision: "")).encoded())
    }
  }

  @Test func `a reason that is too long is cut`() throws {
    let message = FetchMessage.failure(reason: String(repeating: "x", count: 1 << 20))
    guard case .failure(let reason) = try FetchMessage(parsing: message.encoded()) else {
      Issue.record("another message")
      return
    }
    #expect(reason.utf8.count == WireLimit.sentence)
  }
}
