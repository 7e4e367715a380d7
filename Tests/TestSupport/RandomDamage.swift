/// Copies of samples, damaged at random: the same number gives the same copy.
package struct RandomDamage: Sendable {
  private let samples: [[UInt8]]
  private let seed: UInt64

  /// Bytes of a copy: what is longer is cut.
  private static let sizeLimit = 1 << 16
  private static let stepLimit = 6

  /// - Parameter samples: at least one.
  package init(of samples: [[UInt8]], seed: UInt64) {
    self.samples = samples
    self.seed = seed
  }

  /// The copy of that number.
  package func copy(_ number: Int) -> [UInt8] {
    var random = Numbers(state: seed &+ UInt64(truncatingIfNeeded: number) &* 0xD134_2543_DE82_EF95)
    var bytes = samples[random.below(samples.count)]
    for _ in 0...random.below(Self.stepLimit) { damage(&bytes, &random) }
    return Array(bytes.prefix(Self.sizeLimit))
  }

  /// SplitMix64, without a word about its seed.
  private struct Numbers {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `count` - 1.
    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
  }

  /// Bytes that mean something in many formats.
  private static let telling: [UInt8] = [
    0, 1, 2, 7, 8, 0x0A, 0x20, 0x22, 0x27, 0x28, 0x2D, 0x2E, 0x2F, 0x30, 0x3C, 0x5B, 0x5C, 0x5D, 0x7B, 0x7D,
    0x7F, 0x80, 0xC0, 0xFE, 0xFF,
  ]

  private func damage(_ bytes: inout [UInt8], _ random: inout Numbers) {
    guard !bytes.isEmpty else { return bytes.append(UInt8(truncatingIfNeeded: random.next())) }
    let place = random.below(bytes.count)
    let count = 1 + random.below(min(32, bytes.count - place))
    switch random.below(10) {
    case 0: bytes[place] ^= 1 << UInt8(random.below(8))
    case 1: bytes[place] = UInt8(truncatingIfNeeded: random.next())
    case 2: bytes[place] = Self.telling[random.below(Self.telling.count)]
    case 3: setNumber(&bytes, at: place, &random)
    case 4: bytes.removeSubrange(place..<place + count)
    case 5: bytes.insert(contentsOf: bytes[place..<place + count], at: random.below(bytes.count + 1))
    case 6: bytes.insert(Self.telling[random.below(Self.telling.count)], at: place)
    case 7: bytes.removeLast(random.below(bytes.count))
    case 8: repeatBytes(&bytes, place..<place + count, &random)
    default: join(&bytes, at: place, &random)
    }
  }

  /// An integer near one of the ends of its range, or near the size of the file.
  private func setNumber(_ bytes: inout [UInt8], at place: Int, _ random: inout Numbers) {
    let width = 1 << random.below(4)
    guard bytes.count - place >= width else { return }
    let ends: [UInt64] = [0, .max, .max >> 1, 1 << 31, 1 << 32, UInt64(bytes.count), 1 << 20]
    let value = ends[random.below(ends.count)] &+ UInt64(random.below(5)) &- 2
    let isReversed = random.below(2) == 1
    for index in 0..<width {
      let shift = 8 * UInt64(isReversed ? width - 1 - index : index)
      bytes[place + index] = UInt8(truncatingIfNeeded: value >> shift)
    }
  }

  private func repeatBytes(_ bytes: inout [UInt8], _ range: Range<Int>, _ random: inout Numbers) {
    let piece = Array(bytes[range])
    let times = 1 << random.below(10)
    bytes.insert(contentsOf: (0..<times).flatMap { _ in piece }, at: range.upperBound)
  }

  /// The beginning of one sample and the end of another.
  private func join(_ bytes: inout [UInt8], at place: Int, _ random: inout Numbers) {
    let other = samples[random.below(samples.count)]
    guard !other.isEmpty else { return }
    bytes = Array(bytes[..<place]) + other[random.below(other.count)...]
  }
}
