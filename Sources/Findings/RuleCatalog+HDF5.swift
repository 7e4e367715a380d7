// HDF5 files: containers of arrays that Keras, PyTables, MATLAB and others write.
private let elsewhere = ["CWE-22", "CWE-73", "CWE-610"]
private let loading = ["AML.T0010.003", "AML.T0011.000"]

extension Rule {
  package static let hdf5ExternalPath = Rule(
    "hdf5.external-path", "HDF5 data that are elsewhere on the machine", .critical, .deny,
    explanation:
      "A link, a dataset's storage or a virtual dataset names a file by a path that leads out of the model's folder. Whoever loads the model reads that file into it: any file that the program may read.",
    remediation: "Do not load the file.", cwe: elsewhere, atlas: loading)

  package static let hdf5ExternalLink = Rule(
    "hdf5.external-link", "HDF5 link into another file", .high, .review,
    explanation:
      "A name in the file stands for an object of another file, which is opened when the name is used.",
    remediation: "Have the model saved into one file.", cwe: elsewhere, atlas: loading)

  package static let hdf5ExternalStorage = Rule(
    "hdf5.external-storage", "HDF5 dataset whose elements are in another file", .high, .review,
    explanation:
      "The elements are read from a file beside this one, of any format, when the dataset is read.",
    remediation: "Have the model saved into one file.", cwe: elsewhere, atlas: loading)

  package static let hdf5VirtualDataset = Rule(
    "hdf5.virtual-dataset", "HDF5 dataset that is put together from others", .high, .review,
    explanation: "The elements are read from datasets that are named in the file, of other files too.",
    remediation: "Have the model saved into one file with plain datasets.", cwe: elsewhere, atlas: loading)

  package static let hdf5SoftLink = Rule(
    "hdf5.soft-link", "HDF5 link by name that leads nowhere", .low, .review,
    explanation:
      "A name stands for a path that is looked up when it is used, and that leads to no object of the file, through another file, or back to a group around the link.",
    remediation: "Find out what wrote the file.", cwe: ["CWE-59"])

  package static let hdf5UserLink = Rule(
    "hdf5.user-defined-link", "HDF5 link that a program of its own follows", .medium, .review,
    explanation: "The link is of a class that a program has to register before it means anything.",
    remediation: "Find out which program the file is for.", cwe: ["CWE-59"])

  package static let hdf5Reference = Rule(
    "hdf5.file-reference", "HDF5 reference that can name another file", .medium, .review,
    explanation:
      "References of this kind hold a file's name, which is opened when the reference is followed.",
    remediation: "Find out what wrote the file.", cwe: elsewhere)

  package static let hdf5PluginFilter = Rule(
    "hdf5.plugin-filter", "HDF5 data behind a filter that is a plug-in", .medium, .review,
    explanation:
      "The HDF5 library looks for a shared library by the filter's number and loads it into the program that reads the data.",
    remediation: "See that the plug-in comes from a source you trust, or have the data written without it.",
    cwe: ["CWE-829", "CWE-114"])

  package static let hdf5Opaque = Rule(
    "hdf5.opaque-data", "HDF5 data whose meaning the file does not say", .medium, .review,
    explanation:
      "Opaque bytes are how programs put pickles and other programs' data into a file. These were not known as anything dangerous.",
    remediation: "Find out which program reads them.", cwe: ["CWE-502"])

  package static let hdf5Cycle = Rule(
    "hdf5.cycle", "HDF5 group inside itself", .medium, .review,
    explanation:
      "A link leads back to a group around it. Programs that walk the file without looking never end.",
    remediation: "Do not load the file.", cwe: ["CWE-835"], atlas: ["AML.T0029"])

  package static let hdf5ShapeBomb = Rule(
    "hdf5.shape-bomb", "HDF5 dataset far larger than its file", .high, .deny,
    explanation:
      "A few bytes claim to be gigabytes of elements. Whoever reads the dataset fills the memory with what is not there.",
    remediation: "Do not load the file.", cwe: ["CWE-789", "CWE-409"], atlas: ["AML.T0029"])

  package static let hdf5Irregular = Rule(
    "hdf5.irregular", "HDF5 as no library writes it", .medium, .review,
    explanation:
      "Sizes, addresses or names contradict each other. Readers that do not check read outside their memory, or see different data.",
    remediation: "Find out what wrote the file, and have it written again.", cwe: ["CWE-20", "CWE-1284"])

  package static let hdf5UserBlock = Rule(
    "hdf5.user-block", "HDF5 behind other data", .medium, .review,
    explanation:
      "Bytes stand before the HDF5 file that its library skips. Another program takes the file for something else.",
    remediation: "Find out what they are for.", cwe: ["CWE-436"])
}

extension RuleCatalog {
  static let hdf5: [Rule] = [
    .hdf5ExternalPath, .hdf5ExternalLink, .hdf5ExternalStorage, .hdf5VirtualDataset, .hdf5SoftLink,
    .hdf5UserLink, .hdf5Reference, .hdf5PluginFilter, .hdf5Opaque, .hdf5Cycle, .hdf5ShapeBomb,
    .hdf5Irregular, .hdf5UserBlock,
  ]
}
