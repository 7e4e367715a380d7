/// What a command says that is given to a shell or stands in a script.
enum ShellCommand {
  enum Danger: Equatable {
    /// Gives a shell to somebody else, wherever it stands.
    case remoteShell
    /// Fetches something and runs it.
    case fetchesAndRuns
    /// Fetches something.
    case fetches

    var words: String {
      switch self {
      case .remoteShell: "a command that hands a shell to another host"
      case .fetchesAndRuns: "a command that downloads something and runs it"
      case .fetches: "a command that downloads something"
      }
    }
  }

  /// Bytes that are looked at.
  static let limit = 1 << 16

  static func danger(_ command: String) -> Danger? {
    let text = flattened(command)
    if givesShell(text) { return .remoteShell }
    let fetches = fetchWords.contains { containsWord($0, in: text) }
    if hidesCommand(text) { return .fetchesAndRuns }
    guard fetches else { return nil }
    let runs = pipesToShell(text) || substitutes(text) || runsAfter(text)
    return runs ? .fetchesAndRuns : hasURL(text) ? .fetches : nil
  }

  /// In small letters, every run of blanks one space, a space in front.
  private static func flattened(_ command: String) -> String {
    " "
      + command.prefix(limit).lowercased().split { $0 == " " || $0 == "\t" || $0.isNewline }.joined(
        separator: " ")
  }

  private static let fetchWords = [
    "curl", "wget", "invoke-webrequest", "iwr", "downloadstring", "downloadfile", "certutil", "bitsadmin",
    "aria2c",
    "mshta",
  ]

  private static let shells = [
    "sh", "bash", "zsh", "dash", "ksh", "ash", "python", "python3", "perl", "ruby", "node", "iex",
  ]

  private static func containsWord(_ word: String, in text: String) -> Bool {
    text.split { !$0.isLetter && !$0.isNumber && $0 != "-" && $0 != "_" }.contains { $0 == word }
  }

  private static func hasURL(_ text: String) -> Bool {
    text.contains("://") || text.contains(".com/") || text.contains(".sh")
  }

  private static func givesShell(_ text: String) -> Bool {
    if text.contains("/dev/tcp/") || text.contains("/dev/udp/") { return true }
    if text.contains("bash -i >&") || text.contains("sh -i >&") || text.contains("sh -i <&") { return true }
    let tools = ["nc", "ncat", "netcat", "socat"].filter { containsWord($0, in: text) }
    guard !tools.isEmpty else { return false }
    let names = ["/bin/sh", "/bin/bash", "cmd.exe", " -e sh", " -e bash"]
    return text.contains("exec:") && tools.contains("socat")
      || names.contains { text.contains($0) }
        && (text.contains(" -e ") || text.contains(" -c ") || text.contains("mkfifo")
          || text.contains("mknod"))
  }

  /// Runs what it decodes, or hides what it does.
  private static func hidesCommand(_ text: String) -> Bool {
    let decodes = ["base64 -d", "base64 --decode", "base64 -di", "xxd -r", "openssl enc -d"].contains {
      text.contains($0)
    }
    if decodes, pipesToShell(text) || text.contains("$(") { return true }
    guard
      containsWord("powershell", in: text) || text.contains("powershell.exe")
        || containsWord("pwsh", in: text)
    else { return false }
    return [
      "-enc", "-encodedcommand", "frombase64string", "downloadstring", "invoke-expression", "iex ", "iex(",
    ]
    .contains { text.contains($0) }
  }

  private static func pipesToShell(_ text: String) -> Bool {
    text.split(separator: "|").dropFirst().contains { part in
      let words = part.split(separator: " ").map(String.init)
      guard let first = words.first(where: { $0 != "sudo" && $0 != "env" && !$0.hasPrefix("-") }) else {
        return false
      }
      let name = first.split(separator: "/").last.map(String.init) ?? first
      return shells.contains(name.trimmingQuotes)
    }
  }

  private static func substitutes(_ text: String) -> Bool {
    for tool in ["curl", "wget"] {
      for opening in ["$(", "`", "<("]
      where text.contains(opening + tool) || text.contains(opening + " " + tool) {
        return shells.contains { text.contains(" \($0) -c") || text.contains(" \($0) <(") }
          || text.contains("eval ")
      }
    }
    return false
  }

  /// `curl -o x … && chmod +x x && ./x`.
  private static func runsAfter(_ text: String) -> Bool {
    text.contains("chmod +x") || text.contains("chmod 7") || text.contains("&& ./") || text.contains("; ./")
      || text.contains("&& sh ") || text.contains("&& bash ") || text.contains("; sh ")
      || text.contains("; bash ")
      || text.contains("&& python") || text.contains("; python")
  }
}

extension String {
  /// Without the quotes and brackets around it.
  fileprivate var trimmingQuotes: String {
    String(drop { "\"'(".contains($0) }.reversed().drop { "\"');&".contains($0) }.reversed())
  }
}
