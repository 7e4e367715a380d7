package import ByteParsing

/// Which loader will read a pickle, as far as that changes what its effects mean.
package enum PickleProfile: Sendable {
  /// `pickle.load` and whatever builds on it: a persistent id means nothing without its program.
  case plain
  /// `torch.load`: persistent ids name storages.
  case torch
  /// The C++ unpickler of TorchScript, which resolves `__torch__` types itself. The same bytes can be given to
  /// Python's unpickler, so everything else is judged as for ``torch``.
  case torchScript
}

/// A constant of a pickle that is a file of its own, to be examined as further work.
package struct NestedInput {
  /// How the constant gets to a loader.
  package enum Reach: Sendable {
    /// A known function of the pickle loads it: it must be examined completely.
    case loaded
    /// It is an argument of a call. Findings count; bytes that turn out to be no pickle prove nothing.
    case argument
  }

  /// What the first bytes look like.
  package enum Format: Sendable {
    case pickle
    case zip
    case compressed
    /// What `torch.load` takes: a zip or a sequence of pickles.
    case torch
    /// A model that a library of boosters loads.
    case booster
    /// Likewise, a text that it takes as UTF-8.
    case boosterText
  }

  package let input: Input
  /// The offset of the effect that hands it on, in the pickle.
  package let offset: Int
  package let reach: Reach
  package let format: Format
}

/// A storage that a torch pickle refers to by persistent id; its bytes are elsewhere in the file.
package struct TorchStorage: Equatable, Sendable {
  /// The part of the file that holds it: the record `data/<key>` of a zip.
  package let key: String
  /// `FloatStorage`, `UntypedStorage`.
  package let type: String
  /// Bytes of one element; nil for a type that PyTorch does not have.
  package let elementSize: Int?
  /// How many elements, not negative.
  package let elementCount: Int
  /// `cpu`, `cuda:0`.
  package let location: String
  /// The offset of the first reference, in the pickle.
  package let offset: Int
}
