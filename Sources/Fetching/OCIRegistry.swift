internal import ByteParsing
internal import Wire

/// A registry of the OCI distribution specification 1.1, with models as artifacts: ModelPack's layers or any others.
///
/// What a layer says of other places where it could be had (`urls`) is not followed.
struct OCIRegistry: Registry {
  /// Bytes of a manifest that every registry takes. Distribution specification, "Pushing Manifests"
  private static let manifestLimit = 4 << 20
  /// Manifests of one index, and indexes within indexes.
  private static let limit = (manifests: 64, depth: 2)
  private static let accept = [
    "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.artifact.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
  ].joined(separator: ", ")

  private let web: Web
  private let access: OCIAccess

  init(_ web: Web, _ credentials: Credentials) {
    self.web = web
    access = OCIAccess(web, credentials)
  }

  // MARK: Lists

  /// All tags of a repository, or of all that the registry lists.
  func list(
    _ model: RemoteModel, each: (RemoteModel) throws(FetchFailure) -> Void
  ) throws(FetchFailure) {
    guard model.revision.isEmpty else { return try each(model) }
    guard model.name.isEmpty else { return try tags(of: model.name, each: each) }
    try access.open(scope: "registry:catalog:*")
    var names: [String] = []
    try pages("\(web.base)/v2/_catalog?n=1000", list: "repositories") { name throws(FetchFailure) in
      guard names.count < FetchLimit.models else {
        throw FetchFailure("more than \(FetchLimit.models) models")
      }
      names.append(name)
    }
    for name in names { try tags(of: name, each: each) }
  }

  private func tags(
    of name: String, each: (RemoteModel) throws(FetchFailure) -> Void
  ) throws(FetchFailure) {
    let repository = try repository(name)
    try pages("\(repository)/tags/list?n=1000", list: "tags") { tag throws(FetchFailure) in
      try each(RemoteModel(name: name, revision: tag))
    }
  }

  /// Goes through a list that comes in parts, each of which says where the next is. Distribution specification,
  /// "Content Discovery"; RFC 8288
  private func pages(
    _ first: String, list: String, each: (String) throws(FetchFailure) -> Void
  ) throws(FetchFailure) {
    var address = first
    var seen: Set<String> = []
    while seen.insert(address).inserted {
      let (answer, bytes) = try web.document(
        address, HTTPRequest(headers: ["Accept: application/json"]), limit: Web.listLimit)
      guard answer.last.status == 200 else { throw Web.refused(answer) }
      let page = try Web.parse(bytes, from: address)
      // A repository whose tags are all gone has null for a list.
      for element in page.first(list)?.elements ?? .none {
        guard let text = element.string else {
          throw FetchFailure("a list '\(list)' with other things than texts")
        }
        try each(text)
      }
      guard let link = answer.last["link"], let next = Self.next(link) else { return }
      let place = try WebAddress(next, from: address)
      guard place.origin == web.home else {
        throw FetchFailure("the list goes on elsewhere: '\(place.text)'")
      }
      address = place.text
    }
    throw FetchFailure("a list that goes round in a circle: '\(address)'")
  }

  /// `</v2/_catalog?last=b&n=2>; rel="next"`
  private static func next(_ link: String) -> String? {
    guard link.hasPrefix("<"), let end = link.firstIndex(of: ">"), link[end...].contains("next") else {
      return nil
    }
    return String(link[link.index(after: link.startIndex)..<end])
  }

  // MARK: Models

  func files(of model: RemoteModel) throws(FetchFailure) -> [PlannedFile] {
    let repository = try repository(model.name)
    guard !model.revision.isEmpty else { throw FetchFailure("a tag or a digest is needed") }
    var files: [PlannedFile] = []
    try add(model.revision, of: repository, into: "", depth: 0, &files)
    return files
  }

  func tag(_ model: RemoteModel, _ tags: [RemoteTag]) throws(FetchFailure) {
    throw FetchFailure("a registry of images has no tags that a verdict could be written to")
  }

  /// The address of a repository, once the registry lets it be read.
  private func repository(_ name: String) throws(FetchFailure) -> String {
    guard OCIName.isRepository(name) else { throw FetchFailure("not the name of a repository: '\(name)'") }
    try access.open(scope: "repository:\(name):pull")
    return "\(web.base)/v2/\(name)"
  }

  /// Adds a manifest and what it names.
  private func add(
    _ reference: String, of repository: String, into folder: String, depth: Int,
    _ files: inout [PlannedFile]
  ) throws(FetchFailure) {
    guard OCIName.isReference(reference) else {
      throw FetchFailure("neither a tag nor a digest: '\(reference)'")
    }
    let bytes = try manifest(reference, of: repository)
    let manifest = try Web.parse(bytes, from: "\(repository)/manifests/\(reference)")
    files.append(
      PlannedFile(
        path: try StagedPath(folder + "oci-manifest.json"), source: .bytes(bytes), size: bytes.count))
    if let manifests = manifest.first("manifests"), manifests.kind == .array {
      guard depth < Self.limit.depth else { throw FetchFailure("indexes within indexes within indexes") }
      for descriptor in manifests.elements {
        let count = files.count { if case .bytes = $0.source { true } else { false } }
        guard count < Self.limit.manifests else {
          throw FetchFailure("more than \(Self.limit.manifests) manifests in one index")
        }
        let digest = try descriptor.text("digest")
        let name = digest.split(separator: ":").joined(separator: "-")
        try add(digest, of: repository, into: "\(folder)\(name)/", depth: depth + 1, &files)
      }
      return
    }
    if let config = manifest.first("config"), config.kind == .object {
      files.append(try file(config, named: folder + "oci-config.json", in: repository))
    }
    // `blobs` is what the artifact manifest of release candidates called them.
    for key in ["layers", "blobs"] {
      for layer in manifest.first(key)?.elements ?? .none {
        let path = folder + (try OCIName.path(of: layer))
        if let twin = files.first(where: { $0.path.text == path }) {
          guard twin.digest?.oci == layer.first("digest")?.string else {
            throw FetchFailure("two layers for one file: '\(path)'")
          }
          continue
        }
        files.append(try file(layer, named: path, in: repository))
      }
    }
  }

  private func manifest(_ reference: String, of repository: String) throws(FetchFailure) -> [UInt8] {
    let (answer, bytes) = try web.document(
      "\(repository)/manifests/\(reference)", HTTPRequest(headers: ["Accept: \(Self.accept)"]),
      limit: Self.manifestLimit)
    guard answer.last.status == 200 else { throw Web.refused(answer) }
    if reference.contains(":") {
      let digest = try NamedDigest(oci: reference)
      guard try digest.isOf(bytes) else {
        throw FetchFailure("the manifest is not that of its digest \(reference)")
      }
    }
    return bytes
  }

  private func file(
    _ descriptor: JSONValue, named path: String, in repository: String
  ) throws(FetchFailure) -> PlannedFile {
    let digest = try NamedDigest(oci: try descriptor.text("digest"))
    guard let size = descriptor.count("size") else {
      throw FetchFailure("a blob without a size: \(digest.oci)")
    }
    return PlannedFile(
      path: try StagedPath(path), source: .address("\(repository)/blobs/\(digest.oci)"), size: size,
      digest: digest)
  }
}

/// The names that registries of images know, and those that the files of their models get.
enum OCIName {
  /// Bytes of a repository's name.
  private static let limit = 255

  /// Lower case letters, digits and single separators, in parts. Distribution specification, "Pulling manifests"
  static func isRepository(_ name: String) -> Bool {
    guard name.utf8.count <= limit else { return false }
    return name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
      let bytes = Array(part.utf8)
      guard let first = bytes.first, let last = bytes.last, isAlphanumeric(first), isAlphanumeric(last)
      else {
        return false
      }
      return bytes.allSatisfy { isAlphanumeric($0) || [0x2E, 0x5F, 0x2D].contains($0) }
        && !part.contains("..")
    }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    0x30...0x39 ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
  }

  /// A tag, or a digest that can be checked.
  static func isReference(_ text: String) -> Bool {
    if text.contains(":") {
      do throws(FetchFailure) { _ = try NamedDigest(oci: text) } catch { return false }
      return true
    }
    let bytes = Array(text.utf8)
    guard let first = bytes.first, bytes.count <= 128, first != 0x2E, first != 0x2D else { return false }
    return bytes.allSatisfy { byte in
      isAlphanumeric(byte) || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
        || [0x2E, 0x5F, 0x2D].contains(byte)
    }
  }

  /// The path that a layer's annotations name, or its digest. A layer that is an archive is one here too: its name
  /// says so.
  ///
  /// Source: the image specification's `org.opencontainers.image.title`; ModelPack's `docs/annotations.md`.
  static func path(of layer: JSONValue) throws(FetchFailure) -> String {
    let annotations = layer.first("annotations")
    let named = ["org.cncf.model.filepath", "org.opencontainers.image.title"].lazy
      .compactMap { annotations?.first($0)?.string }.first { !$0.isEmpty }
    guard var name = named else {
      return try layer.text("digest").split(separator: ":").joined(separator: "-")
    }
    if name.hasPrefix("./") { name.removeFirst(2) }
    while name.hasSuffix("/") { name.removeLast() }
    let type = layer.first("mediaType")?.string ?? ""
    for (ending, suffix) in [(".tar", ".tar"), (".tar+gzip", ".tar.gz"), (".tar+zstd", ".tar.zst")]
    where type.hasSuffix(ending) && !name.hasSuffix(suffix) {
      name += suffix
    }
    return name
  }
}
