import Findings
import TestSupport
import Testing

/// Keras models: what a configuration may name, in `.keras`, in HDF5 and as JSON.
@Suite struct KerasTests {
  /// A `.keras` archive with that configuration.
  static func archive(_ configuration: [UInt8], more: [ZIPBuilder.Member] = []) -> [UInt8] {
    ZIPBuilder(
      [
        .init(
          "metadata.json",
          Array("{\"keras_version\": \"3.15.1\", \"date_saved\": \"2026-01-01@00:00:00\"}".utf8)),
        .init("config.json", configuration), .init("model.weights.h5", HDF5Builder().build()),
      ] + more
    ).build()
  }

  static func archive(_ configuration: String) -> [UInt8] { archive(Array(configuration.utf8)) }

  /// A model of one layer.
  static func model(_ layer: String) -> String {
    "{\"module\": \"keras\", \"class_name\": \"Sequential\", \"registered_name\": null, \"config\": {\"layers\": [\(layer)]}}"
  }

  static func layer(_ module: String, _ name: String, _ configuration: String = "{}", more: String = "")
    -> String
  {
    "{\"module\": \"\(module)\", \"class_name\": \"\(name)\", \"config\": \(configuration)\(more)}"
  }

  static func function(_ module: String, _ name: String) -> String {
    layer("keras.layers", "Dense", "{\"activation\": \(layer(module, "function", "\"\(name)\""))}")
  }

  static let honest: [String] = [
    layer(
      "keras.layers", "Dense", "{\"units\": 3, \"activation\": \"relu\"}",
      more: ", \"registered_name\": null"),
    layer("keras.layers", "Conv2D", more: ", \"build_config\": {\"input_shape\": [null, 8]}"),
    layer("keras.src.models.functional", "Functional", more: ", \"registered_name\": \"Functional\""),
    layer("keras.src.ops.numpy", "Add", more: ", \"registered_name\": \"Add\""),
    layer("keras.src.ops.nn", "Relu"), layer("tf_keras.src.engine.functional", "Functional"),
    layer("tensorflow.keras.layers", "LSTM"),
    layer("keras", "DTypePolicy", "{\"name\": \"mixed_float16\"}"),
    layer("keras.dtype_policies", "QuantizedDTypePolicy", "{\"mode\": \"int8\"}"),
    layer("keras.layers", "StringLookup", "{\"vocabulary\": [\"a\", \"b\"]}"),
    layer("keras.layers", "TextVectorization", "{\"vocabulary\": null, \"idf_weights\": [1.0]}"),
    layer("keras.layers", "RandomFlip"), layer("keras.initializers", "GlorotUniform"),
    layer("keras.optimizers", "Adam"), layer("keras.optimizers.schedules", "CosineDecay"),
    function("builtins", "softmax"), function("keras.activations", "gelu"), function("keras.ops", "relu"),
    function("builtins", "my_activation"),
    "{\"class_name\": \"Dense\", \"config\": {\"units\": 1}}",
    "{\"class_name\": \"BatchNormalizationV1\", \"config\": {}}",
    "{\"class_name\": \"TFOpLambda\", \"config\": {\"function\": \"math.multiply\"}}",
    "{\"class_name\": \"SlicingOpLambda\", \"config\": {\"function\": \"__operators__.getitem\"}}",
    "{\"class_name\": \"__keras_tensor__\", \"config\": {\"shape\": [null, 3], \"dtype\": \"float32\"}}",
    "{\"class_name\": \"__typespec__\", \"spec_name\": \"TensorSpec\", \"module\": \"tensorflow.python.framework.tensor\", \"config\": [[3]]}",
  ]

  @Test(arguments: honest) func `Keras's own parts of models are allowed in every container`(layer: String)
  {
    let configuration = Self.model(layer)
    for bytes in [Self.archive(configuration), HDF5Builder.model(configuration), Array(configuration.utf8)]
    {
      let report = Examination.report(bytes)
      #expect(report.verdict == .allow, "\(report.summary)")
    }
  }

  @Test func `a loss or metric of one's own by its name is allowed`() {
    let training =
      "{\"loss\": \"my_loss\", \"metrics\": [[\"my_metric\"]], \"optimizer_config\": {\"class_name\": \"Custom>Adam\", \"config\": {}}}"
    for form in HDF5Builder.Form.allCases {
      let report = Examination.report(
        HDF5Builder.model(Self.model(Self.layer("keras.layers", "Dense")), training: training, form: form))
      #expect(report.verdict == .allow, "\(report.summary)")
    }
  }

  struct Attack: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let layer: String
    let rule: String
    let verdict: Verdict

    init(_ description: String, _ layer: String, _ rule: String, _ verdict: Verdict = .deny) {
      testDescription = description
      self.layer = layer
      self.rule = rule
      self.verdict = verdict
    }
  }

  /// `lambda x: __import__('os').system('echo lazaret-canary') or x`, as Python 3.11 compiles it.
  private static let evil =
    "4wEAAAAAAAAAAAAAAAMAAAADAAAA81YAAACXAHQBAAAAAAAAAAAAAGQBpgEAAKsBAAAAAAAAAACgAQAAAAAAAAAA"
    + "AAAAAAAAAAAAAAAAZAKmAQAAqwEAAAAAAAAAAHwAZgJkAxkAAAAAAAAAAABTACkETtoCb3N6E2VjaG8gbGF6YXJl"
    + "dC1jYW5hcnnpAQAAACkC2gpfX2ltcG9ydF9f2gZzeXN0ZW0pAdoBeHMBAAAAIPoIPHN0cmluZz76CDxsYW1iZGE+"
    + "cggAAAABAAAAcycAAACAAI06kGTRCxvUCxvXCyLSCyLQIzjRCznUCzm4MdAKPbhh1ApAgADzAAAAAA=="

  /// `lambda x: x * 2`, likewise.
  private static let plain =
    "4wEAAAAAAAAAAAAAAAIAAAADAAAA8wwAAACXAHwAZAF6BQAAUwApAk7pAgAAAKkAKQHaAXhzAQAAACD6CG1vZGVs"
    + "LnB5+gg8bGFtYmRhPnIGAAAAAQAAAHMKAAAAgACIYZAhiWWAAPMAAAAA"

  private static func lambda(_ code: String) -> String {
    layer(
      "keras.layers", "Lambda",
      "{\"function\": {\"class_name\": \"__lambda__\", \"config\": {\"code\": \"\(code)\", \"defaults\": null, \"closure\": null}}}"
    )
  }

  private static func oldLambda(_ code: String, _ key: String = "function") -> String {
    "{\"class_name\": \"Lambda\", \"config\": {\"\(key)\": [\"\(code)\", null, null], \"\(key)_type\": \"lambda\"}}"
  }

  static let attacks: [Attack] = [
    Attack("CVE-2024-3660: a Lambda with bytecode", lambda(evil), "pickle.dangerous-embedded-code"),
    Attack("a Lambda that only computes", lambda(plain), "code.function", .review),
    Attack("a Lambda of Keras 2", oldLambda(evil), "pickle.dangerous-embedded-code"),
    Attack("a Lambda's output shape", oldLambda(evil, "output_shape"), "pickle.dangerous-embedded-code"),
    Attack(
      "a Lambda inside TimeDistributed",
      layer("keras.layers", "TimeDistributed", "{\"layer\": \(lambda(evil))}"),
      "pickle.dangerous-embedded-code"),
    Attack(
      "a Lambda inside a model inside a model", model(model(lambda(evil))), "pickle.dangerous-embedded-code"
    ),
    Attack(
      "bytecode as a loss",
      layer(
        "keras.layers", "Dense",
        more:
          ", \"compile_config\": {\"loss\": {\"class_name\": \"__lambda__\", \"config\": {\"code\": \"\(evil)\"}}}"
      ),
      "pickle.dangerous-embedded-code"),
    Attack("bytecode behind what is no base64", lambda("!!\(evil)"), "pickle.dangerous-embedded-code"),
    Attack(
      "a Lambda under another class", layer("keras.layers", "Dense", "{\"function\": \"\(evil)\"}"),
      "pickle.dangerous-embedded-code"),
    Attack("a Lambda in source", oldLambda("lambda x: eval('1')"), "pickle.dangerous-embedded-code"),
    Attack(
      "a model as a text inside a model",
      layer(
        "keras.layers", "Dense",
        "{\"inner\": \"{\\\"class_name\\\": \\\"x\\\", \\\"module\\\": \\\"os\\\", \\\"config\\\": {}}\"}"),
      "config.dangerous-name"),
    Attack(
      "a model as a text with a blank before it and its key in escapes",
      layer(
        "keras.layers", "Dense",
        "{\"inner\": \" {\\\"class\\\\u005fname\\\": \\\"x\\\", \\\"module\\\": \\\"os\\\", \\\"config\\\": {}}\"}"
      ),
      "config.dangerous-name"),
    Attack(
      "CVE-2025-1550: a class of another module", layer("subprocess", "Popen", "{\"args\": \"id\"}"),
      "config.dangerous-name"),
    Attack(
      "CVE-2025-1550: a function of another module", function("os", "system"), "config.dangerous-name"),
    Attack("a function of Python's", function("builtins", "eval"), "config.dangerous-name"),
    Attack("CVE-2025-8747: a download", function("keras.utils", "get_file"), "config.dangerous-name"),
    Attack(
      "CVE-2025-8747: as a class", layer("keras.src.utils.file_utils", "get_file"), "config.dangerous-name"),
    Attack(
      "CVE-2025-9906: the safe mode switched off",
      function("keras.config", "enable_unsafe_deserialization"), "config.dangerous-name"),
    Attack(
      "CVE-2025-9906: by its other name",
      function("keras.src.saving.serialization_lib", "enable_unsafe_deserialization"),
      "config.dangerous-name"),
    Attack("a model loaded by a model", function("keras.models", "load_model"), "config.dangerous-name"),
    Attack(
      "bytecode made a function", layer("keras.src.utils.python_utils", "func_load"),
      "config.dangerous-name"),
    Attack(
      "a name that is registered",
      layer("keras.layers", "Dense", more: ", \"registered_name\": \"keras.utils>get_file\""),
      "config.dangerous-name"),
    Attack(
      "the last of two modules", layer("keras.layers", "Popen", more: ", \"module\": \"subprocess\""),
      "config.dangerous-name"),
    Attack(
      "a type of another module",
      "{\"class_name\": \"__typespec__\", \"spec_name\": \"system\", \"module\": \"os\", \"registered_name\": null, \"config\": [\"id\"]}",
      "config.dangerous-name"),
    Attack(
      "a file written by TensorFlow",
      "{\"class_name\": \"TFOpLambda\", \"config\": {\"function\": \"io.write_file\"}}",
      "config.dangerous-name"),
    Attack(
      "Python called by TensorFlow",
      "{\"class_name\": \"TFOpLambda\", \"config\": {\"function\": \"numpy_function\"}}",
      "config.dangerous-name"),
    Attack(
      "a method of TensorFlow", "{\"class_name\": \"InstanceMethod\", \"config\": {}}", "config.keras-code",
      .review),
    Attack(
      "CVE-2025-49655: a pickled PyTorch module", layer("keras.layers", "TorchModuleWrapper"),
      "config.keras-code", .review),
    Attack(
      "a SavedModel", layer("keras.layers", "TFSMLayer", "{\"filepath\": \"/tmp/x\"}"), "config.keras-code",
      .review),
    Attack(
      "a wrapper's function",
      layer(
        "keras.layers", "ResidualWrapper",
        "{\"residual_fn\": [\"x\", null, null], \"residual_fn_type\": \"lambda\"}"),
      "config.keras-code", .review),
    Attack("a JAX function", layer("keras.layers", "JaxLayer"), "config.keras-code", .review),
    Attack(
      "a layer from the hub",
      layer("tensorflow_hub.keras_layer", "KerasLayer", "{\"handle\": \"https://host/x\"}"),
      "config.keras-code", .review),
    Attack(
      "CVE-2025-12058: words of a file",
      layer("keras.layers", "StringLookup", "{\"vocabulary\": \"/etc/passwd\"}"), "config.keras-code",
      .review),
    Attack(
      "CVE-2025-12058: words from a host",
      layer("keras.layers", "TextVectorization", "{\"vocabulary\": \"http://host/x\"}"),
      "config.keras-code", .review),
    Attack("a tool of Keras", layer("keras.utils", "Progbar"), "config.keras-code", .review),
    Attack(
      "a class that Keras does not have", layer("keras.layers", "Evil"), "config.keras-unknown-class",
      .review),
    Attack("a class of the user's own", layer("mine", "Evil"), "config.keras-unknown-class", .review),
    Attack(
      "a registered class", layer("keras.layers", "Dense", more: ", \"registered_name\": \"Mine>Dense\""),
      "config.keras-unknown-class", .review),
    Attack(
      "a function that Keras does not have", function("builtins", "print"), "config.keras-unknown-class",
      .review),
  ]

  @Test(arguments: attacks)
  func `what runs code, opens files or is not known is refused in every container`(attack: Attack) {
    let configuration = Self.model(attack.layer)
    var containers = [
      ("JSON", Array(configuration.utf8)), ("a .keras archive", Self.archive(configuration)),
      ("JSON in UTF-16", Self.archive([0xFF, 0xFE] + configuration.utf8.flatMap { [$0, 0] as [UInt8] })),
      ("JSON in UTF-32", Self.archive(configuration.utf8.flatMap { [0, 0, 0, $0] as [UInt8] })),
    ]
    for form in HDF5Builder.Form.allCases {
      containers.append(("HDF5, \(form)", HDF5Builder.model(configuration, form: form)))
    }
    for (name, bytes) in containers {
      let report = Examination.report(bytes)
      #expect(report.rules.contains(attack.rule), "\(name): \(report.summary)")
      #expect(report.verdict == attack.verdict, "\(name): \(report.summary)")
    }
  }

  @Test func `bytecode in the training configuration counts`() {
    let training = "{\"loss\": {\"class_name\": \"__lambda__\", \"config\": {\"code\": \"\(Self.evil)\"}}}"
    let report = Examination.report(
      HDF5Builder.model(Self.model(Self.layer("keras.layers", "Dense")), training: training))
    #expect(report.verdict == .deny, "\(report.summary)")
  }

  @Test func `a configuration that is no JSON is incomplete`() {
    for text in ["", "backend: tensorflow", "{\"class_name\": ", String(repeating: "[", count: 5000)] {
      let report = Examination.report(HDF5Builder.model(text))
      #expect(report.verdict == .incomplete, "\(text.prefix(20)): \(report.summary)")
    }
  }

  @Test func `weights that link to another file are refused inside the archive`() {
    var builder = HDF5Builder()
    builder.root = [("layers", .external("/etc/passwd", "/x"))]
    let bytes = ZIPBuilder([
      .init("metadata.json", Array("{}".utf8)),
      .init("config.json", Array(Self.model(Self.layer("keras.layers", "Dense")).utf8)),
      .init("model.weights.h5", builder.build()),
    ]).build()
    let report = Examination.report(bytes)
    #expect(report.rules.contains("hdf5.external-path"), "\(report.summary)")
    #expect(report.verdict == .deny)
  }

  @Test func `a member beside the model is examined as what it is`() {
    let evil = pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop])
    let report = Examination.report(
      Self.archive(
        Array(Self.model(Self.layer("keras.layers", "Dense")).utf8), more: [.init("assets/vocab.txt", evil)]
      ))
    #expect(report.verdict == .deny, "\(report.summary)")
  }

  @Test func `the bytecode's names and constants are shown`() throws {
    let report = Examination.report(HDF5Builder.model(Self.model(Self.lambda(Self.evil))))
    let finding = try #require(report.findings.first { $0.rule.id == "code.function" })
    #expect(finding.detail.contains("__import__"))
    #expect(finding.evidence.contains("'os'"))
  }
}
