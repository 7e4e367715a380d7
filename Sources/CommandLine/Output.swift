internal import Linux

/// One of the program's streams. Writing never throws: the first failure is kept, and later text dropped.
final class Output {
  private let file: FileDescriptor?
  private var pending: [UInt8] = []
  /// Everything written, where there is no file: for tests.
  private(set) var written: [UInt8] = []
  private(set) var failure: SystemCallError?

  let isTerminal: Bool

  /// - Parameter file: nil keeps the text.
  init(_ file: consuming FileDescriptor?) {
    isTerminal = file.map { FileDescriptor.isTerminal($0.number) } ?? false
    self.file = file
  }

  func write(_ text: String) {
    pending += text.utf8
    if pending.count >= 1 << 16 { flush() }
  }

  func flush() {
    guard failure == nil, !pending.isEmpty else { return }
    do {
      if let file { try file.write(pending) } else { written += pending }
    } catch {
      failure = error
    }
    pending.removeAll(keepingCapacity: true)
  }
}
