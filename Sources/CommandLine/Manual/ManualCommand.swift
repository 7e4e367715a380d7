/// `manual`: the manual page.
enum ManualCommand {
  static func run(_ invocation: Invocation, _ host: Host) -> ExitStatus {
    host.output.write(ManualPage.text(CommandTable.all))
    return .allowed
  }
}
