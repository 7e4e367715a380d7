/// What a package is for: who unpacks it, and what of it is run.
package enum PackageKind: String, CaseIterable, Sendable {
  case lambdaLayer = "lambda-layer"
  case lambdaFunction = "lambda-function"
  case wheel = "python-wheel"
  case sourceDistribution = "python-sdist"
  case zipApplication = "python-zipapp"
  case sageMaker = "sagemaker-model"
  case torchServe = "torchserve-mar"
  case torchWorkflow = "torchserve-war"
  case nemo = "nemo"
  case ociLayout = "oci-layout"
  case dockerSave = "docker-save"
  case containerLayer = "container-layer"
  case mlflow = "mlflow-model"
  case javaArchive = "java-archive"
}

/// What the names of a package's members say, without the members themselves.
package struct PackageLayout: Sendable {
  package private(set) var kinds: Set<PackageKind> = []
  /// Folders that Python searches for modules, with their slashes: `python/`.
  package private(set) var roots: Set<String> = []
  /// The first members of each kind of concern, and how many there are.
  package private(set) var startUpFiles: [String] = []
  package private(set) var sources: Set<UInt64> = []
  private(set) var bytecode: [String] = []
  private(set) var extensions: [String] = []
  private(set) var programs: [String] = []
  private(set) var whiteouts: [String] = []
  private(set) var modules: [String] = []
  private(set) var topSources: [String] = []
  private var hasDistInfo = false
  private var manifests: Set<String> = []
  private var hasHandler = false
  private var layerHints: Set<String> = []

  /// Names of each kind that are kept.
  static let kept = 4096
  private static let handlers: Set<String> = [
    "lambda_function.py", "handler.py", "index.py", "index.js", "index.mjs", "app.py", "main.py",
    "bootstrap",
  ]

  package init() {}

  /// Takes the members one after the other.
  package mutating func note(_ member: PackageMember) {
    guard !member.isFolder else { return }
    let parts = member.name.split(separator: "/").map(String.init)
    guard let top = parts.first, let base = parts.last else { return }
    noteKind(member, parts, top, base)
    noteConcern(member, parts, base)
  }

  private mutating func noteKind(_ member: PackageMember, _ parts: [String], _ top: String, _ base: String)
  {
    switch member.name {
    case "MAR-INF/MANIFEST.json": kinds.insert(.torchServe)
    case "WAR-INF/MANIFEST.json": kinds.insert(.torchWorkflow)
    case "oci-layout": kinds.insert(.ociLayout)
    case "manifest.json": manifests.insert(base)
    case "META-INF/MANIFEST.MF": kinds.insert(.javaArchive)
    case "__main__.py": kinds.insert(.zipApplication)
    case "code/inference.py", "code/requirements.txt": kinds.insert(.sageMaker)
    case "model_config.yaml": kinds.insert(.nemo)
    default: break
    }
    if base == "layer.tar" || member.name.hasPrefix("blobs/sha256/") { manifests.insert("layers") }
    if manifests.isSuperset(of: ["manifest.json", "layers"]) { kinds.insert(.dockerSave) }
    if base == "MLmodel" { kinds.insert(.mlflow) }
    if parts.count == 2, base == "WHEEL", top.hasSuffix(".dist-info") { kinds.insert(.wheel) }
    if parts.count == 2, base == "PKG-INFO" { kinds.insert(.sourceDistribution) }
    if parts.count > 1 { noteLayer(member, parts, top) }
    if parts.count == 1 {
      if base.hasSuffix(".py") { append(base, to: \.topSources) }
      if Self.handlers.contains(base) { hasHandler = true }
    }
    if top.hasSuffix(".dist-info"), parts.count > 1 { hasDistInfo = true }
  }

  /// The folders by which AWS knows the parts of a layer.
  private mutating func noteLayer(_ member: PackageMember, _ parts: [String], _ top: String) {
    switch top {
    case "python":
      kinds.insert(.lambdaLayer)
      if parts.count > 4, parts[1] == "lib", parts[2].hasPrefix("python3."), parts[3] == "site-packages" {
        roots.insert("python/lib/\(parts[2])/site-packages/")
      } else {
        roots.insert("python/")
      }
    case "extensions": layerHints.insert(top)
    case "nodejs" where parts.contains("node_modules"): kinds.insert(.lambdaLayer)
    case "java" where parts[1] == "lib": kinds.insert(.lambdaLayer)
    case "ruby" where parts[1] == "gems" || parts[1] == "lib": kinds.insert(.lambdaLayer)
    case "etc", "usr", "var":
      if !kinds.contains(.lambdaLayer), ["bin", "lib", "local", "passwd", "os-release"].contains(parts[1]) {
        kinds.insert(.containerLayer)
      }
    default: break
    }
  }

  private mutating func noteConcern(_ member: PackageMember, _ parts: [String], _ base: String) {
    if base.hasSuffix(".pth") || base == "sitecustomize.py" || base == "usercustomize.py"
      || parts.dropLast().last == "sitecustomize" && base == "__init__.py"
      || parts.dropLast().last == "usercustomize" && base == "__init__.py"
    {
      append(member.name, to: \.startUpFiles)
    }
    if base.hasSuffix(".py"), sources.count < 1 << 20 { sources.insert(Self.hash(member.name)) }
    if base.hasSuffix(".pyc") || base.hasSuffix(".pyo") { append(member.name, to: \.bytecode) }
    if parts.count == 2, parts[0] == "extensions" { append(member.name, to: \.extensions) }
    if parts.count == 2, parts[0] == "bin" || member.name == "bootstrap" {
      append(member.name, to: \.programs)
    }
    if parts.count == 2, parts[0] == "lib", base.contains(".so") { append(member.name, to: \.programs) }
    if base.hasPrefix(".wh.") { append(member.name, to: \.whiteouts) }
    if base.hasSuffix(".py") || base.hasSuffix(".pyc") || base.hasSuffix(".so") || base.hasSuffix(".pyd") {
      append(member.name, to: \.modules)
    }
  }

  private mutating func append(_ name: String, to list: WritableKeyPath<PackageLayout, [String]>) {
    guard self[keyPath: list].count < Self.kept else { return }
    self[keyPath: list].append(name)
  }

  /// FNV-1a of a name: whether a source is beside bytecode is asked of a million names.
  static func hash(_ name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// Settles what only all names together tell.
  package mutating func finish() {
    if !layerHints.isEmpty || kinds.contains(.lambdaLayer) {
      kinds.insert(.lambdaLayer)
    } else if hasHandler,
      kinds.isDisjoint(with: [
        .torchServe, .torchWorkflow, .zipApplication, .wheel, .javaArchive, .sageMaker,
      ])
    {
      kinds.insert(.lambdaFunction)
    }
    if !whiteouts.isEmpty { kinds.insert(.containerLayer) }
    if !kinds.isDisjoint(with: [.wheel, .lambdaFunction, .torchServe, .torchWorkflow, .zipApplication]) {
      roots.insert("")
    }
    if kinds.contains(.sageMaker) { roots.insert("code/") }
    if hasDistInfo, kinds.contains(.zipApplication) || kinds.contains(.lambdaFunction) { roots.insert("") }
  }
}
