/// The registries that are understood as they lie on a disk.
package enum RegistryKind: String, CaseIterable, Sendable {
  /// The cache of huggingface_hub.
  case huggingFace = "hf-cache"
  /// MLflow's file store, and its stores of artifacts.
  case mlflow
  /// Images and ModelPacks as files: OCI image layout.
  case ociLayout = "oci-layout"
  /// The model store of TorchServe.
  case torchServe = "torchserve"
  /// The model repository of Triton Inference Server.
  case triton
  /// Any folder: every folder in it that a loader opens as one is a model.
  case directory = "dir"
}
