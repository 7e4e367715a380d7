internal import ByteParsing

/// A kind of registry that speaks HTTP.
package enum RemoteKind: UInt8, CaseIterable, Sendable {
  /// The Hub of Hugging Face, or what serves the same paths.
  case hub = 1
  /// A registry of the OCI distribution specification.
  case oci = 2
  /// A tracking server of MLflow.
  case mlflow = 3
}

/// Who asks.
package enum Credentials: Equatable, Sendable {
  case none
  case token(String)
  case password(user: String, password: String)
}

/// One revision of a model, by the names that its registry knows.
package struct RemoteModel: Hashable, Sendable {
  package let name: String
  /// Empty where the registry is to choose.
  package let revision: String

  package init(name: String, revision: String) {
    self.name = name
    self.revision = revision
  }
}

/// A registry and how it is spoken to.
package struct RemoteEndpoint: Equatable, Sendable {
  package let kind: RemoteKind
  /// `https://huggingface.co`.
  package let address: String
  package let credentials: Credentials
  /// Whether plain HTTP may go to other machines.
  package let allowsInsecureHTTP: Bool

  package init(
    kind: RemoteKind, address: String, credentials: Credentials = .none, allowsInsecureHTTP: Bool = false
  ) {
    self.kind = kind
    self.address = address
    self.credentials = credentials
    self.allowsInsecureHTTP = allowsInsecureHTTP
  }
}

/// A name that an entry of a registry gets.
package struct RemoteTag: Hashable, Sendable {
  package let key: String
  package let value: String

  package init(key: String, value: String) {
    self.key = key
    self.value = value
  }
}

/// What a fetcher is told, once, after it has said that it is confined.
///
/// | type | message | fields |
/// | --- | --- | --- |
/// | 64 | list | endpoint; name, revision: text, empty for all |
/// | 65 | fetch | endpoint; name, revision: text; the most bytes: u64 |
/// | 66 | tag | endpoint; name, revision: text; a counted list of key and value: text |
///
/// An endpoint is its kind (u8), its address (text), the credentials (u8: 0 none, 1 token, 2 user and password; then
/// these as texts) and whether plain HTTP may leave the machine (u8).
package struct FetchRequest: Equatable, Sendable {
  package enum Task: Equatable, Sendable {
    /// Name the models, or the revisions of one.
    case list
    /// Fetch one revision into the staging folder.
    case fetch(byteLimit: Int)
    case tag([RemoteTag])
  }

  package let endpoint: RemoteEndpoint
  package let model: RemoteModel
  package let task: Task

  package init(_ task: Task, of model: RemoteModel, at endpoint: RemoteEndpoint) {
    self.task = task
    self.model = model
    self.endpoint = endpoint
  }

  /// - Throws: ``WireError`` where something is longer than it may be: it is not cut.
  package func encoded() throws(WireError) -> [UInt8] {
    var writer: MessageWriter
    switch task {
    case .list:
      writer = MessageWriter(type: 64)
      writer.append(endpoint)
      writer.append(model)
    case .fetch(let byteLimit):
      writer = MessageWriter(type: 65)
      writer.append(endpoint)
      writer.append(model)
      writer.append(UInt64(byteLimit))
    case .tag(let tags):
      writer = MessageWriter(type: 66)
      writer.append(endpoint)
      writer.append(model)
      writer.append(UInt32(tags.count))
      for tag in tags {
        writer.append(tag.key, limit: .max)
        writer.append(tag.value, limit: .max)
      }
    }
    // What this side would refuse to read is not sent.
    _ = try FetchRequest(parsing: writer.bytes)
    return writer.bytes
  }

  /// The request that `bytes` are.
  ///
  /// - Throws: ``WireError`` where they are not exactly one request.
  package init(parsing bytes: [UInt8]) throws(WireError) {
    self = try parseMessage(bytes, "request to fetch") { (type, reader) throws(ParseError) in
      guard 64...66 ~= type else { throw unknownType(type) }
      let endpoint = try reader.readEndpoint()
      let model = try reader.readModel()
      switch type {
      case 64: return FetchRequest(.list, of: model, at: endpoint)
      case 65:
        return FetchRequest(
          .fetch(byteLimit: try reader.readNatural("size limit")), of: model, at: endpoint)
      default:
        var tags: [RemoteTag] = []
        for _ in 0..<(try reader.readCount(limit: FetchLimit.tags, "tags")) {
          tags.append(
            RemoteTag(
              key: try reader.readText(limit: FetchLimit.tag, "key of a tag"),
              value: try reader.readText(limit: FetchLimit.tag, "value of a tag")))
        }
        return FetchRequest(.tag(tags), of: model, at: endpoint)
      }
    }
  }
}

extension MessageWriter {
  fileprivate mutating func append(_ endpoint: RemoteEndpoint) {
    append(endpoint.kind.rawValue)
    append(endpoint.address, limit: .max)
    switch endpoint.credentials {
    case .none: append(UInt8(0))
    case .token(let token):
      append(UInt8(1))
      append(token, limit: .max)
    case .password(let user, let password):
      append(UInt8(2))
      append(user, limit: .max)
      append(password, limit: .max)
    }
    append(UInt8(endpoint.allowsInsecureHTTP ? 1 : 0))
  }

  mutating func append(_ model: RemoteModel) {
    append(model.name, limit: .max)
    append(model.revision, limit: .max)
  }
}

extension ByteReader {
  fileprivate mutating func readEndpoint() throws(ParseError) -> RemoteEndpoint {
    guard let kind = RemoteKind(rawValue: try readByte("kind of registry")) else {
      throw ParseError(.malformed, at: 1, "kind of registry")
    }
    let address = try readText(limit: FetchLimit.endpoint, "address")
    let start = offset
    let credentials: Credentials
    switch try readByte("credentials") {
    case 0: credentials = .none
    case 1: credentials = .token(try readText(limit: FetchLimit.secret, "token"))
    case 2:
      credentials = .password(
        user: try readText(limit: FetchLimit.secret, "user"),
        password: try readText(limit: FetchLimit.secret, "password"))
    default: throw ParseError(.malformed, at: start, "credentials")
    }
    let flagOffset = offset
    let insecure = try readByte("insecure flag")
    guard insecure <= 1 else { throw ParseError(.malformed, at: flagOffset, "insecure flag") }
    return RemoteEndpoint(
      kind: kind, address: address, credentials: credentials, allowsInsecureHTTP: insecure == 1)
  }

  mutating func readModel() throws(ParseError) -> RemoteModel {
    RemoteModel(
      name: try readText(limit: FetchLimit.name, "name of a model"),
      revision: try readText(limit: FetchLimit.revision, "revision of a model"))
  }
}
