internal import Findings
internal import Linux

/// The program `lazaretd`: it says that there is no daemon in this version, and what does its work.
package enum DaemonProgram {
  private static let help = """
    Usage: lazaretd --help | --version

    The daemon is not part of this version. 'lazaret scan PATH...' and 'lazaret gate PATH' examine files
    without one: each starts its own confined workers and keeps its verdicts in the store.

    """

  private static let refusal =
    "lazaretd: the daemon is not part of this version; use 'lazaret scan' or 'lazaret gate'\n"

  /// - Parameter arguments: those after the program's name.
  /// - Returns: the exit status: 0 for help and version, 2 for everything else.
  package static func run(_ arguments: [String]) -> Int32 {
    switch arguments {
    case ["--version"], ["-V"]: write("lazaretd \(Engine.version)\n", to: 1, status: 0)
    case ["--help"], ["-h"]: write(help, to: 1, status: 0)
    default: write(refusal, to: 2, status: 2)
    }
  }

  private static func write(_ text: String, to number: Int32, status: Int32) -> Int32 {
    do {
      try FileDescriptor(owning: number).write(Array(text.utf8))
      return status
    } catch {
      return 2
    }
  }
}
