import Findings
package import Wire

/// One of each message, with every kind of field, small and large.
package enum WireSamples {
  package static let layers = Layers(
    active: ["no-new-privs", "landlock:7", "rlimits"],
    missing: [
      MissingLayer(layer: "netns", reason: "EPERM", refused: false),
      MissingLayer(layer: "credentials", reason: "EINVAL", refused: true),
    ])

  package static let zygote: [ZygoteMessage] = [
    .hello(engine: "0.2.0", kernel: "6.18.44", layers: layers),
    .hello(engine: "", kernel: "", layers: Layers()),
    .failure(reason: "nicht möglich"),
    .worker(pid: 4711),
  ]

  package static let worker: [WorkerMessage] = [
    .ready(layers),
    .ready(Layers()),
    .format("pytorch-zip"),
    .finding(
      FindingFrame(
        rule: "pickle.dangerous-call", location: Location(path: ["a/data.pkl", "ü"], offset: 77),
        detail: "calls posix.system", evidence: "posix.system('id')\u{0}\u{1b}")),
    .finding(FindingFrame(rule: "artifact.unrecognised", location: Location(), detail: "", evidence: "")),
    .gap(Gap(at: Location(path: ["x"], offset: 0), reason: "encrypted")),
    .gap(Gap(at: Location(offset: .max), reason: "")),
    .progress(Progress(bytes: 1, members: 2, opcodes: 3)),
    .progress(Progress(bytes: .max, members: 0, opcodes: .max)),
    .end(Totals(progress: Progress(bytes: 5, members: 6, opcodes: 7), findings: 8, gaps: 9)),
  ]

  package static let jobs = [
    Job(inputSize: .max), Job(inputSize: 6, attack: "openat-memory"),
    Job(inputSize: 77, explanation: ExplanationRequest()),
    Job(inputSize: 0, explanation: ExplanationRequest(opcodes: true, code: true, all: true)),
  ]

  package static let status = StatusRecord(
    waitStatus: 0x8B, userMicroseconds: 1, systemMicroseconds: .max, residentKiB: 3)
}
