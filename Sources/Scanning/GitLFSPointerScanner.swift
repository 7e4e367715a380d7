package import ByteParsing
import Findings
import Formats

/// Pointers of Git LFS: what stands in a checkout where the model itself was not fetched.
package enum GitLFSPointerScanner: FormatScanner {
  package static let format = "git-lfs-pointer"

  package static func recognize(_ head: Head) -> Recognition {
    GitLFSPointer.begins(head.prefix, of: head.input.count) ? .certain : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    let pointer = try GitLFSPointer(parsing: member.input)
    let size = pointer.size.map { " of \($0) bytes" } ?? ""
    job.recorder.record(
      Finding(
        .gitLFSPointer, at: Location(path: member.path),
        detail: "Git LFS pointer: the file itself\(size) is not here, and was not scanned.",
        evidence: pointer.oid ?? ""))
  }
}
