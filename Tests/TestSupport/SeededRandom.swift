import Glibc

/// Random numbers that can be had again: SplitMix64 (Steele, Lea and Flood, 2014). A test names its seed, so
/// that a failure repeats; `LAZARET_SEED` in the environment replaces every seed to look further.
package struct SeededRandom: RandomNumberGenerator {
  /// What the numbers follow from. Put it in the comment of an expectation.
  package let seed: UInt64
  private var state: UInt64

  /// Prints the seed that is used.
  package init(seed: UInt64) {
    var chosen = seed
    // SAFETY: nothing in the tests changes the environment while they run.
    if let text = unsafe getenv("LAZARET_SEED"), let number = UInt64(unsafe String(cString: text)) {
      chosen = number
    }
    print("seed \(chosen)")
    self.seed = chosen
    self.state = chosen
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// That many random bytes.
  package mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
  }
}
