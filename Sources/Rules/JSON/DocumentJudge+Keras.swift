import ByteParsing
import Findings
import Formats

/// Keras models as JSON: `model.to_json()`, and `config.json` of a `.keras` file.
///
/// Source: Keras 3, `keras/src/saving/serialization_lib.py` (`deserialize_keras_object`); tf_keras,
/// `saving/legacy/serialization.py`.
extension DocumentJudge {
  mutating func judgeKeras(_ object: JSONValue, named value: JSONValue) {
    guard let name = value.string, let config = object.first("config") else { return }
    if KerasNames.code.contains(name) {
      return report(.configurationKerasCode, at: value, "A layer is '\(name)'.", evidence: object.shown)
    }
    let isFunction = name == "function"
    let called = isFunction ? config.string ?? name : name
    if KerasNames.tools.contains(called) {
      return report(
        .configurationDangerousName, at: value, "'\(called)' opens or loads what it is given.",
        evidence: called)
    }
    if let module = object.first("module"), module.kind != .null {
      guard judgeKerasModule(module, name: called, at: value) else { return }
    }
    if let registered = object.first("registered_name")?.string, !registered.hasPrefix("keras>"),
      registered.contains(">") || registered.contains(".")
    {
      if let reason = danger(of: registered) {
        return report(
          .configurationDangerousName, at: value, "\(registered): \(reason)", evidence: registered)
      }
      return report(
        .configurationKerasName, at: value, "A class is registered as '\(registered)'.",
        evidence: registered)
    }
    if isFunction {
      guard let function = config.string, !KerasNames.functions.contains(function) else { return }
      report(.configurationKerasName, at: value, "A function is '\(function)'.", evidence: function)
    } else if !KerasNames.classes.contains(name) {
      report(.configurationKerasName, at: value, "A class is '\(name)'.", evidence: name)
    }
    judgeKerasPaths(config)
  }

  /// - Returns: whether the module is Keras's own.
  private mutating func judgeKerasModule(_ module: JSONValue, name: String, at value: JSONValue) -> Bool {
    guard let text = module.string else {
      report(.configurationKerasName, at: module, "A module is no text.", evidence: module.shown)
      return false
    }
    let own = [
      "keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras", "keras_hub", "keras_nlp",
      "keras_cv",
    ]
    if text == "builtins", let reason = danger(of: "builtins.\(name)") {
      report(.configurationDangerousName, at: value, "\(name): \(reason)", evidence: "builtins.\(name)")
      return false
    }
    if text == "builtins" || own.contains(where: { text == $0 || text.hasPrefix($0 + ".") }) {
      guard KerasNames.toolModules.contains(where: { text.hasSuffix($0) || text.contains($0 + ".") }) else {
        return true
      }
      report(
        .configurationKerasCode, at: module, "'\(name)' is taken from '\(text)'.",
        evidence: "\(text).\(name)")
      return false
    }
    if let reason = danger(of: "\(text).\(name)") {
      report(
        .configurationDangerousName, at: module, "\(text).\(name): \(reason)", evidence: "\(text).\(name)")
    } else {
      report(
        .configurationKerasName, at: module, "A class is '\(name)' of '\(text)'.",
        evidence: "\(text).\(name)")
    }
    return false
  }

  /// Layers that read their words from a file that the configuration names.
  private mutating func judgeKerasPaths(_ config: JSONValue) {
    for (key, value) in config.members {
      guard let name = key.string, KerasNames.pathKeys.contains(name), value.kind == .string else {
        continue
      }
      report(.configurationKerasCode, at: value, "'\(name)' is a file's name.", evidence: value.shown)
    }
  }
}

/// Names of Keras's API as its models have them.
enum KerasNames {
  /// Layers and objects that carry code, or load another program.
  static let code: Set<String> = [
    "Lambda", "__lambda__", "TorchModuleWrapper", "TFSMLayer", "JaxLayer", "FlaxLayer", "TFOpLambda",
    "SlicingOpLambda",
    "ClassMethod", "InstanceMethod", "InstanceProperty", "TensorFlowOpLayer", "KerasLayer",
  ]

  /// What of Keras's API fetches, loads or unpacks: its own deny list (`serialization_lib.py`) and what came before it.
  static let tools: Set<String> = [
    "get_file", "load_model", "load_weights", "load_img", "save_img", "deserialize_keras_object",
    "enable_unsafe_deserialization", "image_dataset_from_directory", "text_dataset_from_directory",
    "audio_dataset_from_directory", "timeseries_dataset_from_array", "func_load", "pip_install",
  ]

  static let toolModules = [
    ".utils", ".saving", ".config", ".models.model_loading", ".callbacks", ".datasets", ".export",
  ]

  static let pathKeys: Set<String> = [
    "vocabulary", "filepath", "path", "url", "fname", "origin", "file_path",
  ]

  static let functions: Set<String> = [
    "binary_accuracy", "binary_crossentropy", "categorical_accuracy", "categorical_crossentropy",
    "cosine_similarity",
    "elu", "exponential", "gelu", "hard_sigmoid", "hard_silu", "hinge", "kl_divergence", "leaky_relu",
    "linear",
    "log_cosh", "log_softmax", "mean_absolute_error", "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error", "mish", "poisson", "relu", "relu6", "selu", "sigmoid", "silu",
    "softmax", "softplus",
    "softsign", "sparse_categorical_accuracy", "sparse_categorical_crossentropy", "squared_hinge", "swish",
    "tanh",
    "glu", "celu", "squareplus", "tanh_shrink", "threshold", "sparse_plus", "sparsemax", "hard_tanh",
    "hard_shrink",
    "soft_shrink",
  ]

  static let classes: Set<String> = [
    // Models.
    "Functional", "Sequential", "Model",
    // Layers.
    "InputLayer", "Dense", "EinsumDense", "Embedding", "Activation", "ReLU", "LeakyReLU", "PReLU", "ELU",
    "Softmax",
    "ThresholdedReLU", "Conv1D", "Conv2D", "Conv3D", "Convolution1D", "Convolution2D", "Convolution3D",
    "DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D",
    "SeparableConv2D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose", "BatchNormalization",
    "LayerNormalization", "GroupNormalization", "UnitNormalization", "SpectralNormalization",
    "RMSNormalization",
    "MaxPooling1D", "MaxPooling2D",
    "MaxPooling3D", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "GlobalAveragePooling1D",
    "GlobalAveragePooling2D", "GlobalAveragePooling3D", "GlobalMaxPooling1D", "GlobalMaxPooling2D",
    "GlobalMaxPooling3D", "Flatten", "Reshape", "Permute", "RepeatVector", "Dropout", "AlphaDropout",
    "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianDropout", "GaussianNoise",
    "ActivityRegularization", "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate",
    "Dot",
    "LSTM", "GRU", "SimpleRNN", "RNN", "LSTMCell", "GRUCell", "SimpleRNNCell", "StackedRNNCells",
    "Bidirectional",
    "TimeDistributed", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "MultiHeadAttention",
    "GroupedQueryAttention",
    "GroupQueryAttention", "Attention",
    "AdditiveAttention", "Rescaling", "Normalization", "Resizing", "CenterCrop", "RandomCrop", "RandomFlip",
    "RandomTranslation", "RandomRotation", "RandomZoom", "RandomContrast", "RandomBrightness",
    "RandomHeight",
    "RandomWidth", "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D", "Cropping1D", "Cropping2D",
    "Cropping3D",
    "UpSampling1D", "UpSampling2D", "UpSampling3D", "Masking", "TextVectorization", "StringLookup",
    "IntegerLookup",
    "CategoryEncoding", "Discretization", "Hashing", "HashedCrossing", "Identity", "LocallyConnected1D",
    "LocallyConnected2D", "CuDNNLSTM", "CuDNNGRU",
    // What stands inside layers and models.
    "__keras_tensor__", "__tensor__", "__numpy__", "__slice__", "__bytes__", "__ellipsis__", "__typespec__",
    "slice", "function",
    "__tuple__", "DTypePolicy", "Policy", "FloatDTypePolicy", "QuantizedDTypePolicy", "TensorShape",
    "MaskingLayer",
    // Initializers.
    "Zeros", "Ones", "Constant", "RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling",
    "Orthogonal",
    "OrthogonalInitializer", "IdentityInitializer", "GlorotNormal", "GlorotUniform", "HeNormal",
    "HeUniform", "LecunNormal",
    "LecunUniform", "STFT",
    // Regularizers and constraints.
    "L1", "L2", "L1L2", "OrthogonalRegularizer", "MaxNorm", "NonNeg", "UnitNorm", "MinMaxNorm",
    // Optimizers, losses, metrics and schedules.
    "SGD", "RMSprop", "Adam", "AdamW", "Adadelta", "Adagrad", "Adamax", "Adafactor", "Nadam", "Ftrl",
    "Lion", "Lamb", "Muon",
    "LossScaleOptimizer", "ExponentialDecay", "PiecewiseConstantDecay", "PolynomialDecay",
    "InverseTimeDecay",
    "CosineDecay", "CosineDecayRestarts", "BinaryCrossentropy", "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "BinaryFocalCrossentropy", "SparseCategoricalCrossentropy", "CosineSimilarity", "Hinge", "SquaredHinge",
    "CategoricalHinge", "Huber", "KLDivergence", "LogCosh", "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError", "MeanSquaredLogarithmicError", "Poisson", "CTC", "Dice", "Tversky", "Accuracy",
    "BinaryAccuracy",
    "CategoricalAccuracy", "SparseCategoricalAccuracy", "TopKCategoricalAccuracy",
    "SparseTopKCategoricalAccuracy", "AUC",
    "Precision", "Recall", "F1Score", "FBetaScore", "R2Score", "RootMeanSquaredError", "Mean",
    "MeanMetricWrapper", "Sum",
    "TruePositives", "TrueNegatives", "FalsePositives", "FalseNegatives", "MeanIoU", "BinaryIoU",
    "OneHotIoU", "IoU",
    "OneHotMeanIoU", "CompileMetrics", "CompileLoss", "PrecisionAtRecall", "RecallAtPrecision",
    "SensitivityAtSpecificity", "SpecificityAtSensitivity", "ConcordanceCorrelation", "PearsonCorrelation",
  ]
}
