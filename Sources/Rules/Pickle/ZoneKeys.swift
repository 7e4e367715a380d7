import Findings
import Pickle

extension PickleJudge {
  /// `zoneinfo.ZoneInfo._unpickle(key, from_cache)` reads the zone's file from the folders of zones, or from the package
  /// `tzdata`, whose packages the key then names (`zoneinfo/_common.py`, `load_tzdata`).
  func checkZoneKey(_ arguments: [SymbolicValue], _ values: borrowing ValueTable) -> Judgement {
    guard (1...2).contains(arguments.count), let key = values.string(arguments[0], limit: 256) else {
      return .refused(.unsafeArguments, "the key of its time zone is no plain text")
    }
    if arguments.count == 2 {
      switch arguments[1].kind {
      case .true, .false, .integer: break
      default: return .refused(.unsafeArguments, "what says whether it is shared is no constant")
      }
    }
    let isName = key.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty && part.utf8.allSatisfy(isZoneCharacter)
    }
    guard isName, key.utf8.count <= 128 else {
      return .refused(.unsafeArguments, "the time zone '\(key.prefix(128))' is no name of a zone")
    }
    return .reviewed
  }
}

private func isZoneCharacter(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"):
    true
  default: false
  }
}
