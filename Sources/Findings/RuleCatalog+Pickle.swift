/// Techniques that every rule about a pickle's effects names: an unsafe artifact that a user runs, with code
/// inside a published model.
private let unsafeArtifact = ["AML.T0010.003", "AML.T0011.000", "AML.T0018.002"]

private let askForWeights =
  "Do not load the file. Ask its publisher for the weights in a format that carries no code, such as safetensors."

private let readTheClass =
  "Read the source of what is named, in the version that will be installed where the file is loaded, and decide by hand."

// What a pickle imports and calls.
extension Rule {
  package static let dangerousImport = Rule(
    "pickle.dangerous-import", "Import of a dangerous name", .critical, .deny,
    explanation:
      "Loading this pickle fetches something that runs commands, evaluates code, opens files or connects. No model needs it, and whatever holds it can call it.",
    remediation: askForWeights, cwe: ["CWE-502", "CWE-829"], atlas: unsafeArtifact)

  package static let dangerousCall = Rule(
    "pickle.dangerous-call", "Call of a dangerous function", .critical, .deny,
    explanation:
      "Loading this pickle calls a function that runs commands, evaluates code, opens files or connects. It runs the moment the file is loaded.",
    remediation: askForWeights, cwe: ["CWE-502"], atlas: unsafeArtifact)

  package static let unreviewedStandardCall = Rule(
    "pickle.unreviewed-standard-call", "Call of a library function that no honest pickle calls", .high,
    .deny,
    explanation:
      "The function belongs to a library whose names were all looked at, and is not among those that pickles of models call. Such functions are the material of attacks that avoid well-known names.",
    remediation: askForWeights, cwe: ["CWE-502"], atlas: unsafeArtifact)

  package static let unknownGlobal = Rule(
    "pickle.unknown-global", "Import of a name that is on no list", .medium, .review,
    explanation:
      "Loading this pickle imports a name that nobody has reviewed. Importing a module runs its code, and the class or function may do anything when the pickle uses it.",
    remediation: readTheClass, cwe: ["CWE-502", "CWE-829"], atlas: unsafeArtifact)

  package static let unknownCall = Rule(
    "pickle.unknown-call", "Call of a name that is on no list", .high, .review,
    explanation:
      "Loading this pickle calls a class or function that nobody has reviewed, with arguments the file chooses.",
    remediation: readTheClass, cwe: ["CWE-502"], atlas: unsafeArtifact)

  package static let unreviewedCall = Rule(
    "pickle.unreviewed-call", "Call of a known name in a way nobody reviewed", .medium, .review,
    explanation:
      "The name is known to be safe when it is called as its library's own pickles call it. Here it is called otherwise, or with arguments that could not be followed.",
    remediation: readTheClass, cwe: ["CWE-502"], atlas: unsafeArtifact)

  package static let unsafeArguments = Rule(
    "pickle.unsafe-arguments", "Known function called with manipulated arguments", .high, .deny,
    explanation:
      "The function is safe only with the arguments that its library's own pickles give it. These are not such arguments: they reach names, code or memory that the function should not touch.",
    remediation: askForWeights, cwe: ["CWE-502", "CWE-20"], atlas: unsafeArtifact)

  package static let storedFunction = Rule(
    "pickle.stored-function", "Function kept to be called with other arguments", .high, .deny,
    explanation:
      "The function is safe with the arguments that pickles of its library give it. Here it is not called but stored in an object or a container, where something may call it on whatever else the file holds.",
    remediation: askForWeights, cwe: ["CWE-502", "CWE-470"], atlas: unsafeArtifact)

  package static let computedImport = Rule(
    "pickle.computed-import", "Import of a name that is computed while loading", .critical, .deny,
    explanation:
      "The module or the name is not written in the file but made by earlier steps of the pickle. No pickler does that; it hides what is imported.",
    remediation: askForWeights, cwe: ["CWE-502", "CWE-470"], atlas: unsafeArtifact)

  package static let computedCall = Rule(
    "pickle.computed-call", "Call of something that was not imported", .critical, .deny,
    explanation:
      "The pickle calls the result of an earlier call, an instance or a container. No pickler does that; it is how chains of harmless-looking steps reach code.",
    remediation: askForWeights, cwe: ["CWE-502", "CWE-913"], atlas: unsafeArtifact)

  package static let attributeWalk = Rule(
    "pickle.attribute-walk", "Import that walks through attributes to something else", .critical, .deny,
    explanation:
      "The dotted name leads from one module through its attributes into another module or into a private part. Libraries import such modules themselves, so the walk reaches commands and files under an innocent module's name.",
    remediation: askForWeights, cwe: ["CWE-502", "CWE-913"], atlas: unsafeArtifact)

  package static let extensionCode = Rule(
    "pickle.extension-code", "Import by a number of the extension registry", .high, .deny,
    explanation:
      "The pickle names something by its number in the loading program's copyreg registry, which only that program knows and which a pickle can itself fill.",
    remediation: askForWeights, cwe: ["CWE-502", "CWE-470"], atlas: unsafeArtifact)

  package static let embeddedCode = Rule(
    "pickle.embedded-code", "Carries Python code", .high, .review,
    explanation:
      "Functions or classes are stored in the pickle as bytecode, as cloudpickle and dill do. Loading makes them; using the result runs them.",
    remediation: "Load the file only if you trust its author as you trust the author of a program.",
    cwe: ["CWE-502", "CWE-94"], atlas: unsafeArtifact)

  package static let dangerousEmbeddedCode = Rule(
    "pickle.dangerous-embedded-code", "Carries Python code that uses dangerous names", .critical, .deny,
    explanation:
      "Functions stored in the pickle as bytecode use names that run commands, evaluate code or connect.",
    remediation: askForWeights, cwe: ["CWE-502", "CWE-94", "CWE-506"], atlas: unsafeArtifact)
}

// What a pickle does to values that exist already.
extension Rule {
  package static let buildOnClass = Rule(
    "pickle.build-on-class", "State set on something that is not an instance", .critical, .deny,
    explanation:
      "The pickle sets attributes on a class, function, module or computed value. That changes the loading program itself, for everything that runs after.",
    remediation: askForWeights, cwe: ["CWE-502", "CWE-915"], atlas: unsafeArtifact)

  package static let unknownState = Rule(
    "pickle.unknown-state", "State given to an object nobody reviewed", .medium, .review,
    explanation:
      "The pickle hands a state of its choice to an object of a class on no list; the class may act on it while loading.",
    remediation: readTheClass, cwe: ["CWE-502", "CWE-915"], atlas: unsafeArtifact)

  package static let unsafeState = Rule(
    "pickle.unsafe-state", "State that an object's own pickles never have", .high, .deny,
    explanation:
      "The class is known, and this is not a state that its own pickling writes. What its code makes of it was not reviewed.",
    remediation: askForWeights, cwe: ["CWE-502", "CWE-915"], atlas: unsafeArtifact)

  package static let foreignItems = Rule(
    "pickle.foreign-items", "Items put into an object through its methods", .medium, .review,
    explanation:
      "The pickle stores items in an object that is no plain list, dict or set, which calls that object's append, extend, add or __setitem__.",
    remediation: readTheClass, cwe: ["CWE-502"], atlas: unsafeArtifact)

  package static let itemsOnComputed = Rule(
    "pickle.items-on-computed", "Items put into something no pickler fills", .high, .deny,
    explanation:
      "The pickle calls append, extend, add or __setitem__ of a class, a module, a storage or a computed value. No pickler does that.",
    remediation: askForWeights, cwe: ["CWE-502", "CWE-913"], atlas: unsafeArtifact)

  package static let forgedDtype = Rule(
    "pickle.forged-dtype", "NumPy type with forged properties", .critical, .deny,
    explanation:
      "The state of a numpy.dtype contradicts itself: NumPy would take raw bytes of the file for pointers to objects, which runs native code of the file's choice.",
    remediation: askForWeights, cwe: ["CWE-843", "CWE-502"], atlas: unsafeArtifact)

  package static let forgedArray = Rule(
    "pickle.forged-array", "NumPy array whose data do not fit its type and shape", .critical, .deny,
    explanation:
      "Shape, type and data of the array contradict each other. NumPy copies and reads memory by these numbers.",
    remediation: askForWeights, cwe: ["CWE-125", "CWE-843"], atlas: unsafeArtifact)

  package static let forgedNativeState = Rule(
    "pickle.forged-native-state", "Indices that lead compiled code out of bounds", .high, .deny,
    explanation:
      "Compiled code of the library follows the indices in this state without checking them. These point outside of the arrays, so that using the model reads memory that is not its own, or never ends.",
    remediation: askForWeights, cwe: ["CWE-125", "CWE-129"], atlas: unsafeArtifact)

  package static let persistentID = Rule(
    "pickle.unexpected-persistent-id", "Refers to something outside the file", .medium, .review,
    explanation:
      "The pickle holds a persistent id, which only the program that wrote it can resolve. What that program fetches or calls for it is not in the file.",
    remediation:
      "Load the file only with the program that wrote it, and find out what it does with such ids.",
    cwe: ["CWE-502", "CWE-610"], atlas: unsafeArtifact)

  package static let outOfBandBuffer = Rule(
    "pickle.out-of-band-buffer", "Data that are not in the file", .medium, .review,
    explanation:
      "The pickle takes buffers that its loader must supply from elsewhere, so the file alone cannot be judged.",
    remediation: "Find out where the buffers come from and have them examined too.", cwe: ["CWE-345"])

  package static let carriedPickle = Rule(
    "pickle.carried-pickle", "A pickle as data inside a pickle", .medium, .review,
    explanation:
      "A constant in the pickle is itself a pickle. Loading the outer one does not load it, but a program that expects it would.",
    remediation: "Find out which program unpickles the inner one, and have it examined by itself.",
    cwe: ["CWE-502"], atlas: unsafeArtifact)
}

extension RuleCatalog {
  static let pickle: [Rule] =
    [
      .dangerousImport, .dangerousCall, .unreviewedStandardCall, .unknownGlobal, .unknownCall,
      .unreviewedCall,
      .unsafeArguments, .storedFunction, .computedImport, .computedCall, .attributeWalk, .extensionCode,
      .embeddedCode,
      .dangerousEmbeddedCode, .buildOnClass, .unknownState, .unsafeState, .foreignItems, .itemsOnComputed,
      .forgedDtype, .forgedArray, .forgedNativeState, .persistentID, .outOfBandBuffer,
      .carriedPickle,
    ] + pickleStream
}
