"""Prints the measures of the source: sizes, comments, names with several meanings, lone modules.

``python -m benchmarks.house [FOLDER]`` reads the Python files that git knows, without tests,
migrations, the sandbox and the benchmarks. Its figures stand in docs/decisions.
"""

import ast
import io
import statistics
import subprocess
import sys
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

LEFT_OUT = ("/migrations/", "/tests/")
OUTSIDE = ("tests/", "sandbox/", "benchmarks/")
SHORT = 3
Function = ast.FunctionDef | ast.AsyncFunctionDef


def product_files(root: Path) -> list[Path]:
    """Return the files that run in production."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "*.py"],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    )
    names = listed.stdout.splitlines()
    kept = [n for n in names if not n.startswith(OUTSIDE)]
    return [root / n for n in kept if not any(part in f"/{n}" for part in LEFT_OUT)]


def comments(source: str) -> int:
    """Count the lines that hold a comment which is not an instruction to a tool."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    words = [t.string for t in tokens if t.type == tokenize.COMMENT]
    return sum(not w.startswith(("# noqa", "# type:", "# ruff:", "#!")) for w in words)


def code_lines(source: str) -> int:
    """Count the lines that bear a token other than a comment."""
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER}
    silent |= {tokenize.INDENT, tokenize.DEDENT}
    found: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in silent:
            found.update(range(token.start[0], token.end[0] + 1))
    return len(found)


def functions(tree: ast.Module) -> Iterator[Function]:
    """Yield every function and method."""
    return (n for n in ast.walk(tree) if isinstance(n, Function))


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield the modules that are imported, and what might be one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_name(root: Path, path: Path) -> str:
    """Return the dotted name of a file."""
    parts = list(path.relative_to(root).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def docstring_words(node: Function | ast.ClassDef | ast.Module) -> int:
    """Count the words of a docstring; -1 where there is none."""
    text = ast.get_docstring(node)
    return -1 if text is None else len(text.split())


def measure(root: Path) -> dict[str, object]:
    """Return each measure by its name."""
    sources = {p: p.read_text(encoding="utf-8") for p in product_files(root)}
    trees = {path: ast.parse(source) for path, source in sources.items()}
    every = [f for tree in trees.values() for f in functions(tree)]
    lengths = sorted((f.end_lineno or f.lineno) - f.lineno + 1 for f in every)
    sloc = sum(map(code_lines, sources.values()))
    heights = [source.count("\n") for source in sources.values()]
    said = [docstring_words(f) for f in every]
    return {
        "files": len(sources),
        "lines": sum(heights),
        "code lines": sloc,
        "file median / longest": f"{statistics.median(heights):.0f} / {max(heights)}",
        "functions": len(every),
        "function median / p90 / longest": f"{statistics.median(lengths):.0f} / "
        f"{lengths[len(lengths) * 9 // 10]} / {lengths[-1]}",
        "comments per 100 code lines": f"{100 * sum(map(comments, sources.values())) / sloc:.1f}",
        "functions with a docstring": f"{100 * sum(w >= 0 for w in said) / len(said):.0f} %",
        "docstrings of three words or fewer": sum(0 <= w <= SHORT for w in said),
        **_names(root, trees),
    }


def _names(root: Path, trees: dict[Path, ast.Module]) -> dict[str, object]:
    classes: Counter[str] = Counter()
    readers: dict[str, set[str]] = defaultdict(set)
    own = {module_name(root, path) for path in trees}
    for path, tree in trees.items():
        names = [n.name for n in tree.body if isinstance(n, ast.ClassDef)]
        classes.update(name for name in names if name not in {"Command", "Meta"})
        for name in set(imported(tree)) & own:
            readers[name].add(module_name(root, path))
    several = {name: n for name, n in classes.items() if n > 1}
    return {
        "class names with several meanings": len(several),
        "the most used of them": ", ".join(
            f"{name} {n}" for name, n in Counter(several).most_common(8)
        ),
        "modules with one importer": sum(len(who) == 1 for who in readers.values()),
    }


def main() -> None:
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    for name, value in measure(root).items():
        sys.stdout.write(f"{name:<40} {value}\n")


if __name__ == "__main__":
    main()
