"""Faru against its peers on one job: all records that could explain each observation.

Every runner gets the same two CSV files and gives the same pairs (observation, row, within), in a process of
its own; the pairs must agree. Printed: seconds, processor seconds, peak memory, and the ratio to Faru.

    python bench/attribute.py --rows 1000000 --observations 10000

The peers are told what Faru has to find out: that every row is sound, every time ends in Z, every address is
IPv4 and whole. They check nothing, keep no hashes, and give no verdicts.
"""

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOLERANCE = 60
PRECISION = 1
BIN = 3600  # seconds: the peers join on (address, hour)


def generate(folder: Path, rows: int, observations: int) -> None:
    """Sessions on benchmark addresses (RFC 2544), shared addresses with port blocks (RFC 5737), 30 days."""
    import duckdb

    start = "strftime(make_timestamp(s * 1000000), '%Y-%m-%dT%H:%M:%SZ')"
    end = "strftime(make_timestamp((s + d) * 1000000), '%Y-%m-%dT%H:%M:%SZ')"
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    con.execute(f"""
        CREATE TABLE r AS SELECT k, s, d, h % 2 = 0 AS shared,
            CASE WHEN h % 2 = 0 THEN '203.0.113.' || (h // 31 % 256)
                 ELSE '198.' || (18 + h // 7 % 2) || '.' || (h // 13 % 256) || '.' ||
                     (h // 3331 % 256) END AS address,
            CASE WHEN h % 2 = 0 THEN 1024 + (g % 504) * 128 END AS p0, 'S' || (g % 200000) AS who
        FROM (SELECT range AS k, (hash(range) % 2592000 + 1772323200)::BIGINT AS s,
            (300 + hash(range + 1000000007) % 7200)::BIGINT AS d,
            (hash(range + 77) % 1000000000)::BIGINT AS h,
            (hash(range + 99) % 1000000)::BIGINT AS g FROM range({rows}))""")
    con.execute(f"""
        COPY (SELECT {start} AS start, CASE WHEN k % 500 <> 0 THEN {end} END AS "end", address,
            p0 AS port_from, p0 + 127 AS port_to, who AS subscriber FROM r ORDER BY k)
        TO '{folder}/records.csv' (HEADER)""")
    at = "strftime(make_timestamp((s + hash(k + 5) % 5400)::BIGINT * 1000000), '%Y-%m-%dT%H:%M:%SZ')"
    con.execute(f"""
        COPY (SELECT 'o' || row_number() OVER (ORDER BY k) AS id, address, p0 + k % 128 AS port,
            {at} AS at, {PRECISION} AS precision_s
        FROM (SELECT * FROM r ORDER BY hash(k + 3) LIMIT {observations}))
        TO '{folder}/observations.csv' (HEADER)""")


def digest(pairs: list[tuple[str, int, str]]) -> tuple[int, str]:
    """How many pairs there are, and a hash of them in one order."""
    text = "\n".join(f"{name},{row},{within}" for name, row, within in sorted(pairs))
    return len(pairs), hashlib.sha256(text.encode()).hexdigest()


def faru(folder: Path) -> tuple[list[tuple[str, int, str]], dict[str, float]]:
    from faru.attribution.observations import read_observations
    from faru.attribution.resolver import resolve
    from faru.attribution.store import Delivery, import_records

    began = time.perf_counter()
    store = folder / "store.parquet"
    import_records([Delivery(path=folder / "records.csv")], store, folder / "rejects.csv")
    imported = time.perf_counter()
    asked = read_observations(folder / "observations.csv").asked
    pairs = [
        (verdict.asked.id, candidate.record.row, candidate.within.value)
        for verdict in resolve(asked, [store], tolerance_s=TOLERANCE)
        for candidate in verdict.candidates
    ]
    done = time.perf_counter()
    return pairs, {"import": imported - began, "resolve": done - imported}


def faru_again(folder: Path) -> tuple[list[tuple[str, int, str]], dict[str, float]]:
    """The usual case: the records are in the store, and new observations come."""
    from faru.attribution.observations import read_observations
    from faru.attribution.resolver import resolve

    asked = read_observations(folder / "observations.csv").asked
    verdicts = resolve(asked, [folder / "store.parquet"], tolerance_s=TOLERANCE)
    return [(v.asked.id, c.record.row, c.within.value) for v in verdicts for c in v.candidates], {}


def plain_duckdb(folder: Path) -> tuple[list[tuple[str, int, str]], dict[str, float]]:
    import duckdb

    con = duckdb.connect(config={"memory_limit": "4GB", "temp_directory": str(folder / "spill")})
    con.execute("SET TimeZone = 'UTC'")
    far = 1 << 60
    con.execute(f"""
        CREATE TABLE o AS SELECT *, t - {TOLERANCE} AS a, t + {PRECISION + TOLERANCE} AS b FROM (
            SELECT id, address, port, epoch("at"::TIMESTAMPTZ)::BIGINT AS t
            FROM read_csv('{folder}/observations.csv', types = {{'at': 'VARCHAR'}}))""")
    con.execute(f"""
        CREATE TABLE r AS SELECT row_number() OVER () AS row, epoch(start::TIMESTAMPTZ)::BIGINT AS s,
            coalesce(epoch("end"::TIMESTAMPTZ)::BIGINT, {far}) AS e, address,
            port_from::INTEGER AS port_from, port_to::INTEGER AS port_to
        FROM read_csv('{folder}/records.csv', all_varchar = true)""")
    return con.execute(f"""
        WITH probes AS (SELECT *, unnest(range(a // {BIN}, b // {BIN} + 1)) AS bin FROM o),
        wanted AS (SELECT min(bin) AS first, max(bin) AS last FROM probes),
        binned AS (
            SELECT r.*, unnest(range(greatest(s // {BIN}, first), least((e - 1) // {BIN}, last) + 1)) AS bin
            FROM r, wanted WHERE address IN (SELECT address FROM o))
        SELECT DISTINCT p.id, r.row, CASE WHEN s <= t + {PRECISION} AND e > t THEN 'core' ELSE 'tolerance' END
        FROM binned r JOIN probes p USING (address, bin)
        WHERE s <= b AND e > a AND (port IS NULL OR port_from IS NULL OR port BETWEEN port_from AND port_to)
    """).fetchall(), {}


def polars(folder: Path) -> tuple[list[tuple[str, int, str]], dict[str, float]]:
    import polars as pl

    def seconds(name: str) -> pl.Expr:
        return pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%SZ").dt.epoch("s")

    text = {"start": pl.String, "end": pl.String, "at": pl.String}
    o = (
        pl.read_csv(folder / "observations.csv", schema_overrides=text)
        .with_columns(t=seconds("at"))
        .with_columns(a=pl.col("t") - TOLERANCE, b=pl.col("t") + PRECISION + TOLERANCE)
    )
    probes = o.with_columns(bin=pl.int_ranges(pl.col("a") // BIN, pl.col("b") // BIN + 1)).explode("bin")
    first, last = probes["bin"].min(), probes["bin"].max()
    records = (
        pl.read_csv(folder / "records.csv", schema_overrides=text, row_index_name="row", row_index_offset=1)
        .lazy()
        .join(o.lazy().select("address").unique(), on="address", how="semi")
        .with_columns(s=seconds("start"), e=seconds("end").fill_null(1 << 60))
        .with_columns(
            bin=pl.int_ranges(
                pl.max_horizontal(pl.col("s") // BIN, pl.lit(first)),
                pl.min_horizontal((pl.col("e") - 1) // BIN, pl.lit(last)) + 1,
            )
        )
        .explode("bin")
    )
    fits = (
        pl.col("port").is_null()
        | pl.col("port_from").is_null()
        | pl.col("port").is_between("port_from", "port_to")
    )
    found = (
        records.join(probes.lazy(), on=["address", "bin"])
        .filter((pl.col("s") <= pl.col("b")) & (pl.col("e") > pl.col("a")) & fits)
        .select(
            "id",
            "row",
            within=pl.when((pl.col("s") <= pl.col("t") + PRECISION) & (pl.col("e") > pl.col("t")))
            .then(pl.lit("core"))
            .otherwise(pl.lit("tolerance")),
        )
        .unique()
        .collect()
    )
    return found.rows(), {}


RUNNERS = {"faru": faru, "faru, store at hand": faru_again, "duckdb": plain_duckdb, "polars": polars}


def run(name: str, folder: Path) -> None:
    """In the child: do the work once and report as JSON."""
    began, used = time.perf_counter(), time.process_time()
    pairs, parts = RUNNERS[name](folder)
    seconds, processor = time.perf_counter() - began, time.process_time() - used
    count, hashed = digest(pairs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {"seconds": seconds, "cpu": processor, "peak_mib": peak, "pairs": count, "hash": hashed, **parts}
        )
    )


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--rows", type=int, default=1_000_000)
    words.add_argument("--observations", type=int, default=10_000)
    words.add_argument("--repeat", type=int, default=1, help="runs of each in turn; the best counts")
    words.add_argument("--run", choices=("generate", *RUNNERS), help=argparse.SUPPRESS)
    words.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.run == "generate":
        generate(given.folder, given.rows, given.observations)
        return 0
    if given.run:
        run(given.run, given.folder)
        return 0
    best: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="faru-bench-") as name:
        # In a child too: a process starts with its parent's peak of memory.
        made = [
            sys.executable,
            __file__,
            "--rows",
            str(given.rows),
            "--observations",
            str(given.observations),
        ]
        subprocess.run([*made, "--run", "generate", "--folder", name], check=True, stderr=subprocess.DEVNULL)
        size = sum(path.stat().st_size for path in Path(name).glob("*.csv")) / 2**20
        print(f"{given.rows:,} rows, {given.observations:,} observations, {size:,.0f} MiB of CSV")
        for _ in range(given.repeat):
            for runner in RUNNERS:
                child = [sys.executable, __file__, "--run", runner, "--folder", name]
                result = json.loads(subprocess.run(child, check=True, capture_output=True, text=True).stdout)
                if runner not in best or result["cpu"] < best[runner]["cpu"]:
                    best[runner] = result
    print(f"{'':22}{'seconds':>9}{'cpu s':>9}{'peak MiB':>10}{'pairs':>10}{'cpu : faru':>12}")
    for runner, result in best.items():
        ratio = result["cpu"] / best["faru"]["cpu"]
        print(
            f"{runner:22}{result['seconds']:9.2f}{result['cpu']:9.2f}{result['peak_mib']:10,.0f}"
            f"{result['pairs']:10,}{ratio:12.2f}"
        )
    parts = best["faru"]
    print(f"of faru's time: import {parts['import']:.2f} s, resolve and verdicts {parts['resolve']:.2f} s")
    if len({result["hash"] for result in best.values()}) != 1:
        print("The answers differ.")
        return 1
    print("All answers agree.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
