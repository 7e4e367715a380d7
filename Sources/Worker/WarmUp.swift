internal import ByteParsing
internal import CArchive
internal import Glibc
internal import Policy
internal import Wire

/// Everything that libraries do at their first use, done in the zygote: a confined worker could not open the
/// files it takes, and every worker would do it again.
enum WarmUp {
  /// Runs with the right to open files. Nothing hostile is read.
  static func run(_ examiner: some ArtifactExaminer, _ samples: [[UInt8]], policy: PolicySet) {
    timeZone()
    locale()
    archiveReaders()
    rehearse(examiner, samples, policy: policy)
  }

  /// Examines trusted bytes and drops the report. A worker does it too, where it would be idle: the pages that it
  /// then has copied from the zygote it need not copy while somebody waits.
  static func rehearse(_ examiner: some ArtifactExaminer, _ samples: [[UInt8]], policy: PolicySet) {
    for sample in samples {
      // Through the same sink as in a worker, so that encoding is warm too.
      var sink = WireReportSink(limits: policy.limits) { _ in }
      examiner.examine(Input(sample), policy: policy, explanation: nil, into: &sink)
    }
  }

  /// With TZ unset, each call of mktime(3) looks at `/etc/localtime`; the zygote's environment sets it.
  private static func timeZone() {
    tzset()
    // SAFETY: a zeroed `tm` is a valid one; mktime writes only into it.
    var time = unsafe tm()
    _ = unsafe mktime(&time)
  }

  /// Encodings that libarchive converts names from. The handles stay open, and with them the tables.
  private static let encodings = ["UTF-16LE", "UTF-16BE", "CP437", "ISO-8859-1"]

  private static func locale() {
    // SAFETY: both are constant strings.
    unsafe setlocale(LC_CTYPE, "C.UTF-8")
    // An encoding that cannot be loaded here cannot be loaded in a worker either: there, its use is refused.
    for encoding in encodings { _ = unsafe iconv_open("UTF-8", encoding) }
  }

  private static func archiveReaders() {
    // SAFETY: a reader that is made, told what it may read, and freed.
    guard let reader = unsafe archive_read_new() else { return }
    unsafe LibraryArchive.supportFormats(reader)
    unsafe archive_read_free(reader)
  }
}
