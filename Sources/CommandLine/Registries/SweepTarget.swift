internal import Linux
internal import Wire

/// The folder that models are let into: `DIR/<name>/<revision>`, with `--` for each slash of the name. So no model lies
/// inside of another, as `a/b` would in the revision `b` of `a`.
final class SweepTarget {
  private let path: String
  private let directory: FileDescriptor
  private let replaces: Bool

  /// - Throws: `Failure` where the folder cannot be opened.
  init(_ path: String, replaces: Bool) throws {
    do {
      directory = try .open(path, [.readOnly, .directory])
    } catch {
      throw Failure("\(Escaping.visible(path)): cannot be opened: \(error.message)")
    }
    self.path = path
    self.replaces = replaces
  }

  /// Where a model goes. The folder of its name is made.
  ///
  /// - Throws: `Failure` where its names cannot be names of folders, or the place is taken.
  func destination(of model: RemoteModel) throws -> Destination {
    let names = model.name.split(separator: "/", omittingEmptySubsequences: false).map { Array($0.utf8) }
    let revision = Array(model.revision.utf8)
    guard (names + [revision]).allSatisfy({ Self.isPlain($0) }) else {
      throw Failure("\(Escaping.visible("\(model.name)@\(model.revision)")): no folder can have this name")
    }
    let name = Array(names.joined(separator: "--".utf8))
    guard Self.isPlain(name) else {
      throw Failure("\(Escaping.visible(model.name)): is too long for the name of a folder")
    }
    do {
      do {
        try directory.makeDirectory(name: name, mode: 0o755)
      } catch let error where error.isExistingFile {
        // A link is no folder of models.
        _ = try directory.open(name: name, [.readOnly, .directory, .noFollow])
      }
    } catch {
      throw Failure(
        "\(Escaping.visible(path))/\(Escaping.visible(name)): is no folder that can be used: \(error.message)"
      )
    }
    let path = Array(self.path.utf8) + [0x2F] + name
    return try Destination(path + [0x2F] + revision, replaces: replaces)
  }

  /// Hidden names are none: a registry could name one that a shell or a loader looks for.
  private static func isPlain(_ name: [UInt8]) -> Bool {
    guard let first = name.first, first != 0x2E, name.count <= 255, !name.contains(0x2F) else {
      return false
    }
    return name.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }
}
