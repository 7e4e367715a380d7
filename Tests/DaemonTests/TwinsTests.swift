import TestSupport
import Testing

@testable import Daemon

/// Which scans wait for which others.
struct TwinsTests {
  private static func settle(
    _ twins: inout Twins<String>, _ number: UInt64, _ digest: String, isPatient: Bool = true
  ) -> (waits: Bool, released: [String]) {
    let (waits, released) = twins.settle(number, "\(number)", digest: digest, isPatient: isPatient)
    return (waits, released.map(\.job))
  }

  @Test func `only a scan of the same size under the same policy is another`() {
    var twins = Twins<String>()
    let hasOthers = [
      twins.begin(1, size: 5, generation: 0), twins.begin(2, size: 6, generation: 0),
      twins.begin(3, size: 5, generation: 1), twins.begin(4, size: 5, generation: 0),
    ]
    #expect(hasOthers == [false, false, false, true])
    _ = twins.end(4)
    _ = twins.end(1)
    let after = twins.begin(5, size: 5, generation: 0)
    #expect(!after)
  }

  @Test func `a scan waits for one of the same bytes, and is let go with its end`() {
    var twins = Twins<String>()
    _ = twins.begin(1, size: 5, generation: 0)
    let early = twins.learn(1, digest: "a")
    _ = twins.begin(2, size: 5, generation: 0)
    let (waits, released) = Self.settle(&twins, 2, "a")
    #expect(early.isEmpty && waits && released.isEmpty)
    _ = twins.begin(3, size: 5, generation: 0)
    let other = Self.settle(&twins, 3, "b")
    #expect(!other.waits)
    let (first, third) = (twins.end(1), twins.end(3))
    #expect(first.map(\.job) == ["2"] && first.map(\.digest) == ["a"] && third.isEmpty)
  }

  @Test func `a scan waits for a digest that is not known yet, and goes on where that is another`() {
    var twins = Twins<String>()
    for number in 1...2 { _ = twins.begin(UInt64(number), size: 5, generation: 0) }
    let second = Self.settle(&twins, 2, "c")
    let released = twins.learn(1, digest: "a")
    #expect(second.waits && released.map(\.job) == ["2"])
    _ = twins.begin(2, size: 5, generation: 0)
    let again = Self.settle(&twins, 2, "c", isPatient: false)
    _ = twins.begin(3, size: 5, generation: 0)
    let third = Self.settle(&twins, 3, "c")
    #expect(!again.waits && third.waits)
    let followers = twins.end(2)
    #expect(followers.map(\.job) == ["3"])
  }

  @Test func `random use loses no scan, and none waits for one that waits`() {
    var random = SeededRandom(seed: 23)
    for _ in 0..<300 {
      var twins = Twins<String>()
      var digests: [UInt64: String] = [:]
      // Scans that examine, those that wait, and those that ended.
      var active: Set<UInt64> = []
      var waiting: Set<UInt64> = []
      var ended: Set<UInt64> = []
      func start(_ number: UInt64, isPatient: Bool) {
        let hasOthers = twins.begin(number, size: 1, generation: 0)
        active.insert(number)
        guard hasOthers || !isPatient, Bool.random(using: &random) || !isPatient else { return }
        let (waits, released) = twins.settle(
          number, "\(number)", digest: digests[number] ?? "", isPatient: isPatient)
        if waits {
          active.remove(number)
          waiting.insert(number)
        }
        resume(released)
      }
      func resume(_ released: [Twins<String>.Waiting]) {
        for one in released {
          guard let number = UInt64(one.job) else { continue }
          #expect(waiting.remove(number) != nil && one.digest == digests[number])
          start(number, isPatient: false)
        }
      }
      for number in UInt64(1)...20 {
        digests[number] = ["a", "b", "c"].randomElement(using: &random)
        start(number, isPatient: true)
        guard Bool.random(using: &random), let any = active.randomElement(using: &random) else { continue }
        if Bool.random(using: &random) {
          resume(twins.learn(any, digest: digests[any] ?? ""))
        } else {
          active.remove(any)
          ended.insert(any)
          for one in twins.end(any) {
            guard let number = UInt64(one.job) else { continue }
            #expect(waiting.remove(number) != nil)
            ended.insert(number)
          }
        }
      }
      while let any = active.popFirst() {
        ended.insert(any)
        for one in twins.end(any) {
          guard let number = UInt64(one.job) else { continue }
          waiting.remove(number)
          ended.insert(number)
        }
      }
      #expect(ended.count == 20 && waiting.isEmpty)
    }
  }
}
