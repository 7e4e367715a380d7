package import ByteParsing

/// A group, dataset or committed type of a file.
package struct HDF5Object: Sendable {
  /// The names that lead to it from the root.
  package let path: [[UInt8]]
  package let offset: Int
  package internal(set) var attributes: [HDF5Attribute] = []
  package internal(set) var dataset: HDF5Dataset?
  /// Links that name no object of the file itself.
  package internal(set) var looseLinks: [HDF5Link] = []
  /// Names by which groups around it are found inside themselves.
  package internal(set) var cycles: [[UInt8]] = []
  /// Names that are there twice.
  package internal(set) var repeatedNames: [[UInt8]] = []
  /// What could not be read of it.
  package internal(set) var failures: [ParseError] = []
}

/// Goes through the objects of an HDF5 file, each once. Memory grows with their number by a few words each.
///
/// Source: HDF5 File Format Specification 3.0; the library's `H5O.c`, `H5G.c`.
package struct HDF5File {
  package let storage: HDF5Storage
  private struct Place {
    let address: Int
    /// The place of the group around it, in `places`.
    let parent: Int?
    let name: [UInt8]
    let depth: Int
  }

  /// Every object met so far, and which of them are still to be read.
  private var places: [Place] = []
  private var open: [Int] = []
  private var met: Set<Int> = []

  private struct Name: Hashable {
    let parent: Int
    let name: [UInt8]
  }

  /// Objects by their group and name, once somebody asks.
  private var names: [Name: Int] = [:]

  package static let depthLimit = 128
  package static let objectLimit = 1 << 20

  package var superblock: HDF5Superblock { storage.superblock }

  /// - Throws: where the superblock or its extension cannot be read, or a driver spreads the file over others.
  package init(_ input: Input, at base: Int) throws(ParseError) {
    let superblock = try HDF5Superblock(parsing: input, at: base)
    storage = HDF5Storage(input, superblock)
    places = [Place(address: superblock.root, parent: nil, name: [], depth: 0)]
    open = [0]
    met = [superblock.root]
    var hasDriver = superblock.hasDriver
    if let address = superblock.extension {
      let header = try HDF5ObjectHeader(at: address, in: storage)
      hasDriver = hasDriver || header.first(.driver) != nil
      if let table = header.first(.sharedTable) {
        storage.sharedMessages = try HDF5Shared.indexes(table, in: storage)
      }
    }
    if hasDriver { throw ParseError(.unsupported, at: base, "HDF5 file that a driver spreads over others") }
  }

  /// The next object, or nil at the end. What is wrong inside it is in its failures.
  ///
  /// - Throws: `.limit` where there are too many objects, or groups too deep inside each other.
  package mutating func next() throws(ParseError) -> HDF5Object? {
    guard let index = open.popLast() else { return nil }
    let place = places[index]
    var object = HDF5Object(path: path(of: index), offset: storage.superblock.base + place.address)
    do throws(ParseError) {
      let header = try HDF5ObjectHeader(at: place.address, in: storage)
      readAttributes(header, &object)
      do throws(ParseError) {
        object.dataset = try HDF5Dataset(header, at: object.offset, in: storage)
      } catch {
        object.failures.append(error)
      }
      try follow(header, from: index, &object)
    } catch {
      if error.kind == .limit { throw error }
      object.failures.append(error)
    }
    return object
  }

  private func readAttributes(_ header: HDF5ObjectHeader, _ object: inout HDF5Object) {
    var attributes: [HDF5Attribute] = []
    var failures: [ParseError] = []
    HDF5Attribute.forEach(of: header, in: storage) {
      attributes.append($0)
    } fail: {
      failures.append($0)
    }
    object.attributes = attributes
    object.failures += failures
  }

  /// Puts the objects of a group on the list.
  private mutating func follow(
    _ header: HDF5ObjectHeader, from index: Int, _ object: inout HDF5Object
  ) throws(ParseError) {
    var group = HDF5Group(storage)
    var failure: ParseError?
    do throws(ParseError) { try group.read(header) } catch { failure = error }
    var met: Set<[UInt8]> = []
    for link in group.links.reversed() {
      if !met.insert(link.name).inserted { object.repeatedNames.append(link.name) }
      guard case .object(let address) = link.target else {
        object.looseLinks.append(link)
        continue
      }
      guard self.met.insert(address).inserted else {
        if isAround(address, index) { object.cycles.append(link.name) }
        continue
      }
      let depth = places[index].depth + 1
      guard depth <= Self.depthLimit else {
        throw ParseError(.limit, at: link.offset, "HDF5 groups inside each other: limit \(Self.depthLimit)")
      }
      guard places.count < Self.objectLimit else {
        throw ParseError(.limit, at: link.offset, "HDF5 objects: limit \(Self.objectLimit)")
      }
      open.append(places.count)
      places.append(Place(address: address, parent: index, name: link.name, depth: depth))
    }
    if let failure { throw failure }
  }

  /// Whether the object at an address is the group itself or one around it.
  private func isAround(_ address: Int, _ index: Int) -> Bool {
    var next: Int? = index
    while let current = next {
      if places[current].address == address { return true }
      next = places[current].parent
    }
    return false
  }

  /// Whether a path leads to an object of the file that is neither the group it starts from nor one around that.
  ///
  /// - Parameter group: the names that lead to the group, as ``HDF5Object/path`` has them.
  package mutating func resolves(_ target: [UInt8], from group: [[UInt8]]) -> Bool {
    if names.isEmpty {
      for (index, place) in places.enumerated() {
        guard let parent = place.parent else { continue }
        names[Name(parent: parent, name: place.name)] = index
      }
    }
    let parts = target.split(separator: UInt8(ascii: "/")).map(Array.init).filter {
      $0 != [UInt8(ascii: ".")]
    }
    let isAbsolute = target.first == UInt8(ascii: "/")
    guard let start = find(isAbsolute ? [] : group), let around = find(group),
      let found = find(parts, from: start)
    else { return false }
    return !isAround(places[found].address, around)
  }

  private func find(_ parts: [[UInt8]], from start: Int = 0) -> Int? {
    var current = start
    for part in parts {
      guard let next = names[Name(parent: current, name: part)] else { return nil }
      current = next
    }
    return current
  }

  private func path(of index: Int) -> [[UInt8]] {
    var path: [[UInt8]] = []
    var next: Int? = index
    while let current = next, places[current].parent != nil {
      path.append(places[current].name)
      next = places[current].parent
    }
    return path.reversed()
  }
}
