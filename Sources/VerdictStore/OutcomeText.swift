internal import Findings

/// A worker's end in two columns: its name, and what belongs to it.
struct OutcomeText: Equatable {
  let name: String
  let detail: String?

  init(name: String, detail: String?) {
    self.name = name
    self.detail = detail
  }

  init(_ outcome: WorkerOutcome) {
    switch outcome {
    case .finished: self.init(name: "finished", detail: nil)
    case .deadline(let seconds): self.init(name: "deadline", detail: "\(seconds)")
    case .processorTime(let seconds): self.init(name: "processor-time", detail: "\(seconds)")
    case .violation(let systemCall): self.init(name: "violation", detail: systemCall)
    case .crashed(let signal): self.init(name: "crashed", detail: "\(signal)")
    case .outOfMemory: self.init(name: "out-of-memory", detail: nil)
    case .protocolError(let reason): self.init(name: "protocol-error", detail: reason)
    case .exited(let status): self.init(name: "exited", detail: "\(status)")
    case .unavailable(let reason): self.init(name: "unavailable", detail: reason)
    }
  }

  /// The outcome of these columns; nil where they are not what `init` writes.
  var outcome: WorkerOutcome? {
    switch (name, detail) {
    case ("finished", nil): .finished
    case ("deadline", let text?): Int(text).map { .deadline(seconds: $0) }
    case ("processor-time", let text?): Int(text).map { .processorTime(seconds: $0) }
    case ("violation", let systemCall): .violation(systemCall: systemCall)
    case ("crashed", let text?): Int32(text).map { .crashed(signal: $0) }
    case ("out-of-memory", nil): .outOfMemory
    case ("protocol-error", let reason?): .protocolError(reason)
    case ("exited", let text?): Int32(text).map { .exited(status: $0) }
    case ("unavailable", let reason?): .unavailable(reason)
    default: nil
    }
  }
}
