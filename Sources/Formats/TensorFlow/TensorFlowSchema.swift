/// The messages of TensorFlow's files: graphs, models, checkpoints.
///
/// Each line is a message: its name, and number, name and kind of its fields; `*` where a field repeats. Entries of maps are
/// messages of a key and a value.
///
/// Source: the descriptors of TensorFlow 2.18 (`tensorflow/core/framework/*.proto`, `tensorflow/core/protobuf/*.proto`);
/// `tensorflow/core/util/saved_tensor_slice.proto`; Keras 2, `keras/protobuf/saved_metadata.proto`, `versions.proto`; `checkpoint_state.proto`.
package enum TensorFlowSchema {
  package static let table = ProtobufSchema(text)

  private static let text = """
    SavedModel: 1 saved_model_schema_version int, 2 meta_graphs MetaGraphDef*
    MetaGraphDef: 1 meta_info_def MetaInfoDef, 2 graph_def GraphDef, 3 saver_def SaverDef, \
      4 collection_def Map_text_CollectionDef*, 5 signature_def Map_text_SignatureDef*, \
      6 asset_file_def AssetFileDef*, 7 object_graph_def SavedObjectGraph
    MetaInfoDef: 1 meta_graph_version text, 2 stripped_op_list OpList, 3 any_info Any, 4 tags text*, \
      5 tensorflow_version text, 6 tensorflow_git_version text, 7 stripped_default_attrs bool, \
      8 function_aliases Map_text_text*
    OpList: 1 op OpDef*
    OpDef: 1 name text, 2 input_arg ArgDef*, 3 output_arg ArgDef*, 4 attr AttrDef*, 5 summary text, \
      6 description text, 8 deprecation OpDeprecation, 16 is_aggregate bool, 17 is_stateful bool, \
      18 is_commutative bool, 19 allows_uninitialized_input bool, 20 control_output text*, \
      21 is_distributed_communication bool
    ArgDef: 1 name text, 2 description text, 3 type enum, 4 type_attr text, 5 number_attr text, \
      6 type_list_attr text, 7 handle_data DtypeAndShape*, 16 is_ref bool, 17 experimental_full_type FullTypeDef
    DtypeAndShape: 1 dtype enum, 2 shape TensorShapeProto
    TensorShapeProto: 2 dim Dim*, 3 unknown_rank bool
    Dim: 1 size int, 2 name text
    FullTypeDef: 1 type_id enum, 2 args FullTypeDef*, 3 s text, 4 i int
    AttrDef: 1 name text, 2 type text, 3 default_value AttrValue, 4 description text, 5 has_minimum bool, \
      6 minimum int, 7 allowed_values AttrValue
    AttrValue: 1 list AttrValue.ListValue, 2 s bytes, 3 i int, 4 f f32, 5 b bool, 6 type enum, \
      7 shape TensorShapeProto, 8 tensor TensorProto, 9 placeholder text, 10 func NameAttrList
    AttrValue.ListValue: 2 s bytes*, 3 i int*, 4 f f32*, 5 b bool*, 6 type enum*, 7 shape TensorShapeProto*, \
      8 tensor TensorProto*, 9 func NameAttrList*
    TensorProto: 1 dtype enum, 2 tensor_shape TensorShapeProto, 3 version_number int, 4 tensor_content bytes, \
      5 float_val f32*, 6 double_val f64*, 7 int_val int*, 8 string_val bytes*, 9 scomplex_val f32*, \
      10 int64_val int*, 11 bool_val bool*, 12 dcomplex_val f64*, 13 half_val int*, \
      14 resource_handle_val ResourceHandleProto*, 15 variant_val VariantTensorDataProto*, 16 uint32_val int*, \
      17 uint64_val int*, 18 float8_val bytes
    ResourceHandleProto: 1 device text, 2 container text, 3 name text, 4 hash_code int, 5 maybe_type_name text, \
      6 dtypes_and_shapes DtypeAndShape*
    VariantTensorDataProto: 1 type_name text, 2 metadata bytes, 3 tensors TensorProto*
    NameAttrList: 1 name text, 2 attr Map_text_AttrValue*
    OpDeprecation: 1 version int, 2 explanation text
    Any: 1 type_url text, 2 value bytes
    GraphDef: 1 node NodeDef*, 2 library FunctionDefLibrary, 3 version int, 4 versions VersionDef, \
      5 debug_info GraphDebugInfo
    NodeDef: 1 name text, 2 op text, 3 input text*, 4 device text, 5 attr Map_text_AttrValue*, \
      6 experimental_debug_info NodeDef.ExperimentalDebugInfo, 7 experimental_type FullTypeDef
    NodeDef.ExperimentalDebugInfo: 1 original_node_names text*, 2 original_func_names text*
    FunctionDefLibrary: 1 function FunctionDef*, 2 gradient GradientDef*, 3 registered_gradients RegisteredGradient*
    FunctionDef: 1 signature OpDef, 3 node_def NodeDef*, 4 ret Map_text_text*, 5 attr Map_text_AttrValue*, \
      6 control_ret Map_text_text*, 7 arg_attr Map_int_FunctionDef.ArgAttrs*, 8 resource_arg_unique_id Map_int_int*
    FunctionDef.ArgAttrs: 1 attr Map_text_AttrValue*
    GradientDef: 1 function_name text, 2 gradient_func text
    RegisteredGradient: 1 gradient_func text, 2 registered_op_type text
    VersionDef: 1 producer int, 2 min_consumer int, 3 bad_consumers int*
    GraphDebugInfo: 1 files text*, 2 traces Map_text_StackTrace*, 4 frames_by_id Map_x64_FileLineCol*, \
      5 name_to_trace_id Map_text_x64*, 6 traces_by_id Map_x64_StackTrace*
    StackTrace: 1 file_line_cols FileLineCol*, 2 frame_id x64*
    FileLineCol: 1 file_index int, 2 line int, 3 col int, 4 func text, 5 code text
    SaverDef: 1 filename_tensor_name text, 2 save_tensor_name text, 3 restore_op_name text, 4 max_to_keep int, \
      5 sharded bool, 6 keep_checkpoint_every_n_hours f32, 7 version enum
    CollectionDef: 1 node_list NodeList, 2 bytes_list BytesList, 3 int64_list Int64List, 4 float_list FloatList, \
      5 any_list AnyList
    NodeList: 1 value text*
    BytesList: 1 value bytes*
    Int64List: 1 value int*
    FloatList: 1 value f32*
    AnyList: 1 value Any*
    SignatureDef: 1 inputs Map_text_TensorInfo*, 2 outputs Map_text_TensorInfo*, 3 method_name text, \
      4 defaults Map_text_TensorProto*
    TensorInfo: 1 name text, 2 dtype enum, 3 tensor_shape TensorShapeProto, 4 coo_sparse CooSparse, \
      5 composite_tensor CompositeTensor
    CooSparse: 1 values_tensor_name text, 2 indices_tensor_name text, 3 dense_shape_tensor_name text
    CompositeTensor: 1 type_spec TypeSpecProto, 2 components TensorInfo*
    TypeSpecProto: 1 type_spec_class enum, 2 type_state StructuredValue, 3 type_spec_class_name text, \
      4 num_flat_components int
    StructuredValue: 1 none_value NoneValue, 11 float64_value f64, 12 int64_value zig, 13 string_value text, \
      14 bool_value bool, 31 tensor_shape_value TensorShapeProto, 32 tensor_dtype_value enum, \
      33 tensor_spec_value TensorSpecProto, 34 type_spec_value TypeSpecProto, \
      35 bounded_tensor_spec_value BoundedTensorSpecProto, 51 list_value ListValue, 52 tuple_value TupleValue, \
      53 dict_value DictValue, 54 named_tuple_value NamedTupleValue, 55 tensor_value TensorProto, \
      56 numpy_value TensorProto
    NoneValue: 
    TensorSpecProto: 1 name text, 2 shape TensorShapeProto, 3 dtype enum
    BoundedTensorSpecProto: 1 name text, 2 shape TensorShapeProto, 3 dtype enum, 4 minimum TensorProto, \
      5 maximum TensorProto
    ListValue: 1 values StructuredValue*
    TupleValue: 1 values StructuredValue*
    DictValue: 1 fields Map_text_StructuredValue*
    NamedTupleValue: 1 name text, 2 values PairValue*
    PairValue: 1 key text, 2 value StructuredValue
    AssetFileDef: 1 tensor_info TensorInfo, 2 filename text
    SavedObjectGraph: 1 nodes SavedObject*, 2 concrete_functions Map_text_SavedConcreteFunction*
    SavedObject: 1 children ObjectReference*, 3 slot_variables SlotVariableReference*, 4 user_object SavedUserObject, \
      5 asset SavedAsset, 6 function SavedFunction, 7 variable SavedVariable, \
      8 bare_concrete_function SavedBareConcreteFunction, 9 constant SavedConstant, 10 resource SavedResource, \
      11 saveable_objects Map_text_SaveableObject*, 12 captured_tensor CapturedTensor, 13 registered_name text, \
      14 serialized_user_proto Any, 15 dependencies ObjectReference*, 16 registered_saver text
    ObjectReference: 1 node_id int, 2 local_name text
    SlotVariableReference: 1 original_variable_node_id int, 2 slot_name text, 3 slot_variable_node_id int
    SavedUserObject: 1 identifier text, 2 version VersionDef, 3 metadata text
    SavedAsset: 1 asset_file_def_index int
    SavedFunction: 1 concrete_functions text*, 2 function_spec FunctionSpec
    FunctionSpec: 1 fullargspec StructuredValue, 2 is_method bool, 5 input_signature StructuredValue, \
      6 jit_compile enum
    SavedVariable: 1 dtype enum, 2 shape TensorShapeProto, 3 trainable bool, 4 synchronization enum, \
      5 aggregation enum, 6 name text, 7 device text, 8 experimental_distributed_variable_components SavedVariable*
    SavedBareConcreteFunction: 1 concrete_function_name text, 2 argument_keywords text*, \
      3 allowed_positional_arguments int, 4 function_spec FunctionSpec
    SavedConstant: 1 operation text
    SavedResource: 1 device text
    SaveableObject: 2 save_function int, 3 restore_function int
    CapturedTensor: 1 name text, 2 concrete_function text
    SavedConcreteFunction: 2 bound_inputs int*, 3 canonicalized_input_signature StructuredValue, \
      4 output_signature StructuredValue
    FingerprintDef: 1 saved_model_checksum int, 2 graph_def_program_hash int, 3 signature_def_hash int, \
      4 saved_object_graph_hash int, 5 checkpoint_hash int, 6 version VersionDef, 7 uuid text
    BundleHeaderProto: 1 num_shards int, 2 endianness enum, 3 version VersionDef
    BundleEntryProto: 1 dtype enum, 2 shape TensorShapeProto, 3 shard_id int, 4 offset int, 5 size int, 6 crc32c x32, \
      7 slices TensorSliceProto*
    TensorSliceProto: 1 extent TensorSliceProto.Extent*
    TensorSliceProto.Extent: 1 start int, 2 length int
    SavedTensorSlices: 1 meta SavedTensorSliceMeta, 2 data SavedSlice
    SavedTensorSliceMeta: 1 tensor SavedSliceMeta*, 2 versions VersionDef
    SavedSliceMeta: 1 name text, 2 shape TensorShapeProto, 3 type enum, 4 slice TensorSliceProto*
    SavedSlice: 1 name text, 2 slice TensorSliceProto, 3 data TensorProto
    Map_text_AttrValue: 1 key text, 2 value AttrValue
    Map_text_text: 1 key text, 2 value text
    Map_int_FunctionDef.ArgAttrs: 1 key int, 2 value FunctionDef.ArgAttrs
    Map_int_int: 1 key int, 2 value int
    Map_text_StackTrace: 1 key text, 2 value StackTrace
    Map_x64_FileLineCol: 1 key x64, 2 value FileLineCol
    Map_text_x64: 1 key text, 2 value x64
    Map_x64_StackTrace: 1 key x64, 2 value StackTrace
    Map_text_CollectionDef: 1 key text, 2 value CollectionDef
    Map_text_SignatureDef: 1 key text, 2 value SignatureDef
    Map_text_TensorInfo: 1 key text, 2 value TensorInfo
    Map_text_StructuredValue: 1 key text, 2 value StructuredValue
    Map_text_TensorProto: 1 key text, 2 value TensorProto
    Map_text_SaveableObject: 1 key text, 2 value SaveableObject
    Map_text_SavedConcreteFunction: 1 key text, 2 value SavedConcreteFunction
    SavedMetadata: 1 nodes KerasObject*
    KerasObject: 2 node_id int, 3 node_path text, 4 identifier text, 5 metadata text, 6 version VersionDef
    CheckpointState: 1 model_checkpoint_path text, 2 all_model_checkpoint_paths text*, \
      3 all_model_checkpoint_timestamps f64*, 4 last_preserved_timestamp f64
    """
}
