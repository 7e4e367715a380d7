import ByteParsing

/// A message of an object header.
struct HDF5Message {
  /// The kinds of message that matter.
  enum Kind: Int {
    case dataspace = 0x01
    case linkInfo = 0x02
    case datatype = 0x03
    case link = 0x06
    case externalFiles = 0x07
    case layout = 0x08
    case filters = 0x0B
    case attribute = 0x0C
    case sharedTable = 0x0F
    case continuation = 0x10
    case symbolTable = 0x11
    case driver = 0x14
    case attributeInfo = 0x15
  }

  let type: Int
  let isShared: Bool
  let body: HDF5Cursor

  var kind: Kind? { Kind(rawValue: type) }
}

/// The messages of an object, in the order of its header and its continuations.
///
/// Source: HDF5 File Format Specification 3.0, section IV.A.1.
struct HDF5ObjectHeader {
  private(set) var messages: [HDF5Message] = []
  private let storage: HDF5Storage
  /// Blocks still to be read.
  private var blocks: [(address: Int, count: Int)] = []
  private var isNew = false
  private var hasOrder = false

  private static let messageLimit = 1 << 17
  private static let blockLimit = 4096
  private static let blockBytes = 64 << 20

  init(at address: Int, in storage: HDF5Storage) throws(ParseError) {
    self.storage = storage
    var head = try storage.head(at: address, count: 64, "object header")
    let first = try head.byte("object header")
    if first == 1 {
      try readOldHead(&head)
    } else {
      head = head.rewound
      try head.signature("OHDR", version: 2)
      try readNewHead(&head)
    }
    var met: Set<Int> = []
    while let block = blocks.popLast() {
      guard met.insert(block.address).inserted else {
        throw ParseError(.malformed, at: block.address, "HDF5 object header that continues in itself")
      }
      guard met.count <= Self.blockLimit else {
        throw ParseError(.limit, at: address, "HDF5 object header in more than \(Self.blockLimit) blocks")
      }
      try readBlock(block.address, block.count, isFirst: met.count == 1)
    }
  }

  /// The first message of a kind.
  func first(_ kind: HDF5Message.Kind) -> HDF5Message? { messages.first { $0.kind == kind } }

  /// The content of the first message of a kind, where it may be shared.
  func content(_ kind: HDF5Message.Kind) throws(ParseError) -> HDF5Cursor? {
    guard let message = first(kind) else { return nil }
    return try message.isShared ? HDF5Shared.resolve(message.body, kind, in: storage) : message.body
  }

  private mutating func readOldHead(_ head: inout HDF5Cursor) throws(ParseError) {
    try head.skip(7, "object header")
    let count = try head.int(4, "object header size")
    blocks.append((head.start + 16, count))
  }

  private mutating func readNewHead(_ head: inout HDF5Cursor) throws(ParseError) {
    isNew = true
    let flags = try head.byte("object header flags")
    hasOrder = flags & 0x04 != 0
    if flags & 0x20 != 0 { try head.skip(16, "object header times") }
    if flags & 0x10 != 0 { try head.skip(4, "object header phases") }
    let count = try head.int(1 << Int(flags & 3), "object header size")
    blocks.append((head.address, count))
  }

  private mutating func readBlock(_ address: Int, _ count: Int, isFirst: Bool) throws(ParseError) {
    guard count <= Self.blockBytes else {
      throw ParseError(.limit, at: address, "HDF5 object header block of \(count) bytes")
    }
    var block = try storage.cursor(at: address, count: count, "object header")
    var end = 0
    if isNew, !isFirst {
      let found = try block.array(4, "continuation")
      guard found.elementsEqual("OCHK".utf8) else {
        throw block.malformed("continuation of an object header")
      }
      end = 4
    }
    let headCount = isNew ? (hasOrder ? 6 : 4) : 8
    while block.remaining >= headCount + end { try readMessage(&block) }
  }

  private mutating func readMessage(_ block: inout HDF5Cursor) throws(ParseError) {
    try storage.step(at: block.address)
    let type = try block.int(isNew ? 1 : 2, "message type")
    let count = try block.int(2, "message size")
    let flags = try block.byte("message flags")
    if !isNew { try block.skip(3, "message") } else if hasOrder { try block.skip(2, "message order") }
    let address = block.address
    let bytes = try block.array(count, "message")
    guard messages.count < Self.messageLimit else {
      throw ParseError(.limit, at: address, "HDF5 messages of an object: limit \(Self.messageLimit)")
    }
    let message = HDF5Message(
      type: type, isShared: flags & 0x02 != 0, body: block.reader(of: bytes, at: address))
    if message.kind == .continuation {
      var body = message.body
      let address = try body.definedOffset("continuation")
      blocks.append((address, try body.length("continuation")))
    } else {
      messages.append(message)
    }
  }
}
