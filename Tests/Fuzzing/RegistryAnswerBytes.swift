import Fetching
import Glibc
import Linux
import Wire

/// What a registry answers over HTTP: whatever it is, a fetch ends with all files in their place, or with none and the
/// reason.
enum RegistryAnswerBytes {
  /// In memory: a disk would make each copy wait.
  private static let parent = "/dev/shm"
  private static let byteLimit = 1 << 20
  private static let kinds: [RemoteKind] = [.hub, .oci, .mlflow]

  /// The first byte says which kind of registry answers and what it is asked for; then come its answers.
  static func take(_ bytes: [UInt8]) {
    guard let first = bytes.first, let server = AnsweringServer.shared else { return }
    let isFetch = first & 1 == 0
    let endpoint = RemoteEndpoint(
      kind: kinds[Int(first >> 1 & 0x1F) % kinds.count], address: "http://127.0.0.1:\(server.port)",
      credentials: first & 0x40 == 0 ? .none : .token("t"))
    let model = RemoteModel(name: first & 0x80 == 0 ? "team/model" : "", revision: isFetch ? "1" : "")
    let request = FetchRequest(isFetch ? .fetch(byteLimit: byteLimit) : .list, of: model, at: endpoint)
    let name = "lazaret-fuzz-\(Process.id)-\(UInt64.random(in: 0...(.max)))"
    let folder = "\(parent)/\(name)"
    do {
      try Directory.create(folder)
      let messages = try server.answer(Framed(Array(bytes.dropFirst())).all) {
        try said(about: request, staging: folder)
      }
      check(messages, isFetch: isFetch, folder)
    } catch {
      // No place to write to shows nothing.
    }
    try? FileDescriptor.open(parent, [.directory]).removeTree(name: Array(name.utf8))
  }

  /// Everything that is said to who asked.
  private static func said(about request: FetchRequest, staging: String) throws -> [FetchMessage] {
    let pair = try SocketPair()
    let far = pair.second.release()
    let near = pair.first
    let thread = try Thread(name: "fetch") {
      let session = Session(FileDescriptor(owning: far))
      do {
        let folder = try FileDescriptor.open(staging, [.readOnly, .directory])
        FetchService.serve(
          request, FetchProgram.Surroundings(certificates: [], staging: folder, session: session))
      } catch {
        session.send(.failure(reason: "\(error)"))
      }
    }
    var messages: [FetchMessage] = []
    while let bytes = try near.receive(limit: WireLimit.message)?.bytes {
      let parsed = try? FetchMessage(parsing: bytes)
      precondition(parsed?.encoded() == bytes, "a message that is none")
      if let parsed { messages.append(parsed) }
    }
    thread.join()
    return messages
  }

  private static func check(_ messages: [FetchMessage], isFetch: Bool, _ folder: String) {
    var models = 0
    for message in messages.dropLast() {
      switch message {
      case .model: models += 1
      case .progress: break
      case .ready, .end, .failure: preconditionFailure("something comes after the end")
      }
    }
    let content = "\(folder)/content"
    switch messages.last {
    case .failure: precondition(!isThere(content), "a model that is not whole")
    case .end(let files, let bytes):
      precondition(isFetch ? models == 0 : files == models && bytes == 0)
      guard isFetch else { return }
      let found = sizes(below: content)
      precondition(found.count == files && found.reduce(0, +) == bytes, "another model than was said")
      precondition(bytes <= byteLimit && !isThere("\(folder)/parts"))
    default: preconditionFailure("no end was said")
    }
  }

  private static func isThere(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// The size of each file.
  private static func sizes(below folder: String) -> [Int] {
    do throws(SystemCallError) {
      let directory = try FileDescriptor.open(folder, [.readOnly, .directory])
      var sizes: [Int] = []
      for name in try Directory(try directory.duplicate()).names() {
        let identity = try directory.identity(ofName: name)
        if identity.isDirectory {
          sizes += self.sizes(below: "\(folder)/\(String(decoding: name, as: UTF8.self))")
        } else {
          sizes.append(identity.size)
        }
      }
      return sizes
    } catch {
      return []
    }
  }
}
