import ByteParsing
import Findings
import Linux
import Policy
import Supervisor
import TestSupport
import Testing
import Worker

/// What surrounds an examination changes nothing in its report.
@Suite struct SameReportTests {
  /// A file and where it is from.
  private struct Sample {
    let name: String
    let bytes: [UInt8]
  }

  private let place: TemporaryDirectory

  init() throws { place = try TemporaryDirectory() }

  private static let corpus = Repository.root + "/../shared/corpus"

  /// The seeds of every format; in the whole form the collection of real files as well.
  private static func samples(corpus isWanted: Bool) throws -> [Sample] {
    var samples = Seeds.all.flatMap { seeds in
      seeds.files.enumerated().map { Sample(name: "\(seeds.name) \($0.offset)", bytes: $0.element) }
    }
    guard isWanted else { return samples }
    for side in ["benign", "hostile"] {
      guard let manifest = try? FileDescriptor.open("\(corpus)/\(side)/manifest.tsv") else {
        print("NOTICE: NO CORPUS at \(corpus): only files that were made here are compared")
        return samples
      }
      let text = String(decoding: try manifest.readAll(limit: 1 << 26), as: UTF8.self)
      for line in text.split(separator: "\n").dropFirst() {
        let path = "\(corpus)/" + line.prefix { $0 != "\t" }
        samples.append(Sample(name: path, bytes: try FileDescriptor.open(path).readAll(limit: 1 << 28)))
      }
    }
    return samples
  }

  /// The report that the examiner makes in this process, which has no confinement.
  private static func unconfined(_ sample: Sample, _ policy: PolicySet) -> Report {
    var report = Report()
    ScanningExaminer().examine(Input(sample.bytes), policy: policy, explanation: nil, into: &report)
    report.coverage.finished = true
    return report
  }

  @Test func `a file has the same report confined and unconfined`() throws {
    let bundle = try StandIn.bundle(wallSeconds: 180, reportBytes: 4_194_304)
    let policy = try PolicySet(parsing: bundle)
    let supervisor = try Real.supervisor()
    let samples = try Self.samples(corpus: Proof.isWhole)
    var unfinished: [String] = []
    var compared = 0
    var slow = 0
    for sample in samples {
      let examination = supervisor.examine(try .file(sample.bytes))
      switch examination.outcome {
      case .finished: compared += 1
      // Bombs for which a debug build needs more time than there is: without confinement nothing ends it.
      case .processorTime:
        slow += 1
        continue
      default:
        unfinished.append("\(sample.name): \(examination.outcome)")
        continue
      }
      #expect(examination.report == Self.unconfined(sample, policy), "\(sample.name)")
    }
    #expect(unfinished == [])
    #expect(compared > 100 && slow < 3)
    try Proof.record("\(compared) files had the same report confined and unconfined")
  }

  /// Ways in which the C library's allocator can be told to work.
  private static let tunables = [
    "mmap_threshold=4096", "mmap_threshold=33554432", "mmap_max=0", "top_pad=0", "top_pad=16777216",
    "trim_threshold=0", "trim_threshold=1", "arena_max=1", "arena_test=1", "tcache_count=0",
    "tcache_max=64", "tcache_unsorted_limit=1", "mxfast=0", "perturb=165", "hugetlb=2",
  ]

  @Test func `a worker whose allocator works otherwise gives the same reports`() throws {
    let bundle = try StandIn.bundle(wallSeconds: 180, reportBytes: 4_194_304)
    let policy = try PolicySet(parsing: bundle)
    let samples = try Self.samples(corpus: false)
    let reports = samples.map { Self.unconfined($0, policy) }
    let step = Proof.extent(16, whole: 1)
    var compared = 0
    for (index, tunable) in Self.tunables.enumerated() where Proof.isWhole || index.isMultiple(of: 5) {
      let program = try place.changed("lazaret-worker", "export GLIBC_TUNABLES=glibc.malloc.\(tunable)")
      let supervisor = try Supervisor(
        SupervisorConfiguration(workerPath: program, bundle: bundle, idleWorkers: 1))
      for place in stride(from: index % step, to: samples.count, by: step) {
        let examination = supervisor.examine(try .file(samples[place].bytes))
        #expect(examination.outcome == .finished, "\(samples[place].name) with \(tunable)")
        #expect(examination.report == reports[place], "\(samples[place].name) with \(tunable)")
        compared += 1
      }
    }
    try Proof.record("\(compared) reports the same under \(Self.tunables.count) other settings of malloc")
  }

  /// One setting does need a call that no role has, and so shows that the worker heeds them.
  @Test func `a worker's allocator does heed its settings`() throws {
    let setting = String(
      decoding: try FileDescriptor.open("/sys/kernel/mm/transparent_hugepage/enabled").read(limit: 100),
      as: UTF8.self)
    guard setting.contains("[madvise]") else {
      print("NOTICE: no huge pages on advice here: THAT SETTINGS OF MALLOC ARE HEEDED WAS NOT SHOWN")
      return
    }
    let program = try place.changed("lazaret-worker", "export GLIBC_TUNABLES=glibc.malloc.hugetlb=1")
    let supervisor = try Supervisor(
      SupervisorConfiguration(workerPath: program, bundle: try StandIn.bundle(), idleWorkers: 1))
    let examination = supervisor.examine(try .file(Real.pickle(numbers: 3_000_000)))
    #expect(examination.outcome == .violation(systemCall: "madvise"))
  }
}
