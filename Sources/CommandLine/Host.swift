internal import Linux

/// What the program has around it.
final class Host {
  let output: Output
  let errors: Output
  let environment: @Sendable (String) -> String?
  /// The time of day: seconds since 1970, UTC.
  let clock: @Sendable () -> Int

  init(
    output: Output, errors: Output, environment: @escaping @Sendable (String) -> String?,
    clock: @escaping @Sendable () -> Int = { Int(WallClock.milliseconds / 1000) }
  ) {
    self.output = output
    self.errors = errors
    self.environment = environment
    self.clock = clock
  }

  /// Says something beside the report. The text is escaped already.
  func notice(_ text: String) {
    output.flush()
    errors.write("lazaret: \(text)\n")
    errors.flush()
  }

  /// Whether reports have colour.
  func style(_ options: Options) -> Style {
    switch options.color {
    case .always: Style(isColored: true)
    case .never: Style(isColored: false)
    case .auto:
      Style(
        isColored: output.isTerminal && (environment("NO_COLOR") ?? "").isEmpty
          && environment("TERM") != "dumb")
    }
  }
}
