internal import Linux
internal import Supervisor

/// The cache of huggingface_hub: a folder a repository, with `blobs`, the links of each commit in `snapshots/<commit>`,
/// and the commits that branches and tags name in `refs`. (huggingface_hub, docs "Understand caching";
/// `file_download.repo_folder_name`, `constants.REPO_ID_SEPARATOR`)
///
/// Left out is what no loader reads and the cache keeps for itself: `.locks`, `.no_exist`, `refs` and `version.txt`.
struct HuggingFaceCache: RegistryLayout {
  private static let types = [("models--", ""), ("datasets--", "datasets/"), ("spaces--", "spaces/")]
  private static let unfinished = Array(".incomplete".utf8)

  private let root: WalkRoot
  private var names: ArraySlice<(name: [UInt8], kind: FileIdentity.Kind)>
  private var repositories: Set<[UInt8]> = [Array(".locks".utf8), Array("version.txt".utf8)]
  private var isOver = false

  init(_ root: WalkRoot) {
    self.root = root
    names = root.names(in: [])[...]
  }

  mutating func next() -> [RegistryPart]? {
    while let (name, kind) = names.popFirst() {
      guard kind == .directory, let title = Self.title(name.text) else { continue }
      repositories.insert(name)
      do throws(SystemCallError) {
        return Repository(try root.root(name), name: title).parts()
      } catch {
        return [
          .entry(
            .unexamined(
              path: FileWalk.join(root.path, name), reason: "cannot be read: \(error.message)",
              isFailure: true))
        ]
      }
    }
    defer { isOver = true }
    return isOver ? nil : [.rest(of: root, omitting: repositories)]
  }

  /// `openai/clip` for `models--openai--clip`.
  private static func title(_ folder: String) -> String? {
    for (prefix, title) in types where folder.hasPrefix(prefix) {
      // Two dashes stand for the slash between owner and name, which have no two themselves.
      return title + folder.dropFirst(prefix.count).split(separator: "--").joined(separator: "/")
    }
    return nil
  }

  /// One repository.
  private struct Repository {
    private let root: WalkRoot
    private let name: String

    init(_ root: WalkRoot, name: String) {
      self.root = root
      self.name = name
    }

    func parts() -> [RegistryPart] {
      let labels = labels(in: Array("refs".utf8))
      let snapshots = root.names(in: Array("snapshots".utf8)).filter { $0.kind == .directory }.map(\.name)
      // What is gone through here, each by its name: what else there is must not be passed over.
      var covered = Set(["refs", ".no_exist"].map { Array($0.utf8) })
      var parts: [RegistryPart] = []
      for commit in snapshots {
        let folder = Array("snapshots/".utf8) + commit
        let model = ModelName(name, revision: commit.text, labels: labels[commit.text] ?? [])
        covered.insert(folder)
        parts.append(.model(model, in: root, at: folder))
      }
      for (commit, names) in labels.sorted(by: { $0.key < $1.key })
      where !snapshots.contains(Array(commit.utf8)) {
        let model = ModelName(name, revision: commit, labels: names)
        let path = FileWalk.join(root.path, Array("snapshots/\(commit)".utf8))
        let missing = WalkEntry.unexamined(
          path: path, reason: "\(names.joined(separator: ", ")) leads to it, and it is not here",
          isFailure: false)
        parts.append(.model(PackageFolder(path: path, kinds: [], model: model), [missing]))
      }
      if let blobs = unnamedBlobs() {
        let folder = Array("blobs".utf8)
        covered.insert(folder)
        if !blobs.isEmpty {
          let model = ModelName(name, labels: ["blobs of no revision"])
          let path = FileWalk.join(root.path, folder)
          parts.append(.model(PackageFolder(path: path, kinds: [], model: model), blobs))
        }
      }
      parts.append(.rest(of: root, omitting: covered))
      return parts
    }

    /// The names that lead to each commit: `main`, `refs/pr/1`.
    private func labels(in folder: [UInt8], below prefix: String = "", depth: Int = 0) -> [String: [String]]
    {
      var labels: [String: [String]] = [:]
      for (name, kind) in root.names(in: folder) {
        let path = FileWalk.join(folder, name)
        if kind == .directory, depth < 8 {
          let inner = self.labels(in: path, below: prefix + name.text + "/", depth: depth + 1)
          labels.merge(inner, uniquingKeysWith: +)
        } else if let commit = root.word(in: path) {
          labels[commit, default: []].append(prefix + name.text)
        }
      }
      return labels
    }

    /// Blobs that no snapshot leads to: of removed revisions, or downloads that were not finished; nil where there are
    /// no blobs that can be listed.
    private func unnamedBlobs() -> [WalkEntry]? {
      let folder = Array("blobs".utf8)
      let names = root.names(in: folder)
      guard !names.isEmpty else { return nil }
      var known: Set<UInt64> = []
      var walk = FileWalk(root, below: Array("snapshots".utf8), naming: { _, _ in nil })
      while let entry = walk.next() {
        guard case .file(let file) = entry else { continue }
        do throws(SystemCallError) {
          known.insert(try file.identity().inode)
        } catch {
          // The walk that examines says so.
        }
      }
      return names.compactMap { name, kind in
        let relative = FileWalk.join(folder, name)
        let path = FileWalk.join(root.path, relative)
        guard kind == .regular else {
          return .unexamined(path: path, reason: "not a regular file", isFailure: false)
        }
        if name.suffix(unfinished.count).elementsEqual(unfinished) {
          return .unexamined(path: path, reason: "a download that was not finished", isFailure: false)
        }
        let file = FileReference(path: path, root: root, relative: relative, isLink: false)
        do throws(SystemCallError) {
          return known.contains(try file.identity().inode) ? nil : .file(file)
        } catch {
          return .file(file)
        }
      }
    }
  }
}
