"""Reads one source file by AST and says what each of its functions does; nothing is imported or run.

A file's facts are plain values: they depend on its bytes alone, so they are kept by digest and every version of a
library that has the same file shares them. What needs other files (imports, calls across modules) is left as names.
"""

import ast
import re

from syntax import dotted, statements

# What a function can do to the program that loads a pickle, the worst first. The names are what
# policies/globals/functions/*.json writes and FunctionEffect.swift reads.
EFFECTS = ("executes", "evaluates", "unpickles", "imports", "connects", "opens", "changes", "calls-back", "native", "computes")

# Calls that show an effect, by dotted name; a name stands for everything below it too.
SIGNS = {
    "executes": (
        "os.system", "os.popen", "os.startfile", "os.fork", "os.forkpty", "os.posix_spawn", "os.posix_spawnp", "os.kill",
        "os.execl", "os.execle", "os.execlp", "os.execlpe", "os.execv", "os.execve", "os.execvp", "os.execvpe",
        "os.spawnl", "os.spawnle", "os.spawnlp", "os.spawnv", "os.spawnve", "os.spawnvp", "subprocess", "pty", "runpy",
        "multiprocessing.Process", "multiprocessing.Pool", "multiprocessing.get_context", "concurrent.futures.ProcessPoolExecutor",
        "ctypes", "cffi", "commands", "pexpect", "distutils.spawn", "torch.ops.load_library", "torch.multiprocessing.spawn", "pip.main",
        "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell", "webbrowser", "_posixsubprocess", "_winapi.CreateProcess",
    ),
    "evaluates": (
        "eval", "exec", "execfile", "compile", "types.FunctionType", "types.CodeType", "code.interact", "code.InteractiveConsole",
        "numexpr.evaluate", "patsy.dmatrix", "patsy.dmatrices", "pandas.eval", "timeit.timeit", "jinja2.Template",
    ),
    "unpickles": (
        "pickle.load", "pickle.loads", "pickle.Unpickler", "cPickle.load", "cPickle.loads", "_pickle.load", "_pickle.loads",
        "cloudpickle.load", "cloudpickle.loads", "dill.load", "dill.loads", "joblib.load", "torch.load", "marshal.load",
        "marshal.loads", "shelve.open", "pandas.read_pickle", "yaml.load", "yaml.unsafe_load", "srsly.pickle_loads", "skops.io.load",
    ),
    "imports": (
        "__import__", "importlib.import_module", "importlib.__import__", "importlib.reload", "importlib.util.module_from_spec",
        "imp", "pkgutil.find_loader", "pkgutil.get_loader", "pkgutil.resolve_name", "pydoc.locate", "zipimport",
        "importlib.machinery.SourceFileLoader",
    ),
    "connects": (
        "socket", "urllib.request", "urllib.urlopen", "urllib.urlretrieve", "urllib2", "requests", "httpx", "aiohttp", "http.client",
        "ftplib", "smtplib", "poplib", "imaplib", "telnetlib", "xmlrpc.client", "boto3", "botocore", "huggingface_hub", "fsspec.open",
        "torch.hub", "torch.distributed.init_process_group", "http.server", "socketserver", "ssl.wrap_socket", "asyncio.open_connection",
        "gdown", "wget", "websocket", "websockets", "paramiko", "wandb.init", "mlflow.start_run", "comet_ml.Experiment",
    ),
    "opens": (
        "open", "file", "io.open", "io.FileIO", "codecs.open", "os.open", "os.remove", "os.unlink", "os.rename", "os.replace", "os.mkdir",
        "os.makedirs", "os.rmdir", "os.removedirs", "os.listdir", "os.scandir", "os.walk", "os.symlink", "os.link", "os.chmod", "os.chown",
        "os.truncate", "os.stat", "os.utime", "os.mkfifo", "os.access", "os.path.exists", "os.path.isfile", "os.path.isdir",
        "os.path.getsize", "os.path.getmtime", "shutil", "tempfile", "zipfile", "tarfile", "gzip.open", "gzip.GzipFile", "bz2.open",
        "bz2.BZ2File", "lzma.open", "lzma.LZMAFile", "glob", "fileinput", "mmap", "h5py.File", "sqlite3.connect", "dbm", "netrc",
        "numpy.load", "numpy.loadtxt", "numpy.genfromtxt", "numpy.fromfile", "numpy.memmap", "numpy.save", "numpy.savez", "numpy.savetxt",
        "numpy.savez_compressed", "pandas.read_csv", "pandas.read_table", "pandas.read_excel", "pandas.read_hdf", "pandas.read_json",
        "pandas.read_parquet", "PIL.Image.open", "cv2.imread", "cv2.imwrite", "cv2.VideoCapture", "imageio", "torch.save", "joblib.dump",
        "safetensors.safe_open", "safetensors.torch.load_file", "safetensors.torch.save_file", "scipy.io.loadmat", "soundfile",
        "torchaudio.load", "pyarrow.parquet", "pkgutil.get_data", "linecache", "logging.FileHandler", "json.load", "yaml.safe_load",
        "csv.reader", "pickle.dump", "tokenize.open", "configparser",
    ),
    "changes": (
        "os.putenv", "os.unsetenv", "os.chdir", "os.environ.update", "os.environ.setdefault", "os.environ.pop", "os.umask", "signal.signal",
        "sys.exit", "os._exit", "os.abort", "sys.settrace", "sys.setprofile", "sys.setrecursionlimit", "sys.path", "sys.modules",
        "locale.setlocale", "random.seed", "numpy.random.seed", "torch.manual_seed", "atexit.register", "gc.disable", "resource.setrlimit",
        "logging.basicConfig", "setattr", "globals", "time.tzset",
        "faulthandler", "threading.Thread", "_thread.start_new_thread", "threading.settrace", "copyreg.pickle", "copyreg.add_extension",
    ),
    "calls-back": ("map", "filter", "apply", "functools.reduce"),
}
SIGN = {name: effect for effect in reversed(EFFECTS) for name in SIGNS.get(effect, ())}
# Methods whose names alone are a sign, whatever they are called on: those of paths, sessions and cursors.
METHOD_SIGNS = {
    "read_text": "opens", "read_bytes": "opens", "write_text": "opens", "write_bytes": "opens", "unlink": "opens", "mkdir": "opens",
    "rmdir": "opens", "touch": "opens", "iterdir": "opens", "extractall": "opens", "to_csv": "opens", "urlopen": "connects",
    "urlretrieve": "connects", "import_module": "imports", "Popen": "executes", "check_call": "executes", "check_output": "executes",
    "from_pretrained": "connects", "load_state_dict_from_url": "connects", "hf_hub_download": "connects", "exec_module": "imports",
}
REDUCERS = ("__reduce__", "__reduce_ex__", "__getnewargs__", "__getnewargs_ex__", "__getinitargs__", "reducer_override", "__reduce_cython__")
PARTS_OF_REDUCING = re.compile(r"^_*(pickle|reduce)_|_reduce$|reductor")


def worst(effects):
    return next((effect for effect in EFFECTS if effect in effects), "computes")


def file_facts(source):
    """{functions: {name: (effects, called names)}, classes: the same, imports, stars, aliases, all, reducing}; None for
    what is no Python 3."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    facts = {"functions": {}, "classes": {}, "imports": {}, "stars": [], "aliases": {}, "all": None, "reducing": set()}
    for node in statements(tree.body):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            merge(facts["functions"], node.name, body_facts(node))
        elif isinstance(node, ast.ClassDef):
            merge(facts["classes"], node.name, class_facts(node))
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    note_assignment(facts, target.id, node.value)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                facts["imports"][alias.asname or alias.name.split(".")[0]] = (0, alias.name if alias.asname else alias.name.split(".")[0], None)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name == "*":
                    facts["stars"].append((node.level, node.module or ""))
                else:
                    facts["imports"][alias.asname or alias.name] = (node.level, node.module or "", alias.name)
    facts["reducing"] = reducing_names(tree)
    return facts


def merge(table, name, facts):
    """A name that is defined twice, under `if` and `else`, does what both do."""
    old = table.get(name, (frozenset(), frozenset()))
    table[name] = (old[0] | facts[0], old[1] | facts[1])


def note_assignment(facts, name, value):
    if isinstance(value, ast.Lambda):
        merge(facts["functions"], name, body_facts(value))
    elif name == "__all__":
        if isinstance(value, (ast.List, ast.Tuple)) and all(isinstance(e, ast.Constant) for e in value.elts):
            facts["all"] = {e.value for e in value.elts if isinstance(e.value, str)}
    else:
        target = dotted(value)
        if target and not target.endswith(")"):
            facts["aliases"][name] = target


def class_facts(node):
    """What calling the class does, by its own __new__ and __init__."""
    effects, calls = frozenset(), frozenset()
    for item in statements(node.body):
        if isinstance(item, ast.FunctionDef) and item.name in ("__init__", "__new__"):
            found = body_facts(item)
            effects, calls = effects | found[0], calls | found[1]
    return effects, calls


def body_facts(function):
    """The effects that show in a body, and the dotted names it calls."""
    parameters = {a.arg for a in function.args.posonlyargs + function.args.args + function.args.kwonlyargs}
    effects, calls = set(), set()
    body = function.body if isinstance(function.body, list) else [function.body]
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Global):
                effects.add("changes")
            if not isinstance(node, ast.Call):
                continue
            name = dotted(node.func)
            if name is None:
                if isinstance(node.func, ast.Attribute) and node.func.attr in METHOD_SIGNS:
                    effects.add(METHOD_SIGNS[node.func.attr])
                continue
            head, _, rest = name.partition(".")
            if name in parameters and name not in ("self", "cls"):
                effects.add("calls-back")
            elif head in parameters or "()" in name:
                leaf = name.rpartition(".")[2]
                if leaf in METHOD_SIGNS:
                    effects.add(METHOD_SIGNS[leaf])
            elif not (name.endswith("import_module") and node.args and isinstance(node.args[0], ast.Constant)):
                if rest.rpartition(".")[2] in METHOD_SIGNS:
                    effects.add(METHOD_SIGNS[rest.rpartition(".")[2]])
                if len(name) < 100:
                    calls.add(name)
    return frozenset(effects), frozenset(calls)


def reducing_names(tree):
    """Dotted names that stand in whatever takes part in pickling: methods, functions given to copyreg.pickle, and
    functions named like either. One of them may be what an honest pickle calls."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if node.name not in REDUCERS and not PARTS_OF_REDUCING.search(node.name):
                continue
        elif isinstance(node, ast.Call):
            if (dotted(node.func) or "").rpartition(".")[2] not in ("pickle", "register", "constructor", "add_extension"):
                continue
            if "copy" not in (dotted(node.func) or "") and "pickle" not in (dotted(node.func) or ""):
                continue
        else:
            continue
        for inner in ast.walk(node):
            if isinstance(inner, (ast.Name, ast.Attribute)):
                name = dotted(inner)
                if name:
                    names.add(name)
    return names


CYTHON_FUNCTION = re.compile(r"^(?:def|cpdef\b[^(=\n]*?)\s+([A-Za-z_]\w*)\s*\(", re.M)
CYTHON_REDUCER = re.compile(r"^( *)def (?:%s)\(.*?(?=^\1\S|\Z)" % "|".join(REDUCERS), re.M | re.S)
WORD = re.compile(rb"[A-Za-z_][\w.]*")


def cython_facts(source):
    """The same of a Cython file, by its text: functions at the left margin, words inside reducers."""
    text = source.decode("utf-8", "replace")
    functions = {name: (frozenset(["native"]), frozenset()) for name in CYTHON_FUNCTION.findall(text)}
    reducing = {word.decode() for found in CYTHON_REDUCER.finditer(text) for word in WORD.findall(found.group(0).encode())}
    return {"functions": functions, "classes": {}, "imports": {}, "stars": [], "aliases": {}, "all": None, "reducing": reducing}


def stub_facts(source):
    """The same of a stub, which has no bodies: what it declares is native code."""
    facts = file_facts(source)
    if facts:
        for kind in ("functions", "classes"):
            facts[kind] = {name: (frozenset(["native"]), frozenset()) for name in facts[kind]}
    return facts
