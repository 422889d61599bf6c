"""`listening policy`: what gate 1 does, and the file that says so."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from listening.cli.console import emit_json, say, table
from listening.cli.runs import Json
from listening.settings import load_settings

app = App(help="The privacy policy of gate 1: read it, have it explained.", result_action="return_value")

PolicyFile = Annotated[
    Path | None,
    Parameter(name="--policy", help="Policy file; that of the settings, or the one that ships, where it is left out."),
]


@app.command
def show(*, policy: PolicyFile = None) -> None:
    """Print the policy file as it is: the place to start from for one of your own."""
    from listening.privacy.policy import shipped_policy

    path = policy or load_settings().policy
    say((path.read_text(encoding="utf-8") if path else shipped_policy()).rstrip("\n"))


@app.command
def explain(*, policy: PolicyFile = None, as_json: Json = False) -> None:
    """Say for each class of identifier what finds it, what is done to it, and what is stored.

    Ends with layer 7 (default deny), the second reader, what is randomised, and which languages pass.
    """
    from listening.privacy.explain import explain as explain_policy
    from listening.privacy.explain import languages
    from listening.privacy.policy import load_policy

    chosen = load_policy(policy or load_settings().policy)
    lines = explain_policy(chosen)
    if as_json:
        emit_json(
            {
                "policy_version": chosen.policy_version,
                "entities": [
                    {
                        "entity": line.entity,
                        "detected_by": list(line.detected_by),
                        "done": line.done,
                        "stored_as": line.stored_as,
                        "left": line.left,
                        "when": line.when,
                        "languages": list(line.languages),
                    }
                    for line in lines
                ],
                "default_deny": chosen.default_deny.model_dump(mode="json"),
                "cohorts": chosen.cohorts.model_dump(mode="json"),
                "randomise": chosen.randomise.model_dump(mode="json"),
                "languages": languages(chosen),
            }
        )
        return
    say(f"Policy {chosen.policy_version}")
    say()
    table(
        ["entity", "detected by", "done to it", "stored as", "left of it"],
        [
            [
                line.entity,
                ", ".join(name.removesuffix("Recognizer") for name in line.detected_by) or "nothing",
                line.done if line.when == "always" else f"{line.done}, {line.when}",
                line.stored_as,
                line.left,
            ]
            for line in lines
        ],
    )
    say()
    off = f", but off for {', '.join(chosen.default_deny.off_for)}" if chosen.default_deny.off_for else ""
    say(f"Cohorts kept beside healthcare professionals: {', '.join(chosen.cohorts.keep) or 'none'}")
    say(f"Default deny (words that no vocabulary holds become […]): {'on' if chosen.default_deny.on else 'off'}{off}")
    say("Second reader: looks at each stored text with rules of its own, and quarantines the post where one hits")
    randomised = {
        name: value for name, value in chosen.randomise.model_dump().items() if value and name != "date_shift_days"
    }
    say(f"Randomised: {', '.join(f'{name} {value}' for name, value in randomised.items()) or 'nothing'}")
    installed = ", ".join(
        f"{code} {'yes' if there else 'no, its base model is not installed'}"
        for code, there in languages(chosen).items()
    )
    say(f"Languages that pass: {installed}")
