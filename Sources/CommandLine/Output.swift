internal import Linux

/// One of the program's streams. Writing never throws: the first failure is kept, and later text dropped.
final class Output {
  private let sink: ([UInt8]) throws(SystemCallError) -> Void
  private var pending: [UInt8] = []
  private(set) var failure: SystemCallError?

  let isTerminal: Bool

  init(isTerminal: Bool, sink: @escaping ([UInt8]) throws(SystemCallError) -> Void) {
    self.isTerminal = isTerminal
    self.sink = sink
  }

  convenience init(_ file: consuming FileDescriptor) {
    let file = file
    self.init(
      isTerminal: FileDescriptor.isTerminal(file.number),
      sink: { bytes throws(SystemCallError) in try file.write(bytes) })
  }

  func write(_ text: String) { write(text.utf8) }

  func write(_ bytes: some Sequence<UInt8>) {
    pending += bytes
    if pending.count >= 1 << 16 { flush() }
  }

  func flush() {
    guard failure == nil, !pending.isEmpty else { return }
    do {
      try sink(pending)
    } catch {
      failure = error
    }
    pending.removeAll(keepingCapacity: true)
  }
}
