internal import CLinux
internal import Glibc

/// Who can change the files of a file system, and whether a change shows.
package enum FileSystemKind: Sendable {
  /// This kernel alone, and every change of bytes sets the second time stamp.
  case disk
  /// This kernel alone. What is written through a mapping sets no time stamp: pages are never written back, and stay
  /// writable once they were.
  case memory
  /// This kernel on behalf of whatever lies below, and a mapping is of the file below. What is stamped there shows.
  case layered
  /// A server, another machine, or nobody knows: bytes can be others at each reading.
  case foreign

  /// By the numbers of linux/magic.h and of each file system's own header. What is not listed is foreign.
  fileprivate init(magic: Int) {
    switch magic {
    // ext2 to ext4, xfs, btrfs, f2fs, bcachefs, OpenZFS; vfat, exfat; and those that are only read.
    case 0xEF53, 0x5846_5342, 0x9123_683E, 0xF2F5_2010, 0xCA45_1A4E, 0x2FC1_2FC1, 0x4D44, 0x2011_BAB0,
      0x7371_7368, 0xE0F5_E1E2, 0x9660:
      self = .disk
    // tmpfs, ramfs.
    case 0x0102_1994, 0x8584_58F6: self = .memory
    // overlay.
    case 0x794C_7630: self = .layered
    default: self = .foreign
    }
  }
}

extension FileDescriptor {
  /// What kind of file system the file lies on. fstatfs(2)
  package func fileSystem() throws(SystemCallError) -> FileSystemKind {
    FileSystemKind(magic: Int(try systemCall("fstatfs") { clinux_file_system(number) }))
  }
}

extension Mount {
  /// Whether a file system of this device, as stat(2) gives it, is mounted where this process sees it: then whoever
  /// mounted it could do so for this process.
  package static func isVisible(device: UInt64) throws(SystemCallError) -> Bool {
    // sys/sysmacros.h
    let major = device >> 8 & 0xFFF | device >> 32 & ~0xFFF
    let minor = device & 0xFF | device >> 12 & ~0xFF & 0xFFFF_FFFF
    let name = "\(major):\(minor)"
    return try all().contains { $0.device == name }
  }
}
