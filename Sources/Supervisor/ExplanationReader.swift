package import Findings

/// Who reads an explanation while it is made.
package struct ExplanationReader {
  let request: ExplanationRequest
  let receive: (ExplanationLine) -> Bool

  /// - Parameter receive: takes each line as it comes, its words a worker's; says whether to go on. May block: the
  ///   time does not count for the worker.
  package init(_ request: ExplanationRequest, receive: @escaping (ExplanationLine) -> Bool) {
    self.request = request
    self.receive = receive
  }
}
