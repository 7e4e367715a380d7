internal import ByteParsing
internal import Wire

/// The Hub of Hugging Face, and what serves the same paths.
///
/// Source: `HfApi.model_info` and `hf_hub_url` of huggingface_hub 0.30 and 1.1; `file_download.py` for the headers
/// `X-Linked-Etag` and `X-Linked-Size`.
struct HubRegistry: Registry {
  private let web: Web

  init(_ web: Web, _ credentials: Credentials) {
    self.web = web
    web.authorization = credentials.header
  }

  /// The commit that a revision stands for.
  func list(
    _ model: RemoteModel, each: (RemoteModel) throws(FetchFailure) -> Void
  ) throws(FetchFailure) {
    guard !model.name.isEmpty else {
      throw FetchFailure("a hub has more models than anybody could fetch: name those that are wanted")
    }
    try each(RemoteModel(name: model.name, revision: try commit(try information(model))))
  }

  func files(of model: RemoteModel) throws(FetchFailure) -> [PlannedFile] {
    let information = try information(model)
    let commit = try commit(information)
    guard let siblings = information.first("siblings"), siblings.kind == .array else {
      throw FetchFailure("the server's answer has no list 'siblings'")
    }
    var files: [PlannedFile] = []
    for sibling in siblings.elements {
      let name = try sibling.text("rfilename")
      let path = try StagedPath(name)
      files.append(
        PlannedFile(
          path: path,
          source: .address(
            "\(web.base)/\(Self.path(model.name))/resolve/\(PercentEncoding.encode(commit))/"
              + PercentEncoding.encode(path.text, keepingSlashes: true)),
          size: sibling.count("size"), digest: Self.digest(of: sibling), hasDigestInHeaders: true))
    }
    return files
  }

  func tag(_ model: RemoteModel, _ tags: [RemoteTag]) throws(FetchFailure) {
    throw FetchFailure("a hub has no tags that a verdict could be written to")
  }

  private func information(_ model: RemoteModel) throws(FetchFailure) -> JSONValue {
    guard Self.isPlain(model.name) else {
      throw FetchFailure("not the name of a model of a hub: '\(model.name)'")
    }
    let revision = model.revision.isEmpty ? "main" : model.revision
    return try web.object(
      "\(web.base)/api/models/\(Self.path(model.name))/revision/\(PercentEncoding.encode(revision))?blobs=true"
    )
  }

  /// What does not change any more: branches and tags do.
  private func commit(_ information: JSONValue) throws(FetchFailure) -> String {
    let commit = try information.text("sha")
    let isHexadecimal = commit.utf8.allSatisfy {
      0x30...0x39 ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0
    }
    guard isHexadecimal, commit.utf8.count == 40 || commit.utf8.count == 64 else {
      throw FetchFailure("the server names no commit: '\(commit.prefix(100))'")
    }
    return commit
  }

  /// The digest that a list with blobs has of a file: of the bytes where they are kept outside of Git, of Git's blob
  /// where not.
  private static func digest(of sibling: JSONValue) -> NamedDigest? {
    if let digest = sibling.first("lfs")?.first("sha256")?.string { return NamedDigest(.sha256, digest) }
    return sibling.first("blobId")?.string.flatMap { NamedDigest(.gitBlob, $0) }
  }

  private static func path(_ name: String) -> String { PercentEncoding.encode(name, keepingSlashes: true) }

  /// `organisation/model` or `model`. `validate_repo_id` of huggingface_hub
  private static func isPlain(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count <= 2
      && parts.allSatisfy { part in
        !part.isEmpty && part != "." && part != ".."
          && part.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
              UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
              UInt8(ascii: "."):
              true
            default: false
            }
          }
      }
  }
}
