package import Wire

/// Does what a request asks, and says what came of it.
package enum FetchService {
  package static func serve(_ request: FetchRequest, _ surroundings: consuming FetchProgram.Surroundings) {
    let session = surroundings.session
    do throws(FetchFailure) {
      session.send(try answer(request, surroundings))
    } catch {
      session.send(.failure(reason: error.reason))
    }
  }

  private static func answer(
    _ request: FetchRequest, _ surroundings: consuming FetchProgram.Surroundings
  ) throws(FetchFailure) -> FetchMessage {
    let session = surroundings.session
    let endpoint = request.endpoint
    let client = try HTTPClient(certificates: surroundings.certificates) { session.beat() }
    let web = try Web(
      client, endpoint: endpoint.address, allowsInsecureHTTP: endpoint.allowsInsecureHTTP)
    let registry: any Registry =
      switch endpoint.kind {
      case .hub: HubRegistry(web, endpoint.credentials)
      case .oci: OCIRegistry(web, endpoint.credentials)
      case .mlflow: MLflowRegistry(web, endpoint.credentials)
      }
    switch request.task {
    case .list:
      var count = 0
      try registry.list(request.model) { model throws(FetchFailure) in
        guard count < FetchLimit.models else { throw FetchFailure("more than \(FetchLimit.models) models") }
        guard model.name.utf8.count <= FetchLimit.name, model.revision.utf8.count <= FetchLimit.revision
        else {
          throw FetchFailure("a model whose name is too long: '\(model.name.prefix(100))'")
        }
        count += 1
        session.send(.model(model))
      }
      return .end(files: count, bytes: 0)
    case .fetch(let byteLimit):
      guard let folder = surroundings.staging else { throw FetchFailure("there is no staging folder") }
      let files = try registry.files(of: request.model)
      let download = Download(web, try Staging(folder), session, byteLimit: byteLimit)
      return .end(files: files.count, bytes: try download.run(files))
    case .tag(let tags):
      try registry.tag(request.model, tags)
      return .end(files: 0, bytes: 0)
    }
  }
}

/// What each kind of registry can be asked.
protocol Registry {
  /// Names the revisions of a model, or with no name all that there are.
  func list(
    _ model: RemoteModel, each: (RemoteModel) throws(FetchFailure) -> Void
  ) throws(FetchFailure)
  /// What a revision consists of.
  func files(of model: RemoteModel) throws(FetchFailure) -> [PlannedFile]
  func tag(_ model: RemoteModel, _ tags: [RemoteTag]) throws(FetchFailure)
}
