import Findings
import Pickle

/// What a check says of one use of a known name.
enum Judgement {
  /// As it was reviewed.
  case reviewed
  /// Not as it was reviewed, or not to be followed: a person decides. The text says what.
  case unfollowed(String)
  /// Manipulated.
  case refused(Rule, String)

  /// The worse of the two.
  func merged(with other: Judgement) -> Judgement {
    switch (self, other) {
    case (.refused, _): self
    case (_, .refused): other
    case (.unfollowed, _): self
    default: other
    }
  }
}

/// What a known callee is given.
struct CallArguments {
  let positional: [SymbolicValue]
  /// The tuple that holds them.
  var tuple = SymbolicValue(.none)
  /// What the call gives.
  var result = SymbolicValue(.none)
  /// The dictionary of NEWOBJ_EX; nil where there are no keyword arguments.
  let keywords: SymbolicValue?
  /// Whether the callee is called, rather than created by `__new__` alone.
  let called: Bool
  /// The offset of the effect.
  let offset: Int
  /// The policy file that lists the callee, where it is an import of its own.
  var calleeList: String?
}
