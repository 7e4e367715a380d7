package import ByteParsing

/// A file with holes, as GNU tar keeps it: only the parts with data are in the archive, one after the other.
package struct TarSparse: Equatable, Sendable {
  /// A part with data: where it stands in the file, and how long it is.
  package struct Part: Equatable, Sendable {
    package let offset: Int
    package let count: Int
  }

  package let parts: [Part]
  /// The file's size with its holes.
  package let size: Int

  /// Parts of one file.
  static let partLimit = 1 << 16

  /// - Throws: `.malformed` where parts overlap or leave the file, `.limit` for too many.
  init(_ numbers: [Int], size: Int, at offset: Int) throws(ParseError) {
    guard numbers.count % 2 == 0 else { throw ParseError(.malformed, at: offset, "sparse map") }
    guard numbers.count / 2 <= Self.partLimit else {
      throw ParseError(.limit, at: offset, "parts of a sparse file: limit \(Self.partLimit)")
    }
    var parts: [Part] = []
    var end = 0
    for index in stride(from: 0, to: numbers.count, by: 2) {
      let part = Part(offset: numbers[index], count: numbers[index + 1])
      guard part.offset >= end, part.offset <= size, part.count >= 0, part.count <= size - part.offset
      else {
        throw ParseError(.malformed, at: offset, "sparse map")
      }
      end = part.offset + part.count
      if part.count > 0 { parts.append(part) }
    }
    self.parts = parts
    self.size = size
  }

  /// Bytes of the archive that the parts take.
  package var packedBytes: Int { parts.reduce(0) { $0 + $1.count } }
}

/// A file with holes, read as the file that it was: zeros in the holes.
package struct SparseSource: ByteSource {
  private let data: Input
  private let sparse: TarSparse
  /// Where each part begins in `data`.
  private let starts: [Int]

  /// - Parameter data: the parts one after the other.
  /// - Throws: `.truncated` where they are not all there.
  package init(_ data: Input, _ sparse: TarSparse) throws(ParseError) {
    guard sparse.packedBytes <= data.count else {
      throw ParseError(.truncated, at: data.count, "parts of a sparse file")
    }
    var start = 0
    starts = sparse.parts.map { part in
      defer { start += part.count }
      return start
    }
    self.data = data
    self.sparse = sparse
  }

  package var count: Int { sparse.size }

  package func read(at offset: Int, into buffer: inout MutableRawSpan) throws(ParseError) {
    guard offset >= 0, offset <= count, buffer.byteCount <= count - offset else {
      throw ParseError(.truncated, at: offset, "sparse file")
    }
    var done = 0
    let length = buffer.byteCount
    while done < length {
      let place = offset + done
      let (index, isData) = part(at: place)
      let next = isData ? sparse.parts[index].offset + sparse.parts[index].count : start(of: index)
      let run = min(length - done, next - place)
      if isData {
        var target = buffer._mutatingExtracting(done..<done + run)
        try data.read(at: starts[index] + place - sparse.parts[index].offset, into: &target)
      } else {
        // SAFETY: `done + run` is at most `length`.
        unsafe buffer.withUnsafeMutableBytes { target in
          unsafe _ = target[done..<done + run].initializeMemory(as: UInt8.self, repeating: 0)
        }
      }
      done += run
    }
  }

  /// The part that has the byte at `place`, or the first one after it.
  private func part(at place: Int) -> (index: Int, isData: Bool) {
    var low = 0
    var high = sparse.parts.count
    while low < high {
      let middle = (low + high) / 2
      let part = sparse.parts[middle]
      if part.offset + part.count <= place { low = middle + 1 } else { high = middle }
    }
    return (low, low < sparse.parts.count && sparse.parts[low].offset <= place)
  }

  private func start(of index: Int) -> Int {
    index < sparse.parts.count ? sparse.parts[index].offset : sparse.size
  }
}
