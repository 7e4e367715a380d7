/// Why a policy is refused: nothing starts with a policy that is not wholly understood.
package struct PolicyError: Error, Equatable, CustomStringConvertible {
  /// The file's path inside the policy folder, with `/`: `limits/default.json`. `.` is the folder itself.
  package let file: String
  /// The line of the trouble, from 1; 0 where it is the whole file.
  package let line: Int
  /// What is wrong, in words that name the key or the value.
  package let reason: String

  package init(file: String, line: Int, reason: String) {
    self.file = file
    self.line = line
    self.reason = reason
  }

  package var description: String { line == 0 ? "\(file): \(reason)" : "\(file):\(line): \(reason)" }
}
