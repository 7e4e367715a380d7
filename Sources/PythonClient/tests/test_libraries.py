"""Guards on the libraries themselves, with lazaretd as it was built. A library that is absent is skipped, and said."""

import importlib.util
import io
import os
import pickle
import subprocess
import sys
import textwrap
import warnings

import lazaret
from tests.real_daemon import WithRealDaemon
from tests.test_daemon import Canary


class Nobody:
    """A class that no safe list knows."""


class WithLibraries(WithRealDaemon):
    libraries = ()

    @classmethod
    def setUpClass(cls):
        missing = [name for name in cls.libraries if importlib.util.find_spec(name) is None]
        if missing:
            print(f"NOTICE: {cls.__name__}: no {', '.join(missing)} here: NOT TESTED WITH IT", file=sys.stderr)
            cls.skipTest(cls, f"no {', '.join(missing)}")
        super().setUpClass()

    def setUp(self):
        super().setUp()
        self.target = os.path.join(self.folder, "made")
        self.addCleanup(lazaret.uninstall)

    def path(self, name):
        return os.path.join(self.folder, name)

    def memory(self, name):
        with open(self.path(name), "rb") as file:
            return io.BytesIO(file.read())

    def install(self, **options):
        return lazaret.install(socket=self.daemon.socket, safe_list=self.daemon.policies, **options)

    def refuses(self, load, *arguments, **keywords):
        """Nothing that is loaded so is loaded, and its canary does not sing."""
        with self.assertRaises((lazaret.NotAllowed, lazaret.NameRefused)) as caught:
            load(*arguments, **keywords)
        self.assertFalse(os.path.exists(self.target))
        return caught.exception


class Numpy(WithLibraries):
    libraries = ("numpy",)

    def test_arrays_and_archives_load_as_before(self):
        import numpy

        array = numpy.arange(12.0).reshape(3, 4)
        numpy.save(self.path("a.npy"), array)
        numpy.savez(self.path("a.npz"), x=array, y=numpy.array([{"k": 1}], dtype=object))
        self.install()
        self.assertTrue((numpy.load(self.path("a.npy")) == array).all())
        mapped = numpy.load(self.path("a.npy"), mmap_mode="r")
        self.assertIsInstance(mapped, numpy.memmap)
        self.assertTrue((mapped == array).all())
        with numpy.load(self.path("a.npz"), allow_pickle=True) as archive:
            self.assertTrue((archive["x"] == array).all())
            self.assertEqual(archive["y"][0], {"k": 1})
        with open(self.path("a.npz"), "rb") as file:
            self.assertTrue((numpy.load(file)["x"] == array).all())
        with open(self.path("a.npy"), "rb") as file:
            self.assertTrue((numpy.load(file=file) == array).all())
            self.assertEqual(file.read(), b"")

    def test_hostile_object_arrays_are_stopped(self):
        import numpy

        hostile = numpy.array([Canary(self.target)], dtype=object)
        numpy.save(self.path("a.npy"), hostile)
        numpy.savez(self.path("a.npz"), x=hostile)
        self.install()
        self.refuses(numpy.load, self.path("a.npy"), allow_pickle=True)
        self.refuses(numpy.load, self.path("a.npz"), allow_pickle=True)
        with open(self.path("a.npy"), "rb") as file:
            self.refuses(numpy.load, file, allow_pickle=True)
        lazaret.uninstall()
        numpy.load(self.path("a.npy"), allow_pickle=True)
        self.assertTrue(os.path.exists(self.target), "the canary does not sing")


class Joblib(WithLibraries):
    libraries = ("joblib", "numpy")

    def test_objects_load_as_before_whatever_packs_them(self):
        import joblib
        import numpy

        value = {"weights": numpy.arange(1000.0), "names": ["a", "b"]}
        for compress in (0, 3, ("gzip", 3), ("bz2", 3), ("xz", 3), ("lzma", 3)):
            joblib.dump(value, self.path("m.joblib"), compress=compress)
            with self.install():
                for source in (self.path("m.joblib"), self.memory("m.joblib")):
                    loaded = joblib.load(source)
                    self.assertTrue((loaded["weights"] == value["weights"]).all(), compress)
                    self.assertEqual(loaded["names"], ["a", "b"])
        joblib.dump(value, self.path("m.joblib"))
        self.install()
        mapped = joblib.load(self.path("m.joblib"), mmap_mode="r")["weights"]
        self.assertIsInstance(mapped, numpy.memmap)
        self.assertTrue((mapped == value["weights"]).all())

    def test_hostile_objects_are_stopped_at_both_lines(self):
        import joblib

        for compress in (0, 3):
            joblib.dump({"m": Canary(self.target)}, self.path("m.joblib"), compress=compress)
            with self.install():
                error = self.refuses(joblib.load, self.path("m.joblib"))
                self.assertIn("pickle.dangerous-call", str(error))
                with open(self.path("m.joblib"), "rb") as file:
                    self.refuses(joblib.load, file)
            with self.install(guards=["pickle.loads"]):
                error = self.refuses(joblib.load, self.path("m.joblib"))
                self.assertIsInstance(error, lazaret.NameRefused)
        joblib.load(self.path("m.joblib"))
        self.assertTrue(os.path.exists(self.target), "the canary does not sing")

    def test_a_class_that_nobody_reviewed_needs_a_person(self):
        import joblib

        joblib.dump(Nobody(), self.path("m.joblib"))
        self.install()
        error = self.refuses(joblib.load, self.path("m.joblib"))
        self.assertIs(error.verdict.verdict, lazaret.Judgement.REVIEW)
        self.daemon.waive(error.verdict.sha256, "review")
        self.assertIsInstance(joblib.load(self.path("m.joblib")), Nobody)


class ScikitLearn(WithLibraries):
    libraries = ("sklearn", "joblib", "numpy")

    def test_models_load_and_predict_as_before(self):
        import joblib
        import numpy
        from sklearn.ensemble import RandomForestClassifier
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        # Of these numbers none looks like an opcode to joblib before 1.2, which would run it: those are a `review`.
        points = numpy.random.RandomState(1).rand(60, 4)
        classes = (points[:, 0] > 0.5).astype(int)
        for model in (
            make_pipeline(StandardScaler(), LogisticRegression()),
            RandomForestClassifier(n_estimators=3, random_state=0),
        ):
            model.fit(points, classes)
            joblib.dump(model, self.path("m.joblib"))
            with open(self.path("m.pkl"), "wb") as file:
                pickle.dump(model, file)
            with self.install(), open(self.path("m.pkl"), "rb") as file:
                for loaded in (joblib.load(self.path("m.joblib")), pickle.load(file)):
                    self.assertTrue((loaded.predict(points) == model.predict(points)).all())


class Torch(WithLibraries):
    libraries = ("torch",)

    def test_weights_load_as_before(self):
        import torch

        weights = torch.nn.Linear(8, 4).state_dict()
        torch.save(weights, self.path("m.pt"))
        torch.save(weights, self.path("old.pt"), _use_new_zipfile_serialization=False)
        self.install()
        loads = [
            torch.load(self.path("m.pt")),
            torch.load(f=self.path("m.pt"), weights_only=False),
            torch.load(self.path("m.pt"), mmap=True),
            torch.load(self.path("old.pt")),
            torch.load(self.path("old.pt"), weights_only=False),
            torch.load(self.memory("m.pt"), map_location="cpu"),
        ]
        for loaded in loads:
            self.assertTrue(torch.equal(loaded["weight"], weights["weight"]))

    def test_a_whole_module_loads_as_before(self):
        import torch

        model = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.ReLU())
        torch.save(model, self.path("m.pt"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.install()
            loaded = torch.load(self.path("m.pt"), weights_only=False)
        sample = torch.ones(1, 4)
        self.assertTrue(torch.equal(loaded(sample), model(sample)))

    def test_hostile_checkpoints_are_stopped_at_both_lines(self):
        import torch

        for zipped in (True, False):
            torch.save({"m": Canary(self.target)}, self.path("m.pt"), _use_new_zipfile_serialization=zipped)
            with self.install():
                self.refuses(torch.load, self.path("m.pt"), weights_only=False)
                self.refuses(torch.load, self.path("m.pt"))
                with open(self.path("m.pt"), "rb") as file:
                    self.refuses(torch.load, file, weights_only=False)
                self.refuses(torch.serialization.load, self.path("m.pt"), weights_only=False)
            with self.install(guards=["joblib.load"]):
                error = self.refuses(torch.load, self.path("m.pt"), weights_only=False)
                self.assertIsInstance(error, lazaret.NameRefused)
        torch.load(self.path("m.pt"), weights_only=False)
        self.assertTrue(os.path.exists(self.target), "the canary does not sing")

    def test_a_program_that_imports_torch_later_is_guarded(self):
        import torch

        torch.save({"m": Canary(self.target)}, self.path("m.pt"))
        program = textwrap.dedent(
            """
            import sys, lazaret
            lazaret.install()
            import torch
            from torch import load
            from torch.serialization import load as again
            for one in (torch.load, load, again):
                try:
                    one(sys.argv[1], weights_only=False)
                except lazaret.NotAllowed:
                    print("stopped")
            """
        )
        package = os.path.dirname(os.path.dirname(lazaret.__file__))
        environment = dict(os.environ, LAZARET_SOCKET=self.daemon.socket, LAZARET_POLICIES=self.daemon.policies)
        environment["PYTHONPATH"] = package
        run = subprocess.run(
            [sys.executable, "-c", program, self.path("m.pt")], env=environment, stdout=subprocess.PIPE, check=True
        )
        self.assertEqual(run.stdout.split(), [b"stopped"] * 3)
        self.assertFalse(os.path.exists(self.target))


class Safetensors(WithLibraries):
    libraries = ("safetensors", "numpy")

    def test_vetted_tensors_load(self):
        import numpy
        from safetensors.numpy import load, save_file

        save_file({"w": numpy.arange(6.0)}, self.path("m.safetensors"))
        with lazaret.open_vetted(self.path("m.safetensors"), socket=self.daemon.socket) as file:
            self.assertEqual(load(file.read())["w"].tolist(), [0, 1, 2, 3, 4, 5])
        with open(self.path("m.safetensors"), "r+b") as file:
            file.truncate(60)
        with self.assertRaises(lazaret.NotAllowed):
            lazaret.open_vetted(self.path("m.safetensors"), socket=self.daemon.socket)


class HuggingFace(WithLibraries):
    libraries = ("huggingface_hub",)

    def snapshot(self, files):
        """A cache as the hub's client leaves it after a download."""
        repository = self.path("cache/models--some--model")
        for name in ("refs", "blobs", "snapshots/0123"):
            os.makedirs(os.path.join(repository, name))
        with open(os.path.join(repository, "refs", "main"), "w") as file:
            file.write("0123")
        for number, (name, data) in enumerate(files.items()):
            with open(os.path.join(repository, "blobs", str(number)), "wb") as file:
                file.write(data)
            os.symlink(f"../../blobs/{number}", os.path.join(repository, "snapshots", "0123", name))
        return {"repo_id": "some/model", "cache_dir": self.path("cache"), "local_files_only": True}

    def test_a_snapshot_is_given_away_where_every_file_is_allowed(self):
        import huggingface_hub

        where = self.snapshot({"config.json": b"{}", "README.md": b"# A model\n"})
        self.install()
        self.assertTrue(huggingface_hub.snapshot_download(**where).endswith("0123"))
        self.assertTrue(os.path.exists(huggingface_hub.hf_hub_download(filename="config.json", **where)))

    def test_a_snapshot_with_one_hostile_file_is_not(self):
        import huggingface_hub

        hostile = pickle.dumps(Canary(self.target))
        where = self.snapshot({"config.json": b"{}", "pytorch_model.bin": hostile})
        self.install()
        error = self.refuses(huggingface_hub.snapshot_download, **where)
        self.assertIn("pytorch_model.bin", error.label)
        self.refuses(huggingface_hub.hf_hub_download, filename="pytorch_model.bin", **where)
        self.assertTrue(os.path.exists(huggingface_hub.hf_hub_download(filename="config.json", **where)))

    def test_a_link_to_another_folder_is_not_followed(self):
        import huggingface_hub

        where = self.snapshot({"config.json": b"{}"})
        os.symlink("/", self.path("cache/models--some--model/snapshots/0123/more"))
        self.install()
        with self.assertRaises(lazaret.UnvettableError):
            huggingface_hub.snapshot_download(**where)


class Transformers(WithLibraries):
    libraries = ("transformers", "torch", "safetensors")

    def model(self):
        from transformers import BertConfig, BertModel

        config = BertConfig(
            hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, vocab_size=16
        )
        model = BertModel(config)
        model.save_pretrained(self.path("model"))
        return model

    def test_a_model_loads_from_its_folder_as_before(self):
        import torch
        from transformers import AutoModel

        model = self.model()
        self.install()
        loaded = AutoModel.from_pretrained(self.path("model"))
        name, weights = next(iter(model.state_dict().items()))
        self.assertTrue(torch.equal(loaded.state_dict()[name], weights))

    def test_hostile_weights_and_code_are_stopped(self):
        import torch
        from transformers import AutoModel

        self.model()
        os.unlink(self.path("model/model.safetensors"))
        torch.save({"m": Canary(self.target)}, self.path("model/pytorch_model.bin"))
        self.install()
        self.refuses(AutoModel.from_pretrained, self.path("model"))
        self.refuses(AutoModel.from_pretrained, self.path("model"), weights_only=False)
        with open(self.path("model/config.json"), "w") as file:
            file.write('{"model_type": "own", "auto_map": {"AutoConfig": "own.Own", "AutoModel": "own.Own"}}')
        with open(self.path("model/own.py"), "w") as file:
            file.write(f"import os\nos.mkdir({self.target!r})\n")
        # transformers makes an error of its own of the one that a file it reads first was refused with.
        with self.assertRaises(OSError) as caught:
            AutoModel.from_pretrained(self.path("model"), trust_remote_code=True)
        self.assertIsInstance(caught.exception.__context__, lazaret.NotAllowed)
        self.assertFalse(os.path.exists(self.target))


class Keras(WithLibraries):
    libraries = ("keras", "torch", "h5py")

    @classmethod
    def setUpClass(cls):
        os.environ.setdefault("KERAS_BACKEND", "torch")
        super().setUpClass()

    def save(self, name, *layers):
        import keras

        model = keras.Sequential([keras.Input((3,)), *layers])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.save(self.path(name))
        return model

    def test_a_model_is_judged_before_keras_sees_it(self):
        import keras

        self.save("m.keras", keras.layers.Dense(2))
        self.install()
        verdict = lazaret.check(self.path("m.keras"), socket=self.daemon.socket)
        if not verdict.allowed:
            self.refuses(keras.models.load_model, self.path("m.keras"))
            self.daemon.waive(verdict.sha256, str(verdict.verdict))
        for load in (keras.models.load_model, keras.saving.load_model):
            self.assertEqual(load(self.path("m.keras")).layers[0].units, 2)

    def test_a_model_with_code_of_its_own_is_stopped(self):
        import keras

        self.save("m.keras", keras.layers.Lambda(lambda x: x))
        self.install()
        for load in (keras.models.load_model, keras.saving.load_model):
            self.refuses(load, self.path("m.keras"), safe_mode=False)
            self.refuses(load, filepath=self.path("m.keras"))
