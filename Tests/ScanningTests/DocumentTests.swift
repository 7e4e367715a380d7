import Findings
import TestSupport
import Testing

/// JSON documents: what loaders do because of them.
@Suite struct DocumentTests {
  static let honest = [
    "{}", "[]",
    "{\"model_type\": \"bert\", \"architectures\": [\"BertModel\"], \"eps\": 1e-12, \"x\": NaN}",
    "{\"auto_map\": null, \"custom_pipelines\": {}, \"_attn_implementation\": \"sdpa\", \"trust_remote_code\": false}",
    "{\"weight_map\": {\"a\": \"model-00001-of-00002.safetensors\"}}",
    "[{\"idx\": 0, \"name\": \"0\", \"path\": \"\", \"type\": \"sentence_transformers.models.Transformer\"}]",
    "{\"_class_name\": \"StableDiffusionPipeline\", \"unet\": [\"diffusers\", \"UNet2DConditionModel\"]}",
    "{\"_class_name\": \"UNet2DConditionModel\", \"down_block_types\": [\"DownBlock2D\", \"DownBlock2D\"]}",
    "{\"vocab\": {\"{{\": 1, \"{%\": 2, \"os.system(\": 3}, \"merges\": [[\"{{\", \"}}\"]]}",
    "{\"module\": \"keras.layers\", \"class_name\": \"Dense\", \"config\": {\"activation\": \"relu\", \"units\": 3}}",
    "{\"class_name\": \"function\", \"config\": \"relu\", \"module\": \"builtins\"}",
    "{\"peft_type\": \"LORA\", \"auto_mapping\": {\"parent_library\": \"transformers.models.bert\"}}",
    "{\"nodes\": [{\"op\": \"Convolution\", \"attrs\": {\"kernel\": \"(3, 3)\"}}]}",
    "{\"a\": 1}\n{\"a\": 2}\n\n{\"b\": []}\n",
    "{\"type\": \"org.apache.spark.ml.PipelineModel\", \"plugins\": [\"a.b\"], \"class\": \"v1.2\"}",
    "{\"model_class\": \"xgboost.sklearn.XGBClassifier\", \"type\": \"BPE\", \"lc\": 1}",
    "{\"_class_name\": \"APipeline\", \"unet\": [\"diffusers\", \"U\", {\"type_hint\": [\"diffusers\", \"U\"]}]}",
    "{\"driver\": \"zarr\", \"kvstore\": {\"driver\": \"file\", \"path\": \"params/w\"}}",
    "{\"kvstore\": {\"driver\": \"ocdbt\", \"base\": \"memory://x\"}, \"base_code\": \"sha256\"}",
    "{\"session_options\": {\"custom_ops_library\": \"\"}}",
    "{\"left_children\": [1, -1, -1], \"right_children\": [2, -1, -1]}", "\n  {\"cells\": []}",
  ]

  @Test(arguments: honest) func `data are allowed`(text: String) {
    let report = Examination.report(Array(text.utf8))
    #expect(report.verdict == .allow, "\(report.summary)")
    #expect(report.formats == ["json"])
  }

  private static func samples(_ rule: String, _ verdict: Verdict, _ texts: String...) -> [JudgedSample] {
    texts.map { JudgedSample($0, Array($0.utf8), rule, verdict) }
  }

  /// `lambda x: __import__('os').system('echo lazaret-canary') or x`, as Keras stores it from Python 3.11.
  private static let compiled =
    "4wEAAAAAAAAAAAAAAAMAAAADAAAA81YAAACXAHQBAAAAAAAAAAAAAGQBpgEAAKsBAAAAAAAAAACgAQAAAAAAAAAAAAAAAAAAAAAAAAAAZAKmAQAAqwEAAAAAAAAAAHwAZgJkAxkAAAAAAAAAAABTACkETtoCb3N6E2VjaG8gbGF6YXJldC1jYW5hcnnpAQAAACkC2gpfX2ltcG9ydF9f2gZzeXN0ZW0pAdoBeHMBAAAAIPoIPHN0cmluZz76CDxsYW1iZGE+cggAAAABAAAAcycAAACAAI06kGTRCxvUCxvXCyLSCyLQIzjRCznUCzm4MdAKPbhh1ApAgADzAAAAAA=="

  private static let packed = "gAJjb3MKc3lzdGVtClgCAAAAaWSFUi4="

  static let refused: [JudgedSample] =
    samples(
      "config.custom-code", .review, "{\"auto_map\": {\"AutoModel\": \"modeling.M\"}}",
      "{\"auto_map\": {\"AutoModel\": \"someone/repo--modeling.M\"}}",
      "{\"custom_pipelines\": {\"p\": {\"impl\": \"p.P\"}}}",
      "{\"custom_generate\": \"someone/repo\"}", "{\"attn_implementation\": \"someone/kernel\"}",
      "{\"_attn_implementation\": {\"text\": \"someone/kernel\"}}",
      "{\"model_args\": {\"trust_remote_code\": true}}",
      "[{\"idx\": 0, \"path\": \"\", \"type\": \"evil.Transformer\"}]",
      "[{\"idx\": 0, \"path\": \"\", \"type\": \"sentence_transformers_evil.T\"}]",
      "{\"_class_name\": \"APipeline\", \"unet\": [\"evil\", \"UNet\"]}",
      "{\"_class_name\": [\"pipe\", \"P\"]}",
      "{\"_class_name\": \"APipeline\", \"unet\": [\"evil\", \"U\", {\"repo\": \"a/b\"}]}",
      "{\"_class_name\": \"APipeline\", \"unet\": [null, null, {\"type_hint\": [\"evil\", \"U\"]}]}",
      "{\"custom_imports\": {\"imports\": [\"evil\"]}}", "{\"tool_parser_plugin\": \"./evil.py\"}",
      "{\"auto_mapping\": {\"parent_library\": \"evil\"}}")
    + samples(
      "config.outside-store", .review, "{\"kvstore\": {\"driver\": \"file\", \"path\": \"/etc/\"}}",
      "{\"kvstore\": {\"driver\": \"file\", \"path\": \"w\", \"path\": \"../w\"}}",
      "{\"kvstore\": {\"driver\": \"http\", \"base_url\": \"http://127.0.0.1\"}}",
      "{\"kvstore\": \"s3://b/c\"}",
      "{\"kvstore\": {\"driver\": \"ocdbt\", \"base\": {\"driver\": \"file\", \"path\": \"/etc/\"}}}",
      "{\"kvstore\": {\"driver\": \"kvstack\", \"layers\": [{\"base\": \"file:///etc/\"}]}}")
    + samples(
      "config.program", .review,
      "{\"base_code\": {\"magic\": \"pir\", \"version\": 1}, \"program\": {\"regions\": []}}")
    + samples(
      "config.unreviewed-name", .review, "{\"dataset\": {\"type\": \"evil.data.Dataset\"}}",
      "{\"plugins\": [\"evil.Plugin\"]}", "{\"implementation\": \"evil.Runtime\"}")
    + samples(
      "config.object-constructor", .review,
      "{\"lc\": 1, \"type\": \"constructor\", \"id\": [\"langchain\", \"x\", \"X\"]}",
      "{\"__kind__\": \"instance\", \"class\": \"gluonts.model.Predictor\"}")
    + samples(
      "config.dangerous-name", .deny, "{\"__kind__\": \"instance\", \"class\": \"os.system\"}",
      "{\"components\": {\"x\": {\"type\": \"subprocess.Popen\"}}}",
      "{\"m\": [{\"_target_\": \"os.system\", \"command\": \"id\"}]}",
      "{\"activation_function\": \"os.abort\"}",
      "{\"sentence_transformers\": {\"activation_fn\": \"os.abort\"}}",
      "{\"types\": {\"a\": \"subprocess.Popen\"}, \"structure\": {}}",
      "{\"zarr_format\": 2, \"filters\": [{\"id\": \"pickle\"}]}",
      "{\"zarr_format\": 3, \"codecs\": [{\"name\": \"sharding_indexed\", \"configuration\": {\"codecs\": [{\"name\": \"numcodecs.pickle\"}]}}]}",
      "{\"class_path\": \"subprocess.Popen\"}", "{\"_target_\": \"builtins.exec\"}",
      "{\"_target_\": \"torch.hub.load\"}",
      "{\"py/object\": \"subprocess.Popen\"}", "{\"py/reduce\": [{\"py/function\": \"os.system\"}]}",
      "{\"\\u005ftarget_\": \"os.\\u0073ystem\"}",
      "[{\"idx\": 0, \"path\": \"\", \"type\": \"os.system\"}]",
      "{\"module\": \"os\", \"class_name\": \"system\", \"config\": \"id\"}",
      "{\"module\": \"builtins\", \"class_name\": \"eval\", \"config\": {}}",
      "{\"class_name\": \"function\", \"config\": \"system\", \"registered_name\": \"os.system\"}",
      "{\"module\": \"keras.utils\", \"class_name\": \"function\", \"config\": \"get_file\"}")
    + samples(
      "pickle.dangerous-embedded-code", .deny,
      "{\"class_name\": \"__lambda__\", \"config\": {\"code\": \"\(compiled)\"}}")
    + samples(
      "config.unreviewed-name", .review, "{\"_target_\": \"my.models.Net\"}",
      "{\"activation_fn\": \"my.models.act\"}", "{\"_target_\": 1}")
    + samples(
      "config.object-constructor", .review, "{\"zarr_format\": 2, \"compressor\": {\"id\": \"mine\"}}",
      "{\"py/object\": \"my.Class\"}", "{\"py/repr\": \"1\"}",
      "{\"__reduce__\": []}")
    + samples(
      "config.path-traversal", .deny, "{\"weight_map\": {\"a\": \"../x.bin\"}}",
      "{\"weight_map\": {\"a\": \"/etc/x\"}}",
      "{\"weight_map\": {\"a\": \"https://host/x\"}}", "{\"weightsManifest\": [{\"paths\": [\"..\\\\x\"]}]}"
    )
    + samples(
      "config.unusual-path", .review, "{\"weight_map\": {\"a\": \"sub/x.bin\"}}",
      "{\"weight_map\": {\"a\": 1}}")
    + samples(
      "config.native-library", .review,
      "{\"decoder\": {\"session_options\": {\"custom_ops_library\": \"libops.so\"}}}",
      "{\"lib\": \"/tmp/evil.so\"}", "{\"nodes\": [{\"op\": \"Custom\"}]}"
    )
    + samples(
      "config.keras-code", .review, "{\"class_name\": \"Lambda\", \"config\": {}}",
      "{\"class_name\": \"__lambda__\", \"config\": {\"code\": \"4w==\"}}",
      "{\"class_name\": \"StringLookup\", \"config\": {\"vocabulary\": \"/etc/passwd\"}}",
      "{\"module\": \"keras.utils\", \"class_name\": \"Sequence\", \"config\": {}}")
    + samples(
      "config.keras-unknown-class", .review, "{\"class_name\": \"Mine\", \"config\": {}}",
      "{\"class_name\": \"Dense\", \"registered_name\": \"pkg>Dense\", \"config\": {}}",
      "{\"class_name\": \"function\", \"config\": \"evil\"}",
      "{\"module\": \"mine\", \"class_name\": \"Dense\", \"config\": {}}")
    + samples(
      "json.duplicate-key", .review, "{\"a\": 1, \"a\": 2}", "[{\"b\": {\"a\": 1, \"\\u0061\": 2}}]")
    + samples("json.huge-number", .review, "[\(String(repeating: "1", count: 500))]")
    + [
      JudgedSample(
        "UTF-16", Array("{\"a\": 1}".utf8).flatMap { [$0, 0] as [UInt8] }, "json.wide-encoding", .review)
    ]
    + samples("json.byte-order-mark", .review, "\u{FEFF}{}")
    + samples("code.notebook", .review, "{\"cells\": [], \"nbformat\": 4}")
    + samples("text.code", .review, "{\"setup\": \"__import__('os').system('id')\"}")
    + samples(
      "pickle.dangerous-call", .deny, "{\"state\": \"\(packed)\"}", "{\"state\": \"!\(packed)\"}",
      "{\":serialized:\": \"\(packed)\"}")
    + samples(
      "template.sandbox-escape", .deny, "{\"chat_template\": \"{{ x.__class__ }}\"}",
      "{\"chat_template\": [{\"name\": \"a\", \"template\": \"{{ x.__class__ }}\"}]}",
      "{\"chat_template\": {\"rag\": \"{{ x.__class__ }}\"}}", "{\"other\": \"{{ x.__class__ }}\"}")
    + samples("template.malformed", .review, "{\"chat_template\": \"{{ x\"}")
    + samples(
      "data.irregular", .review, "{\"left_children\": [0], \"right_children\": [-1]}",
      "{\"left_children\": [9], \"right_children\": [-1]}")

  @Test(arguments: refused) func `what a loader acts on is judged`(_ sample: JudgedSample) {
    sample.check()
  }

  @Test func `what is no JSON or no UTF-8 is incomplete`() {
    let wide: [UInt8] = Array("{\"a\": 1}".utf8).flatMap { [$0, 0] as [UInt8] }
    let samples: [[UInt8]] = [
      [0xFF, 0xFE] + wide + [0],
      Array(String(repeating: "[", count: 2000).utf8) + Array(String(repeating: "]", count: 2000).utf8),
      Array("{\"a\": }".utf8), Array("{\"a\": 1".utf8), Array("{\"a\": 1}\n{\"a\"".utf8),
      Array("[1, 2] x".utf8),
    ]
    for bytes in samples {
      let report = Examination.report(bytes)
      #expect(report.verdict == .incomplete, "\(report.summary)")
    }
  }

  @Test func `damage is borne`() {
    let sample = Array("{\"a\": [1, \"\\u0041{{ b }}\", null], \"weight_map\": {\"w\": \"x\"}}".utf8)
    Damage.bear(sample)
    Damage.refuseTruncations(of: sample, from: 1)
  }

  @Test func `a document names the files that its loader opens`() {
    let documents: [(String, [PackageNote])] = [
      (
        #"{"weight_map":{"a":"m-1.safetensors","b":"m-1.safetensors","c":"m-2.safetensors"}}"#,
        [.file("m-1.safetensors"), .file("m-2.safetensors")]
      ),
      (
        #"{"auto_map":{"AutoConfig":"configuration.C","AutoModel":"o/m--modeling.M","T":["tok.T",null]}}"#,
        [.file("configuration.py"), .file("tok.py")]
      ),
      (
        #"{"_class_name":"StableDiffusionPipeline","unet":["diffusers","UNet2DConditionModel"],"safety":[null,null]}"#,
        [.file("unet")]
      ),
      (#"{"weight_map":{"a":"../m.safetensors"}}"#, []), (#"{"a":{"b":"m.safetensors"}}"#, []),
    ]
    for (text, notes) in documents {
      let report = Examination.report(Array(text.utf8))
      let found = report.findings.compactMap { PackageNote($0) }
      #expect(
        found.count == notes.count && notes.allSatisfy { found.contains($0) }, "\(text): \(report.summary)")
    }
  }
}
