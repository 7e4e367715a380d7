import Findings
import Linux
import Supervisor
import Testing

/// Lines of an explanation on their way from a worker to whoever asked.
@Suite struct ExplanationTests {
  private final class Reader {
    var lines: [ExplanationLine] = []
  }

  /// What a reader gets who leaves after `limit` lines, and what becomes of the examination.
  private func explain(
    _ text: String, wallSeconds: Int = 20, limit: Int = .max, sleeping milliseconds: Int = 0
  ) throws -> (lines: Int, examination: Examination) {
    let supervisor = try StandIn.supervisor(wallSeconds: wallSeconds)
    let reader = Reader()
    let explanation = ExplanationReader(ExplanationRequest()) { line in
      reader.lines.append(line)
      if milliseconds > 0 {
        var nothing: [PollEntry] = []
        do { try poll(&nothing, milliseconds: milliseconds) } catch { Issue.record(error) }
      }
      return reader.lines.count < limit
    }
    let examination = supervisor.examine(try .file(text), explanation: explanation)
    return (reader.lines.count, examination)
  }

  @Test func `lines are handed on and the verdict is the report's`() throws {
    let (lines, examination) = try explain("lines 100")
    #expect(lines == 100)
    #expect(examination.verdict == .allow)
  }

  @Test func `a worker that sends lines unasked is ended, and nothing is allowed`() throws {
    let examination = try StandIn.supervisor().examine(try .file("lines 1"))
    guard case .protocolError = examination.outcome else {
      Issue.record("\(examination.outcome)")
      return
    }
    #expect(examination.verdict != .allow)
  }

  @Test func `a worker that sends more lines than were asked for is ended`() throws {
    let (lines, examination) = try explain("lines 20001")
    #expect(lines == 20_000)
    guard case .protocolError = examination.outcome else {
      Issue.record("\(examination.outcome)")
      return
    }
    #expect(examination.verdict != .allow)
  }

  @Test func `a reader who leaves ends the worker, and nothing is allowed`() throws {
    let (lines, examination) = try explain("lines 15000", limit: 10)
    #expect(lines == 10)
    #expect(examination.verdict != .allow)
  }

  @Test func `the time that a reader takes is not the worker's`() throws {
    // Two seconds for the worker, and three for the reader.
    let (lines, examination) = try explain("lines 3", wallSeconds: 2, sleeping: 1000)
    #expect(lines == 3)
    #expect(examination.verdict == .allow, "\(examination.outcome)")
  }
}
