"""The labels of a workload's pods by which they can be selected tomorrow, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ecosystem.added_labels import JOB_NAMES, without_added
from netpolc.ecosystem.generated_names import is_generated
from netpolc.ecosystem.name_labels import RELEASE_KEYS

if TYPE_CHECKING:
    from netpolc.manifests.model import Workload


def lasting_labels(workload: Workload) -> dict[str, str]:
    """Return the labels that no rollout and no run changes, and the name of a Job if that lasts, without a second key.

    What charts change with each release counts only where there is nothing else: a Deployment that is selected by
    nothing else keeps it.
    """
    own = without_added(workload.labels)
    lasting = {key: value for key, value in own.items() if key not in RELEASE_KEYS} | _job_name(workload)
    return lasting or own


def _job_name(workload: Workload) -> dict[str, str]:
    """Return the label of a Job's name, if the next run has the same one."""
    key = next((key for key in JOB_NAMES if key in workload.labels), None)
    if key is None or not _is_written(workload, workload.labels[key]):
        return {}
    return {key: workload.labels[key]}


def _is_written(workload: Workload, name: str) -> bool:
    """Tell whether a person named a Job; of a pod alone, only the name itself can say so."""
    if workload.kind != "Job":
        return not is_generated(name)
    return not workload.generated and (workload.owner is None or workload.owner.kind != "CronJob")
