import Testing
import Wire

@Suite struct ZygoteMessageTests {
  @Test func `a worker's handle comes with three descriptors, everything else with none`() {
    #expect(ZygoteMessage.worker(pid: 1).descriptorCount == 3)
    #expect(ZygoteMessage.failure(reason: "").descriptorCount == 0)
    #expect(ZygoteMessage.hello(engine: "", kernel: "", layers: Layers()).descriptorCount == 0)
  }

  @Test(arguments: [0, -1, Int32.min]) func `a pid that no process has is refused`(pid: Int32) {
    #expect(throws: WireError.self) {
      try ZygoteMessage(parsing: ZygoteMessage.worker(pid: pid).encoded())
    }
  }
}
