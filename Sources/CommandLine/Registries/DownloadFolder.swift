internal import Digest
internal import Linux
internal import Supervisor
internal import Wire

/// A private folder in which one revision of a model is gathered. What is cut off stays in it, for the next run.
final class DownloadFolder {
  static let content = Array("content".utf8)

  let directory: FileDescriptor
  private let parent: FileDescriptor
  private let name: [UInt8]
  private let path: String

  private init(
    _ directory: consuming FileDescriptor, in parent: consuming FileDescriptor, path: String, name: [UInt8]
  ) {
    self.directory = directory
    self.parent = parent
    self.path = path
    self.name = name
  }

  /// The folder of this revision below the one at `path`, made where it is missing and locked as long as it is held.
  ///
  /// - Throws: `Failure` where another process has it, or where others could look into it.
  static func take(
    _ model: RemoteModel, at endpoint: RemoteEndpoint, below path: String
  ) throws -> DownloadFolder {
    let key = ["\(endpoint.kind)", endpoint.address, model.name, model.revision].joined(separator: "\0")
    let name = Array(try SHA256.hexadecimal(of: Array(key.utf8)).utf8)
    do {
      try Directory.create(path)
      let parent = try FileDescriptor.open(path, [.readOnly, .directory])
      let directory = try enter(name, in: parent)
      guard try parent.ownership().isClosedToOthers, try directory.ownership().isClosedToOthers else {
        throw Failure("\(Escaping.visible(path)): others can look into it, so nothing is fetched there")
      }
      guard try directory.takeLock(), try parent.identity(ofName: name).inode == directory.identity().inode
      else { throw Failure("another process is fetching it") }
      return DownloadFolder(directory, in: parent, path: path, name: name)
    } catch let error as SystemCallError {
      throw Failure("\(Escaping.visible(path)): nothing can be fetched there: \(error.message)")
    }
  }

  private static func enter(
    _ name: [UInt8], in parent: borrowing FileDescriptor
  ) throws(SystemCallError) -> FileDescriptor {
    do {
      try parent.makeDirectory(name: name, mode: 0o700)
    } catch {
      guard error.isExistingFile else { throw error }
    }
    return try parent.open(name: name, [.readOnly, .directory, .noFollow])
  }

  /// Where the whole model is, as bytes of a path.
  var contentPath: [UInt8] { Array("\(path)/".utf8) + name + Array("/".utf8) + Self.content }

  /// The whole model, to be reported under another path.
  ///
  /// - Throws: `Failure`.
  func content(as path: [UInt8]) throws -> WalkRoot {
    do throws(SystemCallError) {
      return try WalkRoot(
        try directory.open(name: Self.content, [.readOnly, .directory, .noFollow]), path: path)
    } catch {
      throw Failure("what was fetched cannot be read: \(error.message)")
    }
  }

  /// Regular files of the whole model; what is anything else is none.
  ///
  /// - Throws: `Failure`.
  func fileCount() throws -> Int {
    var walk = FileWalk(try content(as: contentPath))
    var count = 0
    while let entry = walk.next() {
      if case .file = entry { count += 1 }
    }
    return count
  }

  /// Takes the folder and all it holds away.
  func remove() throws(SystemCallError) { try parent.removeTree(name: name) }
}
