internal import Linux
package import Policy

/// The folder that policies are read from.
package enum PolicyDirectory {
  /// Folders inside each other, the policy folder itself counted.
  private static let depthLimit = 4
  /// What the waivers are while they are being replaced; passed over, for they are not in force yet.
  package static let waiverReplacement = ".waivers.json.new"

  /// Reads the files of a policy folder: every `*.json` in it and in its folders.
  ///
  /// A symbolic link inside it, anything that is no file or folder, and any other name than `README.md`,
  /// ``waiverReplacement`` and those of the compiled table is refused, so that nobody takes a file for policy that is
  /// not, or the other way round. The caps are those of ``PolicyBundle``.
  package static func read(_ path: String, profile: String = "default") throws(PolicyError) -> PolicyBundle
  {
    var files: [PolicyBundle.File] = []
    try visit(path) { (file, place, _) throws(PolicyError) in
      files.append(try content(of: file, path: place))
    }
    return try PolicyBundle(files, profile: profile)
  }

  /// Opens the files that `read` reads, in no particular order of folders, and gives each with its path in the folder
  /// and what it is.
  static func visit(
    _ path: String, _ body: (borrowing FileDescriptor, String, FileIdentity) throws(PolicyError) -> Void
  ) throws(PolicyError) {
    var count = 0
    try collect(try openRoot(path), prefix: "", depth: 1, count: &count, body)
  }

  private static func openRoot(_ path: String) throws(PolicyError) -> FileDescriptor {
    do throws(SystemCallError) {
      return try FileDescriptor.open(path, [.readOnly, .directory])
    } catch {
      throw PolicyError(file: ".", line: 0, reason: "cannot be opened: \(error)")
    }
  }

  private static func collect(
    _ folder: consuming FileDescriptor, prefix: String, depth: Int, count: inout Int,
    _ body: (borrowing FileDescriptor, String, FileIdentity) throws(PolicyError) -> Void
  ) throws(PolicyError) {
    let place = prefix.isEmpty ? "." : prefix
    guard depth <= depthLimit else {
      throw PolicyError(file: place, line: 0, reason: "more than \(depthLimit) folders inside each other")
    }
    let names = try attempt(place, "cannot be listed") { () throws(SystemCallError) in
      try Directory(folder.duplicate()).names()
    }
    for name in names where name != Array("README.md".utf8) {
      if prefix.isEmpty, name == Array(waiverReplacement.utf8) { continue }
      let path = prefix + String(decoding: name, as: UTF8.self)
      if path == CompiledGlobals.path { continue }
      if path == "\(CompiledGlobals.folder)/\(CompiledGlobals.replacement)" { continue }
      guard count < PolicyBundle.fileLimit else {
        throw PolicyError(file: path, line: 0, reason: "more than \(PolicyBundle.fileLimit) files")
      }
      let entry = try open(name, in: folder, path: path)
      let identity = try attempt(path, "cannot be examined") { () throws(SystemCallError) in
        try entry.identity()
      }
      switch identity.kind {
      case .directory: try collect(entry, prefix: path + "/", depth: depth + 1, count: &count, body)
      case .regular:
        guard path.hasSuffix(".json") else {
          throw PolicyError(file: path, line: 0, reason: "neither a .json file nor README.md")
        }
        count += 1
        try body(entry, path, identity)
      case .link, .other: throw PolicyError(file: path, line: 0, reason: "neither a file nor a folder")
      }
    }
  }

  static func content(
    of descriptor: borrowing FileDescriptor, path: String
  ) throws(PolicyError) -> PolicyBundle.File {
    let bytes = try attempt(path, "cannot be read") { () throws(SystemCallError) in
      try descriptor.readAll(limit: PolicyBundle.fileByteLimit)
    }
    return PolicyBundle.File(path: path, bytes: bytes)
  }

  private static func open(
    _ name: [UInt8], in folder: borrowing FileDescriptor, path: String
  ) throws(PolicyError) -> FileDescriptor {
    do throws(SystemCallError) {
      return try folder.open(name: name, [.readOnly, .noFollow, .nonBlocking])
    } catch {
      throw PolicyError(
        file: path, line: 0, reason: error.isLink ? "a symbolic link" : "cannot be opened: \(error)")
    }
  }

  private static func attempt<Result>(
    _ path: String, _ trouble: String, _ body: () throws(SystemCallError) -> Result
  ) throws(PolicyError) -> Result {
    do throws(SystemCallError) {
      return try body()
    } catch {
      throw PolicyError(file: path, line: 0, reason: "\(trouble): \(error)")
    }
  }
}
