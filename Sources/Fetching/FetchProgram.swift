internal import CCurl
internal import Glibc
package import Linux
internal import Sandbox
package import Wire

/// The program `lazaret-fetch`, started by who wants something from a registry and by nobody else. It does one thing and
/// ends.
///
/// | descriptor | what is put there |
/// | --- | --- |
/// | 0, 1, 2 | `/dev/null` |
/// | 3 | the control socket |
/// | 4 | the compiled filter, sealed |
/// | 5 | the certificates, PEM, sealed |
/// | 6 | the staging folder, or `/dev/null` where nothing is to be staged |
package enum FetchProgram {
  private static let control: Int32 = 3
  private static let filter: Int32 = 4
  private static let certificates: Int32 = 5
  private static let staging: Int32 = 6

  /// What a confined process has.
  package struct Surroundings: ~Copyable {
    let certificates: [UInt8]
    /// Nil where nothing is to be staged.
    let staging: FileDescriptor?
    package let session: Session

    package init(certificates: [UInt8], staging: consuming FileDescriptor?, session: Session) {
      self.certificates = certificates
      self.staging = staging
      self.session = session
    }
  }

  /// Confines this process, receives the request and has it served.
  ///
  /// - Parameters:
  ///   - arguments: of the process: its name, `confined`, and the most bytes that a file may have.
  ///   - serve: does what is asked and says what came of it.
  package static func run(
    arguments: [String], serve: (FetchRequest, consuming Surroundings) -> Void
  ) -> Never {
    guard arguments.count == 3, arguments[1] == "confined", let limit = Int(arguments[2]), limit >= 0 else {
      let text = "lazaret-fetch is started by lazaret, and does nothing by itself\n"
      do throws(SystemCallError) {
        try FileDescriptor(owning: STDERR_FILENO).write(Array(text.utf8))
      } catch {}
      _exit(2)
    }
    _exit(start(limit, serve))
  }

  /// - Returns: the exit status.
  private static func start(
    _ fileBytes: Int, _ serve: (FetchRequest, consuming Surroundings) -> Void
  ) -> Int32 {
    let session = Session(FileDescriptor(owning: control))
    do {
      // Reads the configuration of libssl, while files can still be read.
      guard ccurl_initialise() == CURLE_OK else { throw FetchFailure("libcurl cannot be used") }
      let certificates = try sealed(Self.certificates, limit: FetchLimit.certificates)
      guard let filter = SeccompProgram(try sealed(Self.filter, limit: SeccompProgram.byteLimit)) else {
        throw FetchFailure("there is no filter")
      }
      let folder = FileDescriptor(owning: staging)
      let isStaging = try folder.identity().isDirectory
      let confinement = try FetchLockdown.lockDown(
        staging: isStaging ? folder.number : nil, fileBytes: fileBytes, filter: filter)
      session.send(.ready(Layers(active: confinement.active)))
      guard let request = try session.receive() else { return 1 }
      let task = try FetchRequest(parsing: request)
      if isStaging {
        serve(task, Surroundings(certificates: certificates, staging: folder, session: session))
      } else {
        serve(task, Surroundings(certificates: certificates, staging: nil, session: session))
      }
      return 0
    } catch {
      session.send(.failure(reason: (error as? FetchFailure)?.reason ?? "\(error)"))
      return 1
    }
  }

  /// Reads what was left in a memory file that nobody can change any more.
  private static func sealed(_ number: Int32, limit: Int) throws -> [UInt8] {
    let file = FileDescriptor(owning: number)
    guard try file.isSealed() else { throw FetchFailure("what was handed over could still change") }
    return try file.readAll(limit: limit)
  }
}
