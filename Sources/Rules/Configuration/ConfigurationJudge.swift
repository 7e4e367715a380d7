package import ByteParsing
package import Findings
import Formats
package import Policy

/// Judges a configuration in YAML by its keys, tags and aliases.
package struct ConfigurationJudge {
  let table: GlobalTable
  let path: [String]
  private(set) var findings: [Finding] = []
  private var weights = AliasWeights()
  /// Scalars that have an anchor.
  private var anchored: [String: String] = [:]
  /// Keys whose values name code.
  private let targetKeys: Set<String>
  private var anchor: (name: String, line: Int)?
  private var tag: String?
  /// Keys that bring code along, where the file turns out to be a model's.
  private var codeKeys: [(YAMLEvent, String)] = []
  /// Values that are files and folders, where the file turns out to be a model's.
  private var fileKeys: [YAMLEvent] = []
  private var hasLoader = false
  private var interpolatedTarget: YAMLEvent?
  private var dangerousTexts: [YAMLEvent] = []
  /// A key whose value names code, as long as that value has not come.
  private var waitingTarget: YAMLEvent?
  /// Such a key that stands where its value was not found, or where only a loader sees that it is one.
  private var looseTarget: YAMLEvent?
  private var hasManyAnchors = false
  /// Whether the file is one whose texts are evaluated, and those of them that would do something.
  private var hasLayers = false
  private var calls: [YAMLEvent] = []

  /// - Parameter isInBraces: whether the text is one in braces, in which `target` and its like are words as others.
  package init(path: [String], table: GlobalTable, isInBraces: Bool = false) {
    self.path = path
    self.table = table
    targetKeys = isInBraces ? TargetJudge.certainKeys : TargetJudge.keys
  }

  /// Reads a whole text.
  ///
  /// - Returns: the findings, and why the text could not be read to its end where that may hide something.
  package static func judge(
    _ input: Input, path: [String], table: GlobalTable
  ) -> (findings: [Finding], gap: ParseError?) {
    var gap: ParseError?
    var judge = ConfigurationJudge(path: path, table: table)
    do {
      let isInBraces = ConfigurationShape.isInBraces(try input.prefix(4096))
      judge = ConfigurationJudge(path: path, table: table, isInBraces: isInBraces)
      var reader = try YAMLReader(input)
      do {
        if reader.hasOldBreaks { judge.reportBreaks() }
        while let event = try reader.next() { judge.take(event) }
        if judge.hasManyAnchors {
          gap = ParseError(.limit, at: 0, "anchors of YAML: limit \(YAMLLimits.anchors)")
        } else if !reader.isWellFormed, judge.findings.isEmpty {
          gap = ParseError(.malformed, at: 0, "a text that is YAML only in part")
        }
      } catch {
        // A loader stops here too; what it read before was judged.
        if error.kind != .truncated || ConfigurationShape.mayHide(input, from: error.offset) { gap = error }
      }
    } catch {
      gap = error
    }
    judge.finish()
    return (judge.findings, gap)
  }

  private mutating func report(_ rule: Rule, _ event: YAMLEvent, _ detail: String) {
    findings.append(
      Finding(
        rule, at: Location(path: path, offset: event.offset), detail: "Line \(event.line): \(detail)",
        evidence: PythonText.plain(event.text, limit: 120)), upTo: Self.findingLimit)
  }

  private static let findingLimit = 1024

  /// The text was read as YAML 1.1 breaks it into lines. Loaders of YAML 1.2 see longer ones.
  private mutating func reportBreaks() {
    findings.append(
      Finding(
        .yamlBreak, at: Location(path: path, offset: 0),
        detail: "It was read as YAML 1.1 breaks it into lines."))
  }

  mutating func take(_ event: YAMLEvent) {
    weights.take(event)
    switch event.kind {
    case .directive:
      guard event.text.hasPrefix("%TAG") else { return }
      let makesObjects = ["python", "java", "ruby", "perl"].contains {
        event.text.lowercased().contains($0)
      }
      report(makesObjects ? .yamlCodeTag : .yamlTag, event, "a directive gives tags another meaning.")
    case .tag:
      tag = event.text
      judgeTag(event)
    case .anchor: anchor = (event.text, event.line)
    case .key:
      remember(event)
      looseTarget = looseTarget ?? waitingTarget
      waitingTarget = Self.namesCode(event) ? event : nil
      if event.text == "loader_module" { hasLoader = true }
      if ImportedName.codeKeys.contains(ImportedName.key(event.text)) {
        report(.configCode, event, "what stands under it is imported.")
      }
      hasLayers = hasLayers || EvaluatedText.layers.contains(event.text)
    case .value:
      remember(event)
      settleTarget(event)
      if Self.namesCode(event) { looseTarget = looseTarget ?? event }
      judgeValue(event.key ?? "", event.text, event)
    case .alias:
      // An alias may be a key, and one without its anchor anything.
      guard let text = anchored[event.text], event.key != "" else {
        if event.key == "" || Self.namesCode(waitingTarget) { looseTarget = looseTarget ?? event }
        return
      }
      settleTarget(event)
      judgeValue(event.key ?? "", text, event)
    }
  }

  private static func namesCode(_ event: YAMLEvent?) -> Bool {
    event.map { TargetJudge.certainKeys.contains($0.text) || $0.text == "loader_module" } ?? false
  }

  private mutating func settleTarget(_ value: YAMLEvent) {
    if value.key == waitingTarget?.text { waitingTarget = nil }
  }

  private mutating func remember(_ event: YAMLEvent) {
    if let anchor, anchor.line == event.line {
      hasManyAnchors = hasManyAnchors || anchored.count == YAMLLimits.anchors
      if !hasManyAnchors { anchored[anchor.name] = event.text }
    }
    anchor = nil
  }

  private mutating func finish() {
    if weights.isBomb {
      findings.append(
        Finding(
          .yamlBomb, at: Location(path: path, offset: 0),
          detail:
            "\(weights.written) values stand for \(weights.total == .max ? "more than can be counted" : "\(weights.total)")."
        ))
    }
    if hasLoader {
      for (event, text) in codeKeys {
        report(.configCode, event, "the model brings code along: \(PythonText.plain(text, limit: 80)).")
      }
      for event in fileKeys where !PortablePath(Array(event.text.utf8)).leavesItsFolder {
        findings.append(
          PackageNote.file(
            Array(event.text.utf8), at: Location(path: path, offset: event.offset),
            for: "The model is loaded from it."))
      }
    }
    if let event = looseTarget ?? waitingTarget {
      if let text = dangerousTexts.first {
        report(.dangerousTarget, event, "line \(text.line) has \(PythonText.plain(text.text, limit: 60)).")
      } else {
        report(.unknownTarget, event, "what it names is not to be seen.")
      }
    }
    for event in calls where hasLayers || EvaluatedText.keys.contains(event.key ?? "") {
      report(.configCode, event, "the text is evaluated as Python.")
    }
    if let interpolatedTarget, let event = dangerousTexts.first {
      report(
        .dangerousTarget, interpolatedTarget,
        "the name is put together, and line \(event.line) has \(PythonText.plain(event.text, limit: 60)).")
    }
  }

  private static let fileLimit = 256

  // MARK: values

  private static let codeMarks = [
    "__import__", "__subclasses__", "__globals__", "__builtins__", "os.system(", "exec(", "eval(",
  ]

  private mutating func judgeValue(_ key: String, _ text: String, _ event: YAMLEvent) {
    if text.contains("${") { judgeInterpolation(key, text, event) }
    if EvaluatedText.isCall(text), !EvaluatedText.isModule(text),
      calls.count < (EvaluatedText.keys.contains(key) ? 128 : 64)
    {
      calls.append(event)
    }
    if targetKeys.contains(key) { judgeTarget(key, text, event) } else { judgeImported(key, text, event) }
    switch key {
    case "loader_module": judgeLoader(text, event)
    case "code", "code_paths", "model_code_path":
      if !["", "null", "~", "Null", "NULL"].contains(text) { codeKeys.append((event, text)) }
    case "data", "model_data", "model_path", "pickled_model", "saved_model_dir":
      // MLflow's flavors (`mlflow/*/__init__.py`, `save_model`).
      if !["", "null", "~"].contains(event.text), fileKeys.count < Self.fileLimit {
        fileKeys.append(event)
      }
    case "dependencies", "pip", "build_dependencies":
      if let concern = RequirementLine.concern(text) { report(.requirementSource, event, "\(concern).") }
    case "url", "model_url", "uri":
      let archives = [".mar", ".war", ".tar.gz", ".tgz", ".zip", ".pt", ".pth", ".bin", ".nemo", ".pkl"]
      if text.hasPrefix("http://"), archives.contains(where: { text.hasSuffix($0) }) {
        report(.plainAddress, event, "it is fetched without protection.")
      }
    case "download":
      // Ultralytics hands it to a shell (`ultralytics/data/utils.py`, `check_det_dataset`).
      if text.hasPrefix("bash ") { report(.configCode, event, "a shell runs it.") }
    case "_base_", "_BASE_":
      // mmengine's loader runs a base that is Python.
      if text.hasSuffix(".py") { report(.configCode, event, "it is run.") }
      if text.hasPrefix("http://") { report(.plainAddress, event, "it is fetched without protection.") }
    case "run", "command", "cmd", "script", "entrypoint", "args", "before_script":
      if let danger = ShellCommand.danger(text), danger != .fetches {
        report(.configCode, event, "\(danger.words).")
      }
    default: break
    }
    if Self.codeMarks.contains(where: { text.contains($0) }) {
      report(.configCode, event, "the text reaches for Python's internals or runs code.")
    }
    if dangerousTexts.count < 16, text.contains("."), text.utf8.count < 128,
      case .dangerous = TargetJudge.judge(text, table: table)
    {
      dangerousTexts.append(event)
    }
  }

  private mutating func judgeTarget(_ key: String, _ text: String, _ event: YAMLEvent) {
    if text.contains("${") {
      interpolatedTarget = event
      return report(.unknownTarget, event, "the name under \(key) is computed.")
    }
    let parts = text.split(omittingEmptySubsequences: false) { $0 == "." || $0 == ":" }
    let isName =
      parts.count > 1
      && parts.allSatisfy { part in
        !(part.first?.isNumber ?? true) && part.unicodeScalars.allSatisfy { $0.properties.isXIDContinue }
      }
    guard TargetJudge.certainKeys.contains(key) || isName else { return }
    judgeCalled(text, event, "under \(key)")
  }

  /// Judges what other loaders than Hydra's kind import, and whether code is to be trusted.
  private mutating func judgeImported(_ key: String, _ text: String, _ event: YAMLEvent) {
    let isNamed = ["name", "class_name"].contains(key) && ImportedName.isClass(text, under: "class")
    if isNamed || ImportedName.isClass(text, under: key) { return judgeCalled(text, event, "under \(key)") }
    if ImportedName.isFunction(text, under: key), case .dangerous = TargetJudge.judge(text, table: table) {
      return judgeCalled(text, event, "under \(key)")
    }
    if ImportedName.trustKeys.contains(ImportedName.key(key)),
      ["true", "yes", "on", "y", "1"].contains(text.lowercased())
    {
      report(.configurationRemoteCode, event, "the configuration says that code is to be trusted.")
    }
  }

  private mutating func judgeCalled(_ name: String, _ event: YAMLEvent, _ place: String) {
    let shown = PythonText.plain(name, limit: 80)
    switch TargetJudge.judge(name, table: table) {
    case .known: break
    case .unknown: report(.unknownTarget, event, "\(shown) \(place) is imported and called.")
    case .dangerous(let reason):
      report(.dangerousTarget, event, "\(shown) \(place) is imported and called. \(reason)")
    }
  }

  private mutating func judgeInterpolation(_ key: String, _ text: String, _ event: YAMLEvent) {
    let resolvers = ["${oc.env:", "${env:", "${eval:", "${oc.decode:", "${python:", "${exec:", "${shell:"]
    // OmegaConf's grammar has blanks around a resolver's name.
    let dense = text.filter { !$0.isWhitespace }
    if let resolver = resolvers.first(where: { dense.contains($0) }) {
      report(.configResolver, event, "\(resolver)…} under \(PythonText.plain(key, limit: 40)).")
    }
  }

  private mutating func judgeLoader(_ text: String, _ event: YAMLEvent) {
    let parts = text.split(separator: ".").map(String.init)
    let isKnown =
      text == "mlflow.pyfunc.model" || text == "mlflow.pyfunc.loaders.code_model"
      || parts.count == 2 && parts[0] == "mlflow" && MLflowFlavors.names.contains(parts[1])
    guard !isKnown else { return }
    judgeCalled(text + "._load_pyfunc", event, "as loader_module")
  }

  // MARK: tags

  private mutating func judgeTag(_ event: YAMLEvent) {
    switch YAMLTag(event.text) {
    case .core: break
    case .plainPython:
      report(.yamlTag, event, "a tag makes a plain Python value; only loaders that are not safe read it.")
    case .code:
      report(
        .yamlCodeTag, event,
        "\(PythonText.plain(event.text, limit: 80)) makes an object or calls a function.")
    case .callable(let name): judgeCalled(name, event, "in a tag")
    case .local:
      report(
        .yamlTag, event,
        "\(PythonText.plain(event.text, limit: 80)) means what the application makes of it.")
    }
  }
}

/// What a YAML tag asks its loader for.
enum YAMLTag: Equatable {
  /// A type that every loader knows.
  case core
  /// PyYAML's tags of Python values that can do nothing.
  case plainPython
  /// An object, a function, a class of the loader's language.
  case code
  /// HyperPyYAML's `!new:a.b`, which imports and calls a name.
  case callable(String)
  /// A tag of an application.
  case local

  private static let coreNames: Set<String> = [
    "str", "int", "float", "bool", "null", "map", "seq", "set", "omap", "pairs", "binary", "timestamp",
    "merge", "value",
    "yaml",
  ]

  private static let plainNames: Set<String> = [
    "none", "bool", "str", "unicode", "bytes", "int", "long", "float", "complex", "list", "tuple", "dict",
  ]

  init(_ written: String) {
    let text = Self.decoded(written)
    for prefix in ["!new:", "!apply:", "!name:", "!module:", "!obj:"] where text.hasPrefix(prefix) {
      self = .callable(String(text.dropFirst(prefix.count)))
      return
    }
    var name = text
    if name.hasPrefix("!<") { name = String(name.dropFirst(2).prefix { $0 != ">" }) }
    let isGlobal: Bool
    if name.hasPrefix("tag:yaml.org,2002:") {
      name = String(name.dropFirst("tag:yaml.org,2002:".count))
      isGlobal = true
    } else if name.hasPrefix("!!") {
      name = String(name.dropFirst(2))
      isGlobal = true
    } else {
      isGlobal = false
    }
    guard isGlobal else {
      // Behind the handle: `!ruby/object`, `!e!python/object`.
      let lower = name.split(separator: "!").last.map { $0.lowercased() } ?? ""
      self =
        name == "!"
        ? .core
        : ["python/", "ruby/", "java.", "javax.", "perl/"].contains { lower.hasPrefix($0) } ? .code : .local
      return
    }
    if Self.coreNames.contains(name) {
      self = .core
    } else if !(name.first?.isLetter ?? false) {
      self = .local  // `!!!`: no loader has a class of that name
    } else if name.hasPrefix("python/"), Self.plainNames.contains(String(name.dropFirst("python/".count))) {
      self = .plainPython
    } else {
      self = .code
    }
  }

  /// With `%6F` and its like as the characters they stand for.
  private static func decoded(_ text: String) -> String {
    guard text.contains("%") else { return text }
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == UInt8(ascii: "%"), digits.count == 2,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The flavors whose loaders come with MLflow.
enum MLflowFlavors {
  static let names: Set<String> = [
    "sklearn", "pytorch", "tensorflow", "keras", "xgboost", "lightgbm", "catboost", "spark", "onnx",
    "statsmodels",
    "prophet", "pmdarima", "spacy", "fastai", "h2o", "paddle", "transformers", "sentence_transformers",
    "shap",
    "diviner", "langchain", "llama_index", "openai", "gluon", "mleap", "dspy", "johnsnowlabs", "promptflow",
  ]
}
