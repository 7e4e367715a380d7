import Daemon

/// What a client of clamd's protocol sends: it means the same wherever it is cut.
enum ClamdBytes {
  static func take(_ bytes: [UInt8]) {
    let whole = events([bytes[...]])
    precondition(events(bytes.indices.map { bytes[$0...$0] }) == whole, "a cut changes what a client says")
    let middle = bytes.count / 2
    precondition(events([bytes[..<middle], bytes[middle...]]) == whole, "a cut changes what a client says")
    check(whole)
  }

  /// Everything that comes of these parts, with data that is together as one.
  private static func events(_ parts: [ArraySlice<UInt8>]) -> [ClamdEvent] {
    var parser = ClamdParser()
    var events: [ClamdEvent] = []
    for part in parts {
      let isOver = parser.isOver
      let next = parser.take(Array(part))
      precondition(!isOver || next.isEmpty, "something was understood after the end")
      events += next
    }
    events += parser.takeEnd()
    precondition(parser.isOver && !parser.isInside)
    return events.reduce(into: []) { merged, event in
      if case .data(let part) = event, case .data(let before)? = merged.last {
        merged[merged.count - 1] = .data(ArraySlice(before + part))
      } else {
        merged.append(event)
      }
    }
  }

  /// Data comes after a chunk that announces as many bytes, and chunks come in a stream.
  private static func check(_ events: [ClamdEvent]) {
    var isInStream = false
    var announced = 0
    for event in events {
      switch event {
      case .stream: isInStream = true
      case .chunk(let count):
        precondition(isInStream && count > 0)
        announced = Int(count)
      case .data(let part):
        precondition(isInStream && part.count <= announced, "more data than was announced")
        announced -= part.count
      case .streamEnd:
        precondition(isInStream && announced == 0, "a stream ends before its data")
        isInStream = false
      case .command, .file, .session, .overlong:
        precondition(!isInStream, "a command within a stream")
      }
    }
  }
}
