package import ByteParsing
internal import CArchive
internal import Formats
internal import Glibc
package import Scanning

/// An archive read by libarchive, through callbacks over the input.
@safe final class LibraryArchive: OpenArchive {
  private let archive: OpaquePointer
  private let feed: ArchiveFeed
  private(set) var goesOn = true

  /// - Throws: `.limit` where libarchive cannot get its memory, `.malformed` where it takes the input for no archive.
  init(_ input: Input) throws(ParseError) {
    // SAFETY: libarchive allocates it; `deinit` frees it.
    guard let archive = unsafe archive_read_new() else {
      throw ParseError(.limit, at: 0, "memory for unpacking")
    }
    unsafe self.archive = archive
    feed = ArchiveFeed(input)
    unsafe Self.supportFormats(archive)
    // SAFETY: the feed lives as long as the archive does, and longer than every callback.
    let client = unsafe Unmanaged.passUnretained(feed).toOpaque()
    unsafe archive_read_set_callback_data(archive, client)
    unsafe archive_read_set_read_callback(archive) { _, client, buffer in
      unsafe ArchiveFeed.of(client).read(buffer)
    }
    unsafe archive_read_set_skip_callback(archive) { _, client, count in
      unsafe Int64(ArchiveFeed.of(client).skip(Int(clamping: count)))
    }
    unsafe archive_read_set_seek_callback(archive) { _, client, offset, whence in
      unsafe ArchiveFeed.of(client).seek(Int(clamping: offset), from: whence)
    }
    try check(unsafe archive_read_open1(archive))
  }

  deinit {
    // SAFETY: nothing else refers to the archive.
    unsafe _ = archive_read_free(archive)
  }

  /// Formats are named one by one: "all" would bring XML and network code into the program that reads hostile bytes.
  /// ZIP, tar, cpio, ar and single compressed streams have readers of their own.
  static func supportFormats(_ archive: OpaquePointer) {
    // SAFETY: each only registers a reader.
    unsafe archive_read_support_format_7zip(archive)
    unsafe archive_read_support_format_cab(archive)
    unsafe archive_read_support_format_iso9660(archive)
    unsafe archive_read_support_format_rar(archive)
    unsafe archive_read_support_format_rar5(archive)
  }

  func next() throws(ParseError) -> ArchiveMember? {
    var entry: OpaquePointer?
    // SAFETY: libarchive owns the entry until the next call.
    let status = unsafe archive_read_next_header(archive, &entry)
    if status == ARCHIVE_EOF {
      goesOn = false
      return nil
    }
    guard status == ARCHIVE_OK || status == ARCHIVE_WARN, let entry = unsafe entry else {
      try check(status)
      throw failure(status)
    }
    return unsafe member(entry, doubt: status == ARCHIVE_WARN ? failure(status).field : nil)
  }

  func read(into buffer: inout MutableRawSpan) throws(ParseError) -> Int {
    // SAFETY: libarchive fills at most as many bytes as the buffer has.
    let count = unsafe buffer.withUnsafeMutableBytes { target in
      unsafe archive_read_data(archive, target.baseAddress, target.count)
    }
    guard count < 0 else { return count }
    throw failure(Int32(clamping: count))
  }

  private func check(_ status: Int32) throws(ParseError) {
    guard status == ARCHIVE_OK || status == ARCHIVE_WARN else { throw failure(status) }
  }

  /// libarchive's last error. After a fatal one nothing more can be asked for.
  private func failure(_ status: Int32) -> ParseError {
    if status == ARCHIVE_FATAL { goesOn = false }
    if let error = feed.error { return error }
    // SAFETY: the text belongs to the archive, and is copied.
    let text = unsafe archive_error_string(archive).map { unsafe String(cString: $0) } ?? "no reason given"
    let kind: ParseError.Kind =
      switch unsafe archive_errno(archive) {
      case ENOMEM: .limit
      case EILSEQ: .malformed
      default: .unsupported
      }
    return ParseError(kind, at: 0, text)
  }

  private func member(_ entry: OpaquePointer, doubt: String?) -> ArchiveMember {
    // SAFETY: each text belongs to the entry, and is copied.
    let name = unsafe Self.bytes(archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry))
    let hardLink = unsafe archive_entry_hardlink_utf8(entry) ?? archive_entry_hardlink(entry)
    let target = unsafe hardLink ?? archive_entry_symlink_utf8(entry) ?? archive_entry_symlink(entry)
    let kind: ArchiveMember.Kind =
      unsafe hardLink != nil ? .hardLink : ArchiveMember.Kind(mode: UInt32(archive_entry_filetype(entry)))
    return unsafe ArchiveMember(
      name: name, kind: kind, target: Self.bytes(target), permissions: UInt32(archive_entry_perm(entry)),
      isEncrypted: archive_entry_is_encrypted(entry) != 0, doubt: doubt)
  }

  private static func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8] {
    // SAFETY: libarchive's texts end in a NUL.
    guard let text = unsafe text else { return [] }
    return unsafe Array(UnsafeBufferPointer(start: text, count: strlen(text))).map(UInt8.init(bitPattern:))
  }
}

/// Opens archives with libarchive.
package struct LibraryArchiveOpener: ArchiveOpener {
  package init() {}

  package func open(_ archive: Input) throws(ParseError) -> any OpenArchive { try LibraryArchive(archive) }
}
