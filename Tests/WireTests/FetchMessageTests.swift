import TestSupport
import Testing
import Wire

@Suite struct FetchMessageTests {
  private static let endpoint = RemoteEndpoint(
    kind: .oci, address: "https://registry.example", credentials: .password(user: "u", password: "p"))
  private static let model = RemoteModel(name: "team/model", revision: "v1")

  static let requests: [FetchRequest] = [
    FetchRequest(
      .list, of: RemoteModel(name: "", revision: ""),
      at: RemoteEndpoint(kind: .hub, address: "http://127.0.0.1:1", allowsInsecureHTTP: true)),
    FetchRequest(.fetch(byteLimit: 64 << 30), of: model, at: endpoint),
    FetchRequest(
      .tag([RemoteTag(key: "lazaret.verdict", value: "allow"), RemoteTag(key: "k", value: "")]), of: model,
      at: RemoteEndpoint(kind: .mlflow, address: "https://m.example", credentials: .token("t"))),
  ]

  static let messages: [FetchMessage] = [
    .ready(Layers(active: ["no-new-privs", "landlock:7"])), .model(model), .progress(bytes: 1, of: 2),
    .end(files: 3, bytes: 1 << 40), .failure(reason: "the server answers 404"),
  ]

  @Test func `what one end writes the other end reads`() throws {
    for request in Self.requests { #expect(try FetchRequest(parsing: request.encoded()) == request) }
    for message in Self.messages { #expect(try FetchMessage(parsing: message.encoded()) == message) }
  }

  @Test func `a message of one end is refused by the other`() {
    for message in Self.messages {
      #expect(throws: WireError.self) { try FetchRequest(parsing: message.encoded()) }
      #expect(throws: WireError.self) { try WorkerMessage(parsing: message.encoded()) }
    }
  }

  @Test func `a damaged request is refused or means just what it says`() throws {
    damage(try Self.requests.map { try $0.encoded() }) { try FetchRequest(parsing: $0).encoded() }
  }

  @Test func `a damaged message of a fetcher is refused or means just what it says`() {
    damage(Self.messages.map { $0.encoded() }) { try FetchMessage(parsing: $0).encoded() }
  }

  @Test func `a name that is too long is not cut but refused`() {
    let long = String(repeating: "x", count: FetchLimit.name + 1)
    #expect(throws: WireError.self) {
      try FetchRequest(.list, of: RemoteModel(name: long, revision: ""), at: Self.endpoint).encoded()
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
