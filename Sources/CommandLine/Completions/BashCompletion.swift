/// Completions for bash 4 and later, with nothing of the package bash-completion.
///
/// Source: bash(1), Programmable Completion. `=` breaks words there, so `--format=te` comes as three.
enum BashCompletion {
  static func script(_ words: CompletionWords) -> String {
    let firsts = words.firsts.map(\.word).joined(separator: " ")
    let groups = words.groups.map { first in
      let seconds = first.seconds.map { $0.words[1] }.joined(separator: " ")
      return """
            \(first.word))
              if ((COMP_CWORD == 2)); then
                mapfile -t COMPREPLY < <(compgen -W '\(seconds)' -- "$current")
                return
              fi
              command+=" ${COMP_WORDS[2]}"
              ;;

        """
    }
    return """
      # bash completion for lazaret; made by 'lazaret completions bash'.
      _lazaret() {
        local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command flags='' operands=''
        COMPREPLY=()
        if [[ $current == '=' ]]; then
          current=''
        elif [[ $previous == '=' ]]; then
          previous=${COMP_WORDS[COMP_CWORD-2]}
        fi
        if ((COMP_CWORD == 1)); then
          mapfile -t COMPREPLY < <(compgen -W '\(firsts) --help --version' -- "$current")
          return
        fi
        command=${COMP_WORDS[1]}
        case $command in
      \(groups.joined())  esac
        case "$command $previous" in
      \(words.commands.map(values).joined())  esac
        case $command in
      \(words.commands.map(command).joined())  esac
        if [[ $current == -* ]]; then
          mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$current")
          return
        fi
        case $operands in
          file) _lazaret_files -f "$current" ;;
          directory) _lazaret_files -d "$current" ;;
          *) mapfile -t COMPREPLY < <(compgen -W "$operands" -- "$current") ;;
        esac
      }

      _lazaret_files() {
        # Outside of a completion there are no options to set.
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen "$1" -- "$2")
      }

      complete -F _lazaret lazaret

      """
  }

  /// What stands behind a flag with a value.
  private static func values(_ command: Command) -> String {
    command.flags.compactMap { flag -> String? in
      guard let hint = flag.hint else { return nil }
      let action =
        switch hint {
        case .file: "_lazaret_files -f \"$current\""
        case .directory: "_lazaret_files -d \"$current\""
        case .choice(let choices):
          "mapfile -t COMPREPLY < <(compgen -W '\(choices.joined(separator: " "))' -- \"$current\")"
        case .other: ":"
        }
      let patterns = flag.names.map { "'\(command.name) \($0)'" }.joined(separator: "|")
      return "    \(patterns)) \(action); return ;;\n"
    }.joined()
  }

  private static func command(_ command: Command) -> String {
    let flags = (command.flags.flatMap(\.names) + ["--help"]).joined(separator: " ")
    let operands =
      switch command.operandHint {
      case .file: "file"
      case .directory: "directory"
      case .choice(let choices): choices.joined(separator: " ")
      case .other: ""
      }
    return "    '\(command.name)') flags='\(flags)' operands='\(operands)' ;;\n"
  }
}
