internal import Findings
internal import Linux
internal import Supervisor
internal import Wire

/// Goes through the models of a registry that is asked over HTTP: each is fetched, judged, and let in or taken away
/// before the next.
struct RemoteSweep {
  private let registry: RemoteRegistry
  private let options: Options
  private let host: Host
  private let setup: RunSetup
  private let fetcher: Fetcher
  /// Where downloads wait.
  private let downloads: String
  private let quarantine: Quarantine?
  private let target: SweepTarget?
  private let renderer: any Renderer
  private let sweep: SweepRenderer

  /// Nil where the operands name a registry on a disk.
  init?(_ invocation: Invocation, _ host: Host) throws {
    let options = invocation.options
    let named = try RemoteRegistry(
      invocation.operands, allowsInsecureHTTP: options.allowsInsecureHTTP, environment: host.environment)
    guard let registry = named else { return nil }
    guard options.changedSince == nil else {
      throw UsageError("--changed-since goes by the time stamps of a disk, which an address has not")
    }
    if options.into != nil, options.format != .text, options.format != .jsonl {
      throw UsageError("--into reports one admission after the other: use --format text or jsonl")
    }
    if options.setsTags, registry.endpoint.kind != .mlflow {
      throw UsageError("--set-tags is for mlflow: no other registry has tags for verdicts")
    }
    self.registry = registry
    self.options = options
    self.host = host
    let installation = Installation(host, options)
    downloads = try installation.downloadsPath()
    fetcher = try installation.fetcher()
    target = try options.into.map { try SweepTarget($0, replaces: options.replaces) }
    quarantine = try options.quarantine.map { try Quarantine($0) }
    setup = try RunSetup(options, host)
    renderer = try options.renderer(host, setup.context)
    sweep = SweepRenderer(renderer)
  }

  func run() throws -> ExitStatus {
    let start = MonotonicClock.nanoseconds
    for notice in quarantine?.notices ?? [] { host.notice(notice) }
    host.output.write(try renderer.opening())
    var total = Tally()
    for selection in registry.models {
      let models: [RemoteModel]
      do {
        models = try fetcher.list(selection, at: registry.endpoint)
      } catch {
        try fail(selection, error.reason, &total)
        continue
      }
      for model in models where host.output.failure == nil { try judge(model, selection, &total) }
    }
    if total.artifacts == 0 {
      host.notice("there is nothing to examine in \(Escaping.visible(registry.endpoint.address))")
    }
    let milliseconds = (Double(MonotonicClock.nanoseconds - start) / 1e5).rounded() / 10
    host.output.write(try renderer.closing(total, milliseconds: milliseconds, nil))
    return total.exitStatus(failOn: options.into == nil ? options.failOn : .review)
  }

  /// Reports something that was not examined, and why.
  private func fail(_ model: RemoteModel, _ reason: String, _ total: inout Tally) throws {
    let path = place(of: model)
    let notice = "\(Escaping.visible(path)): \(Escaping.visible(reason))"
    var result = ArtifactResult(
      path: path, judgement: .unexamined(reason: reason), isFailure: true, notices: [notice])
    if !model.name.isEmpty { result.model = ModelName(model.name, revision: model.knownRevision) }
    host.output.write(try sweep.artifact(result, index: 0))
    host.notice(notice)
    total.add(result)
  }

  /// `https://huggingface.co/openai/clip@3f2a`
  private func place(of model: RemoteModel) -> [UInt8] {
    var text = registry.endpoint.address
    while text.hasSuffix("/") { text.removeLast() }
    if !model.name.isEmpty { text += "/" + model.name }
    if let revision = model.knownRevision { text += "@" + revision }
    return Array(text.utf8)
  }

  // MARK: One model

  private func judge(_ model: RemoteModel, _ selection: RemoteModel, _ total: inout Tally) throws {
    _ = sweep.takePackages()
    do {
      let destination = try target?.destination(of: model)
      let folder = try DownloadFolder.take(model, at: registry.endpoint, below: downloads)
      try fetch(model, into: folder)
      let name = ModelName(
        model.name, revision: model.knownRevision,
        labels: [selection.revision].filter { !$0.isEmpty && $0 != model.revision })
      var tally = try examine(folder, name, to: destination)
      do {
        try folder.remove()
      } catch {
        tally.addFailure()
        host.notice("what was fetched cannot be taken away: \(error.message)")
      }
      total.add(tally)
    } catch let error as Failure {
      try fail(model, error.message, &total)
    } catch let error as FetchError {
      try fail(model, error.reason, &total)
    }
    if options.setsTags { tag(model, &total) }
  }

  /// Gathers a whole model. When this returns, no process is left that could change it.
  private func fetch(_ model: RemoteModel, into folder: DownloadFolder) throws {
    var progress = FetchProgress(model, on: host.errors, isOn: options.showsProgress(host))
    defer { progress.clear() }
    let announced = try fetcher.fetch(
      model, at: registry.endpoint, into: folder.directory, byteLimit: options.sizeLimit
    ) { progress.show($0, of: $1) }
    let found = try folder.fileCount()
    guard found == announced else {
      throw Failure("\(announced) files were fetched, and \(found) are there")
    }
  }

  private func examine(_ folder: DownloadFolder, _ name: ModelName, to destination: Destination?) throws
    -> Tally
  {
    let report = RunReport(host: host, renderer: sweep, showsProgress: options.showsProgress(host))
    let place = place(of: RemoteModel(name: name.name, revision: name.revision ?? ""))
    if let destination {
      let gate = AdmissionGate(
        examiner: setup.examiner, context: setup.context, workers: setup.workers, quarantine: quarantine)
      return try gate.admit(folder.contentPath, as: place, of: name, to: destination, report)
    }
    var walk = FileWalk(try folder.content(as: place), of: name)
    return try report.run(
      { walk.nextStep() }, of: Escaping.visible(place), setup.examiner, workers: setup.workers)
  }

  // MARK: Tags

  /// Writes down at the registry what came of a model; one that could not be judged must not keep an earlier verdict.
  private func tag(_ model: RemoteModel, _ total: inout Tally) {
    let package = sweep.takePackages().last { $0.folder.model?.name == model.name }
    let tags = [
      ("verdict", (package?.verdict ?? .incomplete).name), ("policy", setup.context.policy),
      ("engine", setup.context.engine), ("sha256", package?.sha256 ?? "none"),
    ]
    do {
      try fetcher.tag(
        model, tags.map { RemoteTag(key: "lazaret.\($0.0)", value: $0.1) }, at: registry.endpoint)
    } catch {
      total.addFailure()
      host.notice(
        "\(Escaping.visible(place(of: model))): no tags were set: \(Escaping.visible(error.reason))")
    }
  }
}

extension RemoteModel {
  /// Nil where the registry was not asked for one.
  var knownRevision: String? { revision.isEmpty ? nil : revision }
}

/// How much of a model has come, on a terminal.
struct FetchProgress {
  private let name: String
  private let output: Output
  private let isOn: Bool

  init(_ model: RemoteModel, on output: Output, isOn: Bool) {
    name = Escaping.visible(model.name)
    self.output = output
    self.isOn = isOn
  }

  mutating func show(_ bytes: Int, of whole: Int) {
    guard isOn else { return }
    let counts = whole > bytes ? "\(bytes >> 20) of \(whole >> 20) MiB" : "\(bytes >> 20) MiB"
    output.write("\r\("fetching \(counts)  \(name)".prefix(79))\u{1B}[K")
    output.flush()
  }

  mutating func clear() {
    guard isOn else { return }
    output.write("\r\u{1B}[K")
    output.flush()
  }
}
