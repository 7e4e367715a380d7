import Linux

/// The processes of this machine, as `/proc` shows them.
struct ProcessTable {
  struct Entry: Hashable {
    let id: Int32
    let parent: Int32
    /// `R`, `S`, `Z`, ...
    let state: Character
  }

  let entries: [Entry]

  init() throws {
    var entries: [Entry] = []
    for name in try Directory(try .open("/proc", [.readOnly, .directory])).names() {
      guard let id = Int32(String(decoding: name, as: UTF8.self)) else { continue }
      do throws(SystemCallError) {
        let line = String(
          decoding: try FileDescriptor.open("/proc/\(id)/stat").readAll(limit: 4096), as: UTF8.self)
        // After the name, which is in brackets and may hold anything: state, parent.
        guard let end = line.lastIndex(of: ")") else { continue }
        let fields = line[line.index(after: end)...].split(separator: " ")
        guard let state = fields[0].first, let parent = Int32(fields[1]) else { continue }
        entries.append(Entry(id: id, parent: parent, state: state))
      } catch {
        continue  // It ended while it was looked at.
      }
    }
    self.entries = entries
  }

  func children(of id: Int32) -> [Entry] { entries.filter { $0.parent == id } }

  /// Children, their children, and so on.
  func descendants(of id: Int32) -> [Entry] {
    children(of: id).flatMap { [$0] + descendants(of: $0.id) }
  }

  /// Descendants without children of their own: of a zygote, its workers.
  func leaves(below id: Int32) -> [Entry] {
    descendants(of: id).filter { children(of: $0.id).isEmpty }
  }

  /// How many descriptors this process has open.
  static func openDescriptors() throws -> Int {
    try Directory(try .open("/proc/self/fd", [.readOnly, .directory])).names().count
  }
}
