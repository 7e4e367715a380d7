/// What of TensorFlow's graphs and models decides what loading and running them does.
///
/// Source: `tensorflow/core/framework/graph.proto`, `function.proto`; `tensorflow/core/protobuf/meta_graph.proto`,
/// `saved_object_graph.proto`; field numbers are in ``TensorFlowSchema``.
package enum TensorFlowGraph {
  /// A node of a graph or of a function.
  package struct Node: Sendable {
    package internal(set) var name = ""
    package internal(set) var operation = ""
    /// What it is given: names of nodes or of the function's arguments, with the number of an output; `^` before a name
    /// that only has to come first.
    package internal(set) var inputs: [String] = []
    /// Functions that its attributes name.
    package internal(set) var functions: [String] = []
    /// Texts of its attributes, the strings of constants among them, by the attribute's name. Long ones are left out.
    package internal(set) var texts: [(attribute: String, text: [UInt8])] = []
    /// Whether more or longer strings stand in it than `texts` has.
    package internal(set) var hasMore = false
    package let offset: Int

    package init(offset: Int) { self.offset = offset }

    /// The inputs that are values, without the number of the output.
    package var values: [String] {
      inputs.filter { !$0.hasPrefix("^") }.map { String($0.prefix { $0 != ":" }) }
    }

    package func texts(of attribute: String) -> [[UInt8]] {
      texts.filter { $0.attribute == attribute }.map(\.text)
    }
  }

  /// What an object of a model is, as far as functions are given it.
  package enum Object: Equatable, Sendable {
    case asset
    /// The value of a node.
    case constant(String)
    case other
  }

  package enum Event {
    case enterGraph
    case leaveGraph
    case enterFunction
    /// The function's name and those of its arguments.
    case signature(String, arguments: [String])
    case leaveFunction
    case node(Node)
    /// A string of a tensor: where it stands.
    case string(Range<Int>)
    /// A file beside the model, and the tensor that gets its path.
    case asset(tensor: String, filename: [UInt8], offset: Int)
    /// The tensor that gets the path of checkpoints.
    case saver(String)
    /// JSON that Keras makes objects of.
    case metadata(Range<Int>)
    /// A value that only code of a library can decode.
    case variant(String, offset: Int)
    /// A field that the schema does not have.
    case unknownField(Int, of: String, offset: Int)
    /// An object of the model, in their order.
    case object(Object)
    /// A function of the object graph, and the objects that it is given behind its own arguments.
    case captures(String, [Int])
    /// A message of a type that its own text names.
    case opaque(String, Range<Int>)
  }
}
