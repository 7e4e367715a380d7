import Findings
import Glibc
import Linux
import Testing

@testable import VerdictStore

struct GroupCommitTests {
  @Test func `every thread's record is on disk when its call returns, and the chain holds`() throws {
    let place = try TemporaryStore()
    let store = try place.open()
    let failures = Monitor<[String]>([])
    let path = place.path
    var threads: [JoinedThread] = []
    for thread in 0..<8 {
      threads.append(
        try JoinedThread {
          do {
            for number in 0..<25 {
              let examination = Sample.allowed(1 + thread * 25 + number)
              try store.record(examination, path: [UInt8(thread), UInt8(number)])
              let other = try Database(path: path)
              let count = try other.integer(
                "SELECT count(*) FROM scan WHERE sha256 = '\(examination.sha256 ?? "")'")
              if count != 1 { failures.withLock { $0.append("\(thread)/\(number): \(count)") } }
            }
          } catch {
            failures.withLock { $0.append("\(error)") }
          }
        })
    }
    for thread in threads { thread.join() }
    #expect(failures.withLock { $0 } == [])
    let verification = try store.verify()
    #expect(verification.problems == [])
    #expect(verification.scans == 200 && verification.entries == 200)
  }

  @Test func `while one commit runs the others gather into one`() throws {
    let batches = Monitor<[Int]>([])
    let release = Monitor(false)
    let commits = GroupCommit<Int> { items throws(StoreError) in
      batches.update { $0.append(items.count) }
      release.wait { $0 ? () : nil }
    }
    var threads = [try JoinedThread { submit(0, to: commits) }]
    batches.wait { $0.isEmpty ? nil : () }
    for number in 1...10 { threads.append(try JoinedThread { submit(number, to: commits) }) }
    while commits.waitingCount < 10 { yieldThread() }
    release.update { $0 = true }
    for thread in threads { thread.join() }
    #expect(batches.withLock { $0 } == [1, 10])
  }

  @Test func `an item that cannot be stored fails alone, and the rest of its batch is stored`() throws {
    let stored = Monitor<[Int]>([])
    let failed = Monitor<[Int]>([])
    let begun = Monitor(false)
    let release = Monitor(false)
    let commits = GroupCommit<Int> { items throws(StoreError) in
      begun.update { $0 = true }
      release.wait { $0 ? () : nil }
      if items.contains(3) { throw StoreError(code: 19, message: "three") }
      stored.withLock { $0 += items }
    }
    var threads: [JoinedThread] = []
    for number in 0...5 {
      threads.append(
        try JoinedThread {
          do {
            try commits.submit(number)
          } catch {
            failed.withLock { $0.append(number) }
          }
        })
      // The first must have begun alone, or others could go with it and never be seen waiting.
      begun.wait { $0 ? () : nil }
      while commits.waitingCount < number { yieldThread() }
    }
    release.update { $0 = true }
    for thread in threads { thread.join() }
    #expect(stored.withLock { $0.sorted() } == [0, 1, 2, 4, 5])
    #expect(failed.withLock { $0 } == [3])
  }
}

private func submit(_ number: Int, to commits: GroupCommit<Int>) {
  do {
    try commits.submit(number)
  } catch {
    Issue.record("\(error)")
  }
}

private func yieldThread() { sched_yield() }
