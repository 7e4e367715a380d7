internal import Linux
package import Policy

/// The folder that policies are read from.
package enum PolicyDirectory {
  /// Folders inside each other, the policy folder itself counted.
  private static let depthLimit = 4

  /// Reads the files of a policy folder: every `*.json` in it and in its folders.
  ///
  /// A symbolic link inside it, anything that is no file or folder, and any other name than `README.md` is
  /// refused, so that nobody takes a file for policy that is not, or the other way round. The caps are those of
  /// ``PolicyBundle``.
  package static func load(path: String, profile: String = "default") throws(PolicyError) -> PolicyBundle {
    let root: FileDescriptor
    do throws(SystemCallError) {
      root = try FileDescriptor.open(path, [.readOnly, .directory])
    } catch {
      throw PolicyError(file: ".", line: 0, reason: "cannot be opened: \(error)")
    }
    var files: [PolicyBundle.File] = []
    try collect(root, prefix: "", depth: 1, into: &files)
    return try PolicyBundle(files, profile: profile)
  }

  private static func collect(
    _ folder: consuming FileDescriptor, prefix: String, depth: Int, into files: inout [PolicyBundle.File]
  ) throws(PolicyError) {
    let place = prefix.isEmpty ? "." : prefix
    guard depth <= depthLimit else {
      throw PolicyError(file: place, line: 0, reason: "more than \(depthLimit) folders inside each other")
    }
    let names: [[UInt8]]
    do throws(SystemCallError) {
      names = try Directory(folder.duplicate()).names()
    } catch {
      throw PolicyError(file: place, line: 0, reason: "cannot be listed: \(error)")
    }
    for name in names where name != Array("README.md".utf8) {
      let path = prefix + String(decoding: name, as: UTF8.self)
      guard files.count < PolicyBundle.fileLimit else {
        throw PolicyError(file: path, line: 0, reason: "more than \(PolicyBundle.fileLimit) files")
      }
      let entry: FileDescriptor
      let kind: FileIdentity.Kind
      do throws(SystemCallError) {
        entry = try folder.open(name: name, [.readOnly, .noFollow, .nonBlocking])
        kind = try entry.identity().kind
      } catch {
        let reason = error.isLink ? "a symbolic link" : "cannot be opened: \(error)"
        throw PolicyError(file: path, line: 0, reason: reason)
      }
      switch kind {
      case .directory: try collect(entry, prefix: path + "/", depth: depth + 1, into: &files)
      case .regular: files.append(try read(entry, path: path))
      case .link, .other: throw PolicyError(file: path, line: 0, reason: "neither a file nor a folder")
      }
    }
  }

  private static func read(
    _ file: borrowing FileDescriptor, path: String
  ) throws(PolicyError) -> PolicyBundle.File {
    guard path.hasSuffix(".json") else {
      throw PolicyError(file: path, line: 0, reason: "neither a .json file nor README.md")
    }
    do throws(SystemCallError) {
      return PolicyBundle.File(path: path, bytes: try file.readAll(limit: PolicyBundle.fileByteLimit))
    } catch {
      throw PolicyError(file: path, line: 0, reason: "cannot be read: \(error)")
    }
  }
}
