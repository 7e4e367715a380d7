internal import Linux
internal import Supervisor
internal import Wire

/// A registry that is asked over HTTP, as the command line names it.
struct RemoteRegistry: Equatable {
  private static let hub = "https://huggingface.co"
  private static let kinds: [String: RemoteKind] = ["hf": .hub, "oci": .oci, "mlflow": .mlflow]

  let endpoint: RemoteEndpoint
  /// Those that were named; one without a name for all that there are.
  let models: [RemoteModel]

  /// Nil where the operands name a registry on a disk.
  ///
  /// - Parameter environment: where the credentials are, and the endpoint of `hf` where none is named.
  init?(
    _ operands: [[UInt8]], allowsInsecureHTTP: Bool, environment: (String) -> String?
  ) throws(UsageError) {
    let words = operands.map { String(validating: $0, as: UTF8.self) }
    guard let word = words.first, let word, let kind = Self.kinds[word] else { return nil }
    var rest = words.dropFirst()
    let address: String
    if let named = rest.first, let named, Self.isAddress(Array(named.utf8)) {
      address = named
      rest = rest.dropFirst()
    } else {
      // `mlflow` is also one of those on a disk.
      if kind == .mlflow { return nil }
      guard kind == .hub else {
        throw UsageError("\(word) needs an address that begins with https:// or http://")
      }
      address = Self.variable("HF_ENDPOINT", environment) ?? Self.hub
    }
    var models: [RemoteModel] = []
    for operand in rest {
      guard let operand, let model = Self.model(operand, kind) else {
        throw UsageError(
          "a model is named NAME or NAME@REVISION, not '\(Escaping.visible(operand ?? "\u{FFFD}"))'")
      }
      models.append(model)
    }
    if models.isEmpty {
      guard kind != .hub else {
        throw UsageError("hf needs the names of models: a hub has more than could be fetched")
      }
      models = [RemoteModel(name: "", revision: "")]
    }
    self.models = models
    endpoint = RemoteEndpoint(
      kind: kind, address: address, credentials: Self.credentials(kind, environment),
      allowsInsecureHTTP: allowsInsecureHTTP)
  }

  static func isAddress(_ path: [UInt8]) -> Bool {
    path.starts(with: Array("http://".utf8)) || path.starts(with: Array("https://".utf8))
  }

  /// `name`, `name@revision`; of images also `name:tag`.
  private static func model(_ text: String, _ kind: RemoteKind) -> RemoteModel? {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    if parts.count == 2 { return RemoteModel(name: parts[0], revision: parts[1]) }
    guard kind == .oci, let colon = text.lastIndex(of: ":") else {
      return RemoteModel(name: text, revision: "")
    }
    let tag = String(text[text.index(after: colon)...])
    return tag.isEmpty ? nil : RemoteModel(name: String(text[..<colon]), revision: tag)
  }

  private static func variable(_ name: String, _ environment: (String) -> String?) -> String? {
    environment(name).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// By the variables that each registry's own clients know.
  private static func credentials(
    _ kind: RemoteKind, _ environment: (String) -> String?
  ) -> Credentials {
    let names: (token: String, user: String, password: String) =
      switch kind {
      case .hub: ("HF_TOKEN", "", "")
      case .oci: ("", "LAZARET_REGISTRY_USER", "LAZARET_REGISTRY_PASSWORD")
      case .mlflow: ("MLFLOW_TRACKING_TOKEN", "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD")
      }
    if let token = variable(names.token, environment) { return .token(token) }
    if let user = variable(names.user, environment), let password = variable(names.password, environment) {
      return .password(user: user, password: password)
    }
    return .none
  }
}
