"""``telekom train``: the commands that make the files of ``agent/weights``. The work is in ``training``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import console, progress_bar, show_table

if TYPE_CHECKING:
    from agent.decision.characters import CharacterModel
    from agent.decision.head import MemberScores
    from training.decision_data import Example
    from training.loop import Net
    from training.losses import Questions, Recipe

train_app = typer.Typer(help="Train the embedded model.", no_args_is_help=True)

_READ_TOGETHER = 16


class Part(StrEnum):
    """The parts of the decision head that can be trained."""

    TRUNK = "trunk"
    ENCODER = "encoder"


@train_app.command()
def decisions(
    out: Annotated[Path, typer.Option(help="folder of the head")] = Path("agent/weights/decision"),
    only: Annotated[Part | None, typer.Option(help="train one part and keep the other as it is")] = None,
    keep_away_from: Annotated[
        list[Path] | None, typer.Option(help="measuring files: rows near one of their messages are left out")
    ] = None,
    checkpoints: Annotated[
        Path,
        typer.Option(help="folder; a run of the same numbers goes on from its checkpoint, another begins there"),
    ] = Path(".telekom"),
    go_on: Annotated[bool, typer.Option("--go-on", help="train what --out holds further, instead of the base")] = False,
    epochs: Annotated[float, typer.Option(min=0, help="passes over the messages; 0: none, only calibrate")] = 3,
    rate: Annotated[float | None, typer.Option(help="highest learning rate; default: 6e-4, encoder 1.5e-4")] = None,
) -> None:
    """Train on the written messages, calibrate what was trained as it is served, and write a model card."""
    from agent.decision.format import QUERIES
    from agent.prompt_files import load_prompts
    from training.card import note_run, write_card
    from training.characters import fit_characters
    from training.decision_data import all_questions, digressions, is_held_out, measured_texts, read_examples, too_close
    from training.decisions import calibrate, save_calibration, temperatures

    examples = read_examples()
    near = {id(example) for example in too_close(examples, measured_texts(keep_away_from or []))}
    examples = [example for example in examples if id(example) not in near]
    examples += digressions(examples)
    known = [example for example in examples if not is_held_out(example)]
    held = [example for example in examples if is_held_out(example)]
    console.print(f"{len(known)} examples, {len(held)} held out; {len(near)} left out: too near a measuring file")
    questions = all_questions(load_prompts()["questions"].data)
    asked = {name: questions[name] for name in QUERIES}
    checkpoints.mkdir(parents=True, exist_ok=True)
    for part in ([only] if only else Part) if epochs else ():
        train = _train_encoder if part == Part.ENCODER else _train_trunk
        recipe, losses = train(known, asked, epochs, rate, checkpoints / f"{part}.ckpt", out, go_on)
        note_run(out, part, recipe, len(known), losses)
    console.print("fitting the character n-gram model")
    characters = fit_characters(known, questions)
    characters.save(out / "characters.safetensors")
    members = _served_scores(out, characters, questions, held)
    fits = calibrate(members, held, questions)
    save_calibration(fits, questions, out, temperatures(members, held, questions))
    write_card(out, fits)
    show_table(
        None,
        ("question", "held out", "accuracy", "alone", "calibration error"),
        [(name, fit.n, fit.accuracy, dict(fit.single), fit.ece) for name, fit in fits.items()],
    )


@train_app.command()
def meaning(
    out: Annotated[Path, typer.Option(help="file of the vectors")] = Path("agent/weights/meaning.safetensors"),
    knowledge: Annotated[Path | None, typer.Option(help="folder of an operator's own pages", exists=True)] = None,
) -> None:
    """Train the vectors by which knowledge entries are found; a minute or two."""
    from agent.decision.embedding import save_pieces
    from agent.local.storage import default_head
    from cli.knowledge import pages_or_stop
    from core.json_lines import read_json_lines
    from graph.knowledge.search import texts_of
    from training.meaning import MeaningRecipe, train_meaning, without

    pages = pages_or_stop(knowledge)
    groups = [texts_of(entry) for page in pages for entry in page.entries]
    files = sorted(Path("training/data/messages").glob("*.jsonl"))
    written = [row["utterance"] for row in read_json_lines(*files)]
    measured = {row["text"] for row in read_json_lines(*Path("evaluation/data").glob("knowledge*.jsonl"))}
    recipe = MeaningRecipe()
    with progress_bar() as bar:
        task = bar.add_task("steps", total=recipe.steps)
        rows = train_meaning(
            groups, without(written, measured), default_head(), recipe, lambda done, _: bar.update(task, completed=done)
        )
    save_pieces(rows, out)
    console.print(f"{out}: {len(rows)} pieces, {rows.shape[1]} wide")


def _train_trunk(
    known: list[Example], asked: Questions, epochs: float, rate: float | None, checkpoint: Path, out: Path, go_on: bool
) -> tuple[Recipe, list[float]]:
    """Train and store the trunk's adapter; the numbers and the loss of every step of this run."""
    from agent.local.embedded import load_float
    from training.decisions import load_trunk, save_trunk
    from training.trunk_net import TrunkNet, TrunkRecipe

    recipe = TrunkRecipe(epochs=epochs) if rate is None else TrunkRecipe(epochs=epochs, rate=rate)
    loaded = load_float()
    net = TrunkNet(loaded.model.model, loaded.tokenizer, asked, recipe)
    if go_on:
        load_trunk(net, out)
    losses = _run("trunk", net, known, recipe, checkpoint)
    save_trunk(net, recipe, out)
    return recipe, losses


def _train_encoder(
    known: list[Example], asked: Questions, epochs: float, rate: float | None, checkpoint: Path, out: Path, go_on: bool
) -> tuple[Recipe, list[float]]:
    """Train and store the encoder; the numbers and the loss of every step of this run."""
    from agent.decision.encoder import load_float_encoder
    from training.base_encoder import installed_file, read_base, reduced
    from training.decisions import load_encoder_layers, save_encoder_net
    from training.encoder_net import EncoderNet, EncoderRecipe

    recipe = EncoderRecipe(epochs=epochs) if rate is None else EncoderRecipe(epochs=epochs, rate=rate)
    texts = [text for example in known for text in (example.text, example.context or "")]
    encoder, tokenizer = load_float_encoder(out) if go_on else reduced(read_base(installed_file()), texts)
    net = EncoderNet(encoder, tokenizer, asked, recipe)
    if go_on:
        load_encoder_layers(net, out)
    losses = _run("encoder", net, known, recipe, checkpoint)
    save_encoder_net(net, tokenizer, out)
    return recipe, losses


def _run(name: str, net: Net, known: list[Example], recipe: Recipe, checkpoint: Path) -> list[float]:
    from training.loop import train

    with progress_bar() as bar:
        task = bar.add_task(name, total=None)

        def report(step: int, steps: int, loss: float) -> None:
            bar.update(task, completed=step + 1, total=steps, description=f"{name}, loss {loss:.2f}")

        return train(net, known, recipe, checkpoint, report)


def _served_scores(
    folder: Path, characters: CharacterModel, questions: Questions, held: list[Example]
) -> list[MemberScores]:
    """Return the scores of the head's members for the held-out messages, rounded as it is served."""
    from agent.decision.encoder_reader import EncoderReader
    from agent.decision.format import QUERIES
    from agent.decision.head import DecisionHead, read_layers
    from agent.local.embedded import load_embedded

    loaded = load_embedded(decision=folder)
    encoder = EncoderReader.from_folder(folder, {name: questions[name] for name in QUERIES})
    layers = read_layers(loaded.trunk, questions, folder)
    head = DecisionHead(loaded.trunk, loaded.tokenizer, layers, {}, encoder, characters)
    found: list[MemberScores] = []
    with progress_bar() as bar:
        task = bar.add_task("calibrating", total=len(held))
        for start in range(0, len(held), _READ_TOGETHER):
            some = held[start : start + _READ_TOGETHER]
            found += [members for members, _ in head.member_scores([example.state(example.text) for example in some])]
            bar.update(task, completed=len(found))
    return found


@train_app.command()
def consent(
    out: Annotated[Path, typer.Option(help="the file to write")] = Path("agent/weights/consent.safetensors"),
) -> None:
    """Fit the second reading of a consent on the replies of the training data; takes seconds."""
    from agent.decision.consent import save_consent_model
    from training.consent import REPLIES, fit_consent, read_labeled_replies

    replies = read_labeled_replies(REPLIES)
    save_consent_model(fit_consent(replies), out)
    yeses = sum(reply.is_yes for reply in replies)
    console.print(f"{out}: {len(replies)} replies, {yeses} of them plain consent", markup=False, highlight=False)


@train_app.command()
def support(
    out: Annotated[Path, typer.Option(help="the file to write")] = Path("agent/weights/support.safetensors"),
) -> None:
    """Fit the reading of support, by which free answers are proven; takes a minute."""
    from agent.decision.support import save_support_model
    from training.support import bare_rows, declared_rows, fit_support, foreign_rows, read_written

    written = read_written()
    fit = fit_support(written, [*declared_rows(), *foreign_rows(written), *bare_rows(written)])
    save_support_model(fit.tensors, out)
    told = f"false accepts {fit.false_accepts:.4f}, false refusals {fit.false_refusals:.3f} on the folds"
    console.print(f"{out}: {len(written)} written rows, {told}", markup=False, highlight=False)


@train_app.command()
def replies(
    out: Annotated[Path, typer.Option(help="folder of the head, with its encoder")] = Path("agent/weights/decision"),
    epochs: Annotated[int, typer.Option(min=1, help="passes over the replies")] = 2,
    rate: Annotated[float, typer.Option(help="highest learning rate")] = 1e-3,
    go_on: Annotated[bool, typer.Option("--go-on", help="train what --out holds further")] = False,
) -> None:
    """Train the member that reads replies with their questions; the encoder stays as it is. Takes most of an hour."""
    from agent.decision.replies import FOLDER
    from training.replies import (
        ReplyNet,
        ReplyRecipe,
        ensemble_scores,
        lower_states,
        read_answered,
        save,
        train,
        with_noise,
    )

    rows = read_answered()
    recipe = ReplyRecipe(epochs=epochs, rate=rate)
    known, held = [row for row in rows if not row.held_out], [row for row in rows if row.held_out]
    net = ReplyNet(out, recipe)
    if go_on:
        net.go_on_from(out / FOLDER)
    with progress_bar() as bar:
        lower, steps = bar.add_task("lower layers", total=None), bar.add_task("replies", total=None)
        states = lower_states(
            net, with_noise(known, recipe), lambda done, of: bar.update(lower, completed=done, total=of)
        )

        def report(step: int, of: int, loss: float) -> None:
            bar.update(steps, completed=step + 1, total=of, description=f"replies, loss {loss:.2f}")

        train(net, states, recipe, report)
    figures = save(net, lower_states(net, held), ensemble_scores(out, held), len(known), recipe, out / FOLDER)
    show_table("replies", ("figure", "value"), [(name, str(value)) for name, value in figures.items()])


@train_app.command()
def asked(
    out: Annotated[Path, typer.Option(help="folder of the head, with its encoder")] = Path("agent/weights/decision"),
    epochs: Annotated[int, typer.Option(min=1, help="passes over the messages")] = 6,
    rate: Annotated[float, typer.Option(help="highest learning rate")] = 1e-3,
    go_on: Annotated[bool, typer.Option("--go-on", help="train what --out holds further")] = False,
) -> None:
    """Train the member that reads which fact is asked; the encoder itself stays as it is. Takes half an hour."""
    from agent.decision.asked import FOLDER
    from graph.asked.declared import load_facts
    from training.asked import AskedNet, AskedRecipe, read_messages, save, train

    options = list(load_facts().facts)
    messages = read_messages()
    known = [each for each in messages if not each.held_out]
    recipe = AskedRecipe(epochs=epochs, rate=rate)
    net = AskedNet(out, options, recipe)
    if go_on:
        net.go_on_from(out / FOLDER, options)
    with progress_bar() as bar:
        task = bar.add_task("asked", total=None)

        def report(step: int, steps: int, loss: float) -> None:
            bar.update(task, completed=step + 1, total=steps, description=f"asked, loss {loss:.2f}")

        train(net, known, options, recipe, report)
    figures = save(net, known, [each for each in messages if each.held_out], options, recipe, out / FOLDER)
    show_table("asked", ("figure", "value"), [(name, str(value)) for name, value in figures.items()])
