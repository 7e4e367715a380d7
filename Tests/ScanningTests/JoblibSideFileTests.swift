import Findings
import Pickle
import TestSupport
import Testing

/// Arrays that joblib before 0.10 kept in files of their own.
@Suite struct JoblibSideFileTests {
  private func wrapper(_ class: String, _ attributes: [PickleOpcode]) -> [UInt8] {
    pickle(
      [.proto(2), .global("joblib.numpy_pickle", `class`), .emptyTuple, .newobj, .emptyDict, .mark]
        + attributes
        + [.setitems, .build, .stop])
  }

  private func plain(_ name: [PickleOpcode]) -> [UInt8] {
    wrapper(
      "NDArrayWrapper",
      [.text("subclass"), .global("numpy", "ndarray"), .text("filename")] + name + [
        .text("allow_mmap"), .newTrue,
      ])
  }

  private func packed(_ code: String, flags: Int32) -> [UInt8] {
    wrapper(
      "ZNDArrayWrapper",
      [
        .text("filename"), .text("m.pkl_01.npy.z"), .text("init_args"), .global("numpy", "ndarray"),
        .integer(0), .tuple1, .bytes([0x62]), .tuple3, .text("state"), .mark, .integer(1), .integer(3),
        .tuple1,
      ] + JoblibBuilder.dtype(code, flags: flags) + [.newFalse, .tuple])
  }

  @Test func `a file in the same folder is for review`() {
    for bytes in [plain([.text("model.pkl_01.npy")]), packed("f8", flags: 0)] {
      let report = Examination.report(bytes)
      #expect(report.rules == ["joblib.side-file"], "\(report.summary)")
      #expect(report.verdict == .review)
    }
  }

  @Test(arguments: ["/etc/x.npy", "../x.npy", "a/b.npy", "..", "", "C:x", "a\\b", "a\nb"])
  func `a file elsewhere is denied`(_ name: String) {
    let report = Examination.report(plain([.text(name)]))
    #expect(report.rules.contains("joblib.side-file-path"), "\(report.summary)")
    #expect(report.verdict == .deny)
  }

  @Test func `a name that is made while loading is denied`() {
    let report = Examination.report(plain([.global("os", "sep")]))
    #expect(report.rules.contains("joblib.side-file-path"), "\(report.summary)")
  }

  @Test func `objects from another file's bytes are denied`() {
    let report = Examination.report(packed("O8", flags: 63))
    #expect(report.rules.contains("pickle.forged-array"), "\(report.summary)")
  }

  @Test func `creating the wrapper with arguments is not reviewed`() {
    let report = Examination.report(
      pickle(
        .proto(2), .global("joblib.numpy_pickle", "NDArrayWrapper"), .text("/etc/x"), .tuple1, .reduce,
        .stop))
    #expect(report.verdict > .allow, "\(report.summary)")
  }
}
