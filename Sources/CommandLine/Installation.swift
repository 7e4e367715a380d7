internal import Linux
internal import Policy
internal import Supervisor
internal import VerdictStore
internal import Wire

/// A request that cannot be met at all, in words for its user.
struct Failure: Error, Equatable {
  let message: String

  init(_ message: String) { self.message = message }
}

/// Where the program's own parts are found.
struct Installation {
  private let host: Host
  private let options: Options

  init(_ host: Host, _ options: Options) {
    self.host = host
    self.options = options
  }

  private var files: InstalledFiles { InstalledFiles(environment: host.environment) }

  /// The policy folder: an operand or `--policies`, `LAZARET_POLICIES`, or the installed one.
  func policyDirectory(_ operand: [UInt8]? = nil) throws -> String {
    if let operand {
      guard let path = String(validating: operand, as: UTF8.self) else {
        throw Failure("the path of the policy folder is not UTF-8: \(Escaping.visible(operand))")
      }
      return path
    }
    return try found { try files.policyDirectory(options.policies) }
  }

  /// What a search throws, as a failure in words.
  private func found(_ search: () throws -> String) throws -> String {
    do {
      return try search()
    } catch let error as SupervisorError {
      throw Failure(error.reason)
    }
  }

  func policies() throws -> PolicyFolder { try policies(in: policyDirectory(nil)) }

  /// - Parameter digestsAll: whether every list is digested again.
  func policies(in directory: String, digestsAll: Bool = false) throws -> PolicyFolder {
    do {
      return try PolicyFolder(directory, digestsAll: digestsAll)
    } catch let error as PolicyError {
      throw Failure("policies in \(directory): \(Escaping.visible(error.description))")
    }
  }

  /// The waivers of a policy folder, to be asked for at the time of asking.
  func waivers(_ policies: PolicyFolder) throws -> WaiverDecisions {
    do {
      return WaiverDecisions(try policies.bundle.waivers(), clock: host.clock)
    } catch {
      throw Failure("policies: \(Escaping.visible(error.description))")
    }
  }

  func supervisor(_ policies: PolicyFolder, workers: Int) throws -> Supervisor {
    let worker = try found { try files.workerPath() }
    do {
      return try Supervisor(
        SupervisorConfiguration(
          workerPath: worker, policy: try LoadedPolicy(policies), idleWorkers: workers))
    } catch let error as PolicyError {
      throw Failure("policies: \(Escaping.visible(error.description))")
    } catch {
      throw Failure("no confinement, so nothing is examined: \(Escaping.visible("\(error)"))")
    }
  }

  /// Who fetches from registries: under the policy's filter, and believing the certificates of `SSL_CERT_FILE` or of
  /// Debian's package ca-certificates.
  func fetcher() throws -> Fetcher {
    let program = try found { try files.fetchPath() }
    let bundle = try policies().bundle
    do {
      return try Fetcher(program: program, bundle: bundle, certificates: try certificates())
    } catch let error as PolicyError {
      throw Failure("policies: \(Escaping.visible(error.description))")
    }
  }

  private func certificates() throws -> [UInt8] {
    let named = files.variable("SSL_CERT_FILE")
    let path = named ?? "/etc/ssl/certs/ca-certificates.crt"
    do throws(SystemCallError) {
      return try FileDescriptor.open(path).readAll(limit: FetchLimit.certificates)
    } catch {
      // Without any, no server can be verified, and only plain HTTP works.
      if named == nil, error.isMissingFile { return [] }
      throw Failure("the certificates in \(Escaping.visible(path)) cannot be read: \(error.message)")
    }
  }

  /// Where downloads wait until they are whole.
  func downloadsPath() throws -> String {
    guard let path = files.downloadsPath() else {
      throw Failure("no place for downloads: neither HOME nor XDG_CACHE_HOME says where")
    }
    return path
  }

  /// The store's file: `--store`, or the default place.
  func storePath() throws -> String {
    if let path = options.store { return path }
    guard let path = files.storePath() else {
      throw Failure(
        "no verdict store: neither HOME nor XDG_STATE_HOME says where; name one with --store, or use --no-store"
      )
    }
    return path
  }

  func store(create: Bool) throws -> VerdictStore {
    let path = try storePath()
    do {
      return try VerdictStore(path: path, create: create)
    } catch {
      throw Failure(Escaping.visible(error.description))
    }
  }
}
