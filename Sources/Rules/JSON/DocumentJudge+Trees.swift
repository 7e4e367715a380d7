import ByteParsing
import Findings
import Formats

/// The models of XGBoost: the library follows the indices of their trees without looking.
extension DocumentJudge {
  /// Keys of an object that may be of such a model.
  static let treeKeys: [[UInt8]] = ["left_children", "gradient_booster"].map { Array($0.utf8) }

  private enum Step {
    case value(JSONValue, key: String)
    case end(Int)
  }

  /// Judges the models of a document. Nothing recurses.
  mutating func judgeTrees(_ root: JSONValue) {
    var model = XGBoostModel()
    var open: [Step] = [.value(root, key: "")]
    while let step = open.popLast() {
      switch step {
      case .end(let offset): model.close(at: offset)
      case .value(let value, let key): follow(value, key, &model, &open)
      }
    }
    for fault in model.faults {
      findings.append(
        Finding(
          .dataIrregular, at: Location(path: path, offset: base + fault.offset),
          detail: "In the model, \(fault.detail)."), upTo: Self.findingLimit)
    }
  }

  private func follow(_ value: JSONValue, _ key: String, _ model: inout XGBoostModel, _ open: inout [Step])
  {
    switch value.kind {
    case .object:
      model.open(key, isObject: true, at: value.offset)
      open.append(.end(value.endOffset))
      for (name, member) in value.members { open.append(.value(member, key: name.string ?? "")) }
    case .array:
      if key == "trees" || value.elements.contains(where: { $0.kind == .object || $0.kind == .array }) {
        model.open(key, isObject: false, at: value.offset)
        open.append(.end(value.endOffset))
        for element in value.elements { open.append(.value(element, key: "")) }
      } else {
        let (numbers, count) = wholeNumbers(value, areRead: XGBoostModel.indices.contains(key))
        model.take(key, numbers: numbers, count: count, at: value.offset)
      }
    case .number, .string:
      guard XGBoostModel.parameters.contains(key) else { return }
      model.take(key, parameter: value.integer ?? value.string.flatMap { Int($0) }, at: value.offset)
    case .null, .boolean: break
    }
  }

  /// The whole numbers of an array, nil where it has anything else, and its length.
  private func wholeNumbers(_ array: JSONValue, areRead: Bool) -> ([Int]?, count: Int) {
    var numbers: [Int]? = areRead ? [] : nil
    var count = 0
    for element in array.elements {
      count += 1
      if let number = numbers == nil ? nil : element.integer {
        numbers?.append(number)
      } else {
        numbers = nil
      }
    }
    return (numbers, count)
  }
}
