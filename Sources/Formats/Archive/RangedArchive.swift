package import ByteParsing

/// An archive whose members lie in it as they are, so that each is a range of the input.
package protocol RangedArchive {
  init(_ input: Input)

  /// The next member, or nil at the end; ``offset`` is then behind it.
  ///
  /// - Throws: where a header cannot be read, or its data are not all there.
  mutating func next() throws(ParseError) -> RangedMember?

  /// Where the next header is.
  var offset: Int { get }
}

/// A member and where its bytes are.
package struct RangedMember: Equatable, Sendable {
  package let member: ArchiveMember
  package let data: Range<Int>
}

extension RangedArchive {
  /// The range of `count` bytes at `start`.
  ///
  /// - Throws: `.truncated` where the input ends before.
  static func range(_ start: Int, _ count: Int, in input: Input) throws(ParseError) -> Range<Int> {
    guard count >= 0, start <= input.count, count <= input.count - start else {
      throw ParseError(.truncated, at: start, "data of an archive's member")
    }
    return start..<start + count
  }
}
