import Findings
import Pickle

/// joblib before 0.10 kept each array in a file of its own beside the pickle. At the BUILD of such a wrapper every
/// joblib opens the file that the state names, with pickles allowed (`numpy_pickle_compat.py`, `NDArrayWrapper.read`,
/// `ZNDArrayWrapper.read`).
enum JoblibSideFile {
  /// The file is an `.npy` file.
  static let plain: Set<String> = names("NDArrayWrapper")
  /// The file is data packed by zlib; class, shape and type are in the state.
  static let packed: Set<String> = names("ZNDArrayWrapper")

  private static func names(_ name: String) -> Set<String> {
    Set(
      ["joblib", "sklearn.externals.joblib"].flatMap {
        ["\($0).numpy_pickle.\(name)", "\($0).numpy_pickle_compat.\(name)"]
      })
  }

  /// Whether it is the name of a file in the pickle's own folder, for every system.
  static func isPlainName(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".."
      && name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "/" && $0 != "\\" && $0 != ":" }
  }
}

extension PickleJudge {
  /// A BUILD that makes joblib open another file. That file is an artifact of its own: here the reference counts, and
  /// nobody can say that the file will be the one that was examined.
  mutating func judgeSideFile(_ effect: Effect, _ values: borrowing ValueTable) {
    guard case .instance(let known) = origin(of: effect.target, values) else { return }
    let isPacked = JoblibSideFile.packed.contains(known.name)
    guard isPacked || JoblibSideFile.plain.contains(known.name) else { return }
    let names: Set<String> =
      isPacked ? ["filename", "init_args", "state"] : ["filename", "subclass", "allow_mmap"]
    guard let attributes = attributes(effect.operand, names, values), let value = attributes["filename"],
      let name = values.string(value, limit: 512)
    else {
      report(
        .sideFilePath, at: effect.offset, subject: known.name,
        "the name of the file that joblib opens is not written in the pickle",
        showing: effect.operand, values)
      return
    }
    guard JoblibSideFile.isPlainName(name) else {
      report(
        .sideFilePath, at: effect.offset, subject: name, "joblib opens the file '\(name)'",
        showing: effect.operand, values)
      return
    }
    report(
      .sideFile, at: effect.offset, subject: name, "joblib opens the file '\(name)' beside this one",
      showing: effect.operand, values)
    let judgement = isPacked ? checkPackedArray(attributes, values) : checkSubclass(attributes, values)
    report(judgement, .unknownState, at: effect, name: known.name, values)
  }

  private mutating func checkSubclass(
    _ attributes: [String: SymbolicValue], _ values: borrowing ValueTable
  ) -> Judgement {
    guard let subclass = attributes["subclass"] else { return .unfollowed("it names no class") }
    return checkArrayClass(subclass, values)
  }

  /// `_reconstruct(*init_args)`, then `__setstate__(state + (data,))` with what is in the file.
  private mutating func checkPackedArray(
    _ attributes: [String: SymbolicValue], _ values: borrowing ValueTable
  ) -> Judgement {
    guard let arguments = attributes["init_args"], arguments.kind == .tuple,
      let parts = values.elements(arguments), let state = attributes["state"], state.kind == .tuple,
      let described = values.elements(state), described.count == 4
    else { return .refused(.forgedArray, "its description is none that joblib writes") }
    let judgement = checkNumpyReconstruct(parts, values)
    guard case .reviewed = judgement else { return judgement }
    guard elementCount(ofShape: described[1], values) != nil else {
      return .refused(.forgedArray, "its shape cannot be")
    }
    let reading = useDtype(described[2], values)
    guard case .known(let dtype) = reading else { return reading.failure }
    return dtype.hasObject
      ? .refused(.forgedArray, "objects are taken from the bytes of another file") : .reviewed
  }
}
