/// Completions for zsh: the function `_lazaret`, for a folder of `fpath` or to be sourced.
///
/// Source: zshcompsys(1), `_arguments` and `_describe`.
enum ZshCompletion {
  static func script(_ words: CompletionWords) -> String {
    let groups = words.groups.map { first in
      """
          (\(first.word))
            if (( CURRENT == 2 )); then
              commands=(\(first.seconds.map { entry($0.words[1], $0.summary) }.joined(separator: " ")))
              _describe -t commands 'command' commands
              return
            fi
            command+=" $words[2]"
            shift words
            (( CURRENT-- ))
            ;;

      """
    }
    return """
      #compdef lazaret
      # zsh completion for lazaret; made by 'lazaret completions zsh'.
      _lazaret() {
        local -a commands
        local command
        if (( CURRENT == 2 )); then
          commands=(
      \(words.firsts.map { "      \(entry($0.word, $0.summary))\n" }.joined())    )
          _describe -t commands 'command' commands
          return
        fi
        shift words
        (( CURRENT-- ))
        command=$words[1]
        case $command in
      \(groups.joined())  esac
        case $command in
      \(words.commands.map(command).joined())  esac
      }

      if [[ $funcstack[1] == _lazaret ]]; then
        _lazaret "$@"
      else
        compdef _lazaret lazaret
      fi

      """
  }

  /// `name:description`.
  private static func entry(_ name: String, _ summary: String) -> String {
    CompletionWords.quoted("\(name):\(escaped(summary, ":"))")
  }

  private static func command(_ command: Command) -> String {
    var arguments = command.flags.flatMap { flag in
      flag.names.map { name in
        let help = "[\(escaped(flag.help, "[]:"))]"
        guard let value = flag.value, let hint = flag.hint else { return name + help }
        // Only a long name is joined to its value by a sign.
        let joint = name.hasPrefix("--") ? "=" : ""
        return "\(name)\(joint)\(help):\(escaped(value, ":")):\(action(hint))"
      }
    }
    arguments.append("(-)--help[Print this; --help with more detail.]")
    if !command.operands.isEmpty {
      arguments.append("*:\(escaped(command.operands, ":")):\(action(command.operandHint))")
    }
    let lines = arguments.map { " \\\n        \(CompletionWords.quoted($0))" }.joined()
    return "    (\(CompletionWords.quoted(command.name)))\n      _arguments\(lines)\n      ;;\n"
  }

  private static func action(_ hint: ValueHint) -> String {
    switch hint {
    case .file: "_files"
    case .directory: "_files -/"
    case .choice(let choices): "(\(choices.joined(separator: " ")))"
    case .other: " "
    }
  }

  /// With a backslash before each of the characters that mean something there.
  private static func escaped(_ text: String, _ characters: String) -> String {
    String(text.flatMap { $0 == "\\" || characters.contains($0) ? ["\\", $0] : [$0] })
  }
}
