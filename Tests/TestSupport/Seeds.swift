import Pickle

/// What a fuzz run begins with: small files of a format, honest ones and others.
package struct Seeds: Sendable {
  /// The name by which a run is asked for.
  package let name: String
  /// The format of the scanner that is given the bytes.
  package let scanner: String
  package let files: [[UInt8]]

  /// For every reader.
  package static let all: [Seeds] =
    [
      Seeds(name: "zip", scanner: "zip", files: zip),
      Seeds(name: "tar", scanner: "tar", files: tar),
      Seeds(
        name: "numpy", scanner: "npy",
        files: [
          NpyBuilder("'<f8'", shape: "(2, 3)", data: zeros).build(),
          NpyBuilder("'|O'", shape: "(1,)", data: hostile).build(),
        ]),
      Seeds(name: "pickle", scanner: "pickle", files: [pickle(.proto(2), .emptyDict, .stop), hostile]),
      Seeds(
        name: "joblib-zfile", scanner: "joblib-zfile", files: [zfile(21, \.benign), zfile(0x2B, \.hostile)]),
      Seeds(
        name: "torch-legacy", scanner: "torch-legacy",
        files: [TorchBuilder().legacy(), TorchBuilder().legacyHeader() + hostile]),
      Seeds(name: "hdf5", scanner: "hdf5", files: hdf5),
      Seeds(name: "keras", scanner: "json", files: keras),
      Seeds(name: "r-data", scanner: "r-data", files: rData),
    ] + tensorflow + tensors + numbers + texts + programs + streams + archives

  private static var tensorflow: [Seeds] {
    let honest = "saved_model_schema_version: 1 meta_graphs { graph_def { node { name: 'n' op: 'NoOp' } } }"
    let text = "saved_model_schema_version: 1 meta_graphs { graph_def { node { name: 'n' op: 'PyFunc' } } }"
    var saver = TensorFlowBuilder()
    saver.functions = [
      TensorFlowBuilder.function(
        "f", arguments: ["a"], [TensorFlowBuilder.node("s", "SaveV2", inputs: ["a"])])
    ]
    saver.nodes.append(TensorFlowBuilder.constant("c", [Array("words".utf8), hostile], packed: true))
    var overlapping = CheckpointBuilder()
    overlapping.entries = ["a", "b"].map {
      ($0, CheckpointBuilder.entry(type: 1, lengths: [2], offset: 0, size: 8))
    }
    saver.more = TensorFlowBuilder.asset("x:0", "vocab.txt") + TensorFlowBuilder.saver("x:0")
    return [
      Seeds(
        name: "tensorflow", scanner: "tensorflow",
        files: [TensorFlowBuilder().build(), TensorFlowBuilder().graph(), saver.build(), saver.metaGraph()]),
      Seeds(
        name: "tensorflow-text", scanner: "tensorflow-text", files: [Array(honest.utf8), Array(text.utf8)]),
      Seeds(
        name: "tensorflow-checkpoint", scanner: "tensorflow-checkpoint",
        files: [
          CheckpointBuilder().index(), overlapping.index(),
          CheckpointBuilder.slices([("w", CheckpointBuilder.numbers)]),
        ]),
      Seeds(
        name: "tfrecord", scanner: "tfrecord",
        files: [CheckpointBuilder.records([zeros]), CheckpointBuilder.records([zeros, hostile])]),
      Seeds(
        name: "ocdbt", scanner: "ocdbt",
        files: [CheckpointBuilder.node(zeros), CheckpointBuilder.node(Array("../../x".utf8))]),
    ]
  }

  private static let hostile = pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop])
  private static let zeros = [UInt8](repeating: 0, count: 48)

  private static var rData: [[UInt8]] {
    let promise = RBuilder.Object.promise(RBuilder.hostile, value: .unbound, in: .global)
    let code = RBuilder.Object.function(
      [("x", .missing)], .byteCode([12, 23, 1, 38, 0, 1], [RBuilder.hostile, .symbol("system")]),
      in: .namespace("stats"))
    let whole = RBuilder.Object.list([
      promise, code, .alternative("compact_intseq", "base", .reals([10, 1, 1])), .texts(["a"]),
      .raw([1, 2]),
    ])
    return RBuilder.Way.allCases.map { RBuilder(way: $0).build(whole) }
      + [RBuilder().build(.list([.texts(["a"]), .reals([1, 2])]))]
      + [RBuilder(version: 2, image: "RDX").build("x", whole)]
  }

  private static var zip: [[UInt8]] {
    [
      ZIPBuilder([.init("a/data.pkl", hostile), .init("a/version", Array("3".utf8))]).build(),
      ZIPBuilder([.init("m.npy", zeros)]).build(),
      // Cut at its start, so that its first member stands before it.
      Array(ZIPBuilder([.init("m.npy", zeros), .init("n.npy", zeros)]).build().dropFirst(4)),
      ZIPBuilder([.init("m.pkl", CompressedSample.benignPickle)]).build(),
    ]
      + CompressedSample.all.map { sample in
        var member = ZIPBuilder.Member(
          "m.pkl", packed: sample.hostile, unpacked: CompressedSample.hostilePickle)
        member.setBoth {
          $0.method = ["bzip2": 12, "lzma": 14, "zstandard": 93, "xz": 95][sample.format] ?? 8
        }
        return ZIPBuilder([member]).build()
      }
  }

  private static var tar: [[UInt8]] {
    let long = String(repeating: "d/", count: 60)
    return [
      TarBuilder.archive(TarBuilder.member("m.pkl", CompressedSample.benignPickle)),
      TarBuilder.archive(TarBuilder.member("m.pkl", hostile)),
      TarBuilder.archive(
        TarBuilder.pax([("path", long), ("size", "43")]), TarBuilder.member("m", hostile)),
      TarBuilder.archive(
        TarBuilder.member("L", Array((long + "\0").utf8), type: "L"), TarBuilder.member("m", hostile)),
      TarBuilder.archive(
        TarBuilder.pax([("GNU.sparse.size", "100"), ("GNU.sparse.map", "0,10,50,33")]),
        TarBuilder.member("m", hostile)),
      TarBuilder.archive(TarBuilder.member("l", [], TarBuilder.Fields(type: "2", link: "../x"))),
      TarBuilder.archive(
        TarBuilder.member("pickle", hostile), TarBuilder.member("storages", hostile),
        TarBuilder.member("tensors", hostile)),
    ]
  }

  private static let configuration =
    "{\"class_name\": \"Sequential\", \"config\": {\"layers\": [{\"class_name\": \"Dense\", \"config\": {}}]}}"

  /// One of each form, and one with everything that leads elsewhere.
  private static var hdf5: [[UInt8]] {
    HDF5Builder.Form.allCases.flatMap { form in
      var builder = HDF5Builder(form)
      var chunked = HDF5Builder.Dataset()
      chunked.type = HDF5Type.text(4)
      chunked.layout = .chunked(filters: [(32000, [])], packed: [7] + chunked.data)
      builder.attributes = [.names("layer_names", ["a", "b"]), .opaque("p", hostile)]
      builder.root = [
        ("a", .dataset(.init(), [.text("note", "x")])), ("c", .dataset(chunked, [])), ("s", .soft("/a")),
        ("x", .external("other.h5", "/x")), ("r", .root),
      ]
      return [HDF5Builder.model(configuration, form: form), builder.build()]
    }
  }

  private static var keras: [[UInt8]] {
    let wide: [UInt8] = configuration.utf8.flatMap { [$0, 0] }
    return [Array(configuration.utf8), [0xFF, 0xFE] + wide]
  }

  private static func zfile(_ count: Int, _ packed: KeyPath<CompressedSample, [UInt8]>) -> [UInt8] {
    let length = Array("0x\(String(count, radix: 16))".utf8)
    return Array("ZF".utf8) + length + [UInt8](repeating: 0x20, count: 19 - length.count)
      + (CompressedSample.all.first { $0.format == "zlib" }?[keyPath: packed] ?? [])
  }

  /// One for each kind of compression.
  private static var streams: [Seeds] {
    CompressedSample.all.map { sample in
      let wide = CompressedSample.wideWindows.filter { $0.format == sample.format }.map(\.bytes)
      return Seeds(
        name: sample.format, scanner: "compressed",
        files: [sample.benign, sample.hostile, sample.benign + sample.hostile] + wide)
    }
  }

  /// One for each kind of archive that no loader reads.
  private static var archives: [Seeds] {
    let rar = [RARBuilder.version4("m.pkl", hostile), RARBuilder.version5("m.pkl", hostile)]
    let samples = Dictionary(grouping: ArchiveSample.all, by: \.format)
      .mapValues { $0.flatMap { [$0.benign, $0.hostile] } }
    return samples.map { Seeds(name: $0, scanner: "archive", files: $1) }.sorted { $0.name < $1.name }
      + [Seeds(name: "rar", scanner: "archive", files: rar)]
  }
}
