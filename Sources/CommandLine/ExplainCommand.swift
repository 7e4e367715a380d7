internal import Findings
internal import Linux
internal import Supervisor

/// `explain`: what loading a file would do, while a worker finds it out.
enum ExplainCommand {
  static func run(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let options = invocation.options
    let path = invocation.operands[0]
    let installation = Installation(host, options)
    let bundle = try installation.policies()
    let file = try open(path)
    let supervisor = try installation.supervisor(bundle, workers: 1)
    let renderer: any ExplanationRenderer =
      switch options.format {
      case .text: TextExplanation(style: host.style(options))
      case .json, .jsonl, .html:
        JSONExplanation(context: ArtifactObject.Context(policy: supervisor.policyDigest))
      }
    let printer = Printer(host.output, renderer)
    printer.print { try $0.opening(path) }
    let reader = ExplanationReader(options.explanation) { line in
      printer.print { try $0.line(line) }
      return printer.goesOn
    }
    let result = ArtifactResult(
      path: path, judgement: .examined(supervisor.examine(file, explanation: reader)))
    printer.print { try $0.closing(result) }
    if let failure = printer.failure { throw failure }
    var tally = Tally()
    tally.add(result)
    return tally.exitStatus(failOn: .review)
  }

  private static func open(_ path: [UInt8]) throws -> FileDescriptor {
    do throws(SystemCallError) {
      let file = try FileDescriptor.open(path: path, [.readOnly, .nonBlocking])
      if try file.identity().isRegular { return file }
    } catch {
      throw Failure("\(Escaping.visible(path)): cannot be read: \(error.message)")
    }
    throw Failure("\(Escaping.visible(path)): not a regular file; 'lazaret scan' walks trees")
  }

  /// Writes what a renderer makes, until something fails.
  private final class Printer {
    private let output: Output
    private var renderer: any ExplanationRenderer
    private(set) var failure: (any Error)?

    init(_ output: Output, _ renderer: any ExplanationRenderer) {
      self.output = output
      self.renderer = renderer
    }

    /// Whether anybody reads what is written.
    var goesOn: Bool { failure == nil && output.failure == nil }

    func print(_ text: (inout any ExplanationRenderer) throws -> String) {
      guard goesOn else { return }
      do {
        output.write(try text(&renderer))
      } catch {
        failure = error
      }
    }
  }
}
