import ByteParsing
import Formats
import Policy

extension PythonJudge {
  /// A call: notes what it means, and gives what is known of its result.
  mutating func called(
    _ callee: PythonValue, _ arguments: [PythonArgument], at token: PythonToken
  ) -> PythonValue {
    effects += 1
    if let name = callee.ownName { noteOwnCall(name) }
    let path = PolicyPath.normalized(callee.path ?? "?")
    let last = path.split(separator: ".").last.map(String.init) ?? path
    if let reach = PythonReach.of(path) { use(reach, path, line: token.line) }
    if arguments.contains(where: { $0.keyword == "cmdclass" }) { hasSetupHook = true }
    judgeRun(path, last, arguments, at: token)
    judgeHanded(arguments, at: token)
    judgeFiles(path, last, arguments, at: token)
    judgeSending(path, last, callee, arguments, at: token)
    noteShell(path, last, arguments)
    if let found = looksUp(path, arguments, at: token) { return found }
    return result(path, last, callee, arguments, at: token)
  }

  mutating func noteOwnCall(_ name: String) {
    if let owner { calls[owner, default: []].insert(name) } else { calledAtImport.insert(name) }
  }

  // MARK: running

  /// Whether code or a program is run that came from where no honest code takes it.
  private mutating func judgeRun(
    _ path: String, _ last: String, _ arguments: [PythonArgument], at token: PythonToken
  ) {
    if PythonFunctions.evaluators.contains(path) {
      guard let payload = arguments.first?.value else { return }
      judgeEvaluated(path, payload, at: token)
    } else if PythonReach.startsProgram(path) {
      judgeProgram(path, arguments, at: token)
    } else if path == "ctypes.CDLL" || path.hasPrefix("ctypes.") && last == "LoadLibrary" {
      if let origin = arguments.first?.value.origin, origin.contains(.downloadedFile) {
        state("\(path) loads a library that was downloaded", at: token, certain: true)
      }
    }
  }

  private mutating func judgeEvaluated(_ path: String, _ payload: PythonValue, at token: PythonToken) {
    let origin = payload.wholeOrigin
    // `compile` alone runs nothing; what it makes keeps its origin.
    if path != "compile" {
      if !origin.isDisjoint(with: [.decoded, .combined]), path != "__import__" || payload.text == nil {
        state("\(path) runs what was decoded or unpacked", at: token, certain: true)
      } else if !origin.isDisjoint(with: [.fetched, .fetchedIndirectly, .downloadedFile]),
        path != "__import__"
      {
        state("\(path) runs what came over the network", at: token, certain: true)
      }
    }
    guard path != "__import__", path != "runpy.run_path", let text = payload.text, !payload.isCut else {
      return
    }
    if path == "eval", CarriedCodeTable.evaluatedMarks.contains(where: { text.contains($0) }),
      payload.isAssembled
    {
      state("eval runs a text put together from pieces that reaches out", at: token, certain: true)
    }
    judgeText(text, at: token)
  }

  /// Constant text that is run as code is judged as code.
  private mutating func judgeText(_ text: String, at token: PythonToken) {
    guard depth < 4, text.contains("(") || text.contains("import") else { return }
    var inner = PythonJudge(table: table, depth: depth + 1, isStartUp: isStartUp)
    do {
      try inner.read(Input(Array(text.utf8)))
    } catch {
      // A text that is no Python runs nothing.
      return
    }
    adopt(inner, at: token)
  }

  private mutating func judgeProgram(_ path: String, _ arguments: [PythonArgument], at token: PythonToken) {
    let program =
      arguments.first { $0.keyword == nil || $0.keyword == "args" || $0.keyword == "command" }?.value
      ?? .unknown
    let first = program.elements?.first ?? program
    let isPython = program.elements.map { $0.count > 1 && $0[0].path == "sys.executable" } ?? false
    let run = isPython ? program.elements.map { $0[1] } ?? first : first
    let isDownloaded = run.text.map {
      downloads.contains($0) || downloads.contains(String($0.drop { "./".contains($0) }))
    }
    if !run.origin.isDisjoint(with: [.fetched, .downloadedFile]) || isDownloaded == true {
      state("\(path) starts what was downloaded, or what another host says", at: token, certain: true)
    } else if run.origin.contains(.decoded) || run.origin.contains(.combined) {
      state("\(path) runs a command that was decoded", at: token, certain: true)
    }
    if isPython, program.elements?[1].text == "-c", let source = program.elements, source.count > 2 {
      judgeEvaluated("exec", source[2], at: token)
    }
    if isStartUp { state("\(path) starts a program", at: token, certain: true) }
    guard let command = program.command ?? commandOfSeveral(path, arguments) else { return }
    switch ShellCommand.danger(command) {
    case .remoteShell?:
      state("\(path) runs \(ShellCommand.Danger.remoteShell.words)", at: token, certain: true)
    case .fetchesAndRuns?:
      state("\(path) runs \(ShellCommand.Danger.fetchesAndRuns.words)", at: token, certain: false)
    case .fetches?: state("\(path) runs \(ShellCommand.Danger.fetches.words)", at: token, certain: false)
    case nil: break
    }
  }

  /// `os.execlp('sh', 'sh', '-c', …)`.
  private func commandOfSeveral(_ path: String, _ arguments: [PythonArgument]) -> String? {
    let texts = arguments.compactMap { $0.value.command }
    return texts.isEmpty ? nil : texts.joined(separator: " ")
  }

  /// A function that runs code, handed to another with what it is to run: `map(exec, [code])`.
  private mutating func judgeHanded(_ arguments: [PythonArgument], at token: PythonToken) {
    guard arguments.count > 1 else { return }
    let runners = arguments.filter { argument in
      guard let path = argument.value.path.map(PolicyPath.normalized) else { return false }
      return path == "exec" || path == "eval" || path == "os.system" || path == "os.popen"
        || path.hasPrefix("subprocess.") && PythonReach.startsProgram(path)
    }
    guard let runner = runners.first?.value.path.map(PolicyPath.normalized) else { return }
    for argument in arguments where argument.value.path.map(PolicyPath.normalized) != runner {
      let values = argument.value.elements ?? [argument.value]
      guard let first = values.first else { continue }
      if PythonFunctions.evaluators.contains(runner) {
        judgeEvaluated(runner, first, at: token)
      } else {
        judgeProgram(runner, [PythonArgument(keyword: nil, value: first)], at: token)
      }
    }
  }

  // MARK: names looked up by text

  /// `getattr`, `__import__` and their like with a constant name; judged where the name was put together from pieces.
  private mutating func looksUp(
    _ path: String, _ arguments: [PythonArgument], at token: PythonToken
  ) -> PythonValue? {
    let values = arguments.map(\.value)
    switch path {
    case "__import__", "importlib.import_module", "importlib.__import__":
      guard let first = values.first else { return nil }
      if !first.origin.isDisjoint(with: [.decoded, .combined]) {
        state("\(path) imports a module whose name is decoded", at: token, certain: true)
      }
      guard let module = first.text else { return nil }
      imported(module)
      if first.isAssembled { judgeAssembled(module, at: token) }
      return PythonValue(path: path == "__import__" ? String(module.prefix { $0 != "." }) : module)
    case "getattr":
      guard values.count > 1, let base = values[0].path else { return nil }
      let isModule = !base.hasPrefix("?") && !base.hasPrefix("self")
      if isModule, values[1].text == nil, !values[1].origin.isDisjoint(with: [.decoded, .combined]) {
        state(
          "getattr takes a name that is decoded out of \(PythonText.plain(base, limit: 40))", at: token,
          certain: true)
      }
      guard let name = values[1].text else { return nil }
      let found = "\(base).\(name)"
      if values[1].isAssembled { judgeAssembled(found, at: token) }
      if let reach = PythonReach.of(found) { use(reach, found, line: token.line) }
      return PythonValue(path: found)
    case "globals", "locals": return PythonValue(path: "\(path)()")
    case "vars":
      guard let base = values.first?.path else { return PythonValue(path: "vars()") }
      return PythonValue(path: "\(base).__dict__")
    case "globals().get", "sys.modules.get", "__builtins__.get", "globals().__getitem__":
      guard let name = values.first?.text else { return nil }
      if values[0].isAssembled { judgeAssembled(name, at: token) }
      return PythonValue(path: path.hasPrefix("__builtins__") ? "builtins.\(name)" : name)
    default: return nil
    }
  }

  /// A dangerous name that was put together from pieces is hidden on purpose.
  mutating func judgeAssembled(_ written: String, at token: PythonToken) {
    let path = PolicyPath.normalized(written)
    let last = path.split(separator: ".").last.map(String.init) ?? path
    // Attributes of results are the library's own, and a name with a hole is not known.
    guard !path.contains("("), !path.contains("{") else { return }
    guard
      CarriedCodeTable.functions.contains(path) || CarriedCodeTable.modules.contains(path) || path == "os"
        || path == "eval" || path == "__import__" || CarriedCodeTable.attributes.contains(last)
        || CarriedCodeTable.unmistakable.contains(String(path.prefix { $0 != "." }))
    else { return }
    state(
      "the name \(PythonText.plain(path, limit: 60)) is put together from pieces", at: token, certain: true)
  }

  // MARK: results

  private mutating func result(
    _ path: String, _ last: String, _ callee: PythonValue, _ arguments: [PythonArgument],
    at token: PythonToken
  ) -> PythonValue {
    let values = arguments.map(\.value)
    let given = values.reduce(PythonOrigin()) { $0.union($1.wholeOrigin) }
    var value = PythonValue()
    if PythonFunctions.decoders.contains(path) {
      marks.insert(.payload)
      value.origin = given.union(.decoded)
      value.isAssembled = true
      if path.hasPrefix("base64.b64") || path.hasPrefix("base64.standard"), let text = values.first?.text {
        value.text = String(validating: Base64(decoding: Array(text.utf8)).bytes, as: UTF8.self)
      }
      return value
    }
    if path == "socket.socket" || path == "socket.create_connection" {
      value.origin = .socket
      value.path = "socket.socket()"
      return value
    }
    if PythonFunctions.fetchers.contains(path) { value.origin = .fetched }
    if let place = PythonFunctions.downloaders[path] { noteDownload(place, values, arguments) }
    if last == "open" || last == "read_text" || last == "read_bytes",
      let name = values.first?.text ?? callee.text, SecretNames.files.contains(where: { name.contains($0) })
    {
      value.origin.insert(.secrets)
      use(.secrets, name, line: token.line)
    }
    if path == "chr" || path == "bytes" || path == "bytearray" || path == "unichr" {
      if given.contains(.combined) { value.origin.insert(.decoded) }
      if path.hasSuffix("chr") {
        value.origin.insert(.characters)
        value.isAssembled = true
        value.text = values.first?.number.flatMap { UnicodeScalar(exactly: $0) }.map { String($0) }
      } else if let elements = values.first?.elements, elements.count > 3,
        elements.allSatisfy({ $0.number != nil })
      {
        value.text = Self.text(ofBytes: elements.compactMap(\.number))
        value.isAssembled = true
        value.origin.insert(.decoded)
      }
    }
    if last == "join" { join(callee, values, &value) }
    if last == "decode" || path == "codecs.decode",
      let codec = values.compactMap(\.text).last?.lowercased(),
      PythonFunctions.hidingCodecs.contains(codec)
    {
      value.origin.insert(.decoded)
    }
    if ["recv", "recvfrom", "recv_into"].contains(last), callee.origin.contains(.socket) {
      value.origin.insert(.fetched)
    }
    if PythonFunctions.passing.contains(last) {
      value.origin.formUnion(callee.origin.union(given))
      value.text = value.text ?? (last == "join" ? nil : callee.text ?? values.first?.text)
      value.isAssembled = value.isAssembled || callee.isAssembled || (values.first?.isAssembled ?? false)
      if path == "os.path.join" { value.text = values.compactMap(\.text).joined(separator: "/") }
      if last == "replace", values.count > 1, let old = values[0].text, let new = values[1].text,
        !old.isEmpty,
        let text = callee.text
      {
        value.text = Self.replacing(old, by: new, in: text)
        value.isAssembled = true
      }
    } else {
      value.origin.formUnion(given.throughUnknownCall.union(callee.origin.throughUnknownCall))
    }
    value.path = callee.path.map { "\($0)()" }
    value.ownName = callee.ownName
    return value
  }

  private static func text(ofBytes numbers: [Int]) -> String? {
    let bytes = numbers.compactMap { UInt8(exactly: $0) }
    return bytes.count == numbers.count ? String(validating: bytes, as: UTF8.self) : nil
  }

  private static func replacing(_ old: String, by new: String, in text: String) -> String {
    var result = ""
    var rest = text[...]
    while let found = rest.firstRange(of: old), result.utf8.count < PythonValue.textLimit {
      result += rest[..<found.lowerBound] + new
      rest = rest[found.upperBound...]
    }
    return result + rest
  }

  private func join(_ callee: PythonValue, _ values: [PythonValue], _ value: inout PythonValue) {
    guard let first = values.first, callee.path?.hasPrefix("os.") != true else { return }
    if first.wholeOrigin.contains(.characters) { value.origin.insert(.decoded) }
    if let elements = first.elements, !elements.isEmpty, elements.allSatisfy({ $0.text != nil }) {
      value.text = elements.compactMap(\.text).joined(separator: callee.text ?? "")
      value.isAssembled = true
    }
  }

  private mutating func noteDownload(
    _ place: (index: Int, keyword: String), _ values: [PythonValue], _ arguments: [PythonArgument]
  ) {
    let named = arguments.first { $0.keyword == place.keyword }?.value
    guard let target = named ?? (place.index < values.count ? values[place.index] : nil) else { return }
    if let text = target.text { downloads.insert(text) }
    if let path = target.path, !path.contains("(") {
      var value = target
      value.origin.insert(.downloadedFile)
      if path.contains(".") { bindAttribute(path, value) } else { bind(path, value) }
    }
  }
}

extension UnicodeScalar {
  fileprivate init?(exactly number: Int) {
    guard let value = UInt32(exactly: number) else { return nil }
    self.init(value)
  }
}
