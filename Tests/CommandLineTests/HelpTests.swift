import Testing

@testable import CommandLine

/// The help as its readers see it, word for word.
struct HelpTests {
  private static func help(_ arguments: String...) -> String {
    let host = TestHost()
    #expect(LazaretProgram.run(arguments.map { Array($0.utf8) }, host.host) == .allowed)
    #expect(host.errors == "")
    return host.output
  }

  @Test func `help of the program`() {
    #expect(
      Self.help("--help") == """
        Usage: lazaret COMMAND [OPTIONS] [OPERANDS]

        Examines machine-learning model files before anything loads them, each in a process that can do
        nothing but read that one file.

        Commands:
          scan PATH...                  Examine files or trees and report a verdict for each.
          gate PATH                     Examine quietly, for scripts: the exit status is the answer.
          admit SRC DEST                Copy a file or a tree to DEST if all of it is allowed.
          batch [LISTFILE]              Examine the files of a list; report each as it is finished.
          registry KIND ROOT [MODEL[@REVISION]...]
                                        Examine a registry of models: a verdict for each model and each
                                        file.
          watch DIR                     Examine what appears in a folder, until a signal ends it.
          explain FILE                  Show what loading a file would do, line by line, without doing
                                        it.
          verdict SHA256                Ask the store for the verdict on bytes of this digest.
          health                        Have the daemon test itself.
          metrics                       Print the daemon's numbers for Prometheus.
          waive [SHA256|FILE]           Let one artifact be used in spite of its verdict, for a time.
          rules [ID]                    Print the catalogue of rules, or explain one.
          formats                       Print what is recognised, and how far it is examined.
          policy check [DIR]            Check a policy folder; print its digest.
          policy compile [DIR]          Compile a policy folder's lists of names, for a fast start.
          policy digest [DIR]           Print the digest of a policy folder.
          store list                    List recorded examinations, the latest first.
          store show SHA256             Show every recorded examination of an artifact, and where it was
                                        seen.
          store verify                  Check the store's file, its audit chain and every record against
                                        the chain.
          store export                  Print every recorded examination as JSON Lines, the oldest
                                        first.
          completions bash|zsh|fish     Print the completions for a shell.
          manual                        Print the manual page, for man.

        Exit status, the first that applies in the order 1, 2, 3:
          0                             Every artifact is allowed, by its verdict or by a waiver.
          1                             At least one is denied.
          2                             The request itself failed, at least in part: usage, an
                                        unreadable path, no store, no confinement; or there was nothing
                                        to examine.
          3                             None is denied, but at least one is review or incomplete.

        'lazaret COMMAND --help' explains a command; 'lazaret --version' prints the version.

        Verdicts, the best first:
          allow                         Examined completely; every construct is known to be safe.
          review                        Examined completely; holds something that nobody has judged yet.
                                        A person decides.
          incomplete                    Could not be examined completely. Never quietly clean.
          deny                          Holds a known-dangerous construct, or an attack on the scanner
                                        or the loader.

        """)
  }

  @Test func `help of scan`() {
    #expect(
      Self.help("scan", "-h") == """
        Usage: lazaret scan [OPTIONS] PATH...

        Examine files or trees and report a verdict for each.

        Options:
          --format text|json|jsonl|sarif|junit|html
                                        How to report (default: text).
          --quiet                       Report only what is not allowed; no progress, no summary.
          --color auto|always|never     When to use colour (default: auto).
          --fail-on review|deny         The mildest verdict that fails the run (default: review).
          --workers N                   How many files to examine at once (default: one for each
                                        processor).
          --socket PATH                 Let the daemon at this socket examine.
          --policies DIR                The policy folder.
          --store PATH                  The verdict store.
          --no-store                    Neither ask the verdict store nor write to it.
          --no-cache                    Examine every file anew; still record the verdicts.
          -h, --help                    Print this; --help with more detail.

        """)
  }

  @Test func `help of explain`() {
    #expect(
      Self.help("explain", "-h") == """
        Usage: lazaret explain [OPTIONS] FILE

        Show what loading a file would do, line by line, without doing it.

        Options:
          --json                        Print one JSON document instead of text.
          --opcodes                     Show every opcode too, where it stands.
          --code                        Show the instructions of code objects, not only what they name.
          --all                         Leave nothing out: neither repetitions nor what is beyond 20,000
                                        lines.
          --color auto|always|never     When to use colour (default: auto).
          --policies DIR                The policy folder.
          -h, --help                    Print this; --help with more detail.

        """)
  }

  @Test func `help of scan at length`() {
    #expect(
      Self.help("scan", "--help") == """
        Usage: lazaret scan [OPTIONS] PATH...

        Examine files or trees and report a verdict for each.

        Every file is examined by a confined process of its own. Trees are walked without following
        links out of them; what cannot be read or is no regular file is reported as incomplete.

        Options:
          --format text|json|jsonl|sarif|junit|html
                                        How to report (default: text). json is one document, jsonl one
                                        object a line as soon as it is known, sarif a log for code
                                        scanning, junit a report of tests, html one page for people,
                                        written at the end.
          --quiet                       Report only what is not allowed; no progress, no summary.
          --color auto|always|never     When to use colour (default: auto). auto colours on a terminal,
                                        unless NO_COLOR is set or TERM is dumb.
          --fail-on review|deny         The mildest verdict that fails the run (default: review). With
                                        deny, files that are review or incomplete do not: a notice on
                                        standard error says so.
          --workers N                   How many files to examine at once (default: one for each
                                        processor).
          --socket PATH                 Let the daemon at this socket examine. Default: $LAZARET_SOCKET;
                                        without either, no daemon is asked. The daemon has its own
                                        policies and store.
          --policies DIR                The policy folder. Default: $LAZARET_POLICIES, or
                                        ../share/lazaret/policies beside the program.
          --store PATH                  The verdict store. Default: $XDG_STATE_HOME/lazaret/verdicts.db,
                                        or ~/.local/state/lazaret/verdicts.db.
          --no-store                    Neither ask the verdict store nor write to it.
          --no-cache                    Examine every file anew; still record the verdicts.
          -h, --help                    Print this; --help with more detail.

        Exit status, the first that applies in the order 1, 2, 3:
          0                             Every artifact is allowed, by its verdict or by a waiver.
          1                             At least one is denied.
          2                             The request itself failed, at least in part: usage, an
                                        unreadable path, no store, no confinement; or there was nothing
                                        to examine.
          3                             None is denied, but at least one is review or incomplete.

        """)
  }

  @Test func `help of gate at length`() {
    #expect(
      Self.help("gate", "--help") == """
        Usage: lazaret gate [OPTIONS] PATH

        Examine quietly, for scripts: the exit status is the answer.

        Prints nothing but errors. Only status 0 opens the gate.

        Options:
          --workers N                   How many files to examine at once (default: one for each
                                        processor).
          --socket PATH                 Let the daemon at this socket examine. Default: $LAZARET_SOCKET;
                                        without either, no daemon is asked. The daemon has its own
                                        policies and store.
          --policies DIR                The policy folder. Default: $LAZARET_POLICIES, or
                                        ../share/lazaret/policies beside the program.
          --store PATH                  The verdict store. Default: $XDG_STATE_HOME/lazaret/verdicts.db,
                                        or ~/.local/state/lazaret/verdicts.db.
          --no-store                    Neither ask the verdict store nor write to it.
          --no-cache                    Examine every file anew; still record the verdicts.
          -h, --help                    Print this; --help with more detail.

        Exit status, the first that applies in the order 1, 2, 3:
          0                             Every artifact is allowed, by its verdict or by a waiver.
          1                             At least one is denied.
          2                             The request itself failed, at least in part: usage, an
                                        unreadable path, no store, no confinement; or there was nothing
                                        to examine.
          3                             None is denied, but at least one is review or incomplete.

        """)
  }

  @Test func `help of admit at length`() {
    #expect(
      Self.help("admit", "--help") == """
        Usage: lazaret admit [OPTIONS] SRC DEST

        Copy a file or a tree to DEST if all of it is allowed.

        A private copy is made beside DEST; the copy is what is examined, and what is moved to DEST in
        one step, so nothing can change between the two. Of a tree every file must be allowed; links and
        special files are refused. DEST must not be there yet, and its folder must. Files get mode 0644
        and folders 0755, less the umask; attributes, owners and executable bits stay behind.

        Only exit status 0 means that DEST is what was examined and allowed. A run that is killed leaves
        nothing at DEST, or all of it; what it leaves beside it is removed by the next run.

        Options:
          --replace                     Put what is admitted in the place of what is at DEST, in one
                                        step.
          --quarantine DIR              Keep what is not allowed in this folder (default: delete the
                                        copy). Each file under its SHA-256, with a record of why beside
                                        it; mode 0600. Others must not be able to write the folder.
          --format text|json|jsonl|sarif|junit|html
                                        How to report (default: text). json is one document, jsonl one
                                        object a line as soon as it is known, sarif a log for code
                                        scanning, junit a report of tests, html one page for people,
                                        written at the end.
          --quiet                       Report only what is not allowed; no progress, no summary.
          --color auto|always|never     When to use colour (default: auto). auto colours on a terminal,
                                        unless NO_COLOR is set or TERM is dumb.
          --workers N                   How many files to examine at once (default: one for each
                                        processor).
          --socket PATH                 Let the daemon at this socket examine. Default: $LAZARET_SOCKET;
                                        without either, no daemon is asked. The daemon has its own
                                        policies and store.
          --policies DIR                The policy folder. Default: $LAZARET_POLICIES, or
                                        ../share/lazaret/policies beside the program.
          --store PATH                  The verdict store. Default: $XDG_STATE_HOME/lazaret/verdicts.db,
                                        or ~/.local/state/lazaret/verdicts.db.
          --no-store                    Neither ask the verdict store nor write to it.
          --no-cache                    Examine every file anew; still record the verdicts.
          -h, --help                    Print this; --help with more detail.

        Exit status, the first that applies in the order 1, 2, 3:
          0                             Every artifact is allowed, by its verdict or by a waiver.
          1                             At least one is denied.
          2                             The request itself failed, at least in part: usage, an
                                        unreadable path, no store, no confinement; or there was nothing
                                        to examine.
          3                             None is denied, but at least one is review or incomplete.

        """)
  }

  @Test func `help of batch`() {
    #expect(
      Self.help("batch", "-h") == """
        Usage: lazaret batch [OPTIONS] [LISTFILE]

        Examine the files of a list; report each as it is finished.

        Options:
          --format jsonl|html           How to report (default: jsonl).
          -0, --null                    The paths of the list end in a zero byte, as 'find -print0'
                                        writes them.
          --results FILE                Append the results to this file, and go on where an earlier run
                                        ended.
          --only-new                    Report only what the verdict store did not know.
          --color auto|always|never     When to use colour (default: auto).
          --fail-on review|deny         The mildest verdict that fails the run (default: review).
          --workers N                   How many files to examine at once (default: one for each
                                        processor).
          --socket PATH                 Let the daemon at this socket examine.
          --policies DIR                The policy folder.
          --store PATH                  The verdict store.
          --no-store                    Neither ask the verdict store nor write to it.
          --no-cache                    Examine every file anew; still record the verdicts.
          -h, --help                    Print this; --help with more detail.

        """)
  }

  @Test func `help of registry`() {
    #expect(
      Self.help("registry", "-h") == """
        Usage: lazaret registry [OPTIONS] KIND ROOT [MODEL[@REVISION]...]

        Examine a registry of models: a verdict for each model and each file.

        Options:
          --into DIR                    Let the models that are allowed into DIR/<name>/<revision>.
          --replace                     Put what is admitted in the place of what is at DEST, in one
                                        step.
          --quarantine DIR              Keep what is not allowed in this folder (default: delete the
                                        copy).
          --set-tags                    Write the verdict to the version at the tracking server, as
                                        tags.
          --size-limit BYTES            The most that a model may have to be fetched (default: 64 GiB).
          --insecure-http               Ask other machines by plain http too.
          --changed-since DATE          Leave out models of which nothing is new or changed since.
          --rehash                      Hash every file, also those that have not changed since they
                                        were.
          --format text|json|jsonl|sarif|junit|html
                                        How to report (default: text).
          --quiet                       Report only what is not allowed; no progress, no summary.
          --color auto|always|never     When to use colour (default: auto).
          --fail-on review|deny         The mildest verdict that fails the run (default: review).
          --workers N                   How many files to examine at once (default: one for each
                                        processor).
          --socket PATH                 Let the daemon at this socket examine.
          --policies DIR                The policy folder.
          --store PATH                  The verdict store.
          --no-store                    Neither ask the verdict store nor write to it.
          --no-cache                    Examine every file anew; still record the verdicts.
          -h, --help                    Print this; --help with more detail.

        """)
  }

  @Test func `help of verdict`() {
    #expect(
      Self.help("verdict", "-h") == """
        Usage: lazaret verdict [OPTIONS] SHA256

        Ask the store for the verdict on bytes of this digest.

        Options:
          --format text|json|jsonl      How to print (default: text).
          --color auto|always|never     When to use colour (default: auto).
          --policies DIR                The policy folder.
          --store PATH                  The verdict store.
          -h, --help                    Print this; --help with more detail.

        """)
  }

  @Test func `help of metrics at length`() {
    #expect(
      Self.help("metrics", "--help").hasPrefix(
        """
        Usage: lazaret metrics [OPTIONS]

        Print the daemon's numbers for Prometheus.

        Text format 0.0.4. Where no daemon answers, the only number is lazaret_up 0, and the exit status
        is 2.

        Options:
          --socket PATH                 Where the daemon listens. Default: $LAZARET_SOCKET,
                                        /run/lazaret/lazaretd.sock for root,
                                        $XDG_RUNTIME_DIR/lazaret/lazaretd.sock for others.
          --textfile PATH               Write to this file instead, at once and whole. For the textfile
                                        collector of node_exporter, which reads names that end in .prom.
          -h, --help                    Print this; --help with more detail.
        """))
  }

  @Test func `help of rules`() {
    #expect(
      Self.help("rules", "-h") == """
        Usage: lazaret rules [OPTIONS] [ID]

        Print the catalogue of rules, or explain one.

        Options:
          --format text|json            How to print (default: text).
          -h, --help                    Print this; --help with more detail.

        """)
  }

  @Test func `help of formats`() {
    #expect(
      Self.help("formats", "-h") == """
        Usage: lazaret formats [OPTIONS]

        Print what is recognised, and how far it is examined.

        Options:
          --format text|json            How to print (default: text).
          -h, --help                    Print this; --help with more detail.

        """)
  }

  @Test func `help of policy check`() {
    #expect(
      Self.help("policy", "check", "-h") == """
        Usage: lazaret policy check [OPTIONS] [DIR]

        Check a policy folder; print its digest.

        Options:
          --policies DIR                The policy folder.
          -h, --help                    Print this; --help with more detail.

        """)
  }

  @Test func `help of policy digest`() {
    #expect(
      Self.help("policy", "digest", "-h") == """
        Usage: lazaret policy digest [OPTIONS] [DIR]

        Print the digest of a policy folder.

        Options:
          --policies DIR                The policy folder.
          -h, --help                    Print this; --help with more detail.

        """)
  }

  @Test func `help of store list`() {
    #expect(
      Self.help("store", "list", "-h") == """
        Usage: lazaret store list [OPTIONS]

        List recorded examinations, the latest first.

        Options:
          --format text|json|jsonl      How to print (default: text).
          --verdict allow|review|incomplete|deny
                                        Only examinations with this verdict.
          --limit N                     At most this many, the latest first.
          --color auto|always|never     When to use colour (default: auto).
          --store PATH                  The verdict store.
          -h, --help                    Print this; --help with more detail.

        """)
  }

  @Test func `help of store show`() {
    #expect(
      Self.help("store", "show", "-h") == """
        Usage: lazaret store show [OPTIONS] SHA256

        Show every recorded examination of an artifact, and where it was seen.

        Options:
          --format text|json|jsonl      How to print (default: text).
          --color auto|always|never     When to use colour (default: auto).
          --store PATH                  The verdict store.
          -h, --help                    Print this; --help with more detail.

        """)
  }

  @Test func `help of store verify at length`() {
    #expect(
      Self.help("store", "verify", "--help") == """
        Usage: lazaret store verify [OPTIONS]

        Check the store's file, its audit chain and every record against the chain.

        Prints the head of the chain. Whoever can write the file can also write a chain of their own, so
        keep a copy of the head elsewhere and compare. The exit status is 2 where anything is wrong.

        Options:
          --store PATH                  The verdict store. Default: $XDG_STATE_HOME/lazaret/verdicts.db,
                                        or ~/.local/state/lazaret/verdicts.db.
          -h, --help                    Print this; --help with more detail.

        Exit status, the first that applies in the order 1, 2, 3:
          0                             Every artifact is allowed, by its verdict or by a waiver.
          1                             At least one is denied.
          2                             The request itself failed, at least in part: usage, an
                                        unreadable path, no store, no confinement; or there was nothing
                                        to examine.
          3                             None is denied, but at least one is review or incomplete.

        """)
  }

  @Test func `help of store export`() {
    #expect(
      Self.help("store", "export", "-h") == """
        Usage: lazaret store export [OPTIONS]

        Print every recorded examination as JSON Lines, the oldest first.

        Options:
          --store PATH                  The verdict store.
          -h, --help                    Print this; --help with more detail.

        """)
  }

  @Test func `no line is wider than a hundred columns, and every flag and command has words`() {
    for command in CommandTable.all {
      for isLong in [false, true] {
        #expect(
          HelpText.command(command, isLong: isLong).split(separator: "\n").allSatisfy { $0.count <= 100 })
      }
      #expect(command.summary.hasSuffix(".") && command.flags.allSatisfy { $0.help.hasSuffix(".") })
      #expect(Set(command.flags.map(\.name)).count == command.flags.count)
    }
  }
}
