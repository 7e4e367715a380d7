import Linux
import TestSupport
import Testing

@testable import CommandLine

struct OrderedWorkTests {
  /// Numbers up to a limit, one after another.
  private static func numbers(below limit: Int) -> () -> Int? {
    var next = 0
    return {
      defer { next += 1 }
      return next < limit ? next : nil
    }
  }

  @Test(arguments: [1, 2, 7, 32])
  func `results come in order, whoever is ready first`(workers: Int) throws {
    var delivered: [Int] = []
    try OrderedWork.run(
      workers: workers, next: Self.numbers(below: 2000),
      perform: { number in
        // Unequal work.
        (0..<((number * 7919) % 500)).reduce(number) { sum, _ in sum }
      },
      deliver: {
        delivered.append($0)
        return true
      })
    #expect(delivered == Array(0..<2000))
  }

  @Test func `where the order is that of the ends, a slow item holds up none of the others`() throws {
    let others = Monitor(0)
    var delivered: [Int] = []
    try OrderedWork.run(
      workers: 2, order: .asFinished, next: Self.numbers(below: 1000),
      perform: { number in
        if number == 0 { others.wait { $0 == 999 ? () : nil } } else { others.update { $0 += 1 } }
        return number
      },
      deliver: {
        delivered.append($0)
        return true
      })
    #expect(delivered.last == 0 || delivered.dropLast().last == 0)
    #expect(delivered.sorted() == Array(0..<1000))
  }

  @Test func `nothing to do ends at once`() throws {
    try OrderedWork.run(workers: 4, next: { nil as Int? }, perform: { $0 }) { _ in
      Issue.record("a result of nothing")
      return true
    }
  }

  @Test func `a slow first item does not let results pile up`() throws {
    let taken = Monitor(0)
    let release = Monitor(false)
    var delivered = 0
    try OrderedWork.run(
      workers: 2, next: Self.numbers(below: 1000),
      perform: { number in
        let count = taken.update { taken in
          taken += 1
          return taken
        }
        // The window is sixteen: the first item waits until the other worker can take no more, and its delivery
        // makes room for one.
        if count == 16 { release.update { $0 = true } }
        if number == 0 { release.wait { $0 ? () : nil } }
        return number
      },
      deliver: { number in
        if number == 0 { #expect(taken.withLock { $0 } <= 17) }
        delivered += 1
        return true
      })
    #expect(delivered == 1000)
  }

  @Test func `a reader who leaves ends the work`() throws {
    let performed = Monitor(0)
    var delivered = 0
    try OrderedWork.run(
      workers: 3, next: Self.numbers(below: 1_000_000),
      perform: { number in
        performed.withLock { $0 += 1 }
        return number
      },
      deliver: { _ in
        delivered += 1
        return delivered < 10
      })
    #expect(delivered == 10)
    #expect(performed.withLock { $0 } < 100)
  }
}
