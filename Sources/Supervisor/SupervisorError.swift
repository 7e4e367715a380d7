/// Why there is no confinement at all, so that nothing can be examined.
package struct SupervisorError: Error, Equatable, CustomStringConvertible {
  package let reason: String

  package init(_ reason: String) { self.reason = reason }

  package var description: String { reason }
}
