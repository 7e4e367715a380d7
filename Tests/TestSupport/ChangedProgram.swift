package import Linux

extension TemporaryDirectory {
  /// One of our programs with something changed before it begins: a script, to be started in its place with the same
  /// descriptors.
  ///
  /// - Parameter lines: what the shell does before it becomes the program.
  /// - Returns: the path of the script.
  package func changed(_ program: String, _ lines: String...) throws(SystemCallError) -> String {
    let name = "\(program)-\(UInt64.random(in: 0...(.max)))"
    let text = "#!/bin/sh\n\(lines.joined(separator: "\n"))\nexec '\(Repository.program(program))' \"$@\"\n"
    let path = try write(name, Array(text.utf8))
    guard setMode(name, 0o755) else { throw SystemCallError("chmod", 1, path) }
    return path
  }

  /// The line of such a script that puts another file in the place of a descriptor: one that this process has open, with
  /// its seals.
  package static func replacing(_ descriptor: Int32, with file: borrowing FileDescriptor) -> String {
    "exec \(descriptor)</proc/\(Process.id)/fd/\(file.number)"
  }
}
