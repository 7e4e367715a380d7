import Findings
import TestSupport
import Testing

/// XML: what readers fetch, replace, load or run because of a document.
@Suite struct XMLTests {
  private static func pmml(_ inner: String, before: String = "") -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    \(before)<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">\(inner)</PMML>

    """
  }

  static let honest = [
    pmml("<Header/><DataDictionary><DataField name='x' optype=\"continuous\"/></DataDictionary>"),
    pmml("<!-- a note --><Apply function=\"log10\"><FieldRef field=\"x\"/></Apply><![CDATA[ 1 < 2 ]]>"),
    pmml("<Extension name=\"a\" value=\"&lt;b&gt; &#38; c\"/>"),
    "<net name=\"m\" version=\"11\"><layers><layer id=\"0\" type=\"Const\" version=\"opset1\">"
      + "<data element_type=\"f32\" offset=\"0\" shape=\"2\" size=\"8\"/></layer></layers></net>",
    "<?xml version=\"1.0\"?>\n<opencv_storage><cascade type_id=\"opencv-cascade-classifier\">1</cascade></opencv_storage>",
  ]

  @Test(arguments: honest) func `a model in XML is allowed`(text: String) {
    let report = Examination.report(Array(text.utf8))
    #expect(report.verdict == .allow, "\(report.summary)")
    #expect(report.formats == ["xml"])
  }

  private static func sample(_ rule: String, _ verdict: Verdict, _ text: String) -> JudgedSample {
    JudgedSample(text, Array(text.utf8), rule, verdict)
  }

  static let refused = [
    sample(
      "xml.entity", .deny,
      pmml("&a;", before: "<!DOCTYPE PMML [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>")),
    sample(
      "xml.entity", .deny,
      pmml("&b;", before: "<!DOCTYPE PMML [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>")),
    sample(
      "xml.entity", .deny, pmml("", before: "<!DOCTYPE PMML [<!-- ] --> <!ELEMENT PMML ANY> %remote; ]>")),
    sample("xml.entity", .deny, pmml("", before: "<!DOCTYPE PMML SYSTEM \"http://host.invalid/a.dtd\">")),
    sample(
      "xml.document-type", .review,
      pmml("", before: "<!DOCTYPE PMML PUBLIC \"PMML 1.0\" 'http://host.invalid/a.dtd'>")),
    sample(
      "xml.inclusion", .deny,
      pmml(
        "<x:include xmlns:x=\"http://www.w3.org/2001/XInclude\" parse='text' href=\"file:///etc/passwd\"/>")
    ),
    sample("xml.instruction", .review, pmml("", before: "<?xml-stylesheet href=\"a.xsl\"?>")),
    sample("xml.instruction", .review, pmml("<?php system('id'); ?>")),
    sample("xml.script", .review, pmml("<Extension><script>alert(1)</script></Extension>")),
    sample("xml.script", .review, pmml("<Extension onload=\"alert(1)\"/>")),
    sample("xml.script", .review, pmml("<Extension value=\" JavaScript:alert(1)\"/>")),
    sample("xml.custom-function", .review, pmml("<Apply function=\"java.lang.Runtime\"/>")),
    sample(
      "xml.custom-function", .review,
      "<net name=\"m\"><layers><layer type=\"X\" version=\"extension\"/></layers></net>"),
    sample(
      "xml.weights-range", .deny,
      "<net name=\"m\"><layer><data offset=\"18446744073709551615\" size=\"8\"/></layer></net>"),
    sample(
      "xml.unknown-vocabulary", .review,
      "<?xml version=\"1.0\"?><java class=\"java.beans.XMLDecoder\"><object class=\"java.lang.Runtime\"/></java>"
    ),
    sample("text.code", .review, pmml("<Extension>import os; os.system('id')</Extension>")),
    sample("pickle.carried-pickle", .deny, pmml("<Extension value=\"gAJjb3MKc3lzdGVtClgCAAAAaWSFUi4=\"/>")),
  ]

  @Test(arguments: refused) func `what a reader acts on is judged`(_ sample: JudgedSample) {
    sample.check()
  }

  @Test func `no flood of mild findings hides a worse one`() {
    let flood = String(repeating: "<Apply function=\"a.b\"/>", count: 500)
    let report = Examination.report(Array(Self.pmml(flood + "<x:include href=\"/etc/passwd\"/>").utf8))
    #expect(report.verdict == .deny, "\(report.summary)")
  }

  @Test(arguments: [
    "<PMML", "<PMML>", "<PMML></PMM>", "<PMML><a></PMML></a>", "<PMML a=\"1\" a=\"2\"/>", "<PMML/><PMML/>",
    "<PMML/>text",
    "<PMML a=1/>", "<PMML>&unknown;</PMML>", "<PMML a=\"&unknown;\"/>", "<PMML>\u{0}</PMML>",
    "<PMML><!-- </PMML>",
    "<?xml version=\"1.0\" encoding=\"UTF-7\"?><PMML/>", "<PMML/><!DOCTYPE PMML>",
    "<?xml version=\"1.0\"?>",
    "\u{FEFF}<PMML><PMML/>",
  ])
  func `what is not well-formed is not allowed`(text: String) {
    let report = Examination.report(Array(text.utf8))
    #expect(report.verdict > .allow, "\(text): \(report.summary)")
  }

  @Test func `wide characters are incomplete`() {
    for opening in ["<?xml", "<PMML"] {
      var bytes: [UInt8] = [0xFF, 0xFE]
      for unit in opening.utf16 { bytes += [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
      #expect(Examination.report(bytes).verdict == .incomplete)
    }
  }

  @Test func `no cut or changed document traps, and none that is cut is allowed`() {
    let text = Self.pmml(
      "<a b='c' d=\"&amp;\"><![CDATA[x]]></a><!-- n -->", before: "<!DOCTYPE PMML [<!ENTITY a \"b\">]>")
    for mutation in Mutations.truncations(of: Array(text.utf8.dropLast())) {
      #expect(Examination.report(mutation.bytes).verdict > .allow, "\(mutation.what)")
    }
    for mutation in Mutations.byteFlips(of: Array(text.utf8)) { _ = Examination.report(mutation.bytes) }
  }
}
