"""``telekom train``: the commands that make what ``agent/weights`` holds. The work is in the other modules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from terminal import console, progress_bar, show_table

if TYPE_CHECKING:
    from agent.characters import CharacterModel
    from agent.decision_head import Opinions
    from training.decision_data import Example
    from training.decision_net import Questions, Recipe

train_app = typer.Typer(help="Train the embedded model.", no_args_is_help=True)

_READ_TOGETHER = 16


@train_app.callback()
def _train() -> None:
    """Keeps ``decisions`` a subcommand while it is the only one."""


@train_app.command()
def decisions(
    out: Annotated[Path, typer.Option(help="folder of the head")] = Path("agent/weights/decision"),
    keep_away_from: Annotated[
        list[Path] | None, typer.Option(help="measuring files: rows near one of their messages are left out")
    ] = None,
    checkpoint: Annotated[
        Path,
        typer.Option(help="written every 100 steps; a run of the same numbers goes on from it, another begins there"),
    ] = Path(".telekom/decisions.ckpt"),
    epochs: Annotated[float, typer.Option(min=0, help="passes over the messages")] = 3,
    rate: Annotated[float, typer.Option(help="highest learning rate of the adapter")] = 6e-4,
) -> None:
    """Train adapter and head on the written messages, calibrate them as they are served, and write a model card."""
    from agent.prompt_files import load_prompts
    from training.card import write_card
    from training.characters import fit_characters
    from training.decision_data import all_questions, digressions, is_held_out, measured_texts, read_examples, too_close
    from training.decision_net import Recipe
    from training.decisions import calibrate, save_calibration, save_network, temperatures

    examples = read_examples()
    near = {id(example) for example in too_close(examples, measured_texts(keep_away_from or []))}
    examples = [example for example in examples if id(example) not in near]
    examples += digressions(examples)
    known = [example for example in examples if not is_held_out(example)]
    held = [example for example in examples if is_held_out(example)]
    console.print(f"{len(known)} examples, {len(held)} held out; {len(near)} left out: too near a measuring file")
    questions = all_questions(load_prompts()["questions"].data)
    recipe = Recipe(epochs=epochs, rate=rate)
    net, losses = _trained(known, questions, recipe, checkpoint)
    console.print("letters: fitting the character model")
    letters = fit_characters(known, questions)
    save_network(net, recipe, letters, out)
    del net
    opinions = _served_opinions(out, letters, questions, held)
    fits = calibrate(opinions, held, questions)
    save_calibration(fits, questions, out, temperatures(opinions, held, questions))
    write_card(out, recipe, fits, len(known), losses)
    show_table(
        None,
        ("question", "held out", "accuracy", "alone", "calibration error"),
        [(name, fit.n, fit.accuracy, dict(fit.single), fit.ece) for name, fit in fits.items()],
    )


def _trained(known: list[Example], questions: Questions, recipe: Recipe, checkpoint: Path) -> tuple[Any, list[float]]:
    """The trained network and the loss of every step of this run."""
    from agent.decision_format import QUERIES
    from agent.embedded import load_float
    from training.decision_net import DecisionNet
    from training.loop import train

    loaded = load_float()
    asked = {name: questions[name] for name in QUERIES}
    net = DecisionNet(loaded.model.model, asked, recipe)
    with progress_bar() as bar:
        task = bar.add_task("training", total=None)

        def report(step: int, steps: int, loss: float) -> None:
            bar.update(task, completed=step + 1, total=steps, description=f"training, loss {loss:.2f}")

        checkpoint.parent.mkdir(parents=True, exist_ok=True)
        losses = train(net, loaded.tokenizer, known, asked, recipe, checkpoint, report)
    return net, losses


def _served_opinions(
    folder: Path, letters: CharacterModel, questions: Questions, held: list[Example]
) -> list[Opinions]:
    """What the head reads of the held-out messages on the rounded trunk, as it is served."""
    from agent.decision_head import DecisionHead, read_layers
    from agent.embedded import load_embedded

    loaded = load_embedded(decision=folder)
    head = DecisionHead(loaded.decider, loaded.tokenizer, read_layers(loaded.decider, questions, folder), {}, letters)
    found: list[Opinions] = []
    with progress_bar() as bar:
        task = bar.add_task("calibrating", total=len(held))
        for start in range(0, len(held), _READ_TOGETHER):
            some = held[start : start + _READ_TOGETHER]
            found += [opinions for opinions, _ in head.opinions([example.state(example.text) for example in some])]
            bar.update(task, completed=len(found))
    return found
