private let unsafeTensor = ["AML.T0010.003", "AML.T0011.000", "AML.T0018.002"]

private let askAgain = "Do not load the file. Ask its publisher for a copy saved by an unmodified PyTorch."

// What pickles of torch files say of tensors and storages.
extension Rule {
  package static let tensorOutOfBounds = Rule(
    "torch.tensor-out-of-bounds", "Tensor that reaches outside its storage", .critical, .deny,
    explanation:
      "Offset, size and stride of the tensor lead outside the memory that holds it, so that using it reads or writes what belongs to others, or makes PyTorch allocate without bound.",
    remediation: askAgain, cwe: ["CWE-125", "CWE-787", "CWE-190"], atlas: unsafeTensor)

  package static let storageContradiction = Rule(
    "torch.storage-contradiction", "Storage described in two ways", .critical, .deny,
    explanation:
      "The file refers to one storage with two sizes or types, or with numbers that cannot be. PyTorch believes the first it meets and uses it for all.",
    remediation: askAgain, cwe: ["CWE-843", "CWE-125"], atlas: unsafeTensor)

  package static let unknownStorageType = Rule(
    "torch.unknown-storage-type", "Storage of a type PyTorch does not have", .high, .review,
    explanation:
      "The storage's type is not one of PyTorch's, so nobody can say how large its elements are or what makes it.",
    remediation: "Find out which extension defines the type, and decide by hand.", cwe: ["CWE-502"],
    atlas: unsafeTensor)

  package static let unknownLocation = Rule(
    "torch.unknown-location", "Storage for an unknown device", .medium, .review,
    explanation:
      "The device named for a storage is none of PyTorch's; what a registered backend does with it is not known.",
    remediation: "Find out which backend registers the device, and decide by hand.", cwe: ["CWE-20"],
    atlas: unsafeTensor)

  package static let sourcePatch = Rule(
    "torch.source-patch", "Module with its source, which PyTorch may write to disk", .medium, .review,
    explanation:
      "The file hands PyTorch a class with a file name and source text. With dump_patches set, loading writes a file of that name into the working directory.",
    remediation: "Load the file with dump_patches unset, and only if the class itself is one you would run.",
    cwe: ["CWE-73", "CWE-502"], atlas: unsafeTensor)

  package static let unknownPersistentID = Rule(
    "torch.unknown-persistent-id", "Reference that PyTorch's loader does not know", .medium, .review,
    explanation:
      "A persistent id of the file is not that of a storage. Which loader resolves it, and how, is not known.",
    remediation: "Find out which program wrote the file, and decide by hand.", cwe: ["CWE-502", "CWE-610"],
    atlas: unsafeTensor)

  package static let customScriptClass = Rule(
    "torch.custom-script-class", "Class that a native extension provides", .medium, .review,
    explanation:
      "Loading the TorchScript file hands stored state to a C++ class of an extension, whose code for it nobody has reviewed.",
    remediation: "Find out which library registers the class, and decide by hand.",
    cwe: ["CWE-502", "CWE-829"],
    atlas: unsafeTensor)
}

extension RuleCatalog {
  static let torchTensor: [Rule] = [
    .tensorOutOfBounds, .storageContradiction, .unknownStorageType, .unknownLocation, .sourcePatch,
    .unknownPersistentID, .customScriptClass,
  ]
}
