internal import Linux
internal import Wire

/// The folder that models are let into: `DIR/<name>/<revision>`.
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

  /// Where a model goes. Folders on the way are made.
  ///
  /// - Throws: `Failure` where its names cannot be names of folders, or the place is taken.
  func destination(of model: RemoteModel) throws -> Destination {
    let names = model.name.split(separator: "/", omittingEmptySubsequences: false).map { Array($0.utf8) }
    let revision = Array(model.revision.utf8)
    guard (names + [revision]).allSatisfy({ Self.isPlain($0) }) else {
      throw Failure("\(Escaping.visible("\(model.name)@\(model.revision)")): no folder can have this name")
    }
    var folder = try enter([0x2E], in: directory)
    var path = Array(self.path.utf8)
    for name in names {
      do {
        try folder.makeDirectory(name: name, mode: 0o755)
      } catch let error where error.isExistingFile {
      } catch {
        throw Failure("\(Escaping.visible(name)): cannot be made: \(error.message)")
      }
      folder = try enter(name, in: folder)
      path += [0x2F] + name
    }
    return try Destination(path + [0x2F] + revision, replaces: replaces)
  }

  private func enter(_ name: [UInt8], in folder: borrowing FileDescriptor) throws -> FileDescriptor {
    do {
      return try folder.open(name: name, [.readOnly, .directory, .noFollow])
    } catch {
      throw Failure(
        "\(Escaping.visible(path))/\(Escaping.visible(name)): cannot be opened: \(error.message)")
    }
  }

  /// Hidden names are none: a registry could name one that a shell or a loader looks for.
  private static func isPlain(_ name: [UInt8]) -> Bool {
    guard let first = name.first, first != 0x2E, name.count <= 255, !name.contains(0x2F) else {
      return false
    }
    return name.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }
}
