import Formats

/// One line of a list of requirements, as pip reads it.
///
/// Source: pip, `src/pip/_internal/req/req_file.py` and `constructors.py`; PEP 508.
enum RequirementLine {
  /// What a person has to know of the line; nil where it takes a package from the index, or another file beside it.
  static func concern(_ written: String) -> String? {
    let line = written.split(separator: " #").first.map(String.init) ?? ""
    let words = line.split { $0 == " " || $0 == "\t" || $0 == "=" || $0 == "'" || $0 == "\"" }.map(
      String.init)
    guard let first = words.first, !first.hasPrefix("#") else { return nil }
    let options = [
      "--extra-index-url": "another index is asked as well: a package of the same name there may win",
      "--index-url": "packages come from another index", "-i": "packages come from another index",
      "--trusted-host": "a host is trusted without its certificate",
      "--find-links": "packages come from a folder or page", "-f": "packages come from a folder or page",
      "--pre": nil, "-e": "a package is built from where it stands",
      "--editable": "a package is built from where it stands",
      "--global-option": "options are given to a build", "--install-option": "options are given to a build",
      "--config-settings": "options are given to a build",
    ]
    for word in words {
      if let concern = options[word], let concern {
        let isPlain = line.contains("http://")
        return isPlain ? "\(concern), over an unprotected connection" : concern
      }
    }
    for scheme in ["git+", "hg+", "svn+", "bzr+"] where line.contains(scheme) {
      return "a package is built from a repository"
    }
    for scheme in ["http://", "https://", "ftp://", "file:"] where line.contains(scheme) {
      return scheme == "http://"
        ? "a package comes from an address, over an unprotected connection"
        : "a package comes from an address"
    }
    if first.hasPrefix("./") || first.hasPrefix("../") || first.hasPrefix("/") {
      return "a package is built from a folder"
    }
    return nil
  }
}
