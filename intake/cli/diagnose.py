"""`intake diagnose`: what is wrong with a host, measured from here, for a person or as JSON."""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib import import_module
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import diagnostics
from diagnostics import Options, TargetKind
from diagnostics.texts import BilingualText, CompleteLanguage, Language, json_text
from intake import settings
from intake.cli.system_language import language_of_the_system
from intake.settings import SettingsError, is_anything_set

if TYPE_CHECKING:
    from diagnostics import Diagnosis, Report, TargetReading

_STATUS = {"healthy": 0, "degraded": 1, "fault": 1, "inconclusive": 3}
_USAGE_STATUS = 2
_MAX_LETTER_BYTES = 4_000_000  # bytes; the library reads less
_INTERNAL_REASONS = {"private_address", "loopback_address"}
_HOW_TO_ALLOW = BilingualText(
    en="To test inside a network of yours, name it in INTAKE_ALLOW_NETWORKS: 10.0.0.0/8,fd00::/8",
    ru="Чтобы проверять внутри своей сети, укажите её в INTAKE_ALLOW_NETWORKS: 10.0.0.0/8,fd00::/8",
)
_TESTING = BilingualText(en="We're testing {host}", ru="Проверяем {host}")


def diagnose_command(  # noqa: PLR0913 - its options
    target: Annotated[
        str, typer.Argument(help="What a customer would paste: a name, URL, address.")
    ],
    *,
    kind: Annotated[
        TargetKind, typer.Option(help="A site is opened, a server's services, a domain's mail.")
    ] = "site",
    expect_address: Annotated[
        list[str] | None, typer.Option(help="Where the name should point; may be repeated.")
    ] = None,
    letter: Annotated[
        Path | None,
        typer.Option(help="A letter that the domain sent, returned or not: its signatures count."),
    ] = None,
    dkim_selector: Annotated[
        list[str] | None, typer.Option(help="Where a DKIM key is looked for; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    language: Annotated[
        CompleteLanguage | None, typer.Option(help="By default the system's.")
    ] = None,
) -> None:
    """
    Diagnose a host from here: what is wrong, and what to do.

    Status: 0 healthy, 1 a warning or a fault, 2 unusable arguments or a refused target,
    3 inconclusive.
    """
    chosen_language = language or language_of_the_system()
    if not is_anything_set():
        # A refusal that no setting could change needn't wait until their model is imported.
        _read(target, Options(), chosen_language)
    options = _with_expected(probe_options(), expect_address or [])
    options = _with_letter(options, letter, tuple(dkim_selector or ()))
    reading = _read(target, options, chosen_language)
    diagnosis = diagnostics.diagnose(reading.target, kind=kind, options=options)
    report = _watch(diagnosis, chosen_language)
    if as_json:
        typer.echo(json_text(report.as_dict(chosen_language)))
    else:
        with diagnostics.importing:
            from intake.cli.report_view import show  # noqa: PLC0415 - slow; mostly loaded by now
        show(report, chosen_language)
    raise typer.Exit(_STATUS[report.verdict])


def _read(target: str, options: Options, language: Language) -> TargetReading:
    """Read a target. Exits with the reason if it may not be probed."""
    reading = diagnostics.read_target(target, options)
    if not reading.accepted:
        typer.echo(reading.explain(language), err=True)
        if reading.reason in _INTERNAL_REASONS:
            typer.echo(_HOW_TO_ALLOW.in_(language), err=True)
        raise typer.Exit(_USAGE_STATUS)
    return reading


def probe_options() -> Options:
    """
    Return the options that the operator's settings allow.

    Raises:
        typer.Exit: a setting can't be used; one line names it, and the status is 2.
    """
    try:
        return settings.load_settings().probe_options()
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(_USAGE_STATUS) from None


def _with_expected(options: Options, texts: list[str]) -> Options:
    addresses = []
    for text in texts:
        try:
            addresses.append(ip_address(text))
        except ValueError:
            message = f"--expect-address: {text!r} is not an address; write one like 93.184.215.14"
            typer.echo(message, err=True)
            raise typer.Exit(_USAGE_STATUS) from None
    return replace(options, expect_addresses=tuple(addresses))


def _with_letter(options: Options, file: Path | None, selectors: tuple[str, ...]) -> Options:
    selectors = (*selectors, *options.dkim_selectors)
    if file is None:
        return replace(options, dkim_selectors=selectors)
    try:
        with file.open("rb") as source:
            letter = diagnostics.read_sent_letter(source.read(_MAX_LETTER_BYTES))
    except OSError as error:
        typer.echo(f"--letter: {file}: {error.strerror}", err=True)
        raise typer.Exit(_USAGE_STATUS) from None
    if letter is None:
        typer.echo(f"--letter: {file} has no line From:; save the whole letter as .eml", err=True)
        raise typer.Exit(_USAGE_STATUS)
    return replace(options, dkim_selectors=selectors, letter=letter)


def _watch(diagnosis: Diagnosis, language: Language) -> Report:
    """Wait for the report; on a terminal, show each probe as it finishes."""
    # On standard error, so that what `--json` prints stays JSON and nothing else.
    if not sys.stderr.isatty():
        for _ in diagnosis:
            # Rich is slow to import; while packets are under way that costs nothing.
            if diagnosis.is_loaded:
                with diagnostics.importing:
                    import_module("intake.cli.report_view")
        return diagnosis.report
    with diagnostics.importing:
        from rich import console, text  # noqa: PLC0415 - slow to import
    title = _TESTING.in_(language).format(host=diagnosis.target.host_display)
    with console.Console(stderr=True).status(text.Text(title)) as status:
        for observation in diagnosis:
            summary = diagnostics.summarise(observation, language)
            status.update(text.Text(f"{title}: {summary.text}"))
    return diagnosis.report
