import ByteParsing
import Findings
import Formats
import Rules

/// The texts and bytes that an object of an HDF5 file holds, looked at as what a loader may make of them.
struct HDF5Contents {
  private let object: HDF5Object
  private let storage: HDF5Storage
  private let member: Member

  /// Bytes of a dataset that are read at a time.
  private static let windowBytes = 4 << 20
  /// Bytes of a chunk that are unpacked.
  private static let chunkBytes = 256 << 20
  /// Bytes of a value that can be a program, and of numbers that are looked at.
  private static let headBytes = 4 << 20

  init(_ object: HDF5Object, in storage: HDF5Storage, of member: Member) {
    self.object = object
    self.storage = storage
    self.member = member
  }

  private var name: String { HDF5Judge.shown(path: object.path) }

  /// Looks at the attributes, then at the elements.
  mutating func examine(_ judge: inout HDF5Judge, _ job: inout ScanJob) {
    for attribute in object.attributes { examine(attribute, &job) }
    guard let dataset = object.dataset else { return }
    do throws(ParseError) {
      try check(dataset, &judge)
      guard dataset.type.carries, dataset.externalFiles.isEmpty else { return }
      try examine(dataset, &job)
    } catch {
      job.gap(error, at: member.path + [name])
    }
  }

  /// Whether the elements are where they are said to be. They are not read.
  private func check(_ dataset: HDF5Dataset, _ judge: inout HDF5Judge) throws(ParseError) {
    switch dataset.layout {
    case .compact: return
    case .contiguous(let address, _):
      guard let address, dataset.externalFiles.isEmpty, let count = dataset.byteCount else { return }
      _ = try storage.slice(at: address, count: count)
    case .chunked:
      try storage.forEachChunk(of: dataset) { (chunk) throws(ParseError) in
        _ = try storage.slice(at: chunk.address, count: chunk.count)
        return true
      }
    case .virtual(let reference):
      do throws(ParseError) {
        var files: [[UInt8]] = []
        if let reference {
          files = try HDF5VirtualSources.files(try storage.heapObject(reference), in: storage)
        }
        judge.judge(sources: files, of: object)
      } catch {
        judge.judge(sources: nil, of: object)
        throw error
      }
    }
  }

  private func examine(_ attribute: HDF5Attribute, _ job: inout ScanJob) {
    let title = "\(name == "/" ? "" : name)@\(HDF5Judge.shown(attribute.name))"
    do throws(ParseError) {
      var texts: [[UInt8]] = []
      try storage.forEachContent(of: attribute.type, in: attribute.data) { (content) throws(ParseError) in
        if case .text(let text) = content { texts.append(text) }
        HDF5Value(content, named: title, at: attribute.offset).examine(of: member, in: &job)
      }
      if KerasFile.configurations.contains(where: { attribute.name.elementsEqual($0.utf8) }) {
        try checkConfiguration(texts, attribute)
      }
    } catch {
      job.gap(error, at: member.path + [title])
    }
  }

  /// What Keras makes a model of has been judged only where it reads as JSON.
  private func checkConfiguration(_ texts: [[UInt8]], _ attribute: HDF5Attribute) throws(ParseError) {
    for text in texts {
      let root = try StrictJSON.parse(text, bounds: JSONScanner.bounds)
      guard root.kind == .object else {
        throw ParseError(.malformed, at: attribute.offset, "Keras configuration that is no JSON object")
      }
    }
    guard !texts.isEmpty else {
      throw ParseError(.malformed, at: attribute.offset, "Keras configuration that is no text")
    }
  }

  // MARK: Datasets

  private func examine(_ dataset: HDF5Dataset, _ job: inout ScanJob) throws(ParseError) {
    switch dataset.layout {
    case .compact(let data): try examine(data, of: dataset, &job)
    case .contiguous(let address, _):
      guard let address, let count = dataset.byteCount, count > 0 else { return }
      try examine(try storage.slice(at: address, count: count), of: dataset, &job)
    case .chunked: try examineChunks(dataset, &job)
    case .virtual: break
    }
  }

  /// Elements that are stored as they are, a window of whole elements at a time.
  private func examine(_ input: Input, of dataset: HDF5Dataset, _ job: inout ScanJob) throws(ParseError) {
    if dataset.type.isBytes { return try examineBytes(input, &job) }
    let size = max(1, dataset.type.size ?? 1)
    guard size <= Self.chunkBytes else {
      throw ParseError(
        .limit, at: dataset.offset, "HDF5 element of \(size) bytes: limit \(Self.chunkBytes)")
    }
    let window = max(1, Self.windowBytes / size) * size
    var offset = 0
    while offset < input.count {
      let part = try input.bytes(at: offset, count: min(window, input.count - offset))
      try examine(part, of: dataset, &job)
      offset += part.count
    }
  }

  /// Numbers of one byte: an array of them is how a pickle or an archive is put into a file.
  private func examineBytes(_ input: Input, _ job: inout ScanJob) throws(ParseError) {
    let head = try input.prefix(Self.headBytes)
    HDF5Value(.numbers(head), named: name, at: object.offset)
      .examineNumbers(input, head: head, of: member, in: &job)
  }

  private func examine(
    _ data: [UInt8], of dataset: HDF5Dataset, _ job: inout ScanJob
  ) throws(ParseError) {
    try storage.forEachContent(of: dataset.type, in: data) { (content) throws(ParseError) in
      HDF5Value(content, named: name, at: object.offset).examine(of: member, in: &job)
    }
  }

  private func examineChunks(_ dataset: HDF5Dataset, _ job: inout ScanJob) throws(ParseError) {
    var numbers: [UInt8] = []
    var pipeline = HDF5Pipeline(dataset, in: storage)
    try storage.forEachChunk(of: dataset) { (chunk) throws(ParseError) in
      let data = try pipeline.read(chunk, limit: Self.chunkBytes, &job)
      if dataset.type.isBytes {
        numbers += data.prefix(Self.headBytes - numbers.count)
        return numbers.count < Self.headBytes && !job.isStopped
      }
      try examine(data, of: dataset, &job)
      return !job.isStopped
    }
    if !numbers.isEmpty { try examine(numbers, of: dataset, &job) }
  }
}

/// Undoes the filters of a dataset's chunks.
struct HDF5Pipeline {
  private let dataset: HDF5Dataset
  private let storage: HDF5Storage

  init(_ dataset: HDF5Dataset, in storage: HDF5Storage) {
    self.dataset = dataset
    self.storage = storage
  }

  /// A chunk's elements.
  ///
  /// - Throws: `.unsupported` for a filter that is not undone here, `.limit` where a chunk is larger than `limit` bytes.
  mutating func read(_ chunk: HDF5Chunk, limit: Int, _ job: inout ScanJob) throws(ParseError) -> [UInt8] {
    guard case .chunked(let chunks) = dataset.layout, let size = chunks.byteCount, size <= limit,
      chunk.count <= limit
    else { throw ParseError(.limit, at: chunk.address, "bytes of an HDF5 chunk: limit \(limit)") }
    let input = try storage.slice(at: chunk.address, count: chunk.count)
    var bytes = try input.bytes(at: 0, count: chunk.count)
    for (index, filter) in dataset.filters.enumerated().reversed()
    where chunk.mask >> UInt64(index) & 1 == 0 {
      switch filter.id {
      case 1: bytes = try inflate(bytes, size, &job)
      case 2: bytes = HDF5Decoding.unshuffle(bytes, elementSize: filter.values.first ?? 1)
      case 3:
        guard bytes.count >= 4 else {
          throw ParseError(.truncated, at: chunk.address, "HDF5 checksum of a chunk")
        }
        bytes.removeLast(4)
      case 32000: bytes = try HDF5Decoding.unpackLZF(bytes, limit: size)
      case 4: throw unsupported("szip", chunk)
      case 5: throw unsupported("nbit", chunk)
      case 6: throw unsupported("scale-offset", chunk)
      default: throw unsupported("number \(filter.id)", chunk)
      }
    }
    guard bytes.count >= size else {
      throw ParseError(
        .truncated, at: chunk.address, "HDF5 chunk of \(bytes.count) bytes instead of \(size)")
    }
    return Array(bytes.prefix(size))
  }

  private func unsupported(_ filter: String, _ chunk: HDF5Chunk) -> ParseError {
    ParseError(.unsupported, at: chunk.address, "HDF5 data behind the filter \(filter)")
  }

  private func inflate(_ packed: [UInt8], _ size: Int, _ job: inout ScanJob) throws(ParseError) -> [UInt8] {
    let stream = try job.decompressor.open(Input(packed), as: .zlib)
    var unpacker = Unpacker(
      budget: job.budget, packed: packed.count, expected: size, keeps: true, sums: false)
    let finished = try unpacker.receive(all: stream)
    let count = unpacker.count
    let source = unpacker.source { () throws(ParseError) in
      throw ParseError(.limit, at: 0, "bytes of an HDF5 chunk that are held")
    }
    job.settle(unpacker, name: "a chunk", at: [], offset: 0)
    guard finished else { throw ParseError(.limit, at: 0, "HDF5 chunk that unpacks to too much") }
    return try Input(source).bytes(at: 0, count: count)
  }
}
