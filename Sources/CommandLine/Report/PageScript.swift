extension Page {
  /// The filter, and links into what is closed. Without it the page is whole, and nothing can be filtered.
  static let script: HTML = """
    "use strict";
    (() => {
      const form = document.getElementById("filter");
      const {text, open, close} = form.elements;
      const boxes = [...form.querySelectorAll("[name=verdict]")];
      const folders = [...document.querySelectorAll(".folder")].map(folder => ({
        folder, name: [...folder.querySelectorAll(":scope > summary .path")]
          .map(part => part.textContent.toLowerCase()).join(" "),
        allowed: folder.querySelector(":scope > .body > .allowed"),
        files: [...folder.querySelectorAll(".file, tbody tr")] }));
      const count = folders.reduce((sum, {files}) => sum + files.length, 0);
      const contents = new Map();
      const contentOf = file => {
        if (!contents.has(file)) contents.set(file, file.textContent.toLowerCase());
        return contents.get(file);
      };
      const verdictOf = element => boxes.find(box => element.classList.contains(box.value))?.value ?? "allow";

      const filter = () => {
        const wanted = text.value.trim().toLowerCase();
        const verdicts = new Set(boxes.filter(box => box.checked).map(box => box.value));
        let shown = 0;
        for (const {folder, name, allowed, files} of folders) {
          const isNamed = name.includes(wanted);
          let some = isNamed && files.length === 0 && verdicts.has(verdictOf(folder));
          let rows = false;
          for (const file of files) {
            const fits = verdicts.has(verdictOf(file)) && (isNamed || contentOf(file).includes(wanted));
            file.hidden = !fits;
            if (!fits) continue;
            some = true;
            shown += 1;
            if (file.localName === "tr") rows = true;
          }
          folder.hidden = !some;
          if (allowed) {
            allowed.hidden = !rows;
            if (wanted) allowed.open = rows && !isNamed;
          }
        }
        form.querySelector("output").value = shown === count ? "" : `${shown} of ${count} files`;
      };

      const openAll = isOpen => () => {
        for (const {folder} of folders) if (!folder.hidden) folder.open = isOpen;
      };

      const reveal = () => {
        const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
        if (!target) return;
        if (target.closest("[hidden]")) {
          text.value = "";
          for (const box of boxes) box.checked = true;
          filter();
        }
        for (let place = target; place; place = place.parentElement)
          if (place.localName === "details") place.open = true;
        (target.closest(".file, .rule, .folder, tr") ?? target).scrollIntoView();
      };

      let timer = 0;
      text.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(filter, 150);
      });
      form.addEventListener("change", filter);
      form.addEventListener("submit", event => event.preventDefault());
      open.addEventListener("click", openAll(true));
      close.addEventListener("click", openAll(false));
      for (const only of document.querySelectorAll(".only")) {
        only.hidden = false;
        only.firstElementChild.addEventListener("click", event => {
          text.value = event.currentTarget.value;
          filter();
          document.querySelector("main").scrollIntoView();
        });
      }
      addEventListener("hashchange", reveal);
      form.hidden = false;
      // A long page begins with a list of its folders.
      if (folders.filter(({folder}) => folder.open).length > 20) openAll(false)();
      filter();
      reveal();
    })();

    """
}
