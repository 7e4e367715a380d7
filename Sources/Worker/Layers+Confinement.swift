internal import Sandbox
internal import Wire

extension Layers {
  /// What a process has on, in the words of the protocol.
  init(_ confinement: Confinement) {
    self.init(
      active: confinement.active,
      missing: confinement.missing.map {
        MissingLayer(layer: $0.layer, reason: $0.reason, refused: $0.refused)
      })
  }
}
