import ByteParsing

/// The four ways in which GNU tar writes files with holes.
extension TarReader {
  /// The map of a header of type `S`: four parts at 386, whether blocks with more parts follow at 482, the file's size
  /// at 483; in each further block 21 parts, and whether another follows at 504.
  ///
  /// - Returns: the map, and where the data begin.
  func oldSparse(_ header: TarHeader) throws(ParseError) -> (TarSparse, Int) {
    var block = try input.bytes(at: header.offset, count: TarHeader.blockSize, "sparse tar header")
    guard let size = TarHeader.number(block[483..<495]) else {
      throw ParseError(.malformed, at: header.offset, "size of a sparse file")
    }
    var numbers = try Self.numbers(block[386..<482], at: header.offset)
    var goesOn = block[482] != 0
    var offset = header.dataOffset
    while goesOn {
      block = try input.bytes(at: offset, count: TarHeader.blockSize, "sparse tar header")
      numbers += try Self.numbers(block[..<504], at: offset)
      goesOn = block[504] != 0
      offset += TarHeader.blockSize
      guard numbers.count / 2 <= TarSparse.partLimit else {
        throw ParseError(.limit, at: offset, "parts of a sparse file: limit \(TarSparse.partLimit)")
      }
    }
    return (try TarSparse(numbers, size: size, at: header.offset), offset)
  }

  /// Pairs of 12 bytes each, up to the first that is empty.
  private static func numbers(_ bytes: ArraySlice<UInt8>, at offset: Int) throws(ParseError) -> [Int] {
    var numbers: [Int] = []
    for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 24) {
      if bytes[start] == 0 { break }
      guard let place = TarHeader.number(bytes[start..<start + 12]),
        let count = TarHeader.number(bytes[start + 12..<start + 24])
      else { throw ParseError(.malformed, at: offset, "sparse map") }
      numbers += [place, count]
    }
    return numbers
  }

  /// The map that pax records give, or say to stand before the data (version 1.0); nil where there is none.
  func paxSparse(
    _ pax: PaxRecords, _ header: TarHeader, start: inout Int, end: Int
  ) throws(ParseError) -> TarSparse? {
    let offset = header.offset
    if pax["GNU.sparse.major"] != nil {
      guard try pax.number("GNU.sparse.major", at: offset) == 1,
        let size = try pax.number("GNU.sparse.realsize", at: offset)
      else { throw ParseError(.unsupported, at: offset, "version of a sparse file") }
      return try TarSparse(try leadingMap(&start, end: end), size: size, at: offset)
    }
    guard let size = try pax.number("GNU.sparse.size", at: offset) else { return nil }
    var numbers: [Int] = []
    if let map = pax["GNU.sparse.map"] {
      for number in map.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
        numbers.append(try PaxRecords.number(number, at: offset))
      }
    } else {
      for record in pax.records where ["GNU.sparse.offset", "GNU.sparse.numbytes"].contains(record.key) {
        numbers.append(try PaxRecords.number(record.value, at: offset))
      }
    }
    return try TarSparse(numbers, size: size, at: offset)
  }

  /// Version 1.0: lines of decimal digits before the data, filled up to a block: how many parts, then two lines each.
  private func leadingMap(_ start: inout Int, end: Int) throws(ParseError) -> [Int] {
    var numbers: [Int] = []
    var expected = 1
    var line: [UInt8] = []
    while numbers.count < expected {
      guard start < end, end - start >= TarHeader.blockSize || end - start > 0 else {
        throw ParseError(.truncated, at: start, "sparse map")
      }
      let block = try input.bytes(at: start, count: TarHeader.blockSize, "sparse map")
      start += TarHeader.blockSize
      for byte in block where numbers.count < expected {
        guard byte == 0x0A else {
          line.append(byte)
          continue
        }
        numbers.append(try PaxRecords.number(line, at: start))
        line = []
        guard numbers.count == 1 else { continue }
        guard numbers[0] <= TarSparse.partLimit else {
          throw ParseError(.limit, at: start, "parts of a sparse file: limit \(TarSparse.partLimit)")
        }
        expected = 1 + 2 * numbers[0]
      }
    }
    return Array(numbers.dropFirst())
  }
}
