/// What a command line asks for.
enum Request {
  case run(Command, Invocation)
  /// The help of a command, or of the program; with or without the details.
  case help(Command?, isLong: Bool)
  case version
}

/// Reads a command line by the tables.
///
/// Flags may stand anywhere after the command, as `--name value` or `--name=value`; `--` ends them. The last of
/// several counts.
enum ArgumentParser {
  /// - Parameter arguments: those after the program's name.
  static func parse(_ arguments: [[UInt8]], commands: [Command]) throws(UsageError) -> Request {
    guard let first = arguments.first else { return .help(nil, isLong: false) }
    if let request = programFlag(first) { return request }
    let (command, count) = try command(in: arguments, commands)
    do {
      return try parse(Array(arguments.dropFirst(count)), of: command)
    } catch {
      var error = error
      error.command = command.name
      throw error
    }
  }

  private static func programFlag(_ argument: [UInt8]) -> Request? {
    switch String(decoding: argument, as: UTF8.self) {
    case "-h": .help(nil, isLong: false)
    case "--help", "help": .help(nil, isLong: true)
    case "-V", "--version": .version
    default: nil
    }
  }

  /// The command whose words the arguments begin with, and how many words that is.
  private static func command(
    in arguments: [[UInt8]], _ commands: [Command]
  ) throws(UsageError) -> (Command, Int) {
    for command in commands where arguments.starts(with: command.words.map { Array($0.utf8) }) {
      return (command, command.words.count)
    }
    let word = Escaping.visible(arguments[0])
    let continuations = commands.filter { $0.words.count > 1 && Array($0.words[0].utf8) == arguments[0] }
    guard continuations.isEmpty else {
      let names = continuations.map { $0.words[1] }.joined(separator: ", ")
      throw UsageError("'\(word)' is followed by one of: \(names)")
    }
    if word.hasPrefix("-") { throw UsageError("a command comes first, not '\(word)'") }
    throw UsageError("there is no command '\(word)'")
  }

  private static func parse(_ arguments: [[UInt8]], of command: Command) throws(UsageError) -> Request {
    var invocation = Invocation()
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case Array("--".utf8):
        invocation.operands += rest
        rest = []
      case Array("-h".utf8): return .help(command, isLong: false)
      case Array("--help".utf8): return .help(command, isLong: true)
      case _ where argument.starts(with: Array("-".utf8)) && argument.count > 1:
        try apply(argument, &rest, of: command, to: &invocation.options)
      default: invocation.operands.append(argument)
      }
    }
    try check(invocation.operands.count, of: command)
    return .run(command, invocation)
  }

  private static func apply(
    _ argument: [UInt8], _ rest: inout ArraySlice<[UInt8]>, of command: Command, to options: inout Options
  ) throws(UsageError) {
    let equals = argument.firstIndex(of: UInt8(ascii: "="))
    let name = argument[..<(equals ?? argument.endIndex)]
    guard let flag = command.flags.first(where: { $0.isCalled(name) }) else {
      throw UsageError("'\(command.name)' has no flag '\(Escaping.visible(Array(name)))'")
    }
    guard flag.value != nil else {
      guard equals == nil else { throw UsageError("--\(flag.name) takes no value") }
      return try flag.apply(&options, "")
    }
    let value = equals.map { Array(argument[($0 + 1)...]) } ?? rest.popFirst()
    guard let value else { throw UsageError("--\(flag.name) needs a value") }
    guard let text = String(validating: value, as: UTF8.self) else {
      throw UsageError("the value of --\(flag.name) is not UTF-8: '\(Escaping.visible(value))'")
    }
    try flag.apply(&options, text)
  }

  private static func check(_ count: Int, of command: Command) throws(UsageError) {
    if command.operandCount.contains(count) { return }
    if command.operandCount == 0...0 { throw UsageError("'\(command.name)' takes no operands") }
    throw UsageError(
      count < command.operandCount.lowerBound
        ? "'\(command.name)' needs \(command.operands)"
        : "'\(command.name)' takes only \(command.operands)")
  }
}
