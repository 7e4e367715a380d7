package import ByteParsing

/// The members of a tar archive, one after the other, in any of its dialects: of before POSIX, ustar, pax, and GNU's.
///
/// Source: CPython, `Lib/tarfile.py`; GNU tar 1.34, `list.c`, `sparse.c`, `xheader.c`.
package struct TarReader {
  package let input: Input
  /// Where the next header is.
  package private(set) var offset = 0
  private var globals = PaxRecords()

  /// Bytes of a long name.
  private static let nameLimit = 1 << 16

  package init(_ input: Input) { self.input = input }

  /// Whether it begins as such an archive: a header whose sum is right, or the magic.
  package static func isRecognized(_ head: [UInt8]) -> Bool {
    guard head.count >= TarHeader.blockSize else { return false }
    return TarHeader.isHeader(head) || head[257...].starts(with: Array("ustar".utf8))
  }

  /// The next member, or nil at the end: an empty block, or the end of the input.
  ///
  /// - Throws: where a header cannot be read. ``resume()`` then looks for another.
  package mutating func next() throws(ParseError) -> TarEntry? {
    var extensions = Extensions()
    while offset < input.count {
      guard let header = try TarHeader(input, at: offset) else {
        guard extensions.isEmpty else {
          throw ParseError(.truncated, at: offset, "member behind its extended header")
        }
        return nil
      }
      guard header.kind == .description else {
        return try entry(header, extensions)
      }
      try read(header, into: &extensions)
      offset = try header.end()
    }
    guard extensions.isEmpty else {
      throw ParseError(.truncated, at: offset, "member behind its extended header")
    }
    return nil
  }

  /// Goes on at the next block that is a header, behind the one at ``offset``.
  ///
  /// - Returns: false where there is none; the reader is then at the end.
  package mutating func resume() throws(ParseError) -> Bool {
    offset += TarHeader.blockSize
    while offset <= input.count - TarHeader.blockSize {
      let count = min(input.count - offset, 1 << 20) / TarHeader.blockSize
      let bytes = try input.bytes(at: offset, count: count * TarHeader.blockSize, "tar archive")
      for index in 0..<count {
        let block = Array(bytes[(index * TarHeader.blockSize)..<((index + 1) * TarHeader.blockSize)])
        if block.contains(where: { $0 != 0 }), TarHeader.isHeader(block) {
          offset += index * TarHeader.blockSize
          return true
        }
      }
      offset += count * TarHeader.blockSize
    }
    offset = input.count
    return false
  }

  /// Where the zeros end that follow the last member.
  package func endOfZeros() throws(ParseError) -> Int {
    var offset = offset
    while offset < input.count {
      let bytes = try input.bytes(at: offset, count: min(input.count - offset, 1 << 16), "tar archive")
      if let first = bytes.firstIndex(where: { $0 != 0 }) { return offset + first }
      offset += bytes.count
    }
    return offset
  }

  /// What the headers before a member say of it.
  private struct Extensions {
    var name: [UInt8]?
    var link: [UInt8]?
    var pax = PaxRecords()

    var isEmpty: Bool { name == nil && link == nil && pax.records.isEmpty }
  }

  private mutating func read(_ header: TarHeader, into extensions: inout Extensions) throws(ParseError) {
    let isName = header.type == UInt8(ascii: "L") || header.type == UInt8(ascii: "K")
    let limit = isName ? Self.nameLimit : PaxRecords.byteLimit
    guard header.size <= limit else {
      throw ParseError(.limit, at: offset, "bytes of an extended tar header: limit \(limit)")
    }
    let bytes = try input.bytes(at: header.dataOffset, count: header.size, "extended tar header")
    switch header.type {
    case UInt8(ascii: "L"): extensions.name = Array(bytes.prefix { $0 != 0 })
    case UInt8(ascii: "K"): extensions.link = Array(bytes.prefix { $0 != 0 })
    case UInt8(ascii: "g"): globals = try PaxRecords(bytes, at: header.dataOffset).over(globals)
    default: extensions.pax = try PaxRecords(bytes, at: header.dataOffset)
    }
  }

  /// The member of a header; moves past its bytes.
  private mutating func entry(
    _ header: TarHeader, _ extensions: Extensions
  ) throws(ParseError) -> TarEntry {
    let pax = extensions.pax.over(globals)
    var differences: [TarDifference] = []
    if extensions.pax.repeatsKey { differences.append(.repeatedKey) }
    if header.isGNU, !header.prefix.isEmpty, header.type != UInt8(ascii: "S"), extensions.name == nil {
      differences.append(.prefixOfGNU)
    }
    let kind = kind(of: header)
    let name = name(of: header, extensions, pax)
    switch kind {
    case .file where name.last == UInt8(ascii: "/"): differences.append(.fileNamedFolder)
    case .other: differences.append(.unknownType(header.type))
    default: break
    }
    let size = try size(of: header, pax, isFile: kind == .file || kind == .other, &differences)
    var start = header.dataOffset
    var sparse: TarSparse?
    if header.type == UInt8(ascii: "S") {
      (sparse, start) = try oldSparse(header)
    } else if kind == .file {
      sparse = try paxSparse(pax, header, start: &start, end: header.dataOffset + size)
    }
    // In the oldest dialect the size is that of the data; in pax a map may stand before them.
    let end = header.type == UInt8(ascii: "S") ? start + size : header.dataOffset + size
    guard start <= end, end <= input.count else {
      throw ParseError(.truncated, at: offset, "data of a tar member")
    }
    let entry = TarEntry(
      member: ArchiveMember(
        name: name, kind: kind, target: pax["linkpath"] ?? extensions.link ?? header.link,
        permissions: header.permissions, offset: header.offset),
      data: start..<end, sparse: sparse, differences: differences)
    let next = try TarHeader.end(of: end - start, at: start)
    // Python and GNU tar miss what fills up the last block.
    guard next <= input.count else { throw ParseError(.truncated, at: end, "block of a tar member") }
    offset = next
    return entry
  }

  private func kind(of header: TarHeader) -> ArchiveMember.Kind {
    switch header.type {
    case 0 where header.name.last == UInt8(ascii: "/"): .folder
    case 0, UInt8(ascii: "0"), UInt8(ascii: "7"), UInt8(ascii: "S"): .file
    case UInt8(ascii: "1"): .hardLink
    case UInt8(ascii: "2"): .symbolicLink
    case UInt8(ascii: "3"), UInt8(ascii: "4"): .device
    case UInt8(ascii: "5"): .folder
    case UInt8(ascii: "6"): .pipe
    default: .other
    }
  }

  private func name(of header: TarHeader, _ extensions: Extensions, _ pax: PaxRecords) -> [UInt8] {
    if let name = pax["GNU.sparse.name"] ?? pax["path"] ?? extensions.name { return name }
    return header.isGNU || header.prefix.isEmpty
      ? header.name : header.prefix + [UInt8(ascii: "/")] + header.name
  }

  private func size(
    of header: TarHeader, _ pax: PaxRecords, isFile: Bool, _ differences: inout [TarDifference]
  ) throws(ParseError) -> Int {
    guard isFile else {
      if header.size > 0 { differences.append(.sizeOfNoFile(header.size)) }
      return 0
    }
    guard let size = try pax.number("size", at: offset) else { return try checked(header.size) }
    // Eleven octal digits hold less than 8 GiB; a larger size stands in the pax header alone.
    if size != header.size, size < 1 << 33 {
      differences.append(.twoSizes(header: header.size, pax: size))
    }
    return try checked(size)
  }

  private func checked(_ size: Int) throws(ParseError) -> Int {
    guard size <= input.count - min(input.count, offset + TarHeader.blockSize) else {
      throw ParseError(.truncated, at: offset, "data of a tar member")
    }
    return size
  }
}
