import Findings
import Pickle
import Policy

/// Functions that are safe with reviewed arguments only, and where they may be handed on without being called.
///
/// `torch.storage._load_from_bytes` is safe called on bytes that are examined here. Stored in an attribute, a list
/// or a dictionary it waits for whoever calls it on something else, so a stored one is accounted for or denied.
struct StoredFunctions {
  /// One import of each such name, as it is written and as it is resolved.
  private(set) var imports: [(name: String, global: SymbolicValue)] = []
  private var written: Set<[String]> = []
  /// How often a reviewed call takes the function as an argument, by its name.
  private(set) var accounted: [String: Int] = [:]
  /// Argument tuples that were counted: one tuple may serve many calls.
  private var tuples = NodeSet()

  mutating func add(_ global: SymbolicValue, _ name: String, _ values: borrowing ValueTable) {
    guard let found = values.global(global),
      written.insert([found.module, found.name, found.resolvedModule, found.resolvedName]).inserted
    else { return }
    imports.append((name, global))
  }

  /// A call was reviewed that is given these functions in its argument tuple.
  mutating func account(_ names: [String], in tuple: SymbolicValue) {
    guard tuple.kind == .tuple, tuples.insert(tuple) else { return }
    for name in names { accounted[name, default: 0] += 1 }
  }
}

extension PickleJudge {
  /// What is given to a callee that nobody reviewed is that callee's affair, and it was reported.
  mutating func accountHandedOn(_ arguments: SymbolicValue, _ values: borrowing ValueTable) {
    var names: [String] = []
    for argument in values.elements(arguments) ?? [] where argument.kind == .global {
      if let name = standing(of: argument, values)?.name { names.append(name) }
    }
    storedFunctions.account(names, in: arguments)
  }

  /// How often each of the names became an element, an argument or the result of the pickle.
  mutating func timesStored(
    _ functions: StoredFunctions, _ result: SymbolicValue, _ values: borrowing ValueTable
  ) -> [String: Int] {
    var stored: [String: Int] = [:]
    for (name, global) in functions.imports {
      stored[name, default: 0] += values.timesStored(global)
      if result.kind == .global, let given = standing(of: result, values), given.name == name {
        stored[name, default: 0] += 1
      }
    }
    return stored
  }

  /// STOP: whether a function that is safe with reviewed arguments only was put where no reviewed call takes it.
  mutating func checkStoredFunctions(
    _ result: SymbolicValue, _ values: borrowing ValueTable, at offset: Int
  ) {
    let stored = timesStored(storedFunctions, result, values)
    let inCode =
      storedFunctions.imports.isEmpty && carriedPlaces.kept.imports.isEmpty ? [:] : timesInCode(values)
    checkKeptNames(result, inCode, values)
    isKnown = offset <= knownUntil
    for (name, global) in storedFunctions.imports
    where stored[name, default: 0] > storedFunctions.accounted[name, default: 0] {
      // Functions that the file carries have such names among their globals, and are for a person already.
      let outsideOfCode = stored[name, default: 0] - inCode[name, default: 0]
      let isMild =
        standing(of: global, values)?.callShape?.isMildWithoutReview ?? false
        || outsideOfCode <= storedFunctions.accounted[name, default: 0]
      report(
        isMild ? .unreviewedCall : .storedFunction, at: values.global(global)?.offset ?? offset,
        subject: name,
        "\(name) is stored, and is safe only where it is called with the arguments that were reviewed",
        showing: global, values)
    }
  }
}
