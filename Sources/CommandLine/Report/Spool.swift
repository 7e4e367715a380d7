internal import VerdictStore

/// Markup that is put aside until its place in a page is known, in a file without a name: little memory, however much
/// it is.
struct Spool {
  /// Parts of a spool, in the order in which they are to be read.
  struct Passage {
    fileprivate private(set) var ranges: [Range<Int>] = []

    var isEmpty: Bool { ranges.isEmpty }

    mutating func append(_ other: Passage) {
      for range in other.ranges { append(range) }
    }

    fileprivate mutating func append(_ range: Range<Int>) {
      if let last = ranges.last, last.upperBound == range.lowerBound {
        ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
      } else if !range.isEmpty {
        ranges.append(range)
      }
    }
  }

  /// Bytes of a value of the table.
  private static let chunkSize = 1 << 16

  private let table: TemporaryTable
  /// What is in no chunk yet.
  private var pending: [UInt8] = []
  private var count = 0

  init() throws(StoreError) { table = try TemporaryTable() }

  /// Puts markup aside.
  ///
  /// - Throws: where the temporary file cannot be written.
  mutating func append(_ html: HTML, to passage: inout Passage) throws(StoreError) {
    let start = count
    pending += html.text.utf8
    count = start + html.text.utf8.count
    passage.append(start..<count)
    while pending.count >= Self.chunkSize {
      let first = count - pending.count
      try table.set(Self.key(first / Self.chunkSize), to: Array(pending.prefix(Self.chunkSize)))
      pending.removeFirst(Self.chunkSize)
    }
  }

  /// Writes what was put aside.
  ///
  /// - Throws: where the temporary file cannot be read.
  func write(_ passage: Passage, to output: Output) throws(StoreError) {
    var number = -1
    var chunk: [UInt8] = []
    for range in passage.ranges {
      var position = range.lowerBound
      while position < range.upperBound {
        if position / Self.chunkSize != number {
          number = position / Self.chunkSize
          chunk = try table.value(of: Self.key(number)) ?? pending
        }
        let offset = position - number * Self.chunkSize
        let length = min(chunk.count - offset, range.upperBound - position)
        output.write(chunk[offset..<(offset + length)])
        position += length
      }
    }
  }

  private static func key(_ number: Int) -> [UInt8] { Array(String(number).utf8) }
}
