import Findings
import Policy
import TestSupport
import Testing

/// Calls of functions that libraries have and that no honest pickle calls.
@Suite struct FunctionCallTests {
  private func call(_ module: String, _ name: String) -> Judged {
    judge(.proto(4), .global(module, name), .text("x"), .tuple1, .reduce, .stop)
  }

  @Test(arguments: [
    ("torch.hub", "load"), ("numpy", "loadtxt"), ("scipy.io", "loadmat"),
    ("sklearn.datasets", "load_svmlight_file"), ("transformers", "pipeline"), ("nltk", "download"),
  ]) func `a known gadget is denied, and the finding says what it does`(module: String, name: String) {
    let judged = call(module, name)
    #expect(judged.verdict == .deny, judged.account)
    let reason = PolicyFolder.table.entry(module: module, name: name)?.reason ?? "no reason"
    #expect(judged.report.findings.contains { $0.detail.contains(reason) }, judged.account)
  }

  @Test(arguments: [
    ("sklearn.datasets", "load_iris", FunctionEffect.opens),
    ("statsmodels.datasets", "webuse", .connects), ("fastai.torch_core", "apply", .callsBack),
    ("torch", "from_numpy", .native), ("xgboost", "train", .executes),
    ("optuna", "create_study", .computes),
  ]) func `another function of a reviewed library is denied, and the finding says what it does`(
    module: String, name: String, effect: FunctionEffect
  ) {
    let judged = call(module, name)
    #expect(judged.verdict == .deny, judged.account)
    #expect(
      judged.report.findings.contains {
        $0.rule.id == "pickle.unreviewed-standard-call" && $0.detail.contains(effect.reason)
      }, judged.account)
  }

  @Test(arguments: [
    // What the library's own pickles call, and nobody has reviewed.
    ("spacy.vocab", "unpickle_vocab"), ("jax._src.array", "_reconstruct_array"),
    ("pyarrow.lib", "_restore_array"),
    // A class, and names beside those of functions.
    ("optuna.study", "Study"), ("optuna", "create_studies"), ("optun", "create_study"),
  ]) func `a reducer, a class and a name beside a function's are not denied`(module: String, name: String) {
    let judged = call(module, name)
    #expect(judged.verdict == .review, judged.account)
  }

  @Test func `a function that is stored and not called is not denied`() {
    let judged = judge(.proto(4), .global("optuna", "create_study"), .stop)
    #expect(judged.verdict == .review, judged.account)
  }
}
