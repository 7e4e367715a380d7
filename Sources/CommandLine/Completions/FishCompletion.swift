/// Completions for fish 3.
///
/// Source: `complete` and `commandline` of fish's manual.
enum FishCompletion {
  static func script(_ words: CompletionWords) -> String {
    var lines = words.firsts.map {
      "complete -c lazaret -n '__lazaret_is' -a \($0.word) -d \(quoted($0.summary))"
    }
    lines.append("complete -c lazaret -n '__lazaret_is' -l help -d 'Print the help.'")
    lines.append("complete -c lazaret -n '__lazaret_is' -l version -d 'Print the version.'")
    for first in words.groups {
      lines += first.seconds.map {
        "complete -c lazaret -n '__lazaret_is \(first.word)' -a \($0.words[1]) -d \(quoted($0.summary))"
      }
    }
    lines += words.commands.flatMap(command)
    return """
      # fish completion for lazaret; made by 'lazaret completions fish'.
      function __lazaret_is --description 'Whether the words before the cursor are these'
          set -l words (commandline -opc)
          set -e words[1]
          test "$words" = "$argv"
      end

      function __lazaret_in --description 'Whether the words before the cursor begin with these'
          set -l words (commandline -opc)
          set -e words[1]
          set -l count (count $argv)
          test (count $words) -ge $count
          and test "$words[1..$count]" = "$argv"
      end

      complete -c lazaret -f

      """ + lines.joined(separator: "\n") + "\n"
  }

  private static func command(_ command: Command) -> [String] {
    let start = "complete -c lazaret -n '__lazaret_in \(command.name)'"
    var lines = command.flags.map { flag in
      let short = flag.short.map { " -s \($0)" } ?? ""
      let value = flag.hint.map { " " + taking($0) } ?? ""
      return "\(start)\(short) -l \(flag.name)\(value) -d \(quoted(flag.help))"
    }
    lines.append("\(start) -l help -d 'Print the help of the command.'")
    switch command.operandHint {
    case .file: lines.append("\(start) -F")
    case .directory: lines.append("\(start) -a '(__fish_complete_directories)'")
    case .choice(let choices): lines.append("\(start) -a '\(choices.joined(separator: " "))'")
    case .other: break
    }
    return lines
  }

  /// How a flag takes its value.
  private static func taking(_ hint: ValueHint) -> String {
    switch hint {
    case .file: "-r -F"
    case .directory: "-x -a '(__fish_complete_directories)'"
    case .choice(let choices): "-x -a '\(choices.joined(separator: " "))'"
    case .other: "-x"
    }
  }

  /// In single quotes of fish, where a backslash takes the meaning of itself and of the quote.
  private static func quoted(_ text: String) -> String {
    "'" + text.flatMap { "\\'".contains($0) ? "\\\($0)" : "\($0)" } + "'"
  }
}
