/// A damaged copy of a sample, and in words what was done to it: put `what` in an expectation's comment.
package struct Mutation: Sendable {
  package let what: String
  package let bytes: [UInt8]

  package init(what: String, bytes: [UInt8]) {
    self.what = what
    self.bytes = bytes
  }
}

/// The ways a sample is damaged systematically. The sequences are lazy: samples of some hundred bytes give
/// thousands of copies.
package enum Mutations {
  /// Every proper prefix, the empty one first.
  package static func truncations(of sample: [UInt8]) -> some Sequence<Mutation> {
    (0..<sample.count).lazy.map { count in
      Mutation(what: "first \(count) of \(sample.count) bytes", bytes: Array(sample[..<count]))
    }
  }

  /// Every byte changed: its lowest bit, its highest bit, all its bits.
  package static func byteFlips(of sample: [UInt8]) -> some Sequence<Mutation> {
    sample.indices.lazy.flatMap { index in
      [UInt8(0x01), 0x80, 0xff].lazy.map { mask in
        var bytes = sample
        bytes[index] ^= mask
        return Mutation(what: "byte \(index) xor \(mask)", bytes: bytes)
      }
    }
  }

  /// The integer of `width` bytes (1, 2, 4 or 8) at `offset` set to 0, 1, the largest but one, the largest, the
  /// largest signed value and the smallest.
  package static func extremes(
    of sample: [UInt8], at offset: Int, width: Int, bigEndian: Bool = false
  ) -> [Mutation] {
    let largest = UInt64.max >> (64 - 8 * UInt64(width))
    return [0, 1, largest - 1, largest, largest >> 1, (largest >> 1) + 1].map { value in
      var bytes = sample
      for index in 0..<width {
        let shift = 8 * UInt64(bigEndian ? width - 1 - index : index)
        bytes[offset + index] = UInt8(truncatingIfNeeded: value >> shift)
      }
      return Mutation(what: "\(width) bytes at \(offset) set to \(value)", bytes: bytes)
    }
  }

  /// Bytes added at the end.
  package static func trailing(after sample: [UInt8]) -> [Mutation] {
    [[0], [0xff], Array(repeating: 0, count: 64)].map { tail in
      Mutation(what: "\(tail.count) bytes of \(tail[0]) added", bytes: sample + tail)
    }
  }
}
