/// The command line says something that cannot be meant.
struct UsageError: Error, Equatable {
  let message: String
  /// The command whose help to look at; nil where none was understood.
  var command: String?

  init(_ message: String) { self.message = message }
}
