internal import Linux

/// A name that something is to get, in a directory that is there.
final class Destination {
  /// As the user named it.
  let path: [UInt8]
  let directory: FileDescriptor
  private let name: [UInt8]
  /// Whether what has the name may be replaced.
  private let replaces: Bool

  /// - Throws: `UsageError` for a path that names nothing, `Failure` where the directory cannot be opened, or where
  ///   the name is taken and may not be replaced.
  init(_ path: [UInt8], replaces: Bool) throws {
    let (parent, name) = try Self.split(path)
    do {
      directory = try .open(path: parent, [.readOnly, .directory])
    } catch {
      throw Failure("\(Escaping.visible(parent)): cannot be opened: \(error.message)")
    }
    self.path = path
    self.name = name
    self.replaces = replaces
    // The kernel asks again when the time has come; nobody need wait for that.
    if try !replaces && isTaken() { throw taken() }
  }

  private static func split(_ path: [UInt8]) throws(UsageError) -> (parent: [UInt8], name: [UInt8]) {
    let slash = UInt8(ascii: "/")
    let end = path.lastIndex { $0 != slash }.map { $0 + 1 } ?? 0
    let start = path[..<end].lastIndex(of: slash).map { $0 + 1 } ?? 0
    let name = Array(path[start..<end])
    guard !name.isEmpty, name != [0x2E], name != [0x2E, 0x2E], !name.starts(with: StagingArea.prefix) else {
      throw UsageError("'\(Escaping.visible(path))' does not end in a name that something could get")
    }
    return (start == 0 ? [0x2E] : Array(path[..<start]), name)
  }

  private func isTaken() throws -> Bool {
    do {
      _ = try directory.identity(ofName: name)
      return true
    } catch let error where error.isMissingFile {
      return false
    } catch {
      throw Failure("\(Escaping.visible(path)): cannot be looked at: \(error.message)")
    }
  }

  private func taken() -> Failure {
    Failure("\(Escaping.visible(path)): is there already; --replace puts another in its place")
  }

  /// Moves what waits in the area here, in one step; what was here before goes into the area.
  ///
  /// - Throws: `Failure`; everything is as it was.
  func receive(from area: StagingArea) throws {
    let exchanges = try replaces && isTaken()
    do {
      try area.directory.rename(
        StagingArea.content, to: directory, as: name, exchanges ? .exchanges : .refuses)
    } catch {
      if error.isExistingFile { throw taken() }
      throw Failure("\(Escaping.visible(path)): cannot be put in place: \(error.message)")
    }
  }

  /// Brings the name to the disk.
  ///
  /// - Throws: `Failure`.
  func settle() throws {
    do {
      try directory.synchronize()
    } catch {
      throw Failure("\(Escaping.visible(path)): is in place, but perhaps not on the disk: \(error.message)")
    }
  }
}
