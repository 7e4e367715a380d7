/// Streams that stand still at growing places of what they unpack, to go on from there.
struct Bookmarks {
  private static let limit = 16
  /// What a stream holds that was branched off: its library's window, and packed bytes.
  private static let streamBytes = 1 << 17

  private var all: [(position: Int, stream: any ByteStream)] = []
  private var distance = 2 << 20

  /// The most that they hold.
  static var footprint: Int { limit * streamBytes }

  /// Takes one of a stream that is at `position`, where that is far enough behind the last, and can be had.
  mutating func note(_ stream: any ByteStream, at position: Int) {
    guard position >= (all.last?.position ?? 0) + distance, let branch = stream.branch() else { return }
    all.append((position, branch))
    guard all.count > Self.limit else { return }
    // Nobody knows before how much will come out: every second one goes.
    all = all.indices.filter { $0 % 2 == 1 }.map { all[$0] }
    distance *= 2
  }

  /// A stream of one's own that is at most at `offset` and behind `position`, and where it is.
  func nearest(to offset: Int, behind position: Int) -> (position: Int, stream: any ByteStream)? {
    guard let place = all.last(where: { $0.position <= offset }), place.position > position,
      let branch = place.stream.branch()
    else { return nil }
    return (place.position, branch)
  }
}
