import Linux
import TestSupport
import Testing

/// `lazaret metrics` with a daemon and without one.
struct MetricsTests {
  @Test func `the numbers are those of what was scanned, on standard output and in a file`() throws {
    let lazaret = try Installed()
    let daemon = try RunningDaemon(lazaret, workers: 1)
    let bad = try lazaret.place.write("bad.pkl", Artifact.hostilePickle)
    let good = try lazaret.place.write("good.pkl", Artifact.benignPickle)
    for path in [good, bad, bad] { _ = try lazaret.lazaret("scan", "--socket", daemon.socket, path) }

    let run = try lazaret.lazaret("metrics", "--socket", daemon.socket)
    #expect(run.status == 0, "\(run.errors)")
    let read = try PrometheusText(run.output)
    #expect(read.value("lazaret_up") == 1)
    #expect(read.value("lazaret_scans_total", ["verdict": "allow"]) == 1)
    #expect(read.value("lazaret_scans_total", ["verdict": "deny"]) == 2)
    #expect(read.value("lazaret_requests_cached_total") == 1)
    #expect(read.value("lazaret_scan_duration_seconds_count") == 2)
    #expect(read.value("lazaret_worker_exits_total", ["how": "finished"]) == 2)
    #expect(read.value("lazaret_layer_active", ["layer": "seccomp"]) == 1)
    #expect(read.comments == [], "every counter of the daemon is known")

    let file = lazaret.place.path + "/lazaret.prom"
    _ = try lazaret.place.write("lazaret.prom", Array("old".utf8))
    let written = try lazaret.lazaret("metrics", "--socket", daemon.socket, "--textfile", file)
    #expect(written.status == 0 && written.output.isEmpty)
    let text = String(decoding: try FileDescriptor.open(file).readAll(limit: 1 << 20), as: UTF8.self)
    #expect(try PrometheusText(text).value("lazaret_up") == 1)
    let names = try Directory(try .open(lazaret.place.path, [.readOnly, .directory])).names()
    #expect(!names.contains { String(decoding: $0, as: UTF8.self).hasPrefix(".lazaret.prom") })
  }

  @Test func `without a daemon the file says so, and the run fails`() throws {
    let lazaret = try Installed()
    let file = lazaret.place.path + "/lazaret.prom"
    let run = try lazaret.lazaret(
      "metrics", "--socket", lazaret.place.path + "/nowhere", "--textfile", file)
    #expect(run.status == 2 && run.errors.contains("no daemon answers"), "\(run.errors)")
    let text = String(decoding: try FileDescriptor.open(file).readAll(limit: 1 << 20), as: UTF8.self)
    #expect(try PrometheusText(text).value("lazaret_up") == 0)
    let folder = try lazaret.lazaret(
      "metrics", "--socket", "/nowhere", "--textfile", lazaret.place.path + "/")
    #expect(folder.status == 2 && folder.errors.contains("not a folder"), "\(folder.errors)")
  }
}
