import ByteParsing
import Pickle

/// An array whose elements can be read: what native code will take for indices.
struct NumpyContents {
  let dtype: NumpyDtype
  /// The number of elements.
  let count: Int
  let place: Place

  enum Place {
    /// The bytes, or the text that stands for them.
    case constant(SymbolicValue)
    /// Raw bytes of the file, between opcodes.
    case raw(offset: Int)
  }
}

/// Signed integers at one place of every element of an array.
struct IntegerColumn {
  private let bytes: [UInt8]
  private let start: Int
  private let stride: Int
  private let width: Int
  let count: Int

  /// - Parameters:
  ///   - bytes: `count` elements of `stride` bytes.
  ///   - start: where the integer lies in an element; `start + width` is at most `stride`.
  init(_ bytes: [UInt8], at start: Int, width: Int, stride: Int, count: Int) {
    self.bytes = bytes
    self.start = start
    self.width = width
    self.stride = stride
    self.count = count
  }

  /// Little-endian, as every processor that models are trained on writes it.
  subscript(index: Int) -> Int {
    let first = index * stride + start
    var value: UInt64 = 0
    for byte in (0..<width).reversed() { value = value << 8 | UInt64(bytes[first + byte]) }
    let unused = UInt64(64 - 8 * width)
    return Int(Int64(bitPattern: value << unused) >> Int64(unused))
  }
}

extension PickleJudge {
  /// Keeps where the elements of an array lie, for checks of what is done with it.
  mutating func noteContents(
    of array: SymbolicValue, _ dtype: NumpyDtype, _ count: Int, _ place: NumpyContents.Place
  ) {
    guard numpy.contents.count < PickleJudgeLimits.readableArrays else { return }
    numpy.contents[array.raw] = NumpyContents(dtype: dtype, count: count, place: place)
  }

  /// All bytes of an array; nil where they are elsewhere or too many.
  func bytes(of array: NumpyContents, _ values: borrowing ValueTable) -> [UInt8]? {
    let (size, overflow) = array.count.multipliedReportingOverflow(by: array.dtype.itemSize)
    guard !overflow, size <= PickleJudgeLimits.checkedArrayBytes else { return nil }
    let input: Input?
    switch array.place {
    // An escaped text is up to four characters for each byte.
    case .constant(let value): input = values.decodedContents(value, limit: 4 * size + 2)
    case .raw(let offset): input = try? values.source.slice(at: offset, count: size)
    }
    guard let input, input.count == size else { return nil }
    return try? input.bytes(at: 0, count: size)
  }

  /// A plain array of signed integers; nil where it is none, or cannot be read.
  func integers(of array: NumpyContents, _ values: borrowing ValueTable) -> IntegerColumn? {
    let dtype = array.dtype
    guard dtype.kind == UInt8(ascii: "i"), !dtype.isBigEndian, let bytes = bytes(of: array, values) else {
      return nil
    }
    return IntegerColumn(bytes, at: 0, width: dtype.itemSize, stride: dtype.itemSize, count: array.count)
  }

  /// Signed integer fields of a structured array, in the order of `names`; nil where one is missing or is something
  /// else, or where they cannot be read.
  mutating func integerFields(
    _ names: [String], of array: NumpyContents, _ values: borrowing ValueTable
  ) -> [IntegerColumn]? {
    guard let fields = array.dtype.fields, let entries = values.elements(fields),
      let bytes = bytes(of: array, values)
    else { return nil }
    var columns: [IntegerColumn] = []
    for name in names {
      guard
        let index = stride(from: 0, to: entries.count - 1, by: 2).first(where: {
          values.string(entries[$0], limit: 64) == name
        }), let parts = values.elements(entries[index + 1]), parts.count >= 2,
        case .known(let dtype) = useDtype(parts[0], values), dtype.kind == UInt8(ascii: "i"),
        !dtype.isBigEndian, let offset = values.integer(parts[1]), offset >= 0,
        offset <= array.dtype.itemSize - dtype.itemSize
      else { return nil }
      columns.append(
        IntegerColumn(
          bytes, at: offset, width: dtype.itemSize, stride: array.dtype.itemSize, count: array.count))
    }
    return columns
  }
}
