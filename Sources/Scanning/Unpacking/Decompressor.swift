package import ByteParsing
package import Formats

/// Bytes that come one after the other, of a number that is known when they end.
package protocol ByteStream: AnyObject {
  /// Fills the beginning of `buffer`, which is not empty.
  ///
  /// - Returns: how many bytes it filled; 0 at the end.
  /// - Throws: `.malformed` for what the format does not allow, a wrong checksum included, `.truncated` where the
  ///   packed data end before the stream does, `.limit` where the stream wants more memory for its window than is
  ///   given, which is refused before it is taken. What came out before was handed out.
  func read(into buffer: inout MutableRawSpan) throws(ParseError) -> Int

  /// A stream of its own that has the same still to come; nil where that cannot be had for little.
  func branch() -> (any ByteStream)?
}

extension ByteStream {
  package func branch() -> (any ByteStream)? { nil }
}

/// Bytes that come out of packed ones.
package protocol UnpackingStream: ByteStream {
  /// How much of the packed bytes has been taken to make all that came out so far.
  var packedBytes: Int { get }
}

/// Unpacks compressed data; made of C libraries by whoever runs an examination.
package protocol Decompressor {
  /// The one stream that `packed` begins with. What follows it is not looked at.
  ///
  /// - Throws: `.limit` where there is no memory for it.
  func open(_ packed: Input, as format: Compression) throws(ParseError) -> any UnpackingStream
}

extension Decompressor {
  /// Hands out the one stream that `packed` begins with, in chunks, until it ends or the unpacker has enough.
  ///
  /// - Throws: as ``ByteStream/read(into:)``.
  func unpack(
    _ packed: Input, as format: Compression, into unpacker: inout Unpacker
  ) throws(ParseError) -> Unpacked {
    let stream = try open(packed, as: format)
    let finished = try unpacker.receive(all: stream)
    return Unpacked(packedBytes: stream.packedBytes, finished: finished)
  }
}

/// How unpacking ended, where it did not fail.
struct Unpacked: Equatable, Sendable {
  /// Packed bytes that the stream took.
  let packedBytes: Int
  /// Whether the stream's end was seen; false where the unpacker stopped it.
  let finished: Bool
}
