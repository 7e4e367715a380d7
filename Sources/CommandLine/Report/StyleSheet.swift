extension Page {
  /// Colours stand for verdicts together with a sign and the word, never alone. The pairs of text and ground have a
  /// contrast of at least 4.5 to 1.
  static let styleSheet: HTML = """
    :root { color-scheme: light dark;
      --ground: #f6f6f3; --card: #ffffff; --text: #1f2328; --soft: #59616a; --line: #dddcd6; --code: #f1f0ec;
      --link: #1f5fae; --deny: #b0221b; --incomplete: #6a4aa8; --review: #7d5300; --allow: #1c6b41;
      --deny-ground: #fbe9e7; --incomplete-ground: #f0ebf9; --review-ground: #faf0d9; --allow-ground: #e5f3ea }
    @media (prefers-color-scheme: dark) { :root {
      --ground: #15171a; --card: #1d2024; --text: #e3e5e8; --soft: #a3abb4; --line: #34383e; --code: #272b30;
      --link: #8ab8f5; --deny: #ff9389; --incomplete: #c3acff; --review: #eebd62; --allow: #82d3a3;
      --deny-ground: #43211f; --incomplete-ground: #322a48; --review-ground: #3d3119; --allow-ground: #1f3a2a } }
    * { box-sizing: border-box }
    html { scroll-padding-top: 5rem }
    body { margin: 0; background: var(--ground); color: var(--text); line-height: 1.55;
      font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
      overflow-wrap: anywhere }
    header, main, .tools { max-width: 72rem; margin: 0 auto; padding: 0 2rem }
    header { padding-top: 3.5rem; padding-bottom: 2rem }
    main { padding-bottom: 6rem }
    code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
      font-size: .875em }
    .path { unicode-bidi: isolate }
    code.path { font: inherit }
    h1, h2, h3 { line-height: 1.25; font-weight: 600; margin: 0 }
    h1 { font-size: 2.25rem; letter-spacing: -.015em; margin: .25rem 0 1.75rem; text-wrap: balance }
    h2 { font-size: 1.25rem; margin: 3.5rem 0 1rem }
    h3 { font-size: 1rem; display: inline }
    p { margin: .35rem 0; max-width: 46rem }
    a { color: var(--link); text-underline-offset: .15em }
    ul { list-style: none; margin: 0; padding: 0 }
    :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px }
    [hidden] { display: none !important }

    .product { color: var(--soft); font-size: .875rem; letter-spacing: .04em; margin: 0 }
    .bar { display: block; width: 100%; height: 14px; border-radius: 7px; background: var(--card) }
    .bar rect { stroke: var(--ground); stroke-width: 3px; vector-effect: non-scaling-stroke }
    .bar .deny { fill: var(--deny) } .bar .incomplete { fill: var(--incomplete) }
    .bar .review { fill: var(--review) } .bar .allow { fill: var(--allow) }
    .legend { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: .75rem 1.5rem;
      margin: 1.25rem 0 1.75rem }
    .legend b { font-size: 1.25rem; font-variant-numeric: tabular-nums; margin: 0 .25rem 0 .35rem }
    .legend span:last-child { color: var(--soft); font-size: .875rem; display: block; margin-top: .15rem }
    .remark { margin: .25rem 0 }
    dl { display: grid; grid-template-rows: auto auto; grid-auto-flow: column; justify-content: start;
      column-gap: 2.5rem; margin: 1.75rem 0 0; font-size: .875rem }
    dt { color: var(--soft); font-size: .8125rem } dd { margin: 0 }

    .verdict { display: inline-block; font-size: .8125rem; font-weight: 600; line-height: 1.5; padding: 0 .6em;
      border-radius: 1em; white-space: nowrap }
    .verdict::before { margin-right: .4em; font-weight: 700 }
    .verdict.deny { color: var(--deny); background: var(--deny-ground) }
    .verdict.incomplete { color: var(--incomplete); background: var(--incomplete-ground) }
    .verdict.review { color: var(--review); background: var(--review-ground) }
    .verdict.allow { color: var(--allow); background: var(--allow-ground) }
    .verdict.deny::before { content: "\u{2715}" } .verdict.incomplete::before { content: "\u{2026}" }
    .verdict.review::before { content: "?" } .verdict.allow::before { content: "\u{2713}" }

    .tools { position: sticky; top: 0; z-index: 1; background: var(--ground); display: flex; flex-wrap: wrap;
      gap: .5rem 2rem; align-items: center; justify-content: space-between; padding-top: .6rem;
      padding-bottom: .6rem; font-size: .875rem }
    .tools::after { content: ""; position: absolute; bottom: 0; left: 2rem; right: 2rem;
      border-bottom: 1px solid var(--line) }
    nav { display: flex; gap: 1.25rem }
    nav a { text-decoration: none; padding: .25rem 0 } nav a:hover { text-decoration: underline }
    form { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center }
    fieldset { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem .75rem }
    legend { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
    input[type=search], button { font: inherit; font-size: .875rem; color: inherit; background: var(--card);
      border: 1px solid var(--soft); border-radius: 6px; padding: .25rem .6rem }
    input[type=search] { width: 14rem; max-width: 100% } button { cursor: pointer }
    input[type=checkbox] { accent-color: var(--link); vertical-align: -.1em }
    output { color: var(--soft); font-variant-numeric: tabular-nums }

    .folder, .rule { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
      margin: .6rem 0; content-visibility: auto; contain-intrinsic-size: auto 4rem }
    .folder[open] { contain-intrinsic-size: auto 30rem }
    .file { border-top: 1px solid var(--line); content-visibility: auto; contain-intrinsic-size: auto 14rem }
    summary { cursor: pointer; padding: .65rem 1.25rem .65rem 2.5rem; position: relative; list-style: none }
    summary::-webkit-details-marker { display: none }
    summary::before { content: ""; position: absolute; left: 1.2rem; top: 1.15rem; width: .4rem; height: .4rem;
      border: solid var(--soft); border-width: 0 2px 2px 0; transform: rotate(-45deg) }
    details[open] > summary::before { transform: rotate(45deg); top: 1.05rem }
    summary:hover { background: var(--code) } summary:focus-visible { outline-offset: -2px }
    .folder > summary, .rule > summary { border-radius: 10px }
    .folder > summary > .verdict, .rule > summary > .verdict, .file > summary > .verdict { margin-right: .35rem }
    summary > .tag { margin-left: .35rem }
    .tag { font-size: .8125rem; color: var(--soft); border: 1px solid var(--line); border-radius: 4px;
      padding: 0 .4em; white-space: nowrap }
    .at, .count, .id { color: var(--soft); font-size: .875rem; margin-left: .5rem }
    .why { color: var(--soft); font-size: .875rem } .folder > summary > .why { display: block; margin-top: .2rem }
    .file > summary .why { margin-left: .5rem } details[open] > summary > .why { display: none !important }
    .folder > .body > p, .folder > .body > .findings, .folder > .body > .facts, .rule > .body, .file > .body {
      padding: 0 1.25rem 0 2.5rem }
    .folder > .body > p { margin: .35rem 0 .75rem; max-width: none }
    .rule > .body { padding-bottom: 1rem }
    .file > .body { padding-bottom: .5rem }
    .facts { display: flex; flex-wrap: wrap; gap: .1rem 1.5rem; color: var(--soft); font-size: .8125rem;
      margin-bottom: .75rem }
    .waiver { border-left: 3px solid var(--review); padding-left: .75rem }
    .findings > li { margin: 0 0 1.25rem; font-size: .9375rem }
    .what { font-weight: 500; font-size: 1rem; margin: 0 }
    .what a { color: inherit; text-decoration-color: var(--soft) }
    .place { color: var(--soft); font-weight: 400 }
    .place code.path { color: var(--text) }
    .severity { font-size: .8125rem; font-weight: 600; color: var(--soft); margin-right: .35rem }
    .severity.critical, .severity.high { color: var(--deny) } .severity.medium { color: var(--review) }
    .evidence { margin: .4rem 0; padding: .5rem .75rem; background: var(--code); border-radius: 6px;
      white-space: pre-wrap; max-height: 16rem; overflow: auto }
    .ids { color: var(--soft); font-size: .8125rem; margin: .15rem 0 }
    .omitted { color: var(--soft) }
    .places { font-size: .875rem; margin-top: .5rem; columns: 22rem; column-gap: 2rem }

    .allowed { border-top: 1px solid var(--line) } .allowed > summary { color: var(--soft); font-size: .875rem;
      padding-top: .5rem; padding-bottom: .5rem } .allowed > summary::before { top: .9rem }
    .allowed[open] > summary::before { top: .8rem }
    .wide { overflow-x: auto; padding: 0 1.25rem 1rem 2.5rem }
    table { border-collapse: collapse; width: 100%; font-size: .875rem }
    th, td { text-align: left; vertical-align: top; font-weight: 400; padding: .3rem 1.25rem .3rem 0;
      border-bottom: 1px solid var(--line); min-width: 6rem }
    thead th { color: var(--soft); font-size: .8125rem } tr:last-child > * { border-bottom: 0 }
    .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
    td .digest { display: block; color: var(--soft); font-size: .75rem; word-break: break-all; min-width: 17rem }

    @media (max-width: 40rem) {
      header, main, .tools { padding-left: 1rem; padding-right: 1rem } header { padding-top: 1.75rem }
      h1 { font-size: 1.625rem } dl { display: block } dd { margin-bottom: .5rem } .tools { position: static } .tools::after { left: 1rem; right: 1rem } .legend { grid-template-columns: 1fr 1fr }
      summary { padding-left: 2rem; padding-right: .75rem } summary::before { left: .8rem }
      .folder > .body > p, .folder > .body > .findings, .folder > .body > .facts, .rule > .body, .file > .body,
      .wide { padding-left: 1rem; padding-right: .75rem }
      .count { margin-left: 0 } input[type=search] { width: 100% } form > label { flex: 1 0 100% } }
    @media print {
      :root { --ground: #fff; --card: #fff; --text: #000; --soft: #444; --line: #bbb; --code: #f4f4f4;
        --link: #000; --deny: #9b1c16; --incomplete: #573a92; --review: #694500; --allow: #175634;
        --deny-ground: #fff; --incomplete-ground: #fff; --review-ground: #fff; --allow-ground: #fff }
      body { font-size: 10pt } .tools, .only { display: none } header, main { max-width: none; padding: 0 }
      .folder, .rule, .file { content-visibility: visible } .findings > li, .rule, tr { break-inside: avoid }
      summary, h2 { break-after: avoid } .evidence { max-height: none; border: 1px solid var(--line) }
      .bar { print-color-adjust: exact } }

    """
}
