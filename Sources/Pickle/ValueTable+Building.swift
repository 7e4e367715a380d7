/// The first word of a chunk of elements: the next chunk, the room in this one, and what is used of it.
struct Chunk {
  var next: Int
  let room: Int
  var used: Int

  init(room: Int, used: Int) {
    self.next = 0
    self.room = room
    self.used = used
  }

  init(_ word: UInt64) {
    next = Int(truncatingIfNeeded: word & 0xFFFF_FFFF)
    room = Int(truncatingIfNeeded: word &>> 32 & 0xFFFF)
    used = Int(truncatingIfNeeded: word &>> 48)
  }

  var word: UInt64 {
    UInt64(truncatingIfNeeded: next) | UInt64(truncatingIfNeeded: room) &<< 32
      | UInt64(truncatingIfNeeded: used) &<< 48
  }
}

extension ValueTable {
  /// A new node; nil where there is no room for another.
  @inline(__always)
  mutating func make(_ kind: SymbolicValue.Kind, _ node: Node) -> SymbolicValue? {
    let index = nodes.count
    guard nodes.append(node) else { return nil }
    return SymbolicValue(kind, payload: index)
  }

  /// A tuple of what stands on `stack` from `start` on; nil where there is no room for another node.
  mutating func makeTuple(
    _ stack: borrowing OwnedBuffer<UInt64>, from start: Int, at offset: Int
  ) -> SymbolicValue? {
    var node = Node(elements: elements.count, count: stack.count - start)
    var extent = Extent()
    extent.weight += Float(node.elementCount)
    var isUnhashable = false
    for index in start..<stack.count {
      include(stack[index], in: &extent)
      if !canHash(SymbolicValue(raw: stack[index])) { isUnhashable = true }
    }
    if isUnhashable { node.makeUnhashable() }
    if !elements.append(stack, from: start) { node.elide() }
    node.extent = extent
    check(extent, at: offset)
    return make(.tuple, node)
  }

  /// A node for a call, or for what one value was made from; nil where there is no room for another.
  mutating func make(
    _ kind: SymbolicValue.Kind, _ first: SymbolicValue, _ second: SymbolicValue, at offset: Int
  ) -> SymbolicValue? {
    guard let value = make(kind, Node(first.raw, second.raw)) else { return nil }
    guard kind == .call || kind == .instance else { return value }
    var node = Node()
    var extent = Extent()
    // What is called is used, not stored.
    if first.isNode { extent.include(self.extent(of: first)) }
    include(second.raw, in: &extent)
    node.extent = extent
    check(extent, at: offset)
    return nodes.append(node) ? value : nil
  }

  /// Gives a list, dictionary, set or frozenset what stands on `stack` from `start` on.
  mutating func extend(
    _ container: SymbolicValue, by stack: borrowing OwnedBuffer<UInt64>, from start: Int, at offset: Int
  ) {
    let length = stack.count &- start
    guard length > 0 else { return }
    var node = nodes[container.payload]
    if !node.isElided, !keep(stack, from: start, in: &node) { node.elide() }
    node.elementCount += length
    var extent = node.extent
    extent.weight += Float(length)
    let isFlat = stack.largest(from: start) < SymbolicValue.firstNode
    if !isFlat {
      for index in start..<stack.count { include(stack[index], in: &extent) }
    }
    node.extent = extent
    nodes[container.payload] = node
    guard !isFlat else { return }
    check(extent, at: offset)
    if !container.isA(.list) {
      checkKeys(isDictionary: container.isA(.dictionary), stack, from: start, at: offset)
    }
  }

  /// Whether `hash` of a plain value works; of what a call made nothing is known.
  @inline(__always)
  private func canHash(_ value: SymbolicValue) -> Bool {
    switch value.kind {
    case .bytearray, .list, .dictionary, .set: false
    case .tuple: !nodes[value.payload].isUnhashable
    default: true
    }
  }

  /// Whether all values from `start` on can be keys, of every `step` values the first.
  @inline(__always)
  func canHash(_ stack: borrowing OwnedBuffer<UInt64>, from start: Int, step: Int) -> Bool {
    for index in stride(from: start, to: stack.count, by: step) {
      guard canHash(SymbolicValue(raw: stack[index])) else { return false }
    }
    return true
  }

  /// Forgets what a container holds, after something happened to it that is not followed.
  mutating func elide(_ container: SymbolicValue) {
    guard self.container(container) != nil else { return }
    nodes[container.payload].elide()
  }

  /// Adds elements to what is kept of a container; false where they are too many to keep.
  private mutating func keep(
    _ stack: borrowing OwnedBuffer<UInt64>, from start: Int, in node: inout Node
  ) -> Bool {
    let length = stack.count &- start
    guard node.elementCount + length <= capacity.containerElements else { return false }
    let last = node.lastIndex
    if last != 0 {
      var header = Chunk(elements[last])
      if header.room &- header.used >= length {
        for index in start..<stack.count {
          elements[last &+ 1 &+ header.used] = stack[index]
          header.used &+= 1
        }
        elements[last] = header.word
        return true
      }
    }
    // One element at a time (protocol 0) would otherwise make a chunk for each.
    let room = length > 2 ? length : max(4, min(node.elementCount, 128))
    let chunk = elements.count
    guard chunk + 1 + room <= capacity.mutableElements,
      elements.append(Chunk(room: room, used: length).word), elements.append(stack, from: start),
      elements.fill(to: chunk + 1 + room, with: 0)
    else { return false }
    if last == 0 {
      node.firstIndex = chunk
    } else {
      var header = Chunk(elements[last])
      header.next = chunk
      elements[last] = header.word
    }
    node.lastIndex = chunk
    return true
  }

  /// How far a value reaches.
  @inline(__always)
  private func extent(of value: SymbolicValue) -> Extent {
    if value.raw < SymbolicValue(.global).raw { return nodes[value.payload].extent }
    if value.isA(.call) || value.isA(.instance) { return nodes[value.payload &+ 1].extent }
    return Extent()
  }

  @inline(__always)
  private mutating func include(_ raw: UInt64, in extent: inout Extent) {
    let value = SymbolicValue(raw: raw)
    guard value.isNode else { return }
    extent.include(self.extent(of: value))
    if value.isA(.global) { noteStored(value) }
  }

  /// Counts that an imported name became part of a container, kept or not.
  @inline(never)
  private mutating func noteStored(_ global: SymbolicValue) {
    let node = nodes[global.payload]
    guard node.first != Node.computed else { return }
    names.noteStored(Int(truncatingIfNeeded: node.first & 0xFFFF_FFFF))
  }

  @inline(__always)
  private mutating func check(_ extent: Extent, at offset: Int) {
    if extent.isExcessive { note(extent, at: offset) }
  }

  @inline(never)
  private mutating func note(_ extent: Extent, at offset: Int) {
    guard excess == nil else { return }
    let detail =
      extent.depth > Extent.depthLimit
      ? "values are nested more than \(Extent.depthLimit) deep"
      : "shared values make a tree of more than 10^12"
    excess = Excess(offset: offset, detail: detail)
  }

  /// Keys and elements of sets are hashed as they are added, and a tuple hashes all it holds, every time.
  private mutating func checkKeys(
    isDictionary: Bool, _ stack: borrowing OwnedBuffer<UInt64>, from start: Int, at offset: Int
  ) {
    for index in stride(from: start, to: stack.count, by: isDictionary ? 2 : 1) {
      let key = SymbolicValue(raw: stack[index])
      guard key.isA(.tuple), excess == nil, extent(of: key).weight > Extent.keyWeightLimit else {
        continue
      }
      excess = Excess(offset: offset, detail: "a key holds a tree of more than 10^9 values")
    }
  }
}
