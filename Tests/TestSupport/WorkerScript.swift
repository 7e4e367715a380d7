internal import CProbes
package import Linux

/// What a stand-in worker is to say and how it is to end, as the file that tells it.
package struct WorkerScript: Sendable {
  package enum Ending: Sendable {
    /// With a status up to 63.
    case exit(UInt8)
    case signal(Int32)
    /// The worker closes its connection and exits with 0.
    case hangUp

    fileprivate var code: UInt8 {
      switch self {
      case .exit(let status): status
      case .signal(let number): UInt8(64 + number)
      case .hangUp: 255
      }
    }
  }

  package struct Part: Sendable {
    package let message: [UInt8]
    /// How many descriptors go with it.
    package let descriptors: UInt8

    package init(_ message: [UInt8], descriptors: UInt8 = 0) {
      self.message = message
      self.descriptors = descriptors
    }
  }

  package var parts: [Part]
  package var ending: Ending

  package init(_ parts: [Part], ending: Ending = .exit(0)) {
    self.parts = parts
    self.ending = ending
  }

  package var file: [UInt8] {
    parts.reduce(into: Array("say ".utf8) + [ending.code]) { bytes, part in
      bytes += littleEndian(UInt16(part.message.count)) + [part.descriptors] + part.message
    }
  }
}

extension FileDescriptor {
  /// Sends one message with so many copies of a descriptor, up to 253.
  ///
  /// - Returns: whether the kernel took it.
  package func send(_ bytes: [UInt8], descriptor: Int32, copies: Int) -> Bool {
    unsafe cprobes_send_copies(number, bytes, bytes.count, descriptor, copies) == bytes.count
  }
}
