/// The different names that a stream imports, each kept once however often it is imported.
struct NameTable {
  struct Name: Hashable {
    let module: String
    let name: String
    let resolvedModule: String
    let resolvedName: String
  }

  private var names: [Name] = []
  private var indices: [Name: Int] = [:]
  /// How often each name was put into a container, an argument tuple included.
  private var stored: [Int] = []
  private var bytes = 0
  /// Bytes of names kept at most.
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  subscript(index: Int) -> Name { names[index] }

  func timesStored(_ index: Int) -> Int { stored[index] }

  /// Counts that the name was put into a container.
  mutating func noteStored(_ index: Int) { stored[index] += 1 }

  /// The index of a name as `find_class` resolves it; nil where there is no room for another name.
  mutating func index(module: String, name: String, mapped: Bool) -> Int? {
    let resolved =
      mapped
      ? ImportMapping.resolve(module: module, name: name)
      : ImportMapping.Name(module: module, name: name)
    let entry = Name(
      module: module, name: name, resolvedModule: resolved.module, resolvedName: resolved.name)
    if let known = indices[entry] { return known }
    // What a dictionary entry and an array element cost besides the text.
    let size = 256 + 2 * (module.utf8.count + name.utf8.count)
    guard bytes + size <= limit else { return nil }
    bytes += size
    names.append(entry)
    stored.append(0)
    indices[entry] = names.count - 1
    return names.count - 1
  }
}
