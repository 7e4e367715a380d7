internal import Linux

/// Where a program's own parts are found.
package struct InstalledFiles: Sendable {
  private let environment: @Sendable (String) -> String?

  /// - Parameter environment: the value of a variable; nil where it is not set.
  package init(environment: @escaping @Sendable (String) -> String?) { self.environment = environment }

  /// The value of a variable that is set and not empty.
  package func variable(_ name: String) -> String? {
    environment(name).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The directory of the running program.
  private func programDirectory() throws(SystemCallError) -> String {
    Directory.parent(of: String(decoding: try Process.executablePath(), as: UTF8.self))
  }

  /// The worker program: `LAZARET_WORKER`, or beside this one.
  ///
  /// - Throws: also where there is none.
  package func workerPath() throws -> String {
    try programPath("lazaret-worker", variable: "LAZARET_WORKER", what: "worker")
  }

  /// The fetch program: `LAZARET_FETCH`, or beside this one.
  ///
  /// - Throws: also where there is none.
  package func fetchPath() throws -> String {
    try programPath("lazaret-fetch", variable: "LAZARET_FETCH", what: "fetch")
  }

  private func programPath(_ name: String, variable: String, what: String) throws -> String {
    let path = try self.variable(variable) ?? programDirectory() + "/" + name
    guard Self.exists(path) else {
      throw SupervisorError(
        "no \(what) program at \(path): set \(variable), or install it beside this program")
    }
    return path
  }

  /// The folder in which downloads wait until they are whole; nil where the environment does not say where.
  package func downloadsPath() -> String? {
    if let cache = variable("XDG_CACHE_HOME"), cache.hasPrefix("/") { return cache + "/lazaret/fetch" }
    return variable("HOME").map { $0 + "/.cache/lazaret/fetch" }
  }

  /// The policy folder: the one that is named, `LAZARET_POLICIES`, or the installed one.
  package func policyDirectory(_ named: String?) throws -> String {
    if let path = named ?? variable("LAZARET_POLICIES") { return path }
    let path = Directory.parent(of: try programDirectory()) + "/share/lazaret/policies"
    guard Self.exists(path) else {
      throw SupervisorError(
        "no policies: name the folder with --policies or LAZARET_POLICIES (looked at \(path))")
    }
    return path
  }

  /// The verdict store of this user; nil where the environment does not say where.
  package func storePath() -> String? {
    if let state = variable("XDG_STATE_HOME"), state.hasPrefix("/") {
      return state + "/lazaret/verdicts.db"
    }
    return variable("HOME").map { $0 + "/.local/state/lazaret/verdicts.db" }
  }

  /// Where the daemon of this user listens, unless it is told otherwise: `LAZARET_SOCKET`, `/run/lazaret` for root,
  /// `XDG_RUNTIME_DIR` for others; nil where the environment does not say where.
  package func socketPath() -> String? {
    if let path = variable("LAZARET_SOCKET") { return path }
    let name = "/lazaret/lazaretd.sock"
    if Process.effectiveUser == 0 { return "/run" + name }
    return variable("XDG_RUNTIME_DIR").map { $0 + name }
  }

  private static func exists(_ path: String) -> Bool {
    do throws(SystemCallError) {
      _ = try FileIdentity(path: path, followingLinks: true)
      return true
    } catch {
      return false
    }
  }
}
