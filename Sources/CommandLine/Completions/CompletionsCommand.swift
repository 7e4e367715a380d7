/// `completions`: what a shell needs to complete command lines, made from the tables.
enum CompletionsCommand {
  static func run(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let shell = String(decoding: invocation.operands[0], as: UTF8.self)
    let words = CompletionWords(CommandTable.all)
    switch shell {
    case "bash": host.output.write(BashCompletion.script(words))
    case "zsh": host.output.write(ZshCompletion.script(words))
    case "fish": host.output.write(FishCompletion.script(words))
    default:
      throw UsageError("there are completions for bash, zsh and fish, not '\(Escaping.visible(shell))'")
    }
    return .allowed
  }
}

/// The commands as a shell sees them: by their first word, and by their second where there is one.
struct CompletionWords {
  struct First {
    let word: String
    let summary: String
    /// The commands of two words that begin with it; none where it is a command itself.
    var seconds: [Command]
  }

  let commands: [Command]
  let firsts: [First]

  init(_ commands: [Command]) {
    var firsts: [First] = []
    for command in commands {
      guard command.words.count > 1 else {
        firsts.append(First(word: command.name, summary: command.summary, seconds: []))
        continue
      }
      if firsts.last?.word == command.words[0] {
        firsts[firsts.count - 1].seconds.append(command)
      } else {
        let names = commands.filter { $0.words[0] == command.words[0] }.map { $0.words[1] }
        firsts.append(
          First(
            word: command.words[0], summary: "One of: \(names.joined(separator: ", ")).", seconds: [command]
          ))
      }
    }
    self.commands = commands
    self.firsts = firsts
  }

  /// The first words of commands of two.
  var groups: [First] { firsts.filter { !$0.seconds.isEmpty } }

  /// Inside of single quotes of a shell of POSIX.
  static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
