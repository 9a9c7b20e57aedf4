"""The shape of the library: imports go downwards only, modules and functions are short, files say their encoding."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

LIBRARY = Path(__file__).resolve().parents[1] / "lib" / "planeval"
LAYERS = ["words", "trust", "judging", "telling", "delivery"]
# Rooms beside the core, which only the command line and `delivery.doors` open, and only when asked for.
ROOMS = ["batch", "export", "intake"]
MODULES = sorted(LIBRARY.rglob("*.py"))
PARTS = {path: path.relative_to(LIBRARY).with_suffix("").parts for path in MODULES}
LONGEST_MODULE, LONGEST_FUNCTION = 250, 40
# What turns data into markup without escaping it.
UNESCAPED = {
    "Styler",
    "Markdown",
    "set_caption",
    "HTML",
    "SVG",
    "Latex",
    "Javascript",
    "Markup",
    "to_html",
    "markdown2html",
}
TAG = re.compile(r"(?<!\(\?P)<\s*(!--|/?[A-Za-z])")  # not the named part of a regular expression
WRITES_THE_STYLESHEET = ("delivery", "lab_style")  # into JupyterLab, and nothing else
WRITES_NO_PAGE = ("intake", "starting")  # its templates are tables and settings of a new plan
# The stylesheet, Markdown written by us, and what our own macros made: the only texts that a template does not escape.
SAFE = {"page.css", "css", 'data["text/html"]', "source | markdown2html | replace(...)"}
OPENS_TEXT = {"open", "read_text", "write_text", "NamedTemporaryFile", "TemporaryFile", "fdopen"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: "/".join(PARTS[path]))


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(LIBRARY)}:{node.lineno}"


def _imported(path: Path) -> Iterator[tuple[ast.AST, tuple[str, ...]]]:
    """Every module of planeval that a module imports, wherever in it, as parts below planeval."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
            yield from ((node, tuple(name[1:])) for name in names if name[0] == "planeval")
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, name) for name in _from(path, node))


def _from(path: Path, node: ast.ImportFrom) -> Iterator[tuple[str, ...]]:
    home = tuple((node.module or "").split(".")) if node.module else ()
    if node.level:
        own = PARTS[path] if path.name == "__init__.py" else PARTS[path][:-1]
        own = own[:-1] if path.name == "__init__.py" else own
        home = own[: len(own) - node.level + 1] + home
    elif home[:1] == ("planeval",):
        home = home[1:]
    else:
        return
    # `from . import charts` names modules; `from .charts import draw` names what is in one.
    yield from ((*home, alias.name) for alias in node.names) if not home else [home]


def _functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(_tree(path)) if isinstance(node, FUNCTIONS))


def test_the_library_has_its_five_layers():
    assert {path.parent.name for path in LIBRARY.glob("*/__init__.py")} >= set(LAYERS)


@pytest.mark.parametrize(
    "path", [path for path in MODULES if PARTS[path][0] in LAYERS[:-1]], ids=lambda path: "/".join(PARTS[path])
)
def test_a_layer_imports_nothing_of_the_layers_above_it(path):
    allowed = {"__version__", *LAYERS[: LAYERS.index(PARTS[path][0]) + 1]}
    upwards = [(_place(path, node), ".".join(home)) for node, home in _imported(path) if home[0] not in allowed]
    assert upwards == []


@every_module
def test_only_the_command_line_and_the_doors_open_an_optional_room_and_only_when_asked_for(path):
    if PARTS[path][0] in ROOMS:
        return
    opened = [node for node, home in _imported(path) if home[0] in ROOMS]
    top_lines = {node.lineno for node in _tree(path).body}
    assert opened == [] or PARTS[path] in {("delivery", "cli"), ("delivery", "doors")}
    assert [_place(path, node) for node in opened if node.lineno in top_lines] == []


@pytest.mark.parametrize(
    "path", [path for path in MODULES if PARTS[path][0] in ROOMS], ids=lambda path: "/".join(PARTS[path])
)
def test_no_optional_room_needs_another_but_the_batch_which_opens_the_exports_when_it_writes_a_run(path):
    others = [(node.lineno, home[0]) for node, home in _imported(path) if home[0] in {*ROOMS} - {PARTS[path][0]}]
    top_lines = {node.lineno for node in _tree(path).body}
    assert [home for line, home in others if line in top_lines] == []
    assert {home for _, home in others} <= ({"export"} if PARTS[path] == ("batch", "worker") else set())


def test_every_import_that_a_layer_may_not_have_would_be_seen(tmp_path):
    seen = {}
    for line in (
        "from ..telling import views", "from ..telling.views import summary", "import planeval.telling.views",
        "from planeval.telling import views", "def f():\n    from ..telling import views", "from planeval import telling",
        "from .. import telling",
    ):  # fmt: skip
        path = tmp_path / "module.py"
        path.write_text(line, encoding="utf-8")
        PARTS[path] = ("judging", "module")
        seen[line] = {home[0] for _, home in _imported(path)}
    assert set(map(frozenset, seen.values())) == {frozenset({"telling"})}


@every_module
def test_a_module_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@every_module
def test_a_function_is_short(path):
    lengths = {f"{_place(path, node)} {node.name}": node.end_lineno - node.lineno + 1 for node in _functions(path)}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


@every_module
def test_a_module_and_everything_public_in_it_say_what_they_are(path):
    tree = _tree(path)
    public = [
        node for node in tree.body if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and not node.name.startswith("_")
    ]
    methods = [node for owner in public if isinstance(owner, ast.ClassDef) for node in owner.body]
    public += [node for node in methods if isinstance(node, FUNCTIONS) and not node.name.startswith("_")]
    assert ast.get_docstring(tree)
    assert [f"{_place(path, node)} {node.name}" for node in public if not ast.get_docstring(node)] == []


@every_module
def test_a_text_file_is_opened_with_its_encoding(path):
    silent = [_place(path, node) for node in ast.walk(_tree(path)) if _opens_text(node) and not _says_how(node)]
    assert silent == []


def _opens_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and _name(node.func) in OPENS_TEXT
        and ast.unparse(node.func) not in {"os.open", "archive.open", "Image.open"}
    )


def _says_how(node: ast.Call) -> bool:
    """An encoding, or a mode for bytes."""
    values = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "mode")]
    modes = [value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]
    is_binary = any(re.fullmatch(r"[rwxa]b\+?|[rwxa]\+b", mode) for mode in modes)
    return is_binary or any(keyword.arg == "encoding" for keyword in node.keywords)


@pytest.mark.parametrize(
    "path", [path for path in MODULES if PARTS[path] != WRITES_THE_STYLESHEET], ids=lambda path: "/".join(PARTS[path])
)
def test_no_module_writes_markup_that_is_not_escaped(path):
    nodes = [node for node in ast.walk(_tree(path)) if _is_unescaped(node)]
    found = [_place(path, node) for node in nodes if PARTS[path] != WRITES_NO_PAGE or not _is_of_templates(node)]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "from IPython.display import Markdown", "display.Markdown(name)", "frame.to_html(escape=False)",
        "Environment(autoescape=False)", "frame.style.format('{}')", "pandas.io.formats.style.Styler(frame)",
        "HTML(name)", "Markup(name)", "f'<b>{name}</b>'", "f'{name}</td>'", "'<b>%s</b>' % name", "'<p>' + name",
        "name + '</p>'", "'<td>{}</td>'.format(name)", "'<br>'.join(names)", "Template('<b>$name</b>')", "name.to_html()",
        "f'<!-- {name} -->'", "f'<{tag} title={name}>' + f'<i>{name}'", "from IPython.display import Markdown as M",
        "display(frame.style)", "look = frame.style", "frame.to_html(**{'escape': False})", "text += '<b>' + name",
        "text += '<b>'", "''.join(['<b>', name, '</b>'])", "''.join(('<td>', name))", "name.replace('x', '<br>')",
        "build = markupsafe.Markup", "frame.rename(render_links=True)", "jinja2.Environment(loader=loader)",
        "Environment().from_string(name)", "jinja2.Template(name)", "write = getattr(frame, 'to_html')", "'<b>%(n)s' % row",
        "'{}</b>'.format(name)", "'<b>' if name else ''.join(names)", "print('<b>', name)", "file.write('<b>')",
    ],
)  # fmt: skip
def test_markup_that_is_not_escaped_would_be_seen(line):
    assert any(_is_unescaped(node) for node in ast.walk(ast.parse(line)))


def _is_unescaped(node: ast.AST) -> bool:
    if isinstance(node, ast.keyword) and node.arg:
        return _is_switch(node.arg, node.value)
    if isinstance(node, ast.Dict):
        return any(_is_switch(getattr(k, "value", ""), v) for k, v in zip(node.keys, node.values, strict=True))
    if isinstance(node, ast.AugAssign | ast.IfExp):
        return any(map(_is_tag, ast.iter_child_nodes(node)))
    if isinstance(node, ast.Constant) and node.value == "to_html":
        return True
    if isinstance(node, ast.ImportFrom):
        return any(alias.name in UNESCAPED for alias in node.names)
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values) and any(map(_is_tag, node.values))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        return _is_tag(node.left) or _is_tag(node.right)
    if isinstance(node, ast.Call) and _is_filled_markup(node):
        return True
    if _is_environment(node):
        return not any(keyword.arg == "autoescape" for keyword in node.keywords)
    # `frame.style` is pandas' Styler; a node of YAML has a style too.
    is_styler = isinstance(node, ast.Attribute) and node.attr == "style" and _name(node.value) != "node"
    return is_styler or (isinstance(node, ast.Name | ast.Attribute) and _name(node) in UNESCAPED)


def _is_of_templates(node: ast.AST) -> bool:
    """A call of Jinja's own."""
    return isinstance(node, ast.Call) and _name(node.func) in {"Environment", "from_string", "Template"}


def _is_environment(node: ast.AST) -> bool:
    """Jinja's, which escapes only when told to."""
    return isinstance(node, ast.Call) and _name(node.func) == "Environment"


def _is_switch(name: str, value: ast.AST) -> bool:
    """What turns escaping off, or makes links of texts."""
    off = {"escape": False, "autoescape": False, "render_links": True}
    return name in off and isinstance(value, ast.Constant) and value.value is off[name]


def _is_tag(node: ast.AST) -> bool:
    """A text in the code that begins an element."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(TAG.search(node.value))


def _is_filled_markup(node: ast.Call) -> bool:
    """`"<b>{}</b>".format(…)`, `"<br>".join(…)`, `"".join(["<b>", …])`, `write("<b>")`, any `Template(…)` but a file's."""
    method = isinstance(node.func, ast.Attribute) and node.func.attr in {"format", "join", "format_map", "replace"}
    parts = [
        part for given in node.args for part in (given.elts if isinstance(given, ast.List | ast.Tuple) else [given])
    ]
    is_written = _name(node.func) in {"join", "replace", "print", "write"} and any(map(_is_tag, parts))
    return (method and _is_tag(node.func.value)) or is_written or _name(node.func) in {"Template", "from_string"}


def test_templates_escape_everything_but_four_texts_of_our_own():
    templates = [path.read_text(encoding="utf-8") for path in sorted(LIBRARY.rglob("*.html.j2"))]
    trusted = {
        re.sub(r"\([^()]*(\([^()]*\)[^()]*)*\)", "(...)", found) for text in templates for found in _unescaped(text)
    }
    assert trusted == SAFE
    assert not [text for text in templates if re.search(r"autoescape (false|off)|Markup", text)]


@pytest.mark.parametrize(
    "template", ["{{ cell | safe }}", "{% set x = cell|safe %}{{ x }}", "{% if a %}{{- b | safe }}"]
)
def test_a_text_that_a_template_does_not_escape_is_found(template):
    assert len(_unescaped(template)) == 1


def _unescaped(template: str) -> list[str]:
    return re.findall(r"\{[{%]-?\s*((?:(?!\{[{%]).)+?)\s*\|\s*safe\b", template)


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
