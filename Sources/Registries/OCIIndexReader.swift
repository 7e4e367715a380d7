internal import ByteParsing
internal import Findings
internal import Supervisor

/// Reads the index of an image layout, and the indexes and manifests that it names. Each manifest is a model, whose files
/// are the manifest itself, its configuration and its layers.
struct OCIIndexReader {
  /// Bytes of an index or a manifest. Registries must take 4 MiB. (distribution-spec, "Pushing Manifests")
  static let documentLimit = 16 << 20
  /// Indexes within each other.
  static let depthLimit = 8
  /// Manifests of one layout.
  static let manifestLimit = 100_000
  /// Layers of one manifest.
  static let layerLimit = 100_000

  private static let bounds = StrictJSON.Bounds(bytes: documentLimit, depth: 32, values: 1 << 20)
  /// Where a layer is put as a file: of ORAS, and of ModelPack in both of its names.
  private static let titles = [
    "org.opencontainers.image.title", "org.cncf.model.filepath", "org.cnai.model.filepath",
  ]
  private static let reference = "org.opencontainers.image.ref.name"
  private static let imageName = "io.containerd.image.name"

  private let root: WalkRoot
  /// Blobs that are part of a model.
  private(set) var named: Set<[UInt8]> = []
  /// Indexes and manifests that were read.
  private var read: Set<[UInt8]> = []
  private var parts: [RegistryPart] = []

  init(_ root: WalkRoot) { self.root = root }

  /// A part for each manifest, and for what cannot be read.
  mutating func models() -> [RegistryPart] {
    let index = Array("index.json".utf8)
    if let document = document(at: index, "the index") { readIndex(document, Descriptor(), 0) }
    return parts
  }

  /// What points to a blob.
  private struct Descriptor {
    var digest = ""
    var labels: [String] = []
    var name: String?
    var title: [UInt8]?

    init() {}

    init(_ value: JSONValue, inheriting outer: Descriptor) {
      // Of a key that is there twice readers take the one or the other.
      let digests = value.all("digest")
      digest = digests.count == 1 ? digests[0].string ?? "" : ""
      labels = outer.labels
      name = outer.name
      for (key, note) in value.all("annotations").flatMap({ Array($0.members) }) {
        guard let text = note.string else { continue }
        if key.equals(reference) { labels.append(text) }
        if key.equals(imageName) { name = text }
        if OCIIndexReader.titles.contains(where: key.equals) { title = note.utf8 }
      }
      if let platform = value.first("platform"), let system = platform.first("os")?.string,
        let processor = platform.first("architecture")?.string
      {
        labels.append("\(system)/\(processor)")
      }
    }

    /// Where the blob lies: `blobs/sha256/…`; nil for what is no digest.
    var place: [UInt8]? {
      let parts = digest.split(separator: ":", omittingEmptySubsequences: false)
      let isPlain = parts.allSatisfy { part in
        !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
      }
      return parts.count == 2 && isPlain ? Array("blobs/\(parts[0])/\(parts[1])".utf8) : nil
    }

    var sha256: String? {
      let prefix = "sha256:"
      return digest.hasPrefix(prefix) ? String(digest.dropFirst(prefix.count)) : nil
    }
  }

  /// Reads a document of the layout; where that fails, a part says so.
  private mutating func document(at place: [UInt8], _ what: String) -> JSONValue? {
    guard let bytes = root.contents(of: place, limit: Self.documentLimit) else {
      fail(place, "\(what) is not here or not readable: what it names was not looked for")
      return nil
    }
    do {
      return try StrictJSON.parse(bytes, bounds: Self.bounds)
    } catch {
      fail(place, "\(what) is not understood, so what it names was not looked for: \(error)")
      return nil
    }
  }

  private mutating func fail(_ place: [UInt8], _ reason: String) {
    parts.append(
      .entry(.unexamined(path: FileWalk.join(root.path, place), reason: reason, isFailure: false)))
  }

  private mutating func readIndex(_ index: JSONValue, _ outer: Descriptor, _ depth: Int) {
    for descriptor in descriptors(index, outer) {
      guard let place = descriptor.place else {
        fail(Array("index.json".utf8), "a manifest without a digest: '\(descriptor.digest)'")
        continue
      }
      guard depth < Self.depthLimit, read.count < Self.manifestLimit else {
        return fail(
          place, "indexes and manifests: limit \(Self.depthLimit) deep, \(Self.manifestLimit) in all")
      }
      guard read.insert(place).inserted, let document = document(at: place, "the manifest") else {
        continue
      }
      if document.first("manifests") != nil {
        readIndex(document, descriptor, depth + 1)
      } else {
        readManifest(document, descriptor, place)
      }
    }
  }

  /// What an index names, each blob once with all its labels.
  private func descriptors(_ index: JSONValue, _ outer: Descriptor) -> [Descriptor] {
    var descriptors: [Descriptor] = []
    var numbers: [String: Int] = [:]
    for value in index.all("manifests").flatMap({ Array($0.elements) }) {
      let descriptor = Descriptor(value, inheriting: outer)
      if let number = numbers[descriptor.digest], !descriptor.digest.isEmpty {
        descriptors[number].labels += descriptor.labels.filter { !descriptors[number].labels.contains($0) }
      } else {
        numbers[descriptor.digest] = descriptors.count
        descriptors.append(descriptor)
      }
    }
    return descriptors
  }

  private mutating func readManifest(_ manifest: JSONValue, _ descriptor: Descriptor, _ place: [UInt8]) {
    var blobs = [(descriptor, Array("manifest.json".utf8))]
    for config in manifest.all("config") {
      blobs.append((Descriptor(config, inheriting: Descriptor()), Array("config.json".utf8)))
    }
    for layer in manifest.all("layers").flatMap({ Array($0.elements) }) {
      blobs.append((Descriptor(layer, inheriting: Descriptor()), []))
    }
    var listing = PackageFolder.Listing()
    var entries: [WalkEntry] = []
    for (blob, name) in blobs.prefix(Self.layerLimit) {
      take(blob, called: blob.title ?? name, &listing, &entries)
    }
    if blobs.count > Self.layerLimit {
      listing.gaps.append(Gap(at: Location(), reason: "layers: limit \(Self.layerLimit)"))
    }
    let model = ModelName(
      descriptor.name ?? root.name, revision: descriptor.digest, labels: descriptor.labels)
    let folder = PackageFolder(
      path: FileWalk.join(root.path, place), kinds: [], model: model, listing: listing)
    parts.append(.model(folder, entries))
  }

  /// Takes a blob of a manifest as a file of the model.
  private mutating func take(
    _ blob: Descriptor, called name: [UInt8], _ listing: inout PackageFolder.Listing,
    _ entries: inout [WalkEntry]
  ) {
    guard let place = blob.place else {
      return listing.gaps.append(Gap(at: Location(), reason: "a layer without a digest: '\(blob.digest)'"))
    }
    let path = FileWalk.join(root.path, place)
    let title = name.isEmpty ? place : name
    if Self.leadsOut(title) {
      listing.findings.append(
        Finding(
          .layerNameLeadsOut, at: Location(path: [blob.digest]),
          detail: "Unpacked by its name the layer is written outside of the model's folder.",
          evidence: title.text))
    }
    // One blob may be several files of the model.
    guard listing.names[path] == nil else {
      listing.names[path]?.append(title)
      return
    }
    listing.names[path] = [title]
    listing.digests[path] = blob.sha256
    if blob.sha256 == nil {
      listing.gaps.append(
        Gap(at: Location(path: [blob.digest]), reason: "only digests by SHA-256 are compared"))
    }
    named.insert(place)
    entries.append(
      root.isFile(place)
        ? .file(FileReference(path: path, root: root, relative: place, isLink: false))
        : .unexamined(path: path, reason: "the blob is not here", isFailure: true))
  }

  private static func leadsOut(_ name: [UInt8]) -> Bool {
    name.first == UInt8(ascii: "/") || name.contains(0)
      || name.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual("..".utf8) }
  }
}
