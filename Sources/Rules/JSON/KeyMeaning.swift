import ByteParsing
import Findings
import Formats

/// What a loader does because of a key.
enum KeyMeaning {
  /// Imports files beside the model, or from another repository.
  case customCode
  /// Takes an implementation of attention, from a repository of machine code where it has a slash.
  case attention
  /// Renders it.
  case template
  /// Imports and calls it: Hydra's `_target_` and its like.
  case target
  /// Makes an object of a class: jsonpickle and its like.
  case object
  /// Evaluates it, or calls what is inside.
  case evaluated
  /// Opens the files that an index names.
  case weightMap
  case paths
  case trust
  case parentLibrary
  /// Imports and calls it, where it is a dotted name.
  case activation
  case kerasClass
  /// Makes a function of bytecode.
  case kerasFunction
  case notebook
  /// Unpacks an array's chunks by the codecs that it names.
  case zarr
  case serialised
  /// Makes objects of it: LangChain's constructors.
  case constructor
  case operation
  /// Loads it as a library of operators.
  case library
  /// Opens the store that it describes.
  case store
  /// Begins a program of Paddle's.
  case program

  static let table: [[UInt8]: KeyMeaning] = {
    var result: [[UInt8]: KeyMeaning] = [:]
    for (meaning, names) in lists {
      for name in names { result[Array(name.utf8)] = meaning }
    }
    return result
  }()

  /// Sources: transformers `dynamic_module_utils.py`, `configuration_utils.py`, `modeling_utils.py`; diffusers
  /// `pipelines/pipeline_loading_utils.py`; peft `config.py`; Hydra `_internal/instantiate/_instantiate2.py`; jsonargparse;
  /// jsonpickle `tags.py`; sentence-transformers `models/Dense.py`; Keras `saving/serialization_lib.py`; nbformat;
  /// onnxruntime-genai `config.h`; Triton `model_config.proto`; TensorStore `kvstore/`; Paddle
  /// `fluid/pir/serialize_deserialize`.
  private static let lists: [(KeyMeaning, [String])] = [
    (
      .customCode,
      [
        "auto_map", "custom_pipelines", "custom_pipeline", "custom_generate", "custom_modules",
      ] + ImportedName.codeKeys
    ),
    (
      .attention,
      [
        "_attn_implementation", "attn_implementation", "_attn_implementation_internal",
        "attn_implementation_internal",
        "_experts_implementation",
      ]
    ),
    (
      .template,
      [
        "chat_template", "chat_templates", "default_chat_template", "prompt_template", "tool_template",
        "system_template",
        "chat_template_jinja", "jinja_template",
      ]
    ),
    (.target, ["_target_", "__target__", "class_path", "_class_path", "_factory_", "py/function"]),
    (
      .object,
      ["py/object", "py/type", "py/newobj", "py/class", "__class__", "__pyclass__", "__type__", "$type"]
    ),
    (
      .evaluated,
      [
        "py/reduce", "py/repr", "py/ref", "py/state", "py/newargs", "py/newargsex", "py/initargs",
        "py/module",
        "py/property", "__reduce__", "__reduce_ex__", "__setstate__", "__module__", "__jsonclass__",
        "__dict__",
        "__pickle__", "__marshal__", "__kind__",
      ]
    ),
    (.weightMap, ["weight_map"]),
    (.paths, ["weightsManifest", "itemInfoEntries"]),
    (.trust, Array(ImportedName.trustKeys)),
    (.parentLibrary, ["parent_library", "megatron_core"]),
    (.activation, ["activation_function", "activation_fn", "sbert_ce_default_activation_function"]),
    (.kerasClass, ["class_name"]), (.kerasFunction, ["residual_fn", "dropout_fn"]),
    (.notebook, ["nbformat"]), (.zarr, ["zarr_format"]),
    (.serialised, [":serialized:"]), (.constructor, ["lc"]),
    (.operation, ["op"]),
    (.library, ["custom_ops_library", "custom_op_library", "custom_ops_libraries", "op_library_filename"]),
    (.store, ["kvstore"]), (.program, ["base_code"]),
  ]
}

extension DocumentJudge {
  mutating func judge(_ value: JSONValue, as meaning: KeyMeaning, key: JSONValue, in object: JSONValue) {
    switch meaning {
    case .customCode:
      guard value.kind != .null, value.boolean != false, !value.isEmpty else { return }
      report(.configurationRemoteCode, at: key, "'\(key.string ?? "")' names code.", evidence: value.shown)
      nameModules(value)
    case .attention:
      for text in [value] + value.members.map(\.value) where text.utf8?.contains(UInt8(ascii: "/")) ?? false
      {
        report(
          .configurationRemoteCode, at: key, "'\(key.string ?? "")' names a repository of machine code.",
          evidence: text.shown)
      }
    case .template: judgeTemplates(value)
    case .target: judgeName(value, .configurationName)
    case .object: judgeName(value, .configurationObjects)
    case .evaluated:
      report(
        .configurationObjects, at: key, "The document has '\(key.string ?? "")'.", evidence: value.shown)
    case .weightMap: for (_, file) in value.members { judgeFile(file) }
    case .paths: judgePaths(value)
    case .trust:
      guard value.boolean != false, value.kind != .null else { return }
      report(.configurationRemoteCode, at: key, "The document says that code is to be trusted.")
    case .parentLibrary: judgeLibrary(value)
    case .activation: judgeActivation(value)
    case .kerasClass: judgeKeras(object, named: value)
    case .kerasFunction: judgeWrapped(value, key: key, in: object)
    case .notebook:
      if object.first("cells") != nil || object.first("worksheets") != nil {
        report(.notebook, at: key, "The document is a notebook.")
      }
    case .zarr: judgeZarr(object)
    case .constructor:
      guard object.first("type")?.equals("constructor") ?? false else { return }
      report(.configurationObjects, at: key, "An object of LangChain's is made.", evidence: object.shown)
    case .serialised:
      report(.configurationObjects, at: key, "A value is a pickle.", evidence: value.shown)
      carry(value, isTemplate: false)
    case .operation:
      // MXNet's operators whose code is Python's, or a library's.
      guard ["Custom", "_Native", "_NDArray", "_CustomOp"].contains(where: { value.equals($0) }) else {
        return
      }
      report(
        .configurationNative, at: value, "An operator is '\(value.string ?? "")'.", evidence: object.shown)
    case .library:
      guard value.kind != .null, value.utf8?.isEmpty != true else { return }
      report(
        .configurationNative, at: value, "'\(key.string ?? "")' names a library of machine code.",
        evidence: value.shown)
    case .store: judgeStore(value)
    case .program:
      guard object.first("program") != nil, value.first("magic") != nil else { return }
      report(
        .configurationProgram, at: key, "The document is a program of Paddle's.", evidence: value.shown)
    }
  }

  /// One template, or several with names, in any of the forms that tokenizers write.
  private mutating func judgeTemplates(_ value: JSONValue) {
    var open = [value]
    while let next = open.popLast() {
      switch next.kind {
      case .string: carry(next, isTemplate: true)
      case .array: open += next.elements.filter { $0.kind == .string || $0.kind == .object }
      case .object:
        open += next.members.filter { !$0.key.equals("name") && $0.value.kind == .string }.map(\.value)
      case .null, .boolean, .number: break
      }
    }
  }

  private mutating func judgePaths(_ value: JSONValue) {
    for group in value.elements {
      for file in group.first("paths")?.elements ?? JSONElements.none { judgeFile(file) }
    }
    for (_, item) in value.members { if let file = item.first("path") { judgeFile(file) } }
  }

  private mutating func judgeFile(_ value: JSONValue) {
    guard let bytes = value.utf8 else {
      return report(.configurationFolder, at: value, "A file's name is no text.")
    }
    let path = PortablePath(bytes)
    if path.leavesItsFolder {
      report(.configurationPath, at: value, "A file's name leads out of the folder.", evidence: value.shown)
    } else if !path.isFileName {
      report(.configurationFolder, at: value, "A file's name has a folder.", evidence: value.shown)
    }
    if !path.leavesItsFolder {
      note(file: bytes, at: value, for: "The index has parts of the model in it.")
    }
  }

  /// peft imports that module to find the class of the model (`peft/mapping.py`).
  private mutating func judgeLibrary(_ value: JSONValue) {
    guard let name = value.string else { return }
    let first = name.split(separator: ".").first.map(String.init)
    if let first,
      ["transformers", "sentence_transformers", "diffusers", "torch", "peft", "megatron"].contains(first)
    {
      return
    }
    report(
      .configurationRemoteCode, at: value, "The model's class is imported from '\(name)'.", evidence: name)
  }
}

extension JSONValue {
  /// The beginning of the value's text, for evidence.
  var shown: String { String(source.prefix(200)) }
}
