/// Operators that open what one of their inputs or attributes names.
struct FileOperator {
  enum Use {
    /// The saver's: reads or writes what it is told to.
    case checkpoint
    /// Reads the words of a table.
    case table
    /// Reads a whole file into the graph.
    case read
    /// Reads or lists files of data.
    case data
    /// Keeps a copy of data, in memory where the name is empty.
    case cache
    /// Writes records.
    case records
  }

  let use: Use
  /// The inputs that are paths.
  let inputs: [Int]

  static let table: [String: FileOperator] = [
    "Save": .init(use: .checkpoint, inputs: [0]), "SaveSlices": .init(use: .checkpoint, inputs: [0]),
    "SaveV2": .init(use: .checkpoint, inputs: [0]), "Restore": .init(use: .checkpoint, inputs: [0]),
    "RestoreSlice": .init(use: .checkpoint, inputs: [0]), "RestoreV2": .init(use: .checkpoint, inputs: [0]),
    "MergeV2Checkpoints": .init(use: .checkpoint, inputs: [0, 1]),
    "InitializeTableFromTextFile": .init(use: .table, inputs: [1]),
    "InitializeTableFromTextFileV2": .init(use: .table, inputs: [1]),
    "GenerateVocabRemapping": .init(use: .table, inputs: [0, 1]),
    "ReadFile": .init(use: .read, inputs: [0]),
    "LoadAndRemapMatrix": .init(use: .data, inputs: [0]), "MatchingFiles": .init(use: .data, inputs: [0]),
    "MatchingFilesDataset": .init(use: .data, inputs: [0]),
    "ExperimentalMatchingFilesDataset": .init(use: .data, inputs: [0]),
    "TextLineDataset": .init(use: .data, inputs: [0]), "TFRecordDataset": .init(use: .data, inputs: [0]),
    "TFRecordDatasetV2": .init(use: .data, inputs: [0]),
    "FixedLengthRecordDataset": .init(use: .data, inputs: [0]),
    "FixedLengthRecordDatasetV2": .init(use: .data, inputs: [0]),
    "CSVDataset": .init(use: .data, inputs: [0]),
    "CSVDatasetV2": .init(use: .data, inputs: [0]),
    "ExperimentalCSVDataset": .init(use: .data, inputs: [0]),
    "LMDBDataset": .init(use: .data, inputs: [0]),
    "ExperimentalLMDBDataset": .init(use: .data, inputs: [0]),
    "SqlDataset": .init(use: .data, inputs: [1]), "ExperimentalSqlDataset": .init(use: .data, inputs: [1]),
    "LoadDataset": .init(use: .data, inputs: [0]),
    "ListSnapshotChunksDataset": .init(use: .data, inputs: [0]),
    "CacheDataset": .init(use: .cache, inputs: [1]), "CacheDatasetV2": .init(use: .cache, inputs: [1]),
    "CreateSummaryFileWriter": .init(use: .records, inputs: [1]),
    "CreateSummaryDbWriter": .init(use: .records, inputs: [1]),
  ]

  /// Attributes that name a file, and what they are where no file is read.
  static let attributes: [String: (name: String, harmless: [String])] = [
    "FixedUnigramCandidateSampler": ("vocab_file", [""]), "RecordInput": ("file_pattern", []),
    "Skipgram": ("filename", []), "DecodeProtoV2": ("descriptor_source", ["", "local://", "bytes://"]),
    "EncodeProto": ("descriptor_source", ["", "local://", "bytes://"]),
  ]

  /// Attributes that are an address to which tensors are sent.
  static let addresses: [String: String] = [
    "DebugIdentity": "debug_urls", "DebugIdentityV2": "debug_urls", "DebugIdentityV3": "debug_urls",
    "DebugNanCount": "debug_urls", "DebugNumericSummary": "debug_urls",
    "DebugNumericSummaryV2": "debug_urls",
    "Copy": "debug_ops_spec", "CopyHost": "debug_ops_spec",
  ]

  /// Where `PrintV2` writes without opening anything (`tensorflow/core/kernels/logging_ops.cc`).
  static let streams: Set<String> = ["stdout", "stderr", "log(info)", "log(warning)", "log(error)"]
}
