internal import ByteParsing

/// What a client wants examined, besides the file itself.
package struct ScanRequest: Hashable, Sendable {
  /// The client's own number for this request; every answer bears it.
  package let id: UInt64
  /// Whether the file is to be examined even where its verdict is known.
  package let isFresh: Bool
  /// Whether somebody waits at a gate, who is not to wait for a batch.
  package let isUrgent: Bool
  /// What the client calls the artifact: any bytes, of which nothing is believed. Empty for none.
  package let label: [UInt8]

  package init(id: UInt64, isFresh: Bool = false, isUrgent: Bool = false, label: [UInt8] = []) {
    self.id = id
    self.isFresh = isFresh
    self.isUrgent = isUrgent
    self.label = label
  }

  fileprivate var flags: UInt8 { (isFresh ? 1 : 0) | (isUrgent ? 2 : 0) }
}

/// What a client says to the daemon: one message a packet of a local SOCK_SEQPACKET socket.
///
/// | type | message | fields | descriptors |
/// | --- | --- | --- | --- |
/// | 64 | hello | lowest and highest version: u16 each; the client's name: text | none |
/// | 65 | scan | id: u64; flags: u8, bit 0 fresh, bit 1 urgent; label: counted bytes | the file, read-only |
/// | 66 | query | id: u64; SHA-256: 32 bytes | none |
/// | 67 | cancel | id: u64; the id of the scan: u64 | none |
/// | 68 | stats | id: u64 | none |
/// | 69 | health | id: u64 | none |
/// | 70 | stream | as a scan, then size: u64 | none |
/// | 71 | data | id of the stream: u64; bytes of the file: counted, 1 or more | none |
/// | 72 | tree | as a scan | the directory, open for reading |
///
/// Integers are little-endian; a text is its length as u32 and UTF-8. Hello comes first and once.
package enum ClientRequest: Hashable, Sendable {
  case hello(lowest: UInt16, highest: UInt16, name: String)
  case scan(ScanRequest)
  /// Asks the store, and examines nothing. The digest is 64 hexadecimal digits in lowercase.
  case query(id: UInt64, sha256: String)
  /// Takes a scan back that is not answered yet.
  case cancel(id: UInt64, scan: UInt64)
  case stats(id: UInt64)
  case health(id: UInt64)
  /// A scan of so many bytes that come through the connection, in messages of ``data(id:bytes:)``.
  case stream(ScanRequest, size: UInt64)
  /// The next bytes of a stream.
  case data(id: UInt64, bytes: [UInt8])
  /// A scan of every file below a directory, with one verdict for all of them.
  case tree(ScanRequest)

  /// The client's number for this request; 0 for the hello, which has none.
  package var id: UInt64 {
    switch self {
    case .hello: 0
    case .scan(let request), .stream(let request, _), .tree(let request): request.id
    case .query(let id, _), .cancel(let id, _), .stats(let id), .health(let id), .data(let id, _): id
    }
  }

  /// How many descriptors come with the message.
  package var descriptorCount: Int {
    switch self {
    case .scan, .tree: 1
    default: 0
    }
  }

  /// The message as it goes through the socket; longer names are cut.
  package func encoded() -> [UInt8] {
    var writer: MessageWriter
    switch self {
    case .hello(let lowest, let highest, let name):
      writer = MessageWriter(type: 64)
      writer.append(lowest)
      writer.append(highest)
      writer.append(name, limit: ClientLimit.name)
    case .scan(let request):
      writer = MessageWriter(type: 65)
      writer.append(request)
    case .query(let id, let sha256):
      writer = MessageWriter(type: 66)
      writer.append(id)
      writer.append(digest: sha256)
    case .cancel(let id, let scan):
      writer = MessageWriter(type: 67)
      writer.append(id)
      writer.append(scan)
    case .stats(let id):
      writer = MessageWriter(type: 68)
      writer.append(id)
    case .health(let id):
      writer = MessageWriter(type: 69)
      writer.append(id)
    case .stream(let request, let size):
      writer = MessageWriter(type: 70)
      writer.append(request)
      writer.append(size)
    case .data(let id, let bytes):
      writer = MessageWriter(type: 71)
      writer.append(id)
      writer.append(counted: bytes.prefix(ClientLimit.data))
    case .tree(let request):
      writer = MessageWriter(type: 72)
      writer.append(request)
    }
    return writer.bytes
  }

  /// The message that `bytes` are.
  ///
  /// - Throws: ``WireError`` where they are not exactly one message.
  package init(parsing bytes: [UInt8]) throws(WireError) {
    self = try parseMessage(bytes, "client's message") { (type, reader) throws(ParseError) in
      switch type {
      case 64:
        let lowest = try reader.readInteger(UInt16.self, "lowest version")
        let highest = try reader.readInteger(UInt16.self, "highest version")
        guard lowest <= highest else { throw ParseError(.malformed, at: 1, "no version") }
        return .hello(
          lowest: lowest, highest: highest, name: try reader.readText(limit: ClientLimit.name, "name"))
      case 65: return .scan(try reader.readScan())
      case 66:
        return .query(
          id: try reader.readInteger(UInt64.self, "id"), sha256: try reader.readDigest("digest"))
      case 67:
        return .cancel(
          id: try reader.readInteger(UInt64.self, "id"), scan: try reader.readInteger(UInt64.self, "scan"))
      case 68: return .stats(id: try reader.readInteger(UInt64.self, "id"))
      case 69: return .health(id: try reader.readInteger(UInt64.self, "id"))
      case 70: return .stream(try reader.readScan(), size: try reader.readInteger(UInt64.self, "size"))
      case 71:
        let id = try reader.readInteger(UInt64.self, "id")
        let bytes = try reader.readBytes(limit: ClientLimit.data, "bytes")
        guard !bytes.isEmpty else { throw ParseError(.malformed, at: 9, "no bytes") }
        return .data(id: id, bytes: bytes)
      case 72: return .tree(try reader.readScan())
      default: throw unknownType(type)
      }
    }
  }
}

extension MessageWriter {
  fileprivate mutating func append(_ request: ScanRequest) {
    append(request.id)
    append(request.flags)
    append(counted: request.label.suffix(ClientLimit.label))
  }
}

extension ByteReader {
  fileprivate mutating func readScan() throws(ParseError) -> ScanRequest {
    let id = try readInteger(UInt64.self, "id")
    let flags = try readByte("flags")
    guard flags <= 3 else { throw ParseError(.malformed, at: 9, "flags \(flags)") }
    return ScanRequest(
      id: id, isFresh: flags & 1 != 0, isUrgent: flags & 2 != 0,
      label: try readBytes(limit: ClientLimit.label, "label"))
  }
}
