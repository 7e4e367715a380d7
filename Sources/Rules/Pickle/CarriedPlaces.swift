import Findings
import Formats
import Pickle
import Policy

/// Where code that the file carries keeps what it uses: its globals, its closure, its defaults, the attributes of its
/// classes and of their objects.
struct CarriedPlaces {
  static let operandLimit = 1 << 14
  static let walkedLimit = 1 << 20

  /// What makers of functions, classes and cells were given, and the states of what they made.
  private(set) var operands: [SymbolicValue] = []
  private(set) var isCut = false
  /// Dangerous names that code may keep.
  private(set) var kept = StoredFunctions()
  /// Whether a maker of code was imported.
  var hasCode = false

  mutating func add(_ operand: SymbolicValue) {
    if operands.count < Self.operandLimit { operands.append(operand) } else { isCut = true }
  }

  /// Leaves a dangerous import to the end of the pickle; false where it is judged at once.
  mutating func leave(_ standing: Standing, _ global: SymbolicValue, _ values: borrowing ValueTable) -> Bool
  {
    guard hasCode, Self.mayBeKept(standing.name), kept.imports.count < PickleJudgeLimits.findings else {
      return false
    }
    kept.add(global, standing.name, values)
    return true
  }

  /// Builtins that functions of models use and so may have among their globals. What starts programs or runs text is
  /// not here, but for `eval`, which a person judges in code too.
  static func mayBeKept(_ name: String) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return false }
    guard ["builtins", "__builtin__", "io", "_io"].contains(name[..<dot]) else { return false }
    return builtins.contains(String(name[name.index(after: dot)...]))
  }

  private static let builtins: Set<String> = [
    "open", "eval", "__import__", "globals", "vars", "locals", "input", "delattr", "setattr",
  ]

  /// Those that code is denied for by their names, so that another name would hide them.
  static let underOwnName: Set<String> = ["__import__", "globals", "vars", "locals"]

  /// Whether the constructor makes or fills a function, a class, a cell, or what wraps a function in a class.
  static func fills(_ name: String) -> Bool { makers.contains { name.hasSuffix(".\($0)") } }

  private static let makers = [
    "_create_function", "_make_function", "_make_skel_func", "_fill_function", "_function_setstate",
    "_create_cell", "_make_cell", "_cell_set", "_create_type", "_make_skeleton_class",
    "_rehydrate_skeleton_class", "_class_setstate", "_setattr", "setattr", "_setitems", "FunctionType",
    "LambdaType", "CellType", "classmethod", "staticmethod", "property",
  ]
}

extension PickleJudge {
  /// How often each name that has to be accounted for stands where carried code keeps what it uses.
  mutating func timesInCode(_ values: borrowing ValueTable) -> [String: Int] {
    guard !carriedPlaces.isCut else { return [:] }
    var counts: [String: Int] = [:]
    var seen = NodeSet()
    var waiting = carriedPlaces.operands.filter(\.kind.isContainer)
    var walked = 0
    while let container = waiting.popLast() {
      guard seen.insert(container), let elements = values.elements(container) else { continue }
      walked += elements.count
      guard walked <= CarriedPlaces.walkedLimit else { return [:] }
      for (index, element) in elements.enumerated() {
        if element.kind.isContainer { waiting.append(element) }
        guard element.kind == .global, let name = standing(of: element, values)?.name else { continue }
        if let last = name.split(separator: ".").last.map(String.init),
          CarriedPlaces.underOwnName.contains(last)
        {
          guard container.kind == .dictionary, !index.isMultiple(of: 2),
            values.string(elements[index - 1], limit: 64) == last
          else { continue }
        }
        counts[name, default: 0] += 1
      }
    }
    return counts
  }

  /// STOP: a dangerous name is for a person where nothing but carried code keeps it; else its import was dangerous.
  mutating func checkKeptNames(
    _ result: SymbolicValue, _ inCode: [String: Int], _ values: borrowing ValueTable
  ) {
    let stored = timesStored(carriedPlaces.kept, result, values)
    for (name, global) in carriedPlaces.kept.imports {
      guard let standing = standing(of: global, values), let offset = values.global(global)?.offset else {
        continue
      }
      isKnown = offset <= knownUntil
      let times = stored[name, default: 0]
      let isInCode = times > 0 && times <= inCode[name, default: 0]
      if isInCode, !(name.hasSuffix(".eval") && codeDecodes) {
        report(
          .embeddedCode, at: offset, subject: name,
          "\(name) is kept by code that the file carries: \(standing.reason)", showing: global, values)
      } else {
        report(
          .dangerousImport, at: offset, subject: name, "\(name): \(standing.reason)", showing: global,
          values)
      }
    }
  }

  /// Whether carried code decodes data, or has a text that reaches out: beside either, `eval` is an attack.
  private var codeDecodes: Bool {
    codeObjects.contains { CarriedCodeTable.decodes($0.object.uses()) || $0.object.hasEvaluatedMark }
  }
}
