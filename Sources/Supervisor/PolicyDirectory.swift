internal import Linux
package import Policy

/// Reads a policy folder from disk.
package enum PolicyDirectory {
  /// Folders inside folders: `globals/safe` is two.
  private static let depthLimit = 4

  /// All files below `path` as one bundle, in force under `profile`.
  ///
  /// Nothing is passed over: whatever is there and is no folder or regular `.json` file is refused, a link too.
  ///
  /// - Throws: `PolicyError` that names the file and what is wrong with it.
  package static func read(_ path: String, profile: String = "default") throws(PolicyError) -> PolicyBundle
  {
    var files: [PolicyBundle.File] = []
    do throws(SystemCallError) {
      try collect(try .open(path, [.readOnly, .directory]), prefix: "", depth: 0, into: &files)
    } catch {
      throw PolicyError(file: path, line: 0, reason: "\(error)")
    }
    return try PolicyBundle(files, profile: profile)
  }

  private static func collect(
    _ folder: consuming FileDescriptor, prefix: String, depth: Int, into files: inout [PolicyBundle.File]
  ) throws(SystemCallError) {
    let listing = try Directory(try folder.duplicate())
    for name in try listing.names() {
      let path = prefix + String(decoding: name, as: UTF8.self)
      let kind = try folder.identity(ofName: name).kind
      switch kind {
      case .directory where depth < depthLimit:
        try collect(
          try folder.open(name: name, [.readOnly, .directory, .noFollow]), prefix: path + "/",
          depth: depth + 1, into: &files)
      case .regular where files.count < PolicyBundle.fileLimit:
        let file = try folder.open(name: name, [.readOnly, .noFollow])
        files.append(
          PolicyBundle.File(path: path, bytes: try file.readAll(limit: PolicyBundle.fileByteLimit)))
      case .regular, .directory, .link, .other:
        throw .badMessage("read", "\(path) is no policy file")
      }
    }
  }
}
