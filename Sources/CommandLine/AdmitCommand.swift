/// `admit`: lets something in, if it is allowed.
enum AdmitCommand {
  static func run(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let options = invocation.options
    let destination = try Destination(invocation.operands[1], replaces: options.replaces)
    let quarantine = try options.quarantine.map { try Quarantine($0) }
    for notice in quarantine?.notices ?? [] { host.notice(notice) }
    let setup = try RunSetup(options, host, isGate: true)
    let gate = AdmissionGate(
      examiner: setup.examiner, context: setup.context, workers: setup.workers, quarantine: quarantine)
    let report = RunReport(
      host: host, renderer: try options.renderer(host, setup.context),
      showsProgress: options.showsProgress(host))
    return try gate.admit(invocation.operands[0], to: destination, report).exitStatus(failOn: .review)
  }
}
