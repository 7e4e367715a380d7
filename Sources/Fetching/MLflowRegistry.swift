internal import ByteParsing
internal import Wire

/// A tracking server of MLflow: its model registry, and the artifacts that it serves itself.
///
/// Where a version's files are is a text that whoever registered it has chosen. Only those that the tracking server
/// hands out are fetched; other stores, machines and local paths are not, whatever the text says.
///
/// Source: the REST API of MLflow 2 and 3, `mlflow/protos/model_registry.proto`, `service.proto` and
/// `mlflow_artifacts.proto`; `mlflow/store/artifact/models_artifact_repo.py` for how addresses lead to each other.
struct MLflowRegistry: Registry {
  private static let page = 100
  /// Addresses that lead to another, one after the other.
  private static let hopLimit = 4
  /// Folders within each other, and files, of one version.
  private static let limit = (depth: 32, files: FetchLimit.files)

  private let web: Web

  init(_ web: Web, _ credentials: Credentials) {
    self.web = web
    web.authorization = credentials.header
  }

  private func api(_ path: String) -> String { "\(web.base)/api/2.0/mlflow/\(path)" }

  // MARK: Lists

  func list(
    _ model: RemoteModel, each: (RemoteModel) throws(FetchFailure) -> Void
  ) throws(FetchFailure) {
    guard model.revision.isEmpty else { return try each(model) }
    var names = [model.name]
    if model.name.isEmpty {
      names = []
      try pages("registered-models/search?", list: "registered_models") { entry throws(FetchFailure) in
        guard names.count < FetchLimit.models else {
          throw FetchFailure("more than \(FetchLimit.models) models")
        }
        names.append(try entry.text("name"))
      }
    }
    for name in names { try versions(of: name, each: each) }
  }

  private func versions(
    of name: String, each: (RemoteModel) throws(FetchFailure) -> Void
  ) throws(FetchFailure) {
    // Within single quotes nothing is escaped; what has one itself cannot be asked for.
    guard !name.contains("'") else {
      throw FetchFailure("a name with a quote cannot be asked for: \(name)")
    }
    let filter = PercentEncoding.encode("name='\(name)'")
    try pages("model-versions/search?filter=\(filter)&", list: "model_versions") {
      entry throws(FetchFailure) in
      try each(RemoteModel(name: name, revision: try entry.text("version")))
    }
  }

  private func pages(
    _ path: String, list: String, each: (JSONValue) throws(FetchFailure) -> Void
  ) throws(FetchFailure) {
    var token = ""
    var seen: Set<String> = []
    while seen.insert(token).inserted {
      var address = api("\(path)max_results=\(Self.page)")
      if !token.isEmpty { address += "&page_token=" + PercentEncoding.encode(token) }
      let answer = try web.object(address)
      for entry in answer.first(list)?.elements ?? .none { try each(entry) }
      token = answer.first("next_page_token")?.string ?? ""
      if token.isEmpty { return }
    }
    throw FetchFailure("a list that goes round in a circle")
  }

  // MARK: Models

  func files(of model: RemoteModel) throws(FetchFailure) -> [PlannedFile] {
    let folder = try place(of: model)
    var files: [PlannedFile] = []
    try add(folder, below: "", depth: 0, &files)
    return files
  }

  /// Where the tracking server itself has the files of a version: a path of its artifact service.
  private func place(of model: RemoteModel) throws(FetchFailure) -> String {
    var address = try downloadAddress(of: model)
    for _ in 0..<Self.hopLimit {
      switch try ArtifactAddress(address) {
      case .served(let authority, let path):
        guard try web.isHome(authority) else {
          throw FetchFailure("the files are served by another server, which is not asked: '\(address)'")
        }
        return path
      case .version(let other): address = try downloadAddress(of: other)
      case .loggedModel(let id, let path):
        let answer = try web.object(api("logged-models/\(PercentEncoding.encode(id))"))
        guard let info = answer.first("model")?.first("info") else {
          throw FetchFailure("the server says nothing of the model \(id)")
        }
        address = Self.join(try info.text("artifact_uri"), path)
      case .run(let id, let path):
        let answer = try web.object(api("runs/get?run_id=\(PercentEncoding.encode(id))"))
        guard let info = answer.first("run")?.first("info") else {
          throw FetchFailure("the server says nothing of the run \(id)")
        }
        address = Self.join(try info.text("artifact_uri"), path)
      }
    }
    throw FetchFailure("addresses that lead to each other, more than \(Self.hopLimit) times: '\(address)'")
  }

  private func downloadAddress(of model: RemoteModel) throws(FetchFailure) -> String {
    let query =
      "name=\(PercentEncoding.encode(model.name))&version=\(PercentEncoding.encode(model.revision))"
    return try web.object(api("model-versions/get-download-uri?\(query)")).text("artifact_uri")
  }

  private static func join(_ address: String, _ path: String) -> String {
    if path.isEmpty { return address }
    return address.hasSuffix("/") ? address + path : "\(address)/\(path)"
  }

  /// Adds what is below a folder of the artifact service.
  private func add(
    _ folder: String, below prefix: String, depth: Int, _ files: inout [PlannedFile]
  ) throws(FetchFailure) {
    guard depth < Self.limit.depth else { throw FetchFailure("folders more than \(Self.limit.depth) deep") }
    let service = "\(web.base)/api/2.0/mlflow-artifacts/artifacts"
    let listing = try web.object("\(service)?path=\(PercentEncoding.encode(folder))")
    for entry in listing.first("files")?.elements ?? .none {
      guard files.count < Self.limit.files else {
        throw FetchFailure("more than \(Self.limit.files) files")
      }
      // The names are seen from the folder that was asked for.
      let name = try StagedPath(try entry.text("path"))
      guard name.components.count == 1 else {
        throw FetchFailure("a list with more than names: '\(name.text)'")
      }
      let place = folder.isEmpty ? name.text : "\(folder)/\(name.text)"
      if entry.first("is_dir")?.boolean == true {
        try add(place, below: "\(prefix)\(name.text)/", depth: depth + 1, &files)
      } else {
        files.append(
          PlannedFile(
            path: try StagedPath(prefix + name.text),
            source: .address("\(service)/\(PercentEncoding.encode(place, keepingSlashes: true))"),
            size: Self.size(entry)))
      }
    }
  }

  /// Protocol buffers write 64-bit numbers as texts in JSON.
  private static func size(_ entry: JSONValue) -> Int? {
    entry.count("file_size")
      ?? entry.first("file_size")?.string.flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
  }

  // MARK: Tags

  func tag(_ model: RemoteModel, _ tags: [RemoteTag]) throws(FetchFailure) {
    for tag in tags {
      let fields = [
        ("name", model.name), ("version", model.revision), ("key", tag.key), ("value", tag.value),
      ]
      let body = "{" + fields.map { "\(quoted($0.0)):\(quoted($0.1))" }.joined(separator: ",") + "}"
      _ = try web.object(api("model-versions/set-tag"), body: Array(body.utf8))
    }
  }
}

/// Where MLflow says that files are.
enum ArtifactAddress: Equatable {
  /// Served by a tracking server: whose, empty for this one, and the path there.
  case served(authority: String, path: String)
  /// `models:/name/version`
  case version(RemoteModel)
  /// `models:/m-…`, and a path below it.
  case loggedModel(id: String, path: String)
  /// `runs:/id/path`
  case run(id: String, path: String)

  /// - Throws: for every other place.
  init(_ text: String) throws(FetchFailure) {
    let refusal = FetchFailure(
      "the registry says that the files are at '\(text.prefix(300))', which the tracking server does not serve: it is "
        + "not followed, for whoever registered the model chose it")
    guard let colon = text.firstIndex(of: ":"), !text.contains("?"), !text.contains("#"),
      !text.contains("%")
    else { throw refusal }
    let scheme = text[..<colon]
    var rest = text[text.index(after: colon)...]
    var authority = ""
    if rest.hasPrefix("//") {
      rest = rest.dropFirst(2)
      authority = String(rest.prefix { $0 != "/" })
      rest = rest.dropFirst(authority.count)
    }
    let parts = rest.split(separator: "/").map(String.init)
    if !parts.isEmpty { _ = try StagedPath(parts.joined(separator: "/")) }
    switch (scheme, parts.count) {
    case ("mlflow-artifacts", _): self = .served(authority: authority, path: parts.joined(separator: "/"))
    case ("models", 1...) where authority.isEmpty && parts[0].hasPrefix("m-"):
      self = .loggedModel(id: parts[0], path: parts.dropFirst().joined(separator: "/"))
    case ("models", 2) where authority.isEmpty:
      self = .version(RemoteModel(name: parts[0], revision: parts[1]))
    case ("runs", 1...) where authority.isEmpty:
      self = .run(id: parts[0], path: parts.dropFirst().joined(separator: "/"))
    default: throw refusal
    }
  }
}
