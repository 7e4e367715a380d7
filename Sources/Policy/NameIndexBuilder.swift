/// An index from pairs of names to numbers that can still grow. `NameIndex` finds again what it has written.
struct NameIndexBuilder: Sendable {
  /// Where a name stands in `text`.
  struct Name: Equatable, Sendable {
    var start: UInt32
    var count: UInt32
  }

  private struct Pair: Sendable {
    var module: Name
    var name: Name
    var value: UInt32
  }

  private var pairs: [Pair] = []
  private var text: [UInt8] = []
  private var names: [[UInt8]: Name] = [:]
  /// Never more than half full; 0 is empty, otherwise 1 + the pair.
  private var slots: [UInt32] = [UInt32](repeating: 0, count: 64)

  /// Keeps one copy of a name for pairs that are added later.
  mutating func intern(_ name: [UInt8]) -> Name {
    if let known = names[name] { return known }
    let new = Name(
      start: UInt32(truncatingIfNeeded: text.count), count: UInt32(truncatingIfNeeded: name.count))
    text += name
    names[name] = new
    return new
  }

  func string(of name: Name) -> String {
    String(decoding: text[Int(name.start)..<Int(name.start + name.count)], as: UTF8.self)
  }

  /// Adds a pair. Where it is there already, nothing changes and its value is the result.
  mutating func insert(module: Name, name: Name, value: UInt32) -> UInt32? {
    if pairs.count * 2 >= slots.count { grow() }
    let slot = slot(of: module, name)
    if slots[slot] != 0 { return pairs[Int(slots[slot]) - 1].value }
    pairs.append(Pair(module: module, name: name, value: value))
    slots[slot] = UInt32(pairs.count)
    return nil
  }

  var count: Int { pairs.count }

  /// The value of a pair.
  func value(module: [UInt8], name: [UInt8]) -> UInt32? {
    guard let module = names[module], let name = names[name] else { return nil }
    let slot = slots[slot(of: module, name)]
    return slot == 0 ? nil : pairs[Int(slot) - 1].value
  }

  /// The slot that holds the pair, or the empty one where it belongs. There is always an empty one.
  private func slot(of module: Name, _ name: Name) -> Int {
    var slot = NameHash.slot(hash(module, name), of: slots.count)
    while slots[slot] != 0 {
      let pair = pairs[Int(slots[slot]) - 1]
      // There is one copy of each name, so the same name is at the same place.
      if pair.name == name, pair.module == module { break }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  func append(to writer: inout TableWriter) {
    writer.append(text)
    writer.append(slots)
    writer.append(
      pairs.flatMap { [$0.module.start, $0.module.count, $0.name.start, $0.name.count, $0.value] })
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for index in pairs.indices {
      var slot = NameHash.slot(hash(pairs[index].module, pairs[index].name), of: slots.count)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(index + 1)
    }
  }

  private func hash(_ module: Name, _ name: Name) -> UInt64 {
    NameHash.hash(
      text.span.extracting(Int(module.start)..<Int(module.start + module.count)),
      text.span.extracting(Int(name.start)..<Int(name.start + name.count)))
  }
}
