package import Wire

/// Requests and messages of a fetcher, one of each kind.
package enum FetchSamples {
  package static let endpoint = RemoteEndpoint(
    kind: .oci, address: "https://registry.example", credentials: .password(user: "u", password: "p"))
  package static let model = RemoteModel(name: "team/model", revision: "v1")

  package static let requests: [FetchRequest] = [
    FetchRequest(
      .list, of: RemoteModel(name: "", revision: ""),
      at: RemoteEndpoint(kind: .hub, address: "http://127.0.0.1:1", allowsInsecureHTTP: true)),
    FetchRequest(.fetch(byteLimit: 64 << 30), of: model, at: endpoint),
    FetchRequest(
      .tag([RemoteTag(key: "lazaret.verdict", value: "allow"), RemoteTag(key: "k", value: "")]), of: model,
      at: RemoteEndpoint(kind: .mlflow, address: "https://m.example", credentials: .token("t"))),
  ]

  package static let messages: [FetchMessage] = [
    .ready(Layers(active: ["no-new-privs", "landlock:7"])), .model(model), .progress(bytes: 1, of: 2),
    .end(files: 3, bytes: 1 << 40), .failure(reason: "the server answers 404"),
  ]
}
