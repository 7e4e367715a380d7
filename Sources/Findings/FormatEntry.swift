/// The formats that are examined, for people: what each is known by, and how far it is examined.
///
/// The side with the privileges has no scanners to ask; a test holds this list against theirs.
package struct FormatEntry: Hashable, Sendable {
  /// How far a file of the format is examined.
  package enum Extent: String, CaseIterable, Sendable {
    /// All of it; what is left out is a gap.
    case whole
    /// All of it where it has only common parts; others are gaps by name.
    case partly
    /// As code, which is never known to be safe.
    case code
    /// It is recognised, and is not examined further.
    case named
  }

  /// As in reports.
  package let name: String
  /// Names that such files have as a rule. None of them counts.
  package let files: [String]
  /// By what the bytes are recognised.
  package let recognizedBy: String
  package let examined: String
  package let extent: Extent
  /// The page of `Daemon.docc`.
  package let page: String

  private init(
    _ name: String, _ files: String, _ recognizedBy: String, _ examined: String, _ extent: Extent,
    _ page: String
  ) {
    self.name = name
    self.files = files.split(separator: " ").map(String.init)
    self.recognizedBy = recognizedBy
    self.examined = examined
    self.extent = extent
    self.page = page
  }

  /// All formats, in the order in which bytes are offered to them.
  package static let all: [FormatEntry] = [
    FormatEntry(
      "zip", ".zip .pt .pth .ckpt .npz .keras .skops .mar .nemo .whl .jar", "end record of a directory",
      "every member as what it is; the structure as each reader sees it", .whole, "Formats/Archives"),
    FormatEntry(
      "compressed", ".gz .bz2 .xz .lzma .zst .lz4 .zlib", "signature",
      "what comes out, as what it is", .whole, "Formats/Archives"),
    FormatEntry(
      "joblib-zfile", ".z .pkl", "`ZF` and a length in digits",
      "what comes out, as a pickle or an array", .whole, "Formats/Pickles"),
    FormatEntry(
      "npy", ".npy", "`\\x93NUMPY`",
      "header, size, and the pickle of arrays of objects", .whole, "Formats/Pickles"),
    FormatEntry(
      "torch-legacy", ".pt .pth .bin .tar", "a pickle of PyTorch's magic number",
      "five pickles and the storages", .whole, "Formats/PyTorch"),
    FormatEntry(
      "tar", ".tar .nemo .pt", "header with its checksum",
      "every member as what it is; every dialect", .whole, "Formats/Archives"),
    FormatEntry(
      "archive", ".7z .rar .cpio .ar .iso .cab", "signature",
      "every member as what it is", .whole, "Formats/Archives"),
    FormatEntry(
      "torch-mobile-flatbuffer", ".ptl", "`PTMF`",
      "nothing but pickles that are buried in it", .named, "Formats/PyTorch"),
    FormatEntry(
      "pickle", ".pkl .pickle .joblib .dill .p .bin .pt", "opcodes that run",
      "every effect of every stream, by a symbolic machine", .whole, "Formats/Pickles"),
    FormatEntry(
      "python", ".py .pth", "tokens of Python that do something",
      "imports, calls and what they are given", .code, "Packages"),
    FormatEntry(
      "yaml", ".yaml .yml MLmodel", "keys and lists to the end, or a name of code",
      "targets, tags, aliases, loaders, requirements", .whole, "Packages"),
    FormatEntry(
      "native", ".so .dll .exe .dylib .wasm .class", "signature",
      "what it is", .named, "Packages"),
    FormatEntry(
      "script", ".sh", "`#!`",
      "lines that run what they download or decode", .code, "Packages"),
    FormatEntry(
      "pyc", ".pyc", "magic number of a version",
      "names and calls of the bytecode", .code, "Packages"),
    FormatEntry(
      "safetensors", ".safetensors", "length and a JSON object",
      "header, exact tiling, metadata", .whole, "Formats/Safetensors"),
    FormatEntry(
      "gguf", ".gguf", "`GGUF`",
      "every key, tensor and place; chat templates", .whole, "Formats/GGUF"),
    FormatEntry(
      "onnx", ".onnx", "fields of a model, and none besides",
      "operators, tensors and their files, functions, texts", .whole, "Formats/ONNX"),
    FormatEntry(
      "tflite", ".tflite", "`TFL3`",
      "every table, operator and reference; what follows", .whole, "Formats/TensorFlowLite"),
    FormatEntry(
      "hdf5", ".h5 .hdf5 .keras", "signature",
      "groups, attributes, links, filters; Keras's configurations", .partly, "Formats/HDF5"),
    FormatEntry(
      "tensorflow", ".pb .meta", "the fields of a graph, a model or its metadata",
      "every node, function, asset and constant", .whole, "Formats/TensorFlow"),
    FormatEntry(
      "tensorflow-text", ".pbtxt checkpoint", "the same as text",
      "the same", .whole, "Formats/TensorFlow"),
    FormatEntry(
      "tensorflow-checkpoint", ".index", "table with the magic number of LevelDB",
      "checksums, entries and places", .whole, "Formats/TensorFlow"),
    FormatEntry(
      "tfrecord", ".tfrecord", "length with its checksum",
      "checksums, what records begin with", .whole, "Formats/TensorFlow"),
    FormatEntry(
      "ocdbt", "manifest.ocdbt d/*", "`0C DB 20 DE`",
      "checksums, paths", .partly, "Formats/TensorFlow"),
    FormatEntry(
      "msgpack", ".msgpack", "a map or array to its end",
      "keys, types and extensions", .whole, "Formats/DataFiles"),
    FormatEntry(
      "ubjson", ".ubj", "an object and a first key",
      "values and trees", .whole, "Formats/DataFiles"),
    FormatEntry(
      "xgboost", ".model .bin .deprecated", "names of objective and booster",
      "trees and attributes", .whole, "Formats/DataFiles"),
    FormatEntry(
      "word2vec", ".bin .kv", "a line of two numbers, and no text",
      "words and numbers", .whole, "Formats/DataFiles"),
    FormatEntry(
      "fasttext", ".bin .ftz", "magic number, or all of it",
      "dictionary and matrices", .partly, "Formats/DataFiles"),
    FormatEntry(
      "r-data", ".rds .rda .RData", "letter and version",
      "every object, call and function", .whole, "Formats/RData"),
    FormatEntry(
      "crfsuite", ".crfsuite", "`lCRF`",
      "tables and references", .whole, "Formats/DataFiles"),
    FormatEntry(
      "lightgbm", ".txt .lgb", "`tree` and a number of classes",
      "trees and parameters", .whole, "Formats/DataFiles"),
    FormatEntry(
      "nnef", ".nnef", "words of its grammar",
      "every word, files of variables", .whole, "Formats/DataFiles"),
    FormatEntry(
      "nnef-tensor", ".dat", "`4E EF 01`",
      "size", .whole, "Formats/DataFiles"),
    FormatEntry(
      "image", ".png .jpg .gif .webp .bmp", "signature",
      "parts, to the end", .whole, "Formats/DataFiles"),
    FormatEntry(
      "catboost", ".cbm", "`CBM1`",
      "tables, trees and texts", .partly, "Formats/DataFiles"),
    FormatEntry(
      "sentencepiece", ".model .spm", "three pieces",
      "fields, table of characters", .whole, "Formats/DataFiles"),
    FormatEntry(
      "json", ".json .ipynb .index.json", "an object or an array",
      "keys that loaders act on, templates, nested documents", .whole, "Formats/Documents"),
    FormatEntry(
      "xml", ".xml .pmml", "an element or a declaration",
      "entities, inclusions, scripts, functions", .whole, "Formats/Documents"),
    FormatEntry(
      "git-lfs-pointer", ".pt .bin .safetensors", "the address of its version",
      "nothing: the file is elsewhere", .named, "Formats/Documents"),
    FormatEntry(
      "text", ".txt .md .csv .jinja", "a text that is nothing else",
      "whether it could be a program; templates", .whole, "Formats/Documents"),
  ]
}
