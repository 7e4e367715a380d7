import ByteParsing
package import Findings
package import Formats

/// Judges the structure of an HDF5 file, one object after the other. What texts and bytes in it are is for others.
package struct HDF5Judge {
  private let path: [String]
  private let fileCount: Int
  private let limits: (ratio: Int, freeBytes: Int)
  package private(set) var findings: [Finding] = []
  /// Bytes of all datasets that are not stored as they are.
  private var packed = 0
  private var isBomb = false
  /// Links by name, until all objects are known.
  private var softLinks: [(group: [[UInt8]], name: [UInt8], target: [UInt8], offset: Int)] = []
  /// Where elements stand that are stored as they are.
  private var ranges: [Range<Int>] = []

  /// - Parameters:
  ///   - fileCount: bytes of the whole file.
  ///   - ratio: how many times more bytes than the file has may come out of it, beyond `freeBytes`.
  package init(path: [String], fileCount: Int, ratio: Int, freeBytes: Int) {
    self.path = path
    self.fileCount = fileCount
    limits = (ratio, freeBytes)
  }

  private mutating func report(_ rule: Rule, at offset: Int, _ detail: String, evidence: String = "") {
    findings.append(
      Finding(
        rule, at: Location(path: path, offset: offset), detail: detail,
        evidence: String(evidence.prefix(200))))
  }

  /// The findings since the last time.
  package mutating func takeFindings() -> [Finding] {
    defer { findings.removeAll() }
    return findings
  }

  /// A name of the file, fit to be shown.
  package static func shown(_ name: some Sequence<UInt8>) -> String {
    PythonText.plain(String(decoding: Array(name), as: UTF8.self), limit: 120)
  }

  /// A path of the file, fit to be shown.
  package static func shown(path: [[UInt8]]) -> String {
    "/" + path.map { shown($0) }.joined(separator: "/")
  }

  package mutating func judge(_ superblock: HDF5Superblock) {
    if let stated = superblock.statedBase {
      report(
        .hdf5Irregular, at: superblock.base,
        "The file says that it begins at \(stated), and begins at \(superblock.base).")
    }
  }

  package mutating func judge(_ object: HDF5Object) {
    let name = Self.shown(path: object.path)
    for link in object.looseLinks { judge(link, in: name, of: object) }
    for cycle in object.cycles {
      report(
        .hdf5Cycle, at: object.offset, "The group \(name) is inside itself.", evidence: Self.shown(cycle))
    }
    for repeated in object.repeatedNames {
      report(
        .hdf5Irregular, at: object.offset, "A name of \(name) is there twice.",
        evidence: Self.shown(repeated))
    }
    var names: Set<[UInt8]> = []
    for attribute in object.attributes {
      if !names.insert(attribute.name).inserted {
        report(
          .hdf5Irregular, at: attribute.offset, "An attribute of \(name) is there twice.",
          evidence: Self.shown(attribute.name))
      }
      judge(
        attribute.type, of: "The attribute \(Self.shown(attribute.name)) of \(name)", at: attribute.offset)
    }
    if let dataset = object.dataset { judge(dataset, name) }
  }

  // MARK: Links

  private mutating func judge(_ link: HDF5Link, in group: String, of object: HDF5Object) {
    let name = Self.shown(link.name)
    switch link.target {
    case .object: break
    case .soft(let target):
      if softLinks.count < Self.softLinkLimit {
        softLinks.append((object.path, link.name, target, link.offset))
      } else {
        reportSoft(object.path, link.name, target, link.offset)
      }
    case .external(let file, let target):
      let evidence = "\(Self.shown(file)) \(Self.shown(target))"
      let rule: Rule = PortablePath(file).leavesItsFolder ? .hdf5ExternalPath : .hdf5ExternalLink
      report(
        rule, at: link.offset, "In \(group), '\(name)' stands for an object of another file.",
        evidence: evidence)
    case .userDefined(let number):
      report(.hdf5UserLink, at: link.offset, "In \(group), '\(name)' is a link of class \(number).")
    }
  }

  // MARK: Types

  private mutating func judge(_ type: HDF5Datatype, of what: String, at offset: Int) {
    if type.contains(where: { if case .opaque = $0 { true } else { false } }) {
      report(.hdf5Opaque, at: offset, "\(what) is opaque bytes.")
    }
    if type.contains(where: { if case .reference(_, let leaves) = $0 { leaves } else { false } }) {
      report(.hdf5Reference, at: offset, "\(what) refers to objects, maybe of other files.")
    }
  }

  // MARK: Datasets

  /// Filters of the library itself, and the one that h5py brings along (`h5py/lzf`).
  private static let knownFilters: Set<Int> = [1, 2, 3, 4, 5, 6, 32000]

  private mutating func judge(_ dataset: HDF5Dataset, _ name: String) {
    judge(dataset.type, of: "The dataset \(name)", at: dataset.offset)
    for file in dataset.externalFiles {
      let rule: Rule = PortablePath(file).leavesItsFolder ? .hdf5ExternalPath : .hdf5ExternalStorage
      report(
        rule, at: dataset.offset, "The elements of \(name) are in another file.", evidence: Self.shown(file)
      )
    }
    for filter in dataset.filters where !Self.knownFilters.contains(filter.id) {
      report(
        .hdf5PluginFilter, at: dataset.offset,
        "The elements of \(name) are behind the filter \(filter.id).",
        evidence: Self.shown(filter.name))
    }
    guard let count = dataset.byteCount else {
      return report(
        .hdf5ShapeBomb, at: dataset.offset, "The shape of \(name) is larger than any memory.",
        evidence: "\(dataset.space.lengths.prefix(8))")
    }
    judgeStorage(of: dataset, count, name)
  }

  /// Bytes that a dataset may claim, whatever its file has: Keras's own bound (`saving_lib.py`).
  private static let freeClaim = 4 << 30

  private mutating func judgeStorage(of dataset: HDF5Dataset, _ count: Int, _ name: String) {
    let isMissing: Bool
    switch dataset.layout {
    case .compact(let data):
      isMissing = false
      if data.count < count {
        report(.hdf5Irregular, at: dataset.offset, "\(name) has \(data.count) bytes for \(count).")
      }
    case .contiguous(let address, let stored):
      isMissing = address == nil
      guard let address, dataset.externalFiles.isEmpty else { break }
      if let stored, stored != count {
        report(.hdf5Irregular, at: dataset.offset, "\(name) has \(stored) bytes for \(count).")
      }
      let (end, overflow) = address.addingReportingOverflow(count)
      if !overflow, count > 0, ranges.count < 1 << 20 { ranges.append(address..<end) }
    case .chunked: isMissing = true
    case .virtual: isMissing = true
    }
    guard isMissing else { return }
    if count > Self.freeClaim, count / max(1, fileCount) > limits.ratio {
      report(
        .hdf5ShapeBomb, at: dataset.offset,
        "\(name) claims \(count) bytes in a file of \(fileCount).",
        evidence: "\(dataset.space.lengths.prefix(8))")
      return
    }
    packed = packed.addingReportingOverflow(count).partialValue
    if !isBomb, packed > limits.freeBytes, packed / max(1, fileCount) > limits.ratio {
      isBomb = true
      report(
        .ratioBomb, at: dataset.offset,
        "The datasets of \(fileCount) bytes unpack to more than \(limits.ratio) times as many.",
        evidence: name)
    }
  }

  private static let softLinkLimit = 1 << 14

  private mutating func reportSoft(_ group: [[UInt8]], _ name: [UInt8], _ target: [UInt8], _ offset: Int) {
    report(
      .hdf5SoftLink, at: offset,
      "In \(Self.shown(path: group)), '\(Self.shown(name))' stands for a path that leads to no other object.",
      evidence: Self.shown(target))
  }

  /// To be called when every object was judged.
  ///
  /// - Parameter file: the file; says which links lead somewhere.
  package mutating func finish(_ file: inout HDF5File) {
    for (group, name, target, offset) in softLinks where !file.resolves(target, from: group) {
      reportSoft(group, name, target, offset)
    }
    softLinks = []
    finishRanges()
  }

  /// Datasets must not share bytes.
  private mutating func finishRanges() {
    ranges.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    for (left, right) in zip(ranges, ranges.dropFirst()) where left.upperBound > right.lowerBound {
      return report(.hdf5Irregular, at: right.lowerBound, "Two datasets share bytes.")
    }
  }

  /// What a virtual dataset is put together from; nil where that cannot be read.
  package mutating func judge(sources files: [[UInt8]]?, of object: HDF5Object) {
    let name = Self.shown(path: object.path)
    let leaves = files?.contains { PortablePath($0).leavesItsFolder } ?? false
    report(
      leaves ? .hdf5ExternalPath : .hdf5VirtualDataset, at: object.offset,
      "\(name) is put together from other datasets.",
      evidence: (files ?? []).prefix(4).map { Self.shown($0) }.joined(separator: " "))
  }
}
