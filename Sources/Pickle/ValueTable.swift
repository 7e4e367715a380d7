internal import ByteParsing

/// What is behind the symbolic values of one stream: nodes, and constants that are read back from the
/// input on demand.
package struct ValueTable: ~Copyable {
  let input: Input
  var nodes: OwnedBuffer<Node>
  /// Elements of tuples, and chunks of elements of what grows; index 0 is not used.
  var elements: OwnedBuffer<UInt64>
  var names: NameTable
  let capacity: Capacity
  /// Where sharing or nesting first went beyond what is honest.
  var excess: Excess?

  init(_ input: Input, capacity: Capacity) {
    self.input = input
    // Nodes keep indices of elements in 24 bits, and chunks their sizes in 16.
    let elementLimit = min(capacity.elements, 1 << 24)
    self.capacity = capacity
    self.nodes = OwnedBuffer(capacity: 1024, limit: capacity.nodes)
    self.elements = OwnedBuffer(capacity: 1024, limit: elementLimit)
    self.names = NameTable(limit: capacity.nameBytes)
    _ = elements.append(0)
  }

  func node(_ value: SymbolicValue, _ kinds: SymbolicValue.Kind...) -> Node? {
    guard kinds.contains(value.kind), value.payload >= 0, value.payload < nodes.count else { return nil }
    return nodes[value.payload]
  }

  /// The name behind a `.global`; nil for other kinds, and for an import that was computed.
  package func global(_ value: SymbolicValue) -> GlobalReference? {
    guard let node = node(value, .global), node.first != Node.computed else { return nil }
    let name = names[Int(truncatingIfNeeded: node.first & 0xFFFF_FFFF)]
    return GlobalReference(
      module: name.module, name: name.name, resolvedModule: name.resolvedModule,
      resolvedName: name.resolvedName, protocolVersion: UInt8(truncatingIfNeeded: node.first >> 32),
      offset: Int(truncatingIfNeeded: node.second))
  }

  /// How often the name behind a `.global` was made an element of a container or an argument, in this stream and
  /// under whatever import of it. Counted for all containers, those too large to be kept as well; being called is
  /// not counted.
  package func timesStored(_ value: SymbolicValue) -> Int {
    guard let node = node(value, .global), node.first != Node.computed else { return 0 }
    return names.timesStored(Int(truncatingIfNeeded: node.first & 0xFFFF_FFFF))
  }

  /// What was called or instantiated to make a `.call` or an `.instance`.
  package func callee(_ value: SymbolicValue) -> SymbolicValue? {
    node(value, .call, .instance).map { SymbolicValue(raw: $0.first) }
  }

  /// The argument tuple of a `.call` or an `.instance` (for NEWOBJ_EX the pair `(args, kwargs)`).
  package func arguments(_ value: SymbolicValue) -> SymbolicValue? {
    node(value, .call, .instance).map { SymbolicValue(raw: $0.second) }
  }

  /// The persistent id behind a `.persistent`.
  package func persistentID(_ value: SymbolicValue) -> SymbolicValue? {
    node(value, .persistent).map { SymbolicValue(raw: $0.first) }
  }

  /// The code behind an `.extension`.
  package func extensionCode(_ value: SymbolicValue) -> SymbolicValue? {
    node(value, .extension).map { SymbolicValue(raw: $0.first) }
  }

  /// The elements of a container: a dictionary's are key, value, key, value...
  ///
  /// They are what the container was given, in order: a key may come twice, and the later one counts.
  /// nil where the container is too large to have been kept, or the value is not a container: a rule
  /// that needs them then cannot call the construct safe.
  package func elements(_ value: SymbolicValue) -> [SymbolicValue]? {
    guard let node = container(value), !node.isElided else { return nil }
    var result: [SymbolicValue] = []
    forEachElement(value.kind, node) { element in
      result.append(element)
      return true
    }
    return result
  }

  /// How many elements a container has been given, kept or not; each pair of a dictionary counts twice.
  package func elementCount(_ value: SymbolicValue) -> Int? { container(value)?.elementCount }

  func container(_ value: SymbolicValue) -> Node? {
    node(value, .tuple, .list, .dictionary, .set, .frozenSet)
  }

  /// Hands the kept elements to `body`, in order, until it returns false.
  func forEachElement(
    _ kind: SymbolicValue.Kind, _ node: Node, _ body: (SymbolicValue) -> Bool
  ) {
    guard !node.isElided else { return }
    if kind == .tuple {
      for index in node.firstIndex..<node.firstIndex + node.elementCount {
        guard body(SymbolicValue(raw: elements[index])) else { return }
      }
      return
    }
    var chunk = node.firstIndex
    while chunk != 0 {
      let header = Chunk(elements[chunk])
      for index in chunk + 1..<chunk + 1 + header.used {
        guard body(SymbolicValue(raw: elements[index])) else { return }
      }
      chunk = header.next
    }
  }
}
