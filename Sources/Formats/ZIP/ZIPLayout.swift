/// Which bytes of an archive belong to members: 16 bytes a member, whatever its size.
package struct ZIPLayout {
  private var spans: [Range<Int>] = []

  package init() {}

  /// Adds the bytes of one member, from its local header to the end of its data and descriptor.
  package mutating func add(_ span: Range<Int>) { spans.append(span) }

  /// The members' bytes against those from `0` to `end`.
  package consuming func account(upTo end: Int) -> Account {
    spans.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    var account = Account()
    var position = 0
    for span in spans {
      if span.lowerBound < position {
        account.overlapCount += 1
        account.firstOverlap = account.firstOverlap ?? span.lowerBound
      } else if span.lowerBound > position {
        account.gaps.append(position..<span.lowerBound)
      }
      position = max(position, span.upperBound)
    }
    if position > end {
      account.overlapCount += 1
      account.firstOverlap = account.firstOverlap ?? end
    } else if position < end {
      account.gaps.append(position..<end)
    }
    return account
  }

  package struct Account: Equatable {
    /// Members that begin inside another, or reach into the directory.
    package var overlapCount = 0
    package var firstOverlap: Int?
    /// Parts that belong to no member.
    package var gaps: [Range<Int>] = []

    package init() {}
  }
}
