package import ByteParsing
package import Formats

/// Opens archives that Lazaret has no reader of its own for; made of a C library by whoever runs an examination.
package protocol ArchiveOpener {
  /// - Throws: `.limit` where there is no memory for it.
  func open(_ archive: Input) throws(ParseError) -> any OpenArchive
}

/// An archive that is read from its front, member by member. The bytes are those of the member last given.
package protocol OpenArchive: ByteStream {
  /// Goes to the next member; nil at the end.
  ///
  /// - Throws: where the archive cannot be read on, or cannot be without a doubt; `goesOn` says whether another member
  ///   can be asked for.
  func next() throws(ParseError) -> ArchiveMember?

  /// Whether more can be asked for after an error.
  var goesOn: Bool { get }
}
