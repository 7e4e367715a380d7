import Glibc
import Linux
import TestSupport

/// Writes what a fuzz run begins with.
enum SeedFiles {
  /// Writes the seeds of that name into a folder that exists, and prints the scanner's format; without a name, prints
  /// all names.
  static func write(_ name: String?, into folder: String) throws {
    guard let name else { return print((Seeds.all + Seeds.interfaces).map(\.name).joined(separator: "\n")) }
    guard let seeds = (Seeds.all + Seeds.interfaces).first(where: { $0.name == name }) else {
      print("no seeds of the name \(name)")
      exit(2)
    }
    for (index, file) in seeds.files.enumerated() {
      try FileDescriptor.open("\(folder)/seed-\(index)", [.writeOnly, .create, .truncate]).write(file)
    }
    print(seeds.scanner)
  }
}
