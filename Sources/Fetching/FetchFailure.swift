internal import Digest
internal import Linux

/// Why something could not be fetched, in words.
///
/// The words may hold what a server sent. They go to the process that asked, which shows them escaped.
struct FetchFailure: Error, Equatable {
  let reason: String
  /// Whether the same request may work in a moment: the connection broke, or the server says so.
  var isTransient = false

  init(_ reason: String, isTransient: Bool = false) {
    self.reason = reason
    self.isTransient = isTransient
  }

  init(_ error: SystemCallError) { self.init("the staging folder: \(error)") }

  init(_ error: DigestError) { self.init("\(error)") }
}

/// Runs what works in the staging folder.
func staged<Result: ~Copyable>(
  _ body: () throws(SystemCallError) -> Result
) throws(FetchFailure) -> Result {
  do throws(SystemCallError) { return try body() } catch { throw FetchFailure(error) }
}

/// Runs what digests.
func digested<Result: ~Copyable>(_ body: () throws(DigestError) -> Result) throws(FetchFailure) -> Result {
  do throws(DigestError) { return try body() } catch { throw FetchFailure(error) }
}
