package import Linux

/// A folder that a loader opens as one model, known by the names in it: those are what the loader looks for.
package enum PackageKind: String, CaseIterable, Sendable {
  case savedModel = "tensorflow-savedmodel"
  case mlflow
  case diffusers
  case sentenceTransformers = "sentence-transformers"
  case huggingFace = "hugging-face"
  case orbax
  case spacy
  case keras
  case checkpoint = "tensorflow-checkpoint"
  /// Only where a file turns out to name others: most models of ONNX are one file.
  case onnx

  /// Whether the folder is one only if a file of it names others.
  package var isProvisional: Bool { self == .onnx }

  /// Whether its loader opens what is in folders below as parts of it, so that none of those is a package of its own.
  package var encloses: Bool {
    switch self {
    case .checkpoint, .onnx: false
    case .savedModel, .mlflow, .diffusers, .sentenceTransformers, .huggingFace, .orbax, .spacy, .keras: true
    }
  }

  /// The kinds that a folder of these names is.
  package static func kinds(of names: [(name: [UInt8], kind: FileIdentity.Kind)]) -> [PackageKind] {
    let texts = names.map { String(decoding: $0.name, as: UTF8.self) }
    let listing = Listing(names: Set(texts), all: texts)
    return allCases.filter { listing.isOne($0) }
  }

  private struct Listing {
    let names: Set<String>
    let all: [String]

    private func has(_ wanted: String...) -> Bool { wanted.allSatisfy { names.contains($0) } }

    private func hasAny(_ wanted: String...) -> Bool { wanted.contains { names.contains($0) } }

    func isOne(_ kind: PackageKind) -> Bool {
      switch kind {
      // tensorflow/core/protobuf/saved_model.proto; tensorflow/cc/saved_model/constants.h.
      case .savedModel: hasAny("saved_model.pb", "saved_model.pbtxt", "saved_model.cpb")
      case .mlflow: has("MLmodel")
      case .diffusers: has("model_index.json")
      case .sentenceTransformers:
        has("modules.json")
          && (hasAny("config.json", "config_sentence_transformers.json", "sentence_bert_config.json")
            || all.contains { $0.hasSuffix("_Pooling") })
      case .huggingFace: isHuggingFace
      case .orbax: hasAny("_CHECKPOINT_METADATA", "_METADATA", "manifest.ocdbt")
      case .spacy: has("meta.json", "config.cfg")
      case .keras: has("config.json", "metadata.json", "model.weights.h5")
      case .checkpoint: isCheckpoint
      case .onnx: all.contains { $0.hasSuffix(".onnx") || $0.hasSuffix(".nnef") }
      }
    }

    /// transformers' `utils/__init__.py`, peft's `utils/constants.py`: a configuration, and weights or words beside it.
    private var isHuggingFace: Bool {
      if all.contains(where: { $0.hasSuffix(".safetensors.index.json") || $0.hasSuffix(".bin.index.json") })
      {
        return true
      }
      let configurations = [
        "config.json", "adapter_config.json", "tokenizer_config.json", "generation_config.json",
        "preprocessor_config.json", "processor_config.json",
      ]
      let count = configurations.count { names.contains($0) }
      return count > 1
        || count == 1
          && (hasAny("tokenizer.json", "tf_model.h5", "flax_model.msgpack", "chat_template.jinja")
            || all.contains {
              $0.hasSuffix(".safetensors") || $0.hasSuffix(".gguf") || $0.hasSuffix(".py")
                || $0.hasPrefix("pytorch_model") && $0.hasSuffix(".bin")
            })
    }

    /// An index, and a file of data of the same checkpoint.
    private var isCheckpoint: Bool {
      all.contains { name in
        guard name.hasSuffix(".index") else { return false }
        let prefix = name.dropLast(".index".count) + ".data-"
        return all.contains { $0.hasPrefix(prefix) }
      }
    }
  }
}
