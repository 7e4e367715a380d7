/// Short texts that are looked for together, in one pass over the bytes.
package struct ByteMarks: Sendable {
  private let marks: [(text: String, bytes: [UInt8])]
  /// The numbers of the marks that begin with a byte.
  private let beginning: [[Int]]
  private let isBeginning: [Bool]

  package init(_ texts: [String]) {
    marks = texts.map { ($0, Array($0.utf8)) }
    var beginning = [[Int]](repeating: [], count: 256)
    for (number, mark) in marks.enumerated() {
      if let first = mark.bytes.first { beginning[Int(first)].append(number) }
    }
    self.beginning = beginning
    isBeginning = beginning.map { !$0.isEmpty }
  }

  /// The mark that stands first in the bytes; nil where none does.
  package func first(in bytes: Span<UInt8>) -> String? {
    var index = 0
    while index < bytes.count {
      if isBeginning[Int(bytes[index])] {
        for number in beginning[Int(bytes[index])] where stands(marks[number].bytes, at: index, in: bytes) {
          return marks[number].text
        }
      }
      index += 1
    }
    return nil
  }

  private func stands(_ mark: [UInt8], at start: Int, in bytes: Span<UInt8>) -> Bool {
    guard mark.count <= bytes.count - start else { return false }
    var index = 0
    while index < mark.count {
      if bytes[start + index] != mark[index] { return false }
      index += 1
    }
    return true
  }
}
