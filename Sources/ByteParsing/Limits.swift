/// What an examination may cost at most. The numbers come from `policies/limits/`; reaching one is
/// `incomplete` and names the limit and its value.
package struct Limits: Equatable, Sendable {
  /// Bytes that may come out of decompression over the whole artifact, and once more as many that are unpacked again.
  package var unpackedBytes: Int
  /// Unpacked bytes that are held in memory at one time. What is larger is unpacked again where it is read.
  package var heldBytes: Int
  /// Unpacked bytes per packed byte, once more than `ratioFreeBytes` have come out.
  package var ratio: Int
  /// Unpacked bytes before the ratio counts.
  package var ratioFreeBytes: Int
  /// Members over the whole artifact, at all depths.
  package var members: Int
  /// Containers inside containers.
  package var depth: Int
  /// Pickle opcodes over the whole artifact.
  package var pickleOpcodes: Int
  /// Bytes of a string shown as evidence.
  package var evidenceBytes: Int
  /// Bytes of a worker's whole report.
  package var reportBytes: Int
  /// A worker's address space, in bytes.
  package var memoryBytes: Int
  /// A worker's processor time.
  package var cpuSeconds: Int
  /// A worker's time by the clock.
  package var wallSeconds: Int

  package init(
    unpackedBytes: Int, heldBytes: Int, ratio: Int, ratioFreeBytes: Int, members: Int, depth: Int,
    pickleOpcodes: Int, evidenceBytes: Int, reportBytes: Int, memoryBytes: Int, cpuSeconds: Int,
    wallSeconds: Int
  ) {
    self.unpackedBytes = unpackedBytes
    self.heldBytes = heldBytes
    self.ratio = ratio
    self.ratioFreeBytes = ratioFreeBytes
    self.members = members
    self.depth = depth
    self.pickleOpcodes = pickleOpcodes
    self.evidenceBytes = evidenceBytes
    self.reportBytes = reportBytes
    self.memoryBytes = memoryBytes
    self.cpuSeconds = cpuSeconds
    self.wallSeconds = wallSeconds
  }
}
