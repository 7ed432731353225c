"""The carriers' answers are invented in a process of their own while the alerts are read."""

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from faru.synthetic import write_records


@contextmanager
def inventing_records(
    folder: Path, *, seed: int, rows: int, tick: Callable[[int, int], None]
) -> Iterator[Callable[[], None]]:
    """Starts the writing of the records and gives the function that waits for their end.

    That function raises OSError where they could not be written. `tick` is told (done, total) meanwhile. The
    process ends with the `with` block, however it ends.
    """
    apart = multiprocessing.get_context("spawn")  # a fork would take open databases and threads along
    told, telling = apart.Pipe(duplex=False)
    process = apart.Process(target=_invent, args=(folder, seed, rows, telling), daemon=True)
    process.start()
    telling.close()
    faults: list[OSError] = []

    def listen() -> None:
        while True:
            try:
                said = told.recv()
            except EOFError:
                return
            if isinstance(said, OSError):
                faults.append(said)
            else:
                tick(*said)

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()

    def wait() -> None:
        listener.join()
        process.join()
        if faults:
            raise faults[0]
        if process.exitcode:
            raise OSError(f"The records were not written: their process ended with {process.exitcode}.")

    try:
        yield wait
    finally:
        process.terminate()
        process.join()
        listener.join()
        told.close()


def _invent(folder: Path, seed: int, rows: int, telling: Connection) -> None:
    """In the process of its own."""
    try:
        write_records(
            folder, seed=seed, rows=rows, progress=lambda _what, done, total: telling.send((done, total))
        )
    except OSError as fault:
        telling.send(fault)
    finally:
        telling.close()
