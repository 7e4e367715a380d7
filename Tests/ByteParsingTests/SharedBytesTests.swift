import ByteParsing
import Testing

@Suite struct SharedBytesTests {
  @Test func `a part has the bytes of its range, also when the whole is gone`() {
    var part = SharedBytes([1, 2, 3, 4, 5])[1..<4]
    #expect(part.array == [2, 3, 4])
    part = part[1..<3]
    #expect(part.count == 2)
    #expect(part.array == [3, 4])
    #expect(part[2..<2].array.isEmpty)
  }

  @Test func `no bytes are shared as well`() {
    #expect(SharedBytes([]).count == 0)
    #expect(SharedBytes([]).span.byteCount == 0)
    #expect(SharedBytes([])[0..<0].array.isEmpty)
  }

  @Test func `bytes stay as long as any part of them, and no longer`() {
    var owner: Owner? = Owner([7, 8])
    weak let watched = owner
    var part = owner.map { unsafe SharedBytes($0.bytes, keptBy: $0)[1..<2] }
    owner = nil
    #expect(watched != nil)
    #expect(part?.array == [8])
    part = nil
    #expect(watched == nil)
  }

  @safe private final class Owner: Sendable {
    nonisolated(unsafe) let memory: UnsafeMutableRawBufferPointer

    init(_ bytes: [UInt8]) {
      unsafe memory = .allocate(byteCount: bytes.count, alignment: 1)
      unsafe memory.copyBytes(from: bytes)
    }

    var bytes: RawSpan {
      @_lifetime(borrow self)
      get {
        unsafe _overrideLifetime(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(memory)), borrowing: self)
      }
    }

    deinit { unsafe memory.deallocate() }
  }
}
