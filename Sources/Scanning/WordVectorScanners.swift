package import ByteParsing
import Findings
import Formats

/// Vectors of words in word2vec's binary format.
package enum WordVectorScanner: FormatScanner {
  package static let format = "word2vec"

  package static func recognize(_ head: Head) -> Recognition {
    guard WordVectors.header(head.prefix) != nil else { return .no }
    // The same as text has a line for each word.
    var encoding = TextEncoding()
    for byte in head.prefix { encoding.take(byte) }
    return encoding.canBeText ? .no : .possible
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    try DataTail.examine(from: try WordVectors.read(member.input), of: member, in: &job)
  }
}

/// fastText's models.
package enum FastTextScanner: FormatScanner {
  package static let format = "fasttext"

  package static func recognize(_ head: Head) -> Recognition {
    guard FastText.begins(head.prefix) else { return .no }
    if head.has(FastText.magic) { return .certain }
    // Without a magic number only a file that is one to its end.
    return (try? FastText.read(head.input)) == head.input.count ? .possible : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    try DataTail.examine(from: try FastText.read(member.input), of: member, in: &job)
  }
}
