"""Makes reports and opens them in a browser: see scripts/report-tests."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import html5lib
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import TimeoutError, sync_playwright

import samples

EXTERNAL = re.compile(r"https?:|url\(|@import\b|\ssrc\s*=|href=\"(?!#)|<link|<iframe|<object|<embed|<base")
failures = []


def expect(is_true, what):
    print(("ok      " if is_true else "FAILED  ") + what)
    if not is_true:
        failures.append(what)


def report(program, folder, page):
    environment = dict(os.environ, XDG_STATE_HOME=str(page.parent / "state"))
    start = time.monotonic()
    with open(page, "wb") as output:
        status = subprocess.run(
            [program, "scan", "--format", "html", str(folder)], stdout=output, env=environment
        ).returncode
    print(f"        {page.name}: status {status}, {page.stat().st_size:,} bytes, {time.monotonic() - start:.1f} s")
    expect(status == 1, f"{page.name}: the run ends with the status of a scan")


def check_text(page):
    text = page.read_text(encoding="utf-8")
    try:
        html5lib.HTMLParser(strict=True).parse(text)
        expect(True, f"{page.name}: a strict parser has nothing to say")
    except html5lib.html5parser.ParseError as error:
        expect(False, f"{page.name}: a strict parser says {error}")
    # What a file is called is shown, and may look like anything: only what is markup counts.
    markup = re.sub(r">[^<]*<", "><", text.partition("<body>")[2].partition("<script>")[0])
    head = text.partition("<body>")[0]
    script = text.rpartition("<script>")[2]
    found = [match for part in (markup, head, script) for match in EXTERNAL.findall(part)]
    expect(not found, f"{page.name}: nothing from outside is named {found[:3] or ''}")


def opened(browser, page, **options):
    """A page of a browser without a network, what it said, and how many seconds it took to load."""
    context = browser.new_context(offline=True, **options)
    tab = context.new_page()
    said = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda request: said.append(request.url) if request.url != page.as_uri() else None)

    def refuse(dialog):
        said.append("dialog: " + dialog.message)
        dialog.dismiss()

    tab.on("dialog", refuse)
    start = time.monotonic()
    tab.goto(page.as_uri())
    return tab, said, time.monotonic() - start


def shown_files(tab):
    return tab.evaluate(
        "[...document.querySelectorAll('.file, tbody tr')].filter(file => !file.hidden).length")


def check_names(browser, page):
    tab, said, _ = opened(browser, page)
    elements = tab.evaluate("[...new Set([...document.querySelectorAll('*')].map(e => e.localName))]")
    expect(not {"img", "iframe", "object", "link"} & set(elements), "no name became an element")
    expect(tab.evaluate("document.scripts.length") == 1, "no name became a script")
    attributes = tab.evaluate(
        "[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(n => n.startsWith('on'))")
    expect(not attributes, "no name became a handler")
    text = tab.evaluate("document.body.textContent")
    for name in ("<script>alert(1)<", "<img src=x onerror=alert(5)>", "&lt;script&gt;alert(7)",
                 r"line\nfeed\ttab\u{1B}[2J", r"\u{202E}gpj.lkp", r"no\u{200B}width", r"not\xFFutf\xFE8"):
        expect(text.count(name) >= 4, f"the name is shown as it is: {name}")
    tab.mouse.move(300, 500)
    for _ in range(40):
        tab.keyboard.press("Tab")
    expect(not said, f"nothing ran, and nothing was asked for {said[:3] or ''}")
    tab.evaluate("const s = document.createElement('script'); s.textContent = 'alert(9)'; document.body.append(s)")
    expect(any("Content Security Policy" in line for line in said), "a script that is added does not run")
    expect(not any(line.startswith("dialog") for line in said), "no dialog was opened")
    tab.context.close()


def check_filter(browser, page):
    tab, _, _ = opened(browser, page)
    everything = shown_files(tab)
    text = tab.get_by_label("Filter", exact=True)

    def shows(count, words, what):
        try:
            tab.wait_for_function(
                "words => document.querySelector('output').value.includes(words)", arg=words, timeout=5000)
        except TimeoutError:
            pass
        expect(shown_files(tab) == count, f"{what}: {shown_files(tab)} of {everything} files")

    text.fill("MODELS/GOOD")
    shows(10, "10 of", "the filter finds a model by its name, in capitals too")
    text.fill("nobody.knows")
    shows(1, "1 of", "the filter finds evidence")
    text.fill("")
    tab.wait_for_function("() => document.querySelector('output').value === ''")
    tab.get_by_label("deny", exact=True).uncheck()
    denied = tab.evaluate("document.querySelectorAll('.file.deny').length")
    shows(everything - denied, "of", "verdicts can be left out")
    expect(tab.evaluate("[...document.querySelectorAll('.folder.deny')].every(f => f.hidden || "
                        "f.querySelector('.file:not([hidden]), tr:not([hidden])'))"), "no folder is left empty")
    tab.get_by_label("deny", exact=True).check()
    tab.get_by_role("button", name="Close all").click()
    expect(tab.evaluate("document.querySelectorAll('.folder[open]').length") == 0, "all folders can be closed")
    tab.evaluate("location.hash = document.querySelector('.places a').hash")
    tab.wait_for_timeout(200)
    expect(tab.evaluate("document.querySelector(':target').checkVisibility()"), "a link opens what it leads to")
    tab.evaluate("document.querySelector('.rule').open = true")
    tab.get_by_role("button", name="Show only where it fired").first.click()
    expect(0 < shown_files(tab) < everything, "a rule shows only where it fired")
    tab.context.close()


def check_without_script(browser, page, everything):
    tab, said, _ = opened(browser, page, java_script_enabled=False)
    expect(not tab.locator("form").is_visible(), "without scripts there is no filter")
    expect(tab.locator(".file.deny").first.is_visible(), "without scripts what is denied is open")
    expect(tab.locator(".file, tbody tr").count() == everything, "without scripts everything is there")
    tab.context.close()


def check_access(browser, page, screenshots, is_small):
    for scheme in ("light", "dark"):
        for width, height in ((1280, 1000), (400, 860)):
            tab, _, _ = opened(browser, page, color_scheme=scheme, viewport={"width": width, "height": height})
            # With ten thousand files open it would take an hour.
            if is_small and width == 1280:
                tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
                found = Axe().run(tab)["violations"]
                said = [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"][:3]]
                expect(not said, f"axe finds nothing in {scheme} {said or ''}")
                tab.reload()
            expect(tab.evaluate("document.documentElement.scrollWidth") <= width, f"nothing is wider than {width}")
            if screenshots:
                tab.screenshot(path=f"{screenshots}/{page.stem}-{scheme}-{width}.png")
                tab.evaluate("window.scrollTo(0, 900)")
                tab.wait_for_timeout(200)
                tab.screenshot(path=f"{screenshots}/{page.stem}-{scheme}-{width}-below.png")
            tab.context.close()


def check_speed(browser, page):
    tab, said, loading = opened(browser, page, viewport={"width": 1280, "height": 1000})
    frames = tab.evaluate("""async () => {
      for (const folder of document.querySelectorAll(".folder")) folder.open = true;
      const frames = [];
      let last = performance.now();
      for (let step = 0; step < 120; step += 1) {
        scrollBy(0, 2000);
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        frames.push(now - last);
        last = now;
      }
      return frames.slice(1).sort((a, b) => a - b);
    }""")
    filtering = tab.evaluate("""() => {
      const start = performance.now();
      document.forms.filter.elements.text.value = "model-00042";
      document.forms.filter.dispatchEvent(new Event("change"));
      document.body.offsetHeight;
      return performance.now() - start;
    }""")
    print(f"        {page.name}: loaded in {loading:.2f} s; a frame of scrolling with all open takes "
          f"{frames[len(frames) // 2]:.0f} ms, the slowest {frames[-1]:.0f} ms; filtering takes {filtering:.0f} ms")
    expect(page.stat().st_size < 15_000_000, f"{page.name}: has less than 15 MB")
    expect(loading < 20, f"{page.name}: loads")
    expect(shown_files(tab) == 10, f"{page.name}: the filter finds one model of all")
    expect(not said, f"{page.name}: the browser has nothing to say {said[:3] or ''}")
    tab.context.close()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--program", required=True)
    arguments.add_argument("--work", type=Path, required=True)
    arguments.add_argument("--keep", default="", help="folder for the reports and screenshots")
    arguments.add_argument("--models", type=int, required=True, help="of the large report")
    options = arguments.parse_args()
    work = options.work
    samples.small(work / "small")
    samples.large(work / "large", options.models)
    pages = [work / "small.html", work / "large.html"]
    for folder, page in zip((work / "small", work / "large"), pages):
        report(options.program, folder, page)
        check_text(page)
    if options.keep:
        Path(options.keep).mkdir(parents=True, exist_ok=True)
        for page in pages:
            shutil.copy(page, options.keep)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        check_names(browser, pages[0])
        check_filter(browser, pages[0])
        everything = sum(len(files) for _, _, files in os.walk(bytes(work / "small")))
        check_without_script(browser, pages[0], everything)
        for page in pages:
            check_access(browser, page, options.keep, is_small=page is pages[0])
        check_speed(browser, pages[1])
        browser.close()
    print(f"{len(failures)} failed" if failures else "all of it holds")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
