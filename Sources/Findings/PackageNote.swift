/// What a file says of the files beside it: a finding that changes no verdict, for whoever judges the folder as a whole.
///
/// The bytes of a file are read by a process of its own, which sees no other file. What the whole needs to know of them
/// goes out of there as findings of these two rules.
package enum PackageNote: Equatable, Sendable {
  /// A file or folder that a loader opens because of this one: its path from the folder of this one.
  case file(String)
  /// A file of data that the index of a checkpoint has.
  case shard(CheckpointShard)
  /// There were more than are listed.
  case further

  /// - Parameter purpose: what it is for, as a sentence.
  package static func file(_ path: [UInt8], at location: Location, for purpose: String) -> Finding {
    Finding(.namedFile, at: location, detail: purpose, evidence: String(decoding: path, as: UTF8.self))
  }

  package static func shard(_ shard: CheckpointShard, at location: Location) -> Finding {
    Finding(
      .checkpointShard, at: location, detail: "The index describes a file of data beside it.",
      evidence: shard.text)
  }

  /// What a finding of these rules says; nil for any other finding.
  package init?(_ finding: Finding) {
    switch finding.rule {
    case .namedFile: self = finding.evidence.isEmpty ? .further : .file(finding.evidence)
    case .checkpointShard:
      guard let shard = CheckpointShard(finding.evidence) else {
        self = .further
        return
      }
      self = .shard(shard)
    default: return nil
    }
  }
}

/// What the index of a checkpoint of TensorFlow says of one of its files of data.
package struct CheckpointShard: Equatable, Sendable {
  package enum Contents: String, Sendable {
    /// Tensors of numbers, one behind the other, from the first byte to the last.
    case numbers
    /// The same with the graph of objects, which is a text, under the key that TensorFlow keeps it.
    case objects = "numbers and objects"
    /// Texts, gaps, or what only a library can decode.
    case others
  }

  package let number: Int
  package let count: Int
  /// Bytes that the index has.
  package let size: Int
  package let contents: Contents

  package init(number: Int, count: Int, size: Int, contents: Contents) {
    self.number = number
    self.count = count
    self.size = size
    self.contents = contents
  }

  /// `0 of 1, 8 bytes: numbers`
  var text: String { "\(number) of \(count), \(size) bytes: \(contents.rawValue)" }

  /// - Parameter text: as ``text`` is.
  init?(_ text: String) {
    let halves = text.split(separator: ": ", maxSplits: 1)
    guard halves.count == 2, let contents = Contents(rawValue: String(halves[1])) else { return nil }
    let words = halves[0].split(separator: " ")
    guard words.count == 5, words[1] == "of", words[2].last == ",", words[4] == "bytes",
      let number = Int(words[0]), let count = Int(words[2].dropLast()), let size = Int(words[3]),
      (0..<count).contains(number), count <= 99_999, size >= 0
    else { return nil }
    self.init(number: number, count: count, size: size, contents: contents)
  }

  /// The end of the file's name behind the name of the checkpoint: `.data-00000-of-00001`.
  package var ending: String { ".data-\(Self.digits(number))-of-\(Self.digits(count))" }

  private static func digits(_ value: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, 5 - text.count)) + text
  }
}
