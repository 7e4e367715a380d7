/// Where sharing or nesting went beyond what an honest pickle has.
struct Expansion {
  let offset: Int
  let detail: String

  /// Containers inside each other; CPython's recursion limit lets a pickler write about 1,000.
  static let depth: UInt32 = 10_000
  /// Values a walk would visit: more than any file can hold without sharing.
  static let weight: Float = 1e12
  /// The same for what is hashed while the pickle loads: a tuple that is a key or an element of a set.
  static let keyWeight: Float = 1e9
}

/// The first word of a chunk of elements: the next chunk, the room in this one, and what is used of it.
struct Chunk {
  var next: Int
  var room: Int
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

  static func first(of node: Node) -> Int { Int(truncatingIfNeeded: node.first & 0xFFFF_FFFF) }
  static func last(of node: Node) -> Int { Int(truncatingIfNeeded: node.first &>> 32) }
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
    let length = stack.count - start
    var node = Node(UInt64(truncatingIfNeeded: elements.count), UInt64(truncatingIfNeeded: length))
    if elements.capacity - elements.count >= length || elements.grow(to: elements.count + length) {
      for index in start..<stack.count {
        let raw = stack[index]
        elements.push(raw)
        if SymbolicValue(raw: raw).isNode { count(raw, into: &node) }
      }
    } else {
      node.second |= Node.elided
      measure(stack, from: start, into: &node)
    }
    check(node, at: offset)
    return make(.tuple, node)
  }

  /// A tuple of values that do not stand on the stack, for the operands of effects.
  mutating func makeTuple(_ values: [SymbolicValue], at offset: Int) -> SymbolicValue? {
    var slice = OwnedBuffer<UInt64>(capacity: values.count, limit: max(values.count, 1))
    for value in values { _ = slice.append(value.raw) }
    return makeTuple(slice, from: 0, at: offset)
  }

  /// A node for a call of `callee`, or for what one value was made from.
  mutating func make(
    _ kind: SymbolicValue.Kind, _ first: SymbolicValue, _ second: SymbolicValue, at offset: Int
  ) -> SymbolicValue? {
    var node = Node(first.raw, second.raw)
    if first.isNode { count(first.raw, into: &node) }
    if second.isNode { count(second.raw, into: &node) }
    check(node, at: offset)
    return make(kind, node)
  }

  /// Gives a list, dictionary, set or frozenset what stands on `stack` from `start` on.
  mutating func extend(
    _ container: SymbolicValue, by stack: borrowing OwnedBuffer<UInt64>, from start: Int, at offset: Int
  ) {
    let length = stack.count - start
    guard length > 0 else { return }
    var node = nodes[container.payload]
    if !node.isElided {
      if node.elementCount + length <= capacity.containerElements, let chunk = room(for: length, in: &node)
      {
        var header = Chunk(elements[chunk])
        var target = chunk &+ 1 &+ header.used
        for index in start..<stack.count {
          elements[target] = stack[index]
          target &+= 1
        }
        header.used &+= length
        elements[chunk] = header.word
      } else {
        node.second |= Node.elided
      }
    }
    node.second &+= UInt64(truncatingIfNeeded: length)
    measure(stack, from: start, into: &node)
    check(node, at: offset)
    nodes[container.payload] = node
    if container.kind != .list { checkKeys(container.kind, stack, from: start, at: offset) }
  }

  /// Forgets what a container holds, after something happened to it that is not followed.
  mutating func elide(_ container: SymbolicValue) {
    guard self.container(container) != nil else { return }
    nodes[container.payload].second |= Node.elided
  }

  /// A chunk of `node` with room for `length` more elements; nil where none may be made.
  private mutating func room(for length: Int, in node: inout Node) -> Int? {
    let last = Chunk.last(of: node)
    if last != 0 {
      let header = Chunk(elements[last])
      if header.room &- header.used >= length { return last }
    }
    // One element at a time (protocol 0) would otherwise make a chunk for each.
    let room = length > 2 ? length : max(4, min(node.elementCount, 128))
    let start = elements.count
    guard start + 1 + room <= capacity.mutableElements,
      elements.append(Chunk(room: room, used: 0).word),
      elements.fill(to: start + 1 + room, with: 0)
    else { return nil }
    if last == 0 {
      node.first = UInt64(truncatingIfNeeded: start)
    } else {
      var header = Chunk(elements[last])
      header.next = start
      elements[last] = header.word
    }
    node.first = node.first & 0xFFFF_FFFF | UInt64(truncatingIfNeeded: start) &<< 32
    return start
  }

  @inline(__always)
  private func measure(_ stack: borrowing OwnedBuffer<UInt64>, from start: Int, into node: inout Node) {
    for index in start..<stack.count where SymbolicValue(raw: stack[index]).isNode {
      count(stack[index], into: &node)
    }
  }

  @inline(__always)
  private func count(_ raw: UInt64, into node: inout Node) {
    let element = nodes[SymbolicValue(raw: raw).payload]
    node.weight += element.weight
    node.depth = max(node.depth, element.depth &+ 1)  // a depth counts nodes, of which there are fewer
  }

  @inline(__always)
  private mutating func check(_ node: Node, at offset: Int) {
    if node.depth > Expansion.depth || node.weight > Expansion.weight { report(node, at: offset) }
  }

  @inline(never)
  private mutating func report(_ node: Node, at offset: Int) {
    guard expansion == nil else { return }
    let what =
      node.depth > Expansion.depth
      ? "values are nested more than \(Expansion.depth) deep"
      : "shared values make a tree of more than 10^12"
    expansion = Expansion(offset: offset, detail: what)
  }

  /// Keys and elements of sets are hashed as they are added, and a tuple hashes all it holds, every time.
  private mutating func checkKeys(
    _ kind: SymbolicValue.Kind, _ stack: borrowing OwnedBuffer<UInt64>, from start: Int, at offset: Int
  ) {
    for index in stride(from: start, to: stack.count, by: kind == .dictionary ? 2 : 1) {
      let key = SymbolicValue(raw: stack[index])
      guard key.kind == .tuple, nodes[key.payload].weight > Expansion.keyWeight, expansion == nil else {
        continue
      }
      expansion = Expansion(offset: offset, detail: "a key holds a tree of more than 10^9 values")
    }
  }
}
