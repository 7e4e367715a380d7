/// Names of code in configurations that no single program owns: many loaders import what stands under such keys.
///
/// Sources: AllenNLP `common/registrable.py`; Haystack `core/pipeline/base.py`; Kedro `io/core.py`; axolotl
/// `integrations/base.py`; MLServer `settings.py`; GluonTS `core/serde`; mmengine `config/config.py`; vLLM
/// `tool_parsers`; Ray Serve `schema.py`; kernels `layer.py`.
enum ImportedName {
  /// Keys whose value, where it is the dotted name of a class, is imported.
  private static let classKeys: Set<String> = [
    "type", "class", "plugins", "callbacks", "implementation", "factory", "model_class", "handler",
  ]

  /// Keys whose value is nothing but code to import.
  static let codeKeys: Set<String> = [
    "custom_imports", "import_path", "module_name", "tool_parser_plugin", "reasoning_parser_plugin",
    "kernel_mapping",
  ]

  /// Keys that say whether code of the model's own is to be run.
  static let trustKeys: Set<String> = ["trust_remote_code", "allow_custom_code"]

  /// A key as programs read it from their command lines too.
  static func key(_ written: String) -> String { written.replacing("-", with: "_") }

  /// Whether a value under a key is a class's name: `package.module.Class`. Names of Java's classes begin otherwise.
  static func isClass(_ text: String, under key: String) -> Bool {
    guard classKeys.contains(key), let parts = parts(of: text) else { return false }
    let (first, last) = (parts[0], parts[parts.count - 1])
    return !(first.first?.isUppercase ?? true) && !["org", "java", "javax", "com", "scala"].contains(first)
      && last.first?.isUppercase ?? false && last.contains { $0.isLowercase }
  }

  /// Whether a value under a key may be the name of a function.
  static func isFunction(_ text: String, under key: String) -> Bool {
    classKeys.contains(key) && parts(of: text) != nil
  }

  /// The parts of a dotted name of Python's; nil for what is none.
  private static func parts(of text: String) -> [Substring]? {
    guard text.utf8.count < 256 else { return nil }
    let parts = text.split(omittingEmptySubsequences: false) { $0 == "." || $0 == ":" }
    let areNames = parts.allSatisfy { part in
      !(part.first?.isNumber ?? true) && part.unicodeScalars.allSatisfy { $0.properties.isXIDContinue }
    }
    return parts.count > 1 && areNames ? parts : nil
  }
}
