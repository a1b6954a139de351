"""Time a slow page again, and the pages of controls, to find out how often and where it is slow."""

from __future__ import annotations

from ipaddress import ip_address

from diagnostics.late_imports import importing
from diagnostics.observations import HttpObservation, LoadTimeObservation
from diagnostics.plan.controls import time_controls
from diagnostics.plan.run import Run
from diagnostics.probes.load_time import probe_load_time

TRIES = 3  # with the first request
_TRY_S = 6.0  # enough for the fast phases and to see that one is slow
_SPARED_S = 0.5  # left at the end, so that the report isn't late
_WORTH_S = 4.0  # with less time left, a try can't show that anything is slow
_QUICK_S = 1.0  # if no observation took longer, no page is slow


def repeat_slow_page(run: Run) -> None:
    """
    Time the slowest page again if its first request was slow; nothing is sent to fast sites.

    The tries are made one after the other if there is time, because simultaneous ones would load
    the server. The operator's controls are timed meanwhile.
    """
    if all(observation.duration_s < _QUICK_S for observation in run.known.seen):
        return
    # Already loaded: the rules are imported while the first packets are on their way.
    with importing:
        from diagnostics.rules.evidence import Evidence  # noqa: PLC0415
        from diagnostics.rules.web.slowness import count_tries, slowest_page  # noqa: PLC0415
    evidence = Evidence(run.target, run.kind, tuple(run.known.seen))
    slowest = slowest_page(evidence)
    if slowest is None or slowest.page.address is None:
        return
    with_names = slowest.phase == "name"
    controls = run.spawn(time_controls, run, with_names=with_names)
    missing = range(count_tries(evidence, slowest) + 1, TRIES + 1)
    if run.deadline.left_s < _TRY_S * len(missing):
        run.wait([run.spawn(_try, run, slowest.page, n, with_names) for n in missing])
    else:
        for number in missing:
            _try(run, slowest.page, number, with_names)
    run.wait([controls])


def _try(
    run: Run,
    page: HttpObservation,
    number: int,
    with_names: bool,  # noqa: FBT001 - for `spawn`
) -> LoadTimeObservation | None:
    if run.is_cancelled.is_set() or run.deadline.left_s < _WORTH_S or page.address is None:
        return None
    return run.emit(
        probe_load_time(
            ip_address(page.address),
            page.url,
            observation_id=f"load-time-{number}@{page.id}",
            user_agent=run.options.user_agent,
            deadline=run.deadline.within(min(_TRY_S, run.deadline.left_s - _SPARED_S)),
            repeats=page.id,
            resolvers=run.options.resolvers if with_names else None,
        )
    )
