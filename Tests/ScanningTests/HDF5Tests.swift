import Findings
import TestSupport
import Testing

/// HDF5 files in each form that the library writes, and what they hold.
@Suite struct HDF5Tests {
  private static let evil = pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop])

  private static func file(
    _ form: HDF5Builder.Form = .old, _ change: (inout HDF5Builder) -> Void
  ) -> [UInt8] {
    var builder = HDF5Builder(form)
    change(&builder)
    return builder.build()
  }

  private static func dataset(
    _ form: HDF5Builder.Form = .old, _ change: (inout HDF5Builder.Dataset) -> Void
  ) -> [UInt8] {
    var dataset = HDF5Builder.Dataset()
    change(&dataset)
    return file(form) { $0.root = [("g", .group([("d", .dataset(dataset, []))], []))] }
  }

  private static func attribute(_ attribute: HDF5Builder.Attribute, _ form: HDF5Builder.Form = .old)
    -> [UInt8]
  {
    file(form) { $0.root = [("g", .group([], [attribute]))] }
  }

  /// What describes a virtual dataset: all of one dataset of that file.
  private static func sources(_ file: String) -> [UInt8] {
    let all: [UInt8] = [3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    return [0, 1, 0, 0, 0, 0, 0, 0, 0] + Array("\(file)\0/x\0".utf8) + all + all
  }

  /// Data packed by zlib as one stored block.
  private static func stored(_ data: [UInt8]) -> [UInt8] {
    var sum = (UInt32(1), UInt32(0))
    for byte in data {
      sum.0 = (sum.0 + UInt32(byte)) % 65521
      sum.1 = (sum.1 + sum.0) % 65521
    }
    let count = UInt16(data.count)
    let lengths = [count, ~count].flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let adler = sum.1 << 16 | sum.0
    return [0x78, 0x01, 0x01] + lengths + data
      + (0..<4).map { UInt8(adler >> (24 - 8 * UInt32($0)) & 0xFF) }
  }

  @Test(arguments: HDF5Builder.Form.allCases) func `arrays, names and texts are allowed`(
    form: HDF5Builder.Form
  ) {
    let text = HDF5Builder.Attribute.text("note", "plain weights")
    let files = [
      Self.dataset(form) { _ in }, Self.dataset(form) { $0.layout = .compact },
      Self.dataset(form) { $0.layout = .missing }, Self.attribute(text, form),
      Self.attribute(.names("layer_names", ["dense", "output"]), form),
      Self.attribute(.init("dims", type: HDF5Type.reference, data: Array(repeating: 0, count: 8)), form),
      Self.dataset(form) {
        $0.type = HDF5Type.variableText
        $0.heap = [Array("one".utf8), Array("two".utf8)]
      },
      Self.dataset(form) {
        $0.type = HDF5Type.compound(textSize: 4)
        $0.data = Array(repeating: 0, count: 16)
      },
      Self.dataset(form) {
        $0.type = HDF5Type.array(2, of: HDF5Type.byte)
        $0.data = [1, 2, 3, 4]
      },
      Self.dataset(form) { $0.layout = .chunked(filters: [], packed: $0.data) },
      Self.dataset(form) {
        $0.type = HDF5Type.text(4)
        $0.layout = .chunked(
          filters: [(2, [4]), (1, [6]), (3, [])], packed: Self.stored($0.data) + [0, 0, 0, 0])
      },
      Self.dataset(form) {
        $0.type = HDF5Type.text(4)
        $0.layout = .chunked(filters: [(32000, [])], packed: [7] + $0.data)
      },
      Self.file(form) { $0.root = [("a", .dataset(.init(), [])), ("b", .soft("/a")), ("c", .soft("a"))] },
    ]
    for (index, bytes) in files.enumerated() {
      let report = Examination.report(bytes)
      #expect(report.verdict == .allow, "\(index): \(report.summary)")
      #expect(report.formats == ["hdf5"], "\(index): \(report.summary)")
    }
  }

  static let refused: [JudgedSample] =
    HDF5Builder.Form.allCases.flatMap { form in
      [
        JudgedSample(
          "\(form): a link to a file of the machine",
          file(form) { $0.root = [("x", .external("/etc/hostname", "/x"))] }, "hdf5.external-path", .deny),
        JudgedSample(
          "\(form): a link to a file above",
          file(form) { $0.root = [("x", .external("../../x.h5", "/x"))] },
          "hdf5.external-path", .deny),
        JudgedSample(
          "\(form): a link to a file beside", file(form) { $0.root = [("x", .external("other.h5", "/x"))] },
          "hdf5.external-link", .review),
        JudgedSample(
          "\(form): a link of a program's own", file(form) { $0.root = [("x", .userDefined)] },
          "hdf5.user-defined-link", .review),
        JudgedSample(
          "\(form): a link that leads nowhere", file(form) { $0.root = [("x", .soft("/y/z"))] },
          "hdf5.soft-link", .review),
        JudgedSample(
          "\(form): a link back by name",
          file(form) { $0.root = [("g", .group([("x", .soft("/g"))], []))] }, "hdf5.soft-link", .review),
        JudgedSample(
          "\(form): a group inside itself", file(form) { $0.root = [("g", .group([("x", .root)], []))] },
          "hdf5.cycle", .review),
        JudgedSample(
          "\(form): elements in a file of the machine",
          dataset(form) { $0.layout = .external("/etc/passwd") },
          "hdf5.external-path", .deny),
        JudgedSample(
          "\(form): elements in a file beside", dataset(form) { $0.layout = .external("data.bin") },
          "hdf5.external-storage", .review),
        JudgedSample(
          "\(form): elements of other datasets",
          dataset(form) { $0.layout = .virtual(sources("b.h5")) },
          "hdf5.virtual-dataset", .review),
        JudgedSample(
          "\(form): elements of a file of the machine",
          dataset(form) {
            $0.layout = .virtual(sources("/root/b.h5"))
          },
          "hdf5.external-path", .deny),
        JudgedSample(
          "\(form): a filter that is a plug-in",
          dataset(form) { $0.layout = .chunked(filters: [(32015, [3])], packed: [1, 2, 3]) },
          "hdf5.plugin-filter", .review),
        JudgedSample(
          "\(form): a shape of terabytes",
          dataset(form) {
            $0.lengths = [1 << 40]
            $0.layout = .missing
          }, "hdf5.shape-bomb", .deny),
        JudgedSample(
          "\(form): a shape that overflows",
          dataset(form) {
            $0.lengths = [1 << 62, 1 << 62]
            $0.layout = .missing
          }, "hdf5.shape-bomb", .deny),
        JudgedSample(
          "\(form): more elements than bytes", dataset(form) { $0.lengths = [3] }, "hdf5.irregular", .review
        ),
        JudgedSample(
          "\(form): opaque bytes", attribute(.opaque("v", [1, 2, 3, 4, 5, 6, 7, 8]), form),
          "hdf5.opaque-data",
          .review),
        JudgedSample(
          "\(form): a reference that can leave the file",
          attribute(.init("r", type: HDF5Type.fileReference, data: Array(repeating: 0, count: 16)), form),
          "hdf5.file-reference", .review),
        JudgedSample(
          "\(form): a pickle in an attribute", attribute(.opaque("p", evil), form), "pickle.dangerous-call",
          .deny),
        JudgedSample(
          "\(form): a pickle that begins late in an attribute",
          attribute(
            .text("encoding", String(repeating: "N0", count: 1200) + "cos\nsystem\n(S'id'\ntR."), form),
          "pickle.dangerous-call", .deny),
        JudgedSample(
          "\(form): a pickle in a dataset",
          dataset(form) {
            $0.type = HDF5Type.byte
            $0.data = evil
            $0.lengths = [UInt64(evil.count)]
          }, "pickle.dangerous-call", .deny),
        JudgedSample(
          "\(form): a pickle in a value of any length",
          dataset(form) {
            $0.type = HDF5Type.variableBytes
            $0.lengths = [1]
            $0.heap = [evil]
          }, "pickle.dangerous-call", .deny),
        JudgedSample(
          "\(form): a pickle in a packed chunk",
          dataset(form) {
            $0.type = HDF5Type.byte
            $0.lengths = [UInt64(evil.count)]
            $0.layout = .chunked(filters: [(1, [6])], packed: stored(evil))
          }, "pickle.dangerous-call", .deny),
        JudgedSample(
          "\(form): a pickle in base64 as text",
          attribute(.text("state", "gAJjb3MKc3lzdGVtClgCAAAAaWSFUi4="), form), "pickle.dangerous-call",
          .deny),
        JudgedSample(
          "\(form): program code", attribute(.text("setup", "__import__('os').system('id')"), form),
          "text.code",
          .review),
      ]
    } + [
      JudgedSample(
        "two objects of one name",
        file(.new) { $0.root = [("a", .dataset(.init(), [])), ("a", .group([], []))] },
        "hdf5.irregular", .review),
      JudgedSample(
        "bytes behind the file", file { $0.tail = [7, 7, 7, 7] }, "data.trailing-bytes", .review),
      JudgedSample(
        "a program before the file",
        file { $0.userBlock = Array("#!/bin/sh\n".utf8) + Array(repeating: 10, count: 502) },
        "hdf5.user-block", .review),
      JudgedSample(
        "a pickle before the file",
        file { $0.userBlock = evil + Array(repeating: 0, count: 512 - evil.count) },
        "pickle.dangerous-call", .deny),
    ]

  @Test(arguments: refused) func `what leads elsewhere or hides something is refused`(
    _ sample: JudgedSample
  ) {
    sample.check()
  }

  @Test func `room before the file is no finding`() {
    let report = Examination.report(Self.file { $0.userBlock = Array(repeating: 0, count: 1024) })
    #expect(report.verdict == .allow, "\(report.summary)")
  }

  @Test func `what cannot be read is incomplete, and the rest is examined`() {
    let samples = [
      Self.dataset {
        $0.type = HDF5Type.text(4)
        $0.layout = .chunked(filters: [(5, [])], packed: [1])
      },
      Self.file { builder in
        builder.root = [
          ("a", .raw([.init(1, [9, 0, 0, 0]), .init(3, HDF5Type.float), .init(8, [9, 9])])),
          ("b", .group([], [.opaque("p", Self.evil)])),
        ]
      },
    ]
    let reports = samples.map { Examination.report($0) }
    #expect(reports[0].verdict == .incomplete, "\(reports[0].summary)")
    #expect(reports[1].verdict == .deny, "\(reports[1].summary)")
    #expect(!reports[1].coverage.gaps.isEmpty)
  }

  @Test func `groups inside each other have a limit`() {
    var node = HDF5Builder.Node.group([], [])
    for _ in 0..<200 { node = .group([("g", node)], []) }
    let report = Examination.report(Self.file { $0.root = [("g", node)] })
    #expect(report.verdict == .incomplete, "\(report.summary)")
  }

  @Test(arguments: HDF5Builder.Form.allCases) func `damage is borne`(form: HDF5Builder.Form) {
    let sample = Self.file(form) { builder in
      builder.attributes = [.text("note", "plain"), .names("layer_names", ["dense"])]
      builder.root = [("d", .dataset(.init(), [])), ("s", .soft("/d"))]
    }
    Damage.bear(sample)
    Damage.refuseTruncations(of: sample, from: 8)
    Damage.refuseTails(after: sample)
  }

  @Test func `sizes and addresses with extreme values are never allowed`() {
    let sample = Self.dataset { _ in }
    // The end of the file, the root's address, and the first header's size.
    for offset in [40, 64] { Damage.refuseExtremes(of: sample, at: offset, width: 8) }
  }
}
