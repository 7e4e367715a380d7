import Pickle
import Policy

/// What an imported name is, all its readings taken together.
struct Standing {
  enum Kind {
    /// The policy lists it.
    case listed(GlobalEntry.Kind)
    /// A class of the TorchScript file itself, which only its C++ loader resolves.
    case scriptType
    /// A class that a native extension registers for TorchScript.
    case scriptExtension
    /// On no list.
    case unknown
    /// A dotted name that leads to something dangerous or private.
    case walk
  }

  let kind: Kind
  /// `posix.system`, as a Python 3 unpickler resolves it.
  let name: String
  /// What the policy, or the walk, says of it.
  let reason: String
  /// The policy file that lists it.
  var list: String?
  /// What it does when it is called, where it is a function that no honest pickle calls.
  var effect: FunctionEffect?

  /// Whether the policy reviewed it as safe in some use.
  var isSafe: Bool {
    switch kind {
    case .listed(.safeClass), .listed(.safeFunction), .listed(.safeValue): true
    default: false
    }
  }

  /// The reviewed shape of calls; nil for what may not be called.
  var callShape: CallShape? {
    switch kind {
    case .listed(.safeClass(let shape, _, _)), .listed(.safeFunction(let shape, _, _)): shape
    default: nil
    }
  }

  /// How bad the mere reference is, to compare the readings of one written name.
  fileprivate var rank: Int {
    switch kind {
    case .listed(.dangerous): 4
    case .walk: 3
    case .listed(.deniedCall): 2
    case .unknown, .scriptExtension, .listed(.embeddedCode): 1
    case .scriptType, .listed(.safeClass), .listed(.safeFunction), .listed(.safeValue): 0
    }
  }
}

/// Modules whose name inside another module is the whole module: `shutil.os`.
private let commonModules: Set<String> = [
  "builtins", "ctypes", "importlib", "io", "nt", "os", "posix", "pty", "runpy", "shutil", "socket",
  "subprocess",
  "sys",
]

/// Whether the module is a copy of cloudpickle or dill that a library has inside: `numba.cloudpickle.cloudpickle`.
private func isCodePickler(_ module: String) -> Bool {
  module.split(separator: ".").contains { $0 == "cloudpickle" || $0 == "cloudpickle_fast" || $0 == "_dill" }
}

/// Whether Python itself gives the name its meaning: `__globals__`.
private func isDunder(_ name: String) -> Bool {
  name.hasPrefix("__") && name.hasSuffix("__")
}

extension GlobalTable {
  /// What the written name is, in the readings of all unpicklers.
  ///
  /// Python 2's names are mapped below protocol 3 (`_compat_pickle`), by Python 3's unpickler only: both pairs
  /// count, and the worse decides. But the written pair of a known name is only an old spelling of it, unless it is
  /// itself dangerous.
  func standing(_ global: GlobalReference, profile: PickleProfile) -> Standing {
    let resolved = standing(module: global.resolvedModule, name: global.resolvedName, profile: profile)
    guard global.module != global.resolvedModule || global.name != global.resolvedName else {
      return resolved
    }
    let written = standing(module: global.module, name: global.name, profile: profile)
    if case .listed(.dangerous) = written.kind { return written }
    return written.rank > resolved.rank && !resolved.isTrusted ? written : resolved
  }

  /// What a name is that is looked up as it stands.
  func standing(module: String, name: String, profile: PickleProfile) -> Standing {
    let full = "\(module).\(name)"
    if profile == .torchScript, module == "__torch__" || module.hasPrefix("__torch__.") {
      return scriptStanding(full)
    }
    let entry = entry(module: module, name: name)
    if let entry, entry.isSafe || entry.kind == .dangerous || entry.kind == .embeddedCode {
      return Standing(kind: .listed(entry.kind), name: full, reason: entry.reason, list: entry.list)
    }
    if name.contains(".") {
      if let reason = walkReason(module: module, name: name) {
        return Standing(kind: .walk, name: full, reason: reason)
      }
    } else if commonModules.contains(name) || isDunder(name) {
      return Standing(
        kind: .walk, name: full, reason: "the name inside \(module) is another module, or private to Python"
      )
    }
    guard let entry else {
      if isCodePickler(module) {
        return Standing(
          kind: .listed(.embeddedCode), name: full, reason: "a copy of a pickler that carries code")
      }
      return Standing(kind: .unknown, name: full, reason: "on no list")
    }
    return Standing(
      kind: .listed(entry.kind), name: full, reason: entry.reason, list: entry.list, effect: entry.effect)
  }

  /// A TorchScript type: the file's own, or one that a native library registers.
  func scriptStanding(_ full: String) -> Standing {
    let registered = "__torch__.torch.classes."
    guard full.hasPrefix(registered) else {
      return Standing(kind: .scriptType, name: full, reason: "a type of the file itself")
    }
    let namespace = full.dropFirst(registered.count).prefix { $0 != "." }
    if ["quantized", "rnn", "xnnpack"].contains(namespace) {
      return Standing(kind: .scriptType, name: full, reason: "a class of PyTorch itself")
    }
    return Standing(kind: .scriptExtension, name: full, reason: "a class of a native extension")
  }

  /// Why a dotted name leads where it should not: each place where it may be cut into module and name is looked
  /// up, for a walk may pass through any module that the first one imported.
  private func walkReason(module: String, name: String) -> String? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= PickleJudgeLimits.nameComponents else {
      return "it has \(parts.count) components"
    }
    let hidden = parts.dropFirst().first { $0.hasPrefix("_") } ?? parts.first { $0.isEmpty || isDunder($0) }
    if let hidden { return "it passes through '\(hidden)', which is private" }
    for start in 0..<parts.count - 1 {
      if commonModules.contains(parts[start]) { return "it passes through the module \(parts[start])" }
      for cut in start + 1..<parts.count {
        let inner = parts[start..<cut].joined(separator: ".")
        let rest = parts[cut...].joined(separator: ".")
        if let found = entry(module: inner, name: rest), !found.isSafe {
          return "it leads to \(inner).\(rest): \(found.reason)"
        }
        let prefixed = "\(module).\(parts[..<cut].joined(separator: "."))"
        if start == 0, let found = entry(module: prefixed, name: rest), found.kind == .dangerous {
          return "it leads to \(prefixed).\(rest): \(found.reason)"
        }
      }
    }
    return nil
  }
}

extension GlobalEntry {
  /// Whether the policy reviewed it as safe in some use.
  var isSafe: Bool {
    switch kind {
    case .safeClass, .safeFunction, .safeValue: true
    case .embeddedCode, .dangerous, .deniedCall: false
    }
  }
}
