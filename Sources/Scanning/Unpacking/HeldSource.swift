import ByteParsing

/// An unpacked member in memory. Counts as held until nothing refers to it any more.
final class HeldSource: ByteSource {
  private let memory: MemorySource
  private let account: UnpackingAccount

  init(_ bytes: [UInt8], account: UnpackingAccount) {
    memory = MemorySource(bytes)
    self.account = account
    account.hold(bytes.count)
  }

  deinit { account.release(memory.count) }

  var count: Int { memory.count }

  func read(at offset: Int, into buffer: inout MutableRawSpan) throws(ParseError) {
    try memory.read(at: offset, into: &buffer)
  }
}
