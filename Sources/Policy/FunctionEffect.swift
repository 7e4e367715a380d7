/// What a function that no honest pickle calls does to the program that loads the pickle, the worst first.
///
/// The names are the keys of `policies/globals/functions/*.json`; `scripts/safe-globals/function_facts.py` decides
/// which of them holds, by the sources.
package enum FunctionEffect: String, CaseIterable, Sendable {
  case executes, evaluates, unpickles, imports, connects, opens, changes
  case callsBack = "calls-back"
  case native, computes

  /// Whether a file that keeps the function without calling it is for a person to judge, rather than denied: the function
  /// reaches nothing but its arguments.
  package var mayBeKept: Bool { self == .computes || self == .native || self == .callsBack }

  /// What it does, as a sentence for a finding.
  package var reason: String {
    switch self {
    case .executes: "Starts programs or native code."
    case .evaluates: "Evaluates text as Python."
    case .unpickles: "Loads another pickle or other serialized objects."
    case .imports: "Imports modules by name."
    case .connects: "Connects to the network."
    case .opens: "Reads or writes files."
    case .changes: "Changes the state of the program that loads the file."
    case .callsBack: "Calls what it is given."
    case .native: "Native code that no pickle of its library calls."
    case .computes: "A function of the library that no pickle of it calls."
    }
  }
}
