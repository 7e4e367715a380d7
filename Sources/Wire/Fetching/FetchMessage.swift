internal import ByteParsing

/// What a fetcher says to the process that started it.
///
/// | type | message | fields |
/// | --- | --- | --- |
/// | 80 | ready | layers |
/// | 81 | model | name, revision: text |
/// | 82 | progress | bytes so far, bytes of the whole or 0: u64 each |
/// | 83 | end | files, bytes: u64 each |
/// | 84 | failure | reason: text |
///
/// Ready or failure comes first; the end or a failure comes last. Paths of files are not among it: they are in the
/// staging folder, where they can be looked at.
package enum FetchMessage: Equatable, Sendable {
  /// The fetcher is confined and waits for its request.
  case ready(Layers)
  /// A revision that the registry has.
  case model(RemoteModel)
  case progress(bytes: Int, of: Int)
  /// Everything that was asked for was done: models named, files staged, or tags set.
  case end(files: Int, bytes: Int)
  /// It was not, and why.
  case failure(reason: String)

  /// The message as it goes through the socket. Longer reasons are cut; a name that is too long is the fetcher's mistake.
  package func encoded() -> [UInt8] {
    var writer: MessageWriter
    switch self {
    case .ready(let layers):
      writer = MessageWriter(type: 80)
      writer.append(layers)
    case .model(let model):
      writer = MessageWriter(type: 81)
      writer.append(model)
    case .progress(let bytes, let total):
      writer = MessageWriter(type: 82)
      writer.append(UInt64(bytes))
      writer.append(UInt64(total))
    case .end(let files, let bytes):
      writer = MessageWriter(type: 83)
      writer.append(UInt64(files))
      writer.append(UInt64(bytes))
    case .failure(let reason):
      writer = MessageWriter(type: 84)
      writer.append(reason, limit: WireLimit.sentence)
    }
    return writer.bytes
  }

  /// The message that `bytes` are.
  ///
  /// - Throws: ``WireError`` where they are not exactly one message.
  package init(parsing bytes: [UInt8]) throws(WireError) {
    self = try parseMessage(bytes, "fetcher's message") { (type, reader) throws(ParseError) in
      switch type {
      case 80: .ready(try reader.readLayers())
      case 81:
        .model(try reader.readModel())
      case 82:
        .progress(
          bytes: try reader.readNatural("bytes so far"), of: try reader.readNatural("bytes of the whole"))
      case 83: .end(files: try reader.readNatural("files"), bytes: try reader.readNatural("bytes"))
      case 84: .failure(reason: try reader.readText(limit: WireLimit.sentence, "reason"))
      default: throw unknownType(type)
      }
    }
  }
}
