import ByteParsing
import Findings
import Formats
import Policy

extension DocumentJudge {
  /// Judges a dotted name that a loader imports and calls.
  ///
  /// - Parameter unknown: the rule for a name that is not known to be dangerous.
  mutating func judgeName(_ value: JSONValue, _ unknown: Rule) {
    guard let name = value.string else {
      return report(unknown, at: value, "What is called is no name.", evidence: value.shown)
    }
    if let reason = danger(of: name) {
      return report(.configurationDangerousName, at: value, "\(name): \(reason)", evidence: name)
    }
    report(unknown, at: value, "'\(name)' is made or called.", evidence: name)
  }

  /// Why nobody may be given that name to call; nil where that is not known.
  ///
  /// The loaders import as far as there are modules and take attributes after that, so each dot may be where the module ends.
  func danger(of name: String) -> String? {
    let parts = name.split(whereSeparator: { $0 == "." || $0 == ":" })
    guard parts.count <= 32, let last = parts.last else { return nil }
    if parts.count == 1 { return danger(module: "builtins", name: String(last)) }
    for count in (1..<parts.count).reversed() {
      let module = parts[..<count].joined(separator: ".")
      if let reason = danger(module: module, name: parts[count...].joined(separator: ".")) { return reason }
      if let reason = danger(module: module, name: String(parts[count])) { return reason }
    }
    return nil
  }

  private func danger(module: String, name: String) -> String? {
    let standing = table.standing(module: module, name: name, profile: .plain)
    switch standing.kind {
    case .listed(.dangerous), .walk: return standing.reason
    // Every name of the standard library is on that list, also those that are not there: a layer `relu` of `builtins`.
    case .listed(.deniedCall): return module == "builtins" ? nil : standing.reason
    case .listed(.safeClass), .listed(.safeFunction), .listed(.safeValue), .listed(.embeddedCode), .unknown,
      .scriptType,
      .scriptExtension:
      return nil
    }
  }

  /// `modules.json` of sentence-transformers: a list of modules with the class that each is.
  ///
  /// Source: `sentence_transformers/SentenceTransformer.py` (`_load_sbert_model`, `_load_module_class_from_ref`).
  mutating func judgeModules(_ root: JSONValue) {
    guard root.kind == .array, let first = root.elements.first(where: { _ in true }),
      first.first("type") != nil,
      first.first("path") != nil || first.first("idx") != nil
    else { return }
    for module in root.elements {
      if let path = module.first("path"), PortablePath(path.utf8 ?? [0]).leavesItsFolder {
        report(.configurationPath, at: path, "A module's folder is elsewhere.", evidence: path.shown)
      } else if let path = module.first("path") {
        note(file: path.utf8 ?? [], at: path, for: "It is the folder of a module.")
      }
      if let type = module.first("type") { judgeModule(type) }
    }
  }

  /// `router_config.json` of sentence-transformers: the class of each of its modules.
  ///
  /// Source: `sentence_transformers/models/Router.py` (`load`).
  mutating func judgeRouter(_ root: JSONValue) {
    guard let types = root.first("types"), root.first("structure") != nil else { return }
    for (_, type) in types.members { judgeModule(type) }
  }

  private mutating func judgeModule(_ type: JSONValue) {
    guard let name = type.string else { return }
    if name.hasPrefix("sentence_transformers."), name.utf8.allSatisfy(Self.isNameByte) { return }
    if let reason = danger(of: name) {
      report(.configurationDangerousName, at: type, "\(name): \(reason)", evidence: name)
    } else {
      report(.configurationRemoteCode, at: type, "A module is '\(name)'.", evidence: name)
    }
  }

  /// A name without a dot is one of transformers' own; `torch.nn.modules.activation.Tanh` is made without arguments.
  mutating func judgeActivation(_ value: JSONValue) {
    guard let name = value.string, name.contains(".") else { return }
    let isOwn = name.hasPrefix("torch.nn.") && name.split(separator: ".").last?.first?.isUppercase ?? false
    if isOwn, name.utf8.allSatisfy(Self.isNameByte), danger(of: name) == nil { return }
    judgeName(value, .configurationName)
  }

  /// What loaders import under keys that are nobody's own.
  mutating func judgeImported(_ value: JSONValue, under key: JSONValue) {
    guard let key = key.string else { return }
    for text in value.kind == .array ? Array(value.elements) : [value] {
      // Sentence-transformers' own lists are judged as such.
      guard let name = text.string, !name.hasPrefix("sentence_transformers.") else { continue }
      let isClass =
        ImportedName.isClass(name, under: key) && TargetJudge.judge(name, table: table) != .known
      if isClass || ImportedName.isFunction(name, under: key) && danger(of: name) != nil {
        judgeName(text, .configurationName)
      }
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || 0x30...0x39 ~= byte
      || 0x61...0x7A ~= byte | 0x20 && byte >= 0x41
  }

  private static let pipelineLibraries: Set<String> = [
    "diffusers", "transformers", "onnxruntime", "optimum", "flax", "k_diffusion", "stable_diffusion",
    "deepfloyd_if",
    "stable_diffusion_safe", "paint_by_example", "latent_diffusion", "kandinsky", "unidiffuser",
    "wuerstchen", "blip_diffusion",
    "versatile_diffusion", "alt_diffusion", "spectrogram_diffusion", "stable_cascade", "kolors",
  ]

  private mutating func judgeHint(_ hint: JSONValue, of key: JSONValue) {
    guard let library = hint.elements.first(where: { _ in true })?.string else { return }
    guard !Self.pipelineLibraries.contains(library) else { return }
    report(
      .configurationRemoteCode, at: hint, "'\(key.string ?? "")' is imported from '\(library)'.",
      evidence: hint.shown)
  }

  /// `model_index.json` of diffusers: for each component the library that it is imported from, and its class.
  ///
  /// Source: `diffusers/pipelines/pipeline_loading_utils.py` (`get_class_obj_and_candidates`).
  mutating func judgePipeline(_ root: JSONValue) {
    guard let name = root.first("_class_name") else { return }
    guard let className = name.string else {
      return report(
        .configurationRemoteCode, at: name, "The pipeline is a class beside the model.",
        evidence: name.shown)
    }
    let isPipeline = className.hasSuffix("Pipeline")
    for (key, value) in root.members where value.kind == .array {
      let parts = Array(value.elements.prefix(4))
      // A third part says more of the component, its class among it (`modular_pipelines/modular_pipeline.py`).
      if parts.count == 3, let hint = parts[2].first("type_hint") { judgeHint(hint, of: key) }
      guard parts.count == 2 || parts.count == 3 && parts[2].kind == .object,
        let library = parts[0].string, parts[1].kind == .string
      else { continue }
      if isPipeline { note(file: key.utf8 ?? [], at: key, for: "It is the folder of a component.") }
      // Lists of two names of blocks stand in the configurations of components; libraries have small letters.
      guard isPipeline || library.first?.isLowercase ?? true, !Self.pipelineLibraries.contains(library)
      else { continue }
      report(
        .configurationRemoteCode, at: value, "'\(key.string ?? "")' is imported from '\(library)'.",
        evidence: value.shown)
    }
  }
}
