import TestSupport
import Testing
import Wire

/// Hands every damaged copy of every sample to `parse`, which gives back what it would encode to.
func damage(_ samples: [[UInt8]], _ parse: ([UInt8]) throws -> [UInt8]) {
  for sample in samples {
    for mutation in Mutations.truncations(of: sample) {
      #expect(throws: WireError.self, "\(mutation.what)") { try parse(mutation.bytes) }
    }
    for mutation in Mutations.trailing(after: sample) {
      #expect(throws: WireError.self, "\(mutation.what)") { try parse(mutation.bytes) }
    }
    var changed = Array(Mutations.byteFlips(of: sample))
    for width in [1, 4, 8] where sample.count >= width {
      for offset in 0...(sample.count - width) {
        changed += Mutations.extremes(of: sample, at: offset, width: width)
      }
    }
    for mutation in changed {
      do {
        // What is accepted says exactly what its bytes say: nothing was skipped or guessed.
        #expect(try parse(mutation.bytes) == mutation.bytes, "\(mutation.what)")
      } catch {
        #expect(error is WireError, "\(mutation.what)")
      }
    }
  }
}
