import Formats

extension PythonJudge {
  /// Files that start programs, and files of keys.
  mutating func judgeFiles(
    _ path: String, _ last: String, _ arguments: [PythonArgument], at token: PythonToken
  ) {
    let texts = arguments.compactMap(\.value.text)
    if let key = texts.first, path == "os.getenv" || path == "os.environ.get" || path == "os.environ.pop" {
      noteSecret(named: key, at: token)
    }
    guard let file = texts.first(where: { text in StartUpPlaces.marks.contains { text.contains($0) } })
    else { return }
    let shown = PythonText.plain(file, limit: 60)
    let writes =
      ["open", "io.open", "codecs.open"].contains(path)
      && texts.dropFirst().contains { $0.contains(where: { "wax+".contains($0) }) }
      || last == "write_text" || last == "write_bytes" || path == "shutil.copy" || path == "shutil.copyfile"
    guard writes else { return }
    use(.startUp, "\(path)(\(shown))", line: token.line)
    state(
      "\(path) writes \(shown), which is run or read when a person or a program starts", at: token,
      certain: false)
  }

  mutating func noteSecret(named key: String, at token: PythonToken) {
    let upper = key.uppercased()
    guard SecretNames.marks.contains(where: { upper.contains($0) }) else { return }
    use(.secrets, "os.environ[\(PythonText.plain(key, limit: 40))]", line: token.line)
  }

  /// The environment as a whole, or a file of keys, that is sent somewhere.
  mutating func judgeSending(
    _ path: String, _ last: String, _ callee: PythonValue, _ arguments: [PythonArgument],
    at token: PythonToken
  ) {
    let sends =
      PythonFunctions.senders.contains(path)
      || PythonFunctions.sendingMethods.contains(last)
        && (callee.origin.contains(.socket) || path.hasPrefix("requests.") || path.hasPrefix("httpx.")
          || path.hasPrefix("smtplib.") || path.hasPrefix("ftplib."))
    guard sends else { return }
    for argument in arguments where argument.keyword != "env" {
      guard argument.value.wholeOrigin.contains(.secrets) else { continue }
      return state("\(path) sends the environment or keys to another host", at: token, certain: true)
    }
  }

  /// Parts of a remote shell.
  mutating func noteShell(_ path: String, _ last: String, _ arguments: [PythonArgument]) {
    let values = arguments.map(\.value)
    if path == "socket.socket" || path == "socket.create_connection" { marks.insert(.socket) }
    if path == "os.dup2" || path == "os.dup", let first = values.first,
      first.origin.contains(.socket) || first.path?.hasSuffix(".fileno()") ?? false
    {
      marks.insert(.duplicate)
    }
    guard PythonReach.startsProgram(path) || path == "pty.spawn" else { return }
    let command = values.compactMap(\.command).joined(separator: " ")
    let words = command.split { $0 == " " || $0 == "/" || $0 == "\\" }
    if words.contains(where: { StartUpPlaces.shells.contains(String($0)) }) { marks.insert(.shell) }
    let takesSocket = arguments.contains {
      ["stdin", "stdout"].contains($0.keyword) && $0.value.origin.contains(.socket)
    }
    if takesSocket { marks.insert(.duplicate) }
  }
}

/// Places from which something is started without anybody asking for it.
enum StartUpPlaces {
  static let marks = [
    ".bashrc", ".bash_profile", ".zshrc", "/etc/profile", "/etc/cron", "crontab", "/etc/rc.local",
    "/etc/systemd/system", ".config/systemd/user", "LaunchAgents", "LaunchDaemons",
    "Start Menu\\Programs\\Startup",
    "Start Menu/Programs/Startup", "authorized_keys", "sitecustomize.py", "usercustomize.py",
    ".config/autostart",
    "/etc/ld.so.preload",
  ]

  static let shells: Set<String> = [
    "sh", "bash", "zsh", "dash", "ksh", "cmd", "cmd.exe", "powershell", "powershell.exe",
  ]
}

/// Parts of the names under which keys stand in an environment.
enum SecretNames {
  static let marks = [
    "SECRET", "TOKEN", "PASSWORD", "PASSWD", "API_KEY", "APIKEY", "ACCESS_KEY", "PRIVATE_KEY", "CREDENTIAL",
  ]

  /// Files of keys.
  static let files = [
    ".aws/credentials", ".ssh/id_", ".netrc", ".docker/config.json", ".kube/config", "/etc/shadow",
    ".git-credentials",
    ".pypirc", ".huggingface/token",
  ]
}
