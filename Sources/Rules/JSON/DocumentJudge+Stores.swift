import ByteParsing
import Findings
import Formats

/// Specifications of TensorStore's key-value stores.
///
/// Source: TensorStore, `kvstore/driver.h`, `kvstore/spec.h`, and the schemas of `kvstore/*/schema.yml`.
extension DocumentJudge {
  /// Judges the value of `kvstore`: an address, or an object with a driver, which may lie on another store.
  mutating func judgeStore(_ store: JSONValue) {
    var open = [store]
    while let value = open.popLast() {
      switch value.kind {
      case .string: judgeAddress(value)
      case .array: open += value.elements
      case .object:
        if let driver = value.first("driver") { judgeDriver(driver, of: value) }
        open += ["base", "layers"].flatMap { value.all($0) }
      case .null, .boolean, .number: break
      }
    }
  }

  private mutating func judgeDriver(_ driver: JSONValue, of store: JSONValue) {
    switch driver.string ?? "" {
    case "memory", "ocdbt", "zip", "kvstack", "neuroglancer_uint64_sharded", "zarr3_sharding_indexed": break
    case "file":
      for path in store.all("path") where PortablePath(path.utf8 ?? []).leavesItsFolder {
        report(
          .configurationStore, at: path, "The store is a folder elsewhere on the machine.",
          evidence: path.shown)
      }
    default:
      report(
        .configurationStore, at: driver, "The store is reached by '\(driver.string ?? "")'.",
        evidence: store.shown)
    }
  }

  private mutating func judgeAddress(_ value: JSONValue) {
    guard let address = value.utf8, !address.starts(with: "memory://".utf8) else { return }
    report(.configurationStore, at: value, "The store has an address.", evidence: value.shown)
  }
}
