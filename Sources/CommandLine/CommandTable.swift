/// Every command there is, in the order the help shows them.
enum CommandTable {
  private static let many = 1...Int.max

  static let all: [Command] = [
    Command(
      words: ["scan"], operands: "PATH...", operandCount: many,
      summary: "Examine files or trees and report a verdict for each.",
      discussion: [
        "Every file is examined by a confined process of its own. Trees are walked without following links "
          + "out of them; what cannot be read or is no regular file is reported as incomplete."
      ],
      flags: [
        .format, .quiet, .color, .failOn, .workers, .socket, .policies, .store, .noStore, .noCache,
      ],
      run: ScanCommand.scan),
    Command(
      words: ["gate"], operands: "PATH", operandCount: 1...1,
      summary: "Examine quietly, for scripts: the exit status is the answer.",
      discussion: ["Prints nothing but errors. Only status 0 opens the gate."],
      flags: [.workers, .socket, .policies, .store, .noStore, .noCache], run: ScanCommand.gate),
    Command(
      words: ["admit"], operands: "SRC DEST", operandCount: 2...2,
      summary: "Copy a file or a tree to DEST if all of it is allowed.",
      discussion: [
        "A private copy is made beside DEST; the copy is what is examined, and what is moved to DEST in one step, so "
          + "nothing can change between the two. Of a tree every file must be allowed; links and special files are "
          + "refused. DEST must not be there yet, and its folder must. Files get mode 0644 and folders 0755, less "
          + "the umask; attributes, owners and executable bits stay behind.",
        "Only exit status 0 means that DEST is what was examined and allowed. A run that is killed leaves nothing at "
          + "DEST, or all of it; what it leaves beside it is removed by the next run.",
      ],
      flags: [
        .replace, .quarantine, .format, .quiet, .color, .workers, .socket, .policies, .store,
        .noStore,
        .noCache,
      ],
      run: AdmitCommand.run),
    Command(
      words: ["batch"], operands: "[LISTFILE]", operandCount: 0...1,
      summary: "Examine the files of a list; report each as it is finished.",
      discussion: [
        "Reads one path a line from LISTFILE, or from standard input; trees are walked as by scan. Writes a JSON "
          + "object a line, as scan --format jsonl does, with two keys more, and a summary by verdict, rule and "
          + "format at the end. Neither the list nor the results are kept in memory.",
        "With --results a run that was stopped goes on: what is judged already is counted and not examined again, as "
          + "long as the file has the same path, inode, size and time stamps.",
      ],
      flags: [
        .batchFormat, .null, .results, .onlyNew, .color, .failOn, .workers, .socket, .policies, .store,
        .noStore,
        .noCache,
      ],
      run: BatchCommand.run),
    Command(
      words: ["registry"], operands: "KIND ROOT [MODEL[@REVISION]...]", operandCount: 2...Int.max,
      summary: "Examine a registry of models: a verdict for each model and each file.",
      discussion: [
        "KIND is hf-cache, mlflow, oci-layout, torchserve, triton, or dir for any folder of models. Every report of a file "
          + "names its model and revision, and every revision of a model has a verdict of its own. What belongs to no model "
          + "is examined too; what the registry names and does not have is said to be missing.",
        "A sweep that was stopped goes on where it was: verdicts are in the store, and files that have not changed are not "
          + "even read again.",
        "Where ROOT is an http or https address, KIND is hf, oci or mlflow: each MODEL, or all of oci and mlflow where none "
          + "is named, is fetched by a confined process, judged, and with --into let in. Credentials are in HF_TOKEN; in "
          + "LAZARET_REGISTRY_USER and LAZARET_REGISTRY_PASSWORD; in MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME "
          + "and MLFLOW_TRACKING_PASSWORD. For hf ROOT may be left out: it is $HF_ENDPOINT, or the Hub. A download that "
          + "is cut off goes on the next time.",
      ],
      flags: [
        .modelsInto, .replace, .quarantine, .setTags, .sizeLimit, .insecureHTTP, .changedSince, .rehash,
        .format,
        .quiet,
        .color, .failOn, .workers, .socket, .policies, .store, .noStore, .noCache,
      ],
      run: RegistryCommand.run),
    Command(
      words: ["watch"], operands: "DIR", operandCount: 1...1,
      summary: "Examine what appears in a folder, until a signal ends it.",
      discussion: [
        "A file is judged once it is whole: nobody has it open for writing, and its name is not that of an unfinished "
          + "download (.part, .incomplete, .crdownload and the like). It is judged again after each change. Folders "
          + "that appear are watched too. What never became whole is reported as incomplete at the end.",
        "With --into, --quarantine or both, a private copy of each file is examined, and moved there in one step, as "
          + "admit does; what is in DIR stays, unless --remove is given. Files that belong together are judged and "
          + "moved one by one: what must be let in whole or not at all is for admit.",
      ],
      flags: [
        .into, .replace, .quarantine, .removeSource, .existing, .format, .quiet, .color, .workers, .socket,
        .policies, .store, .noStore, .noCache,
      ],
      run: WatchCommand.run),
    Command(
      words: ["explain"], operands: "FILE", operandCount: 1...1,
      summary: "Show what loading a file would do, line by line, without doing it.",
      discussion: [
        "Every pickle in the file is shown as pseudo-Python in the order in which it would run, each line with "
          + "its offset and its judgement: ok, REVIEW, GAP for what was not examined, DENY. The reason follows.",
        "The file is read by a confined process, as in a scan, and the exit status is that of a scan. Nothing is "
          + "recorded.",
      ],
      flags: [.json, .opcodes, .code, .all, .color, .policies], run: ExplainCommand.run),
    Command(
      words: ["verdict"], operands: "SHA256", operandCount: 1...1,
      summary: "Ask the store for the verdict on bytes of this digest.",
      discussion: [
        "Answers only with a verdict under the present policy and engine; examines nothing. The exit status is "
          + "that of a scan, and 2 where there is no such verdict."
      ],
      flags: [.recordFormat, .color, .policies, .store], run: VerdictCommand.run),
    Command(
      words: ["health"], operands: "", operandCount: 0...0,
      summary: "Have the daemon test itself.",
      discussion: [
        "A known good and a known bad sample are examined, and workers attack their confinement. Prints what was "
          + "tried and what came of it. The exit status is 0 where all of it is good, 1 where anything "
          + "is not, 2 where no daemon answers."
      ],
      flags: [.healthSocket], run: HealthCommand.run),
    Command(
      words: ["metrics"], operands: "", operandCount: 0...0,
      summary: "Print the daemon's numbers for Prometheus.",
      discussion: [
        "Text format 0.0.4. Where no daemon answers, the only number is lazaret_up 0, and the exit status is 2."
      ],
      flags: [.healthSocket, .textfile], run: MetricsCommand.run),
    Command(
      words: ["waive"], operands: "[SHA256|FILE]", operandCount: 0...1,
      summary: "Let one artifact be used in spite of its verdict, for a time.",
      discussion: [
        "Writes waivers.json of the policy folder. A waiver is for exact bytes, says who decided and why, and ends. "
          + "Reports show the verdict as it was judged and the waiver beside it; the exit status counts the artifact "
          + "as allowed. It does not hold for a verdict worse than it covers, nor where the examination itself was "
          + "disturbed: by a forbidden system call, a crash, a deadline, a missing layer or a file that changed."
      ],
      flags: [.reason, .owner, .until, .covers, .listWaivers, .removeWaiver, .policies],
      run: WaiveCommand.run),
    Command(
      words: ["rules"], operands: "[ID]", operandCount: 0...1,
      summary: "Print the catalogue of rules, or explain one.", discussion: [], flags: [.tableFormat],
      run: RulesCommand.run),
    Command(
      words: ["formats"], operands: "", operandCount: 0...0,
      summary: "Print what is recognised, and how far it is examined.", discussion: [],
      flags: [.tableFormat], run: FormatsCommand.run),
    Command(
      words: ["policy", "check"], operands: "[DIR]", operandCount: 0...1,
      summary: "Check a policy folder; print its digest.",
      discussion: ["Names the file and the line of the first thing that is not understood."],
      flags: [.policies], run: PolicyCommand.check),
    Command(
      words: ["policy", "compile"], operands: "[DIR]", operandCount: 0...1,
      summary: "Compile a policy folder's lists of names, for a fast start.",
      discussion: [
        "Writes globals/compiled.bin. It is used only while it is of these very lists, decides nothing that they "
          + "do not, and may be deleted."
      ],
      flags: [.policies], run: PolicyCommand.compile),
    Command(
      words: ["policy", "digest"], operands: "[DIR]", operandCount: 0...1,
      summary: "Print the digest of a policy folder.",
      discussion: ["The digest is part of every verdict, and of the key under which the store answers."],
      flags: [.policies], run: PolicyCommand.digest),
    Command(
      words: ["store", "list"], operands: "", operandCount: 0...0,
      summary: "List recorded examinations, the latest first.", discussion: [],
      flags: [.recordFormat, .verdict, .limit, .color, .store], run: StoreCommand.list),
    Command(
      words: ["store", "show"], operands: "SHA256", operandCount: 1...1,
      summary: "Show every recorded examination of an artifact, and where it was seen.", discussion: [],
      flags: [.recordFormat, .color, .store], run: StoreCommand.show),
    Command(
      words: ["store", "verify"], operands: "", operandCount: 0...0,
      summary: "Check the store's file, its audit chain and every record against the chain.",
      discussion: [
        "Prints the head of the chain. Whoever can write the file can also write a chain of their own, so keep "
          + "a copy of the head elsewhere and compare. The exit status is 2 where anything is wrong."
      ],
      flags: [.store], run: StoreCommand.verify),
    Command(
      words: ["store", "export"], operands: "", operandCount: 0...0,
      summary: "Print every recorded examination as JSON Lines, the oldest first.", discussion: [],
      flags: [.store], run: StoreCommand.export),
    Command(
      words: ["completions"], operands: "bash|zsh|fish", operandCount: 1...1,
      summary: "Print the completions for a shell.",
      discussion: [
        "To be kept where the shell looks for them: /etc/bash_completion.d/lazaret, a file _lazaret in a folder of "
          + "zsh's fpath, or /etc/fish/completions/lazaret.fish."
      ],
      flags: [], run: CompletionsCommand.run),
    Command(
      words: ["manual"], operands: "", operandCount: 0...0,
      summary: "Print the manual page, for man.",
      discussion: ["'lazaret manual | man -l -' shows it; it is installed as lazaret.1 of section 1."],
      flags: [], run: ManualCommand.run),
  ]
}
