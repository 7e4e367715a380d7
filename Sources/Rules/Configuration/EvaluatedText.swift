/// Texts of configurations that YOLO and its relatives evaluate as Python: activations, modules and their arguments.
///
/// Source: ultralytics, `ultralytics/nn/tasks.py` (`parse_model`); YOLOv5, `models/yolo.py` (`parse_model`).
enum EvaluatedText {
  /// Keys whose value is evaluated in any such file.
  static let keys: Set<String> = ["activation", "act"]
  /// Keys that only such a file has: lists of layers, each with its module and arguments.
  static let layers: Set<String> = ["backbone", "head"]

  /// Whether a text would do more than name something.
  static func isCall(_ text: String) -> Bool { text.contains("(") || text.contains("[") }

  /// Whether it makes a module of torch's own out of numbers: `nn.LeakyReLU(0.1)`.
  static func isModule(_ text: String) -> Bool {
    guard let open = text.firstIndex(of: "("), text.last == ")" else { return false }
    let name = text[..<open].split(separator: ".", omittingEmptySubsequences: false)
    let isTorch = name.dropLast() == ["nn"] || name.dropLast() == ["torch", "nn"]
    let arguments = text[text.index(after: open)...].dropLast()
    return isTorch && name.last?.first?.isUppercase ?? false
      && (name.last ?? "").allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      && arguments.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_=,. -".contains($0)) }
  }
}
