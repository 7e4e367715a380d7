"""What scripts/demo/hook shows. Its argument is an empty folder."""

import os
import sys
import textwrap
import warnings

import joblib
import torch

import lazaret

FOLDER = sys.argv[1]
CANARY = os.path.join(FOLDER, "canary")


class Payload:
    """What a stranger's model does while it is loaded: here, it makes a folder."""

    def __reduce__(self):
        return os.mkdir, (CANARY,)


def path(name):
    return os.path.join(FOLDER, name)


def sang():
    """Whether the payload ran; forgets it."""
    if not os.path.isdir(CANARY):
        return False
    os.rmdir(CANARY)
    return True


def say(text):
    print(textwrap.indent(text, "    "))


def main():
    warnings.simplefilter("ignore")
    joblib.dump({"weights": [0.5, 0.25]}, path("honest.joblib"))
    joblib.dump({"weights": Payload()}, path("hostile.joblib"))
    torch.save(torch.nn.Linear(2, 2).state_dict(), path("honest.pt"))
    torch.save({"weights": Payload()}, path("hostile.pt"))
    loads = [
        ("joblib.load", lambda kind: joblib.load(path(kind + ".joblib"))),
        ("torch.load", lambda kind: torch.load(path(kind + ".pt"), weights_only=False)),
    ]
    failures = 0

    print("Without the guards:")
    for name, load in loads:
        load("hostile")
        fired = sang()
        failures += not fired
        say(f"{name} of the hostile file: {'THE PAYLOAD RAN' if fired else 'nothing ran: the example is broken'}")

    print("\nAfter lazaret.install():")
    lazaret.install()
    for name, load in loads:
        say(f"{name} of the honest file: {sorted(load('honest'))}")
        try:
            load("hostile")
            failures += 1
            say(f"{name} of the hostile file: LOADED")
        except lazaret.NotAllowed as error:
            say(f"{name} of the hostile file: {type(error).__name__}\n{textwrap.indent(str(error), '    ')}")
        if sang():
            failures += 1
            say("THE PAYLOAD RAN")
        else:
            say("the payload did not run")
    return 1 if failures else 0


sys.exit(main())
