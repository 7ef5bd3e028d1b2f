"""Lines of the table, and how pairs of measurements become one."""
import dataclasses
import statistics


@dataclasses.dataclass
class Row:
    """One line of the table; seconds and MB, None where there is nothing to show."""
    job: str
    esp: float = None
    pyscf: float = None
    ratio: float = None
    target: float = None
    esp_memory: float = None
    pyscf_memory: float = None
    notes: list = dataclasses.field(default_factory=list)
    # By default more is better than the target.
    less_is_better: bool = False
    # Whether esp's peak memory is to stay below PySCF's.
    compares_memory: bool = True

    @property
    def takes_more_memory(self):
        return self.compares_memory and bool(self.esp_memory and self.pyscf_memory) and self.esp_memory > self.pyscf_memory

    @property
    def falls_short(self):
        if self.ratio is None or self.target is None:
            return False
        return self.ratio > self.target if self.less_is_better else self.ratio < self.target


def median(values):
    return statistics.median(values)


def compared(job, target, pairs, seconds_of_esp, seconds_of_pyscf, notes=()):
    """A row of pairs of measurements; pairs with a failed side do not count."""
    done = [(a, b) for a, b in pairs if a and b]
    if not done:
        return Row(job, target=target, notes=["FAILED"])
    row = Row(
        job, median([seconds_of_esp(a) for a, _ in done]), median([seconds_of_pyscf(b) for _, b in done]),
        median([seconds_of_pyscf(b) / seconds_of_esp(a) for a, b in done]), target,
        median([a["memory"] for a, _ in done]), median([b["memory"] for _, b in done]), list(notes))
    if len(done) < len(pairs):
        row.notes.append(f"{len(pairs) - len(done)} OF {len(pairs)} FAILED")
    if len(done) == 1:
        row.notes.append("one run")
    return row


def process(result):
    return result["process"]


def processor(result):
    return result["process_processor"]
