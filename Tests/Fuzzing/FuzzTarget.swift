package import Policy
import Scanning

/// Something that is given bytes from outside, whatever they look like: a scanner by its format, or one of our own
/// interfaces by its name.
package struct FuzzTarget: Sendable {
  private let take: @Sendable (_ bytes: [UInt8], _ asAnything: Bool) -> Void

  /// - Parameters:
  ///   - name: of a scanner's format or of an ``Interface``; nil where there is neither.
  ///   - policy: the lists to judge by; empty ones where there are none.
  package init?(_ name: String, policy: PolicySet? = nil) {
    if let interface = Interface(rawValue: name) {
      take = { bytes, _ in interface.take(bytes) }
    } else if let scanner = Registry.scanner(named: name) {
      let scan = ScannedBytes(scanner: scanner, policy: policy)
      take = { scan.take($0, asAnything: $1) }
    } else {
      return nil
    }
  }

  /// - Parameter asAnything: whether a scanner's bytes are examined once more, as whatever they look like.
  package func run(_ bytes: [UInt8], asAnything: Bool) { take(bytes, asAnything) }
}
