"""Putting the guards in place, in modules that are loaded and in those that will be, and taking them away again."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import threading
import types
import warnings
from typing import Any, Callable, Iterable, List, Optional, Sequence, Tuple, Type, Union

from . import _names
from ._client import TIMEOUT, default_socket
from ._errors import LazaretError
from ._guards import GUARDS, Daemon, Function, Guard
from ._staging import Path

_lock = threading.RLock()
_current: Optional["Installation"] = None


class Installation:
    """Guards that are in place until `uninstall()`; a context manager does that at its end.

    `second_line` says whether names are enforced as well.
    """

    def __init__(self, guards: Sequence[Guard], daemon: Daemon, names: Optional[_names.SafeList]) -> None:
        self._guards = guards
        self._daemon = daemon
        self._names = names
        self._replaced: List[Tuple[types.ModuleType, str, Function, Function]] = []
        self._finder = _Finder({guard.module for guard in guards}, self._imported)

    @property
    def second_line(self) -> bool:
        return self._names is not None

    def uninstall(self) -> None:
        """Gives every guarded function back its place. The audit hook stays in the process and does nothing."""
        global _current
        with _lock:
            if _current is not self:
                return
            _names.activate(None)
            if self._finder in sys.meta_path:
                sys.meta_path.remove(self._finder)
            for module, name, original, guard in self._replaced:
                if vars(module).get(name) is guard:
                    setattr(module, name, original)
            _current = None

    def __enter__(self) -> "Installation":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[types.TracebackType],
    ) -> None:
        self.uninstall()

    def _install(self) -> None:
        sys.meta_path.insert(0, self._finder)
        for guard in self._guards:
            module = sys.modules.get(guard.module)
            if module is not None:
                self._place(guard, module)
        _names.activate(self._names)

    def _imported(self, module: types.ModuleType) -> None:
        with _lock:
            if _current is self:
                for guard in self._guards:
                    if guard.module == module.__name__:
                        self._place(guard, module)

    def _place(self, guard: Guard, module: types.ModuleType) -> None:
        """Replaces a function wherever a module has it, under whatever name: `from torch import load` as well."""
        original = vars(module).get(guard.attribute)
        if original is None:
            # transformers has had cached_files since 4.50 only, and cached_file calls it where it is.
            if guard.attribute != "cached_files":
                message = f"{guard.module} has no {guard.attribute}: it is not guarded"
                warnings.warn(message, RuntimeWarning, stacklevel=2)
            return
        if any(original is made for _, _, _, made in self._replaced):
            return
        made = guard.make(original, self._daemon)
        for name, other in list(sys.modules.items()):
            if isinstance(other, types.ModuleType) and name.partition(".")[0] != "lazaret":
                for attribute, value in list(vars(other).items()):
                    if value is original:
                        setattr(other, attribute, made)
                        self._replaced.append((other, attribute, original, made))


class _Finder(importlib.abc.MetaPathFinder):
    """Finds nothing itself; has modules that are to be guarded visited as soon as they were executed."""

    def __init__(self, names: Iterable[str], visit: Callable[[types.ModuleType], None]) -> None:
        self._names = frozenset(names)
        self._visit = visit

    def find_spec(
        self, fullname: str, path: Optional[Sequence[str]], target: Optional[types.ModuleType] = None
    ) -> Optional[importlib.machinery.ModuleSpec]:
        if fullname not in self._names:
            return None
        for finder in list(sys.meta_path):
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(fullname, path, target)
            if spec is not None:
                if spec.loader is not None:
                    self._watch(spec.loader)
                return spec
        return None

    def _watch(self, loader: Any) -> None:
        execute = loader.exec_module

        def exec_module(module: types.ModuleType) -> None:
            execute(module)
            self._visit(module)

        loader.exec_module = exec_module


def install(
    *,
    socket: Optional[str] = None,
    timeout: float = TIMEOUT,
    guards: Optional[Iterable[str]] = None,
    safe_list: Union[Path, bool, None] = None,
    also_allow: Iterable[Tuple[str, str]] = (),
) -> Installation:
    """Has lazaretd judge what `pickle`, `joblib`, `numpy`, `torch`, `keras` and Hugging Face's libraries load.

    Guards hold for modules that are loaded already and for those that are imported later. `guards` names some of
    `lazaret.GUARDED`; all unless given. The second line takes its names from the policy folder `safe_list`, where that
    is None from `$LAZARET_POLICIES` or the folder that `lazaret` is installed with; False leaves it out. It should be
    the folder that the daemon has. `also_allow` adds pairs of module and name to it, such as classes that the program's
    own processes send each other; it changes no verdict.

    Raises LazaretError where guards are installed already, or the safe list cannot be read.
    """
    global _current
    wanted = None if guards is None else set(guards)
    chosen = [guard for guard in GUARDS if wanted is None or guard.name in wanted]
    if wanted is not None and not wanted <= {guard.name for guard in chosen}:
        raise ValueError(f"no such guards: {sorted(wanted - {guard.name for guard in chosen})}")
    names = _safe_list(safe_list)
    if names is not None:
        names = names.adding(also_allow)
    with _lock:
        if _current is not None:
            raise LazaretError("guards are installed already: uninstall() them first")
        _current = Installation(chosen, Daemon(default_socket() if socket is None else socket, timeout), names)
        try:
            _current._install()
        except BaseException:
            _current.uninstall()
            raise
        return _current


def _safe_list(named: Union[Path, bool, None]) -> Optional[_names.SafeList]:
    if named is False:
        return None
    if named is None or named is True:
        named = _names.default_policies()
        if named is None:
            message = (
                "lazaret guards are installed without their second line: no policy folder. Name one by safe_list= or "
                "LAZARET_POLICIES, or say safe_list=False"
            )
            warnings.warn(message, RuntimeWarning, stacklevel=3)
            return None
    return _names.SafeList.read(named)


def uninstall() -> None:
    """Takes the guards away, if any are in place."""
    with _lock:
        if _current is not None:
            _current.uninstall()
