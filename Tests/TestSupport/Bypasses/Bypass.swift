import Pickle

/// A published way past a scanner of pickles, made by a builder, and how it was shown that it runs code.
package struct Bypass: Sendable, CustomStringConvertible {
  /// What of a real loader runs it. `scripts/differential/fire.py` repeats it with a canary in the place of what would
  /// do harm.
  package struct Proof: Sendable {
    /// The loader: `pickle` (every pickle of the file in turn), `torch`, `joblib`, `numpy`; empty where none can be had.
    package let loader: String
    /// The function that is reached, dotted.
    package let canary: String
    /// The library and version it was seen with beyond CPython 3.11's own, or why it was not.
    package let note: String

    package static func fires(
      _ canary: String = "posix.system", in loader: String = "pickle", with note: String = ""
    )
      -> Proof
    { Proof(loader: loader, canary: canary, note: note) }

    /// Not to be had where the table was made.
    package static func notSeen(_ reason: String) -> Proof { Proof(loader: "", canary: "", note: reason) }
  }

  /// A sentence.
  package let name: String
  /// Advisories, issues and papers that describe it.
  package let source: String
  package let bytes: [UInt8]
  package let proof: Proof

  package init(_ name: String, _ source: String, _ bytes: [UInt8], _ proof: Proof = .fires()) {
    self.name = name
    self.source = source
    self.bytes = bytes
    self.proof = proof
  }

  package var description: String { "\(name) (\(source))" }

  package static let all = streams + framing + gadgets + torchGadgets + libraryGadgets + chains + carried

  /// Python source that reaches the canary `posix.system`.
  static let code = "__import__('posix').system('lazaret-canary')"
  static let command = PickleOpcode.text("lazaret-canary")
}

extension PickleOpcode {
  /// `module.name`, imported as protocol 4 does: a dotted name is walked.
  static func imported(_ module: String, _ name: String) -> PickleOpcode {
    .raw(pickle(.text(module), .text(name), .stackGlobal))
  }

  /// `module.name(arguments)` by REDUCE.
  static func call(_ module: String, _ name: String, _ arguments: PickleOpcode...) -> PickleOpcode {
    .raw(pickle([.imported(module, name), .mark] + arguments + [.tuple, .reduce]))
  }

  /// The call of what stands on the stack.
  static func callTop(_ arguments: PickleOpcode...) -> PickleOpcode {
    .raw(pickle([.mark] + arguments + [.tuple, .reduce]))
  }

  static func listOf(_ items: PickleOpcode...) -> PickleOpcode { .raw(pickle([.mark] + items + [.list])) }
  static func dictOf(_ items: PickleOpcode...) -> PickleOpcode { .raw(pickle([.mark] + items + [.dict])) }
  static let run = call("posix", "system", .text("lazaret-canary"))
}
