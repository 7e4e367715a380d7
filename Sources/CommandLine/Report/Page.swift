internal import Digest
internal import FoundationEssentials

/// The frame of a page: what surrounds its sections.
enum Page {
  /// Up to the open body.
  ///
  /// Nothing but this very style and script may be used by a browser, whatever else is in the page.
  ///
  /// Source: Content Security Policy Level 3, sections 2.3.1 (hashes) and 3.3 (the meta element).
  ///
  /// - Throws: where no digest can be made.
  static func head(title: HTML) throws -> HTML {
    let policy = """
      default-src 'none'; style-src '\(try source(styleSheet))'; script-src '\(try source(script))'; \
      base-uri 'none'; form-action 'none'
      """
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(title) - Lazaret</title>
      <style>\(styleSheet)</style></head>
      <body>

      """
  }

  /// What a policy allows where it names the digest of what stands in the page.
  private static func source(_ html: HTML) throws -> String {
    let digest = try SHA256()
    try digest.update(Array(html.text.utf8))
    return "sha256-" + Data(try digest.finish()).base64EncodedString()
  }

  /// Links to the sections, and the filter, which is there where the script is.
  static func navigation(hasModels: Bool, hasOthers: Bool, hasRules: Bool) -> HTML {
    let models: HTML = hasModels ? "<a href=\"#models\">Models</a> " : ""
    let others: HTML = hasOthers ? "<a href=\"#files\">\(hasModels ? "Other files" : "Files")</a> " : ""
    let rules: HTML = hasRules ? "<a href=\"#rules\">Rules</a>" : ""
    return """
      <div class="tools"><nav aria-label="Sections">\(models)\(others)\(rules)</nav>
      <form id="filter" role="search" hidden>
      <label>Filter <input type="search" name="text" autocomplete="off" placeholder="name, rule or text"></label>
      <fieldset><legend>Verdicts</legend>\(choices)</fieldset>
      <output></output> <button type="button" name="open">Open all</button> \
      <button type="button" name="close">Close all</button></form></div>
      <main>

      """
  }

  private static let choices: HTML = ["deny", "incomplete", "review", "allow"].map { (name: HTML) -> HTML in
    "<label><input type=\"checkbox\" name=\"verdict\" value=\"\(name)\" checked> \(name)</label>"
  }.joined()

  static func section(_ title: HTML, _ id: HTML) -> HTML {
    "<section id=\"\(id)\" aria-labelledby=\"\(id)-title\"><h2 id=\"\(id)-title\">\(title)</h2>\n"
  }

  static let sectionEnd: HTML = "</section>\n"

  static let end: HTML = "</main>\n<script>\(script)</script>\n</body></html>\n"
}
