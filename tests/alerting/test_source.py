"""The file itself: it must fit a template, which holds it without its docstrings and comments."""

import ast
import json
import unittest

from support import SOURCES

SOURCE = (SOURCES / "formatter.py").read_text("utf-8")


def bare(source):
    """The code without docstrings and comment lines, as `templates/function.rs` embeds it."""
    kept, within = [], False
    for line in source.split("\n"):
        text = line.lstrip()
        if within or text.startswith("'''"):
            within ^= text.count("'''") == 1
        elif not text.startswith("#"):
            kept.append(line)
    return "\n".join(kept)


def program(source):
    """What a source means: its syntax tree without docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node, False) is not None:
            del node.body[0]
    return ast.dump(tree)


class Source(unittest.TestCase):
    def test_it_is_ascii_of_moderate_width(self):
        self.assertTrue(SOURCE.isascii())
        self.assertEqual([line for line in SOURCE.split("\n") if len(line) > 100], [])

    def test_without_its_docstrings_it_is_the_same_program(self):
        self.assertNotIn("'''", bare(SOURCE))
        self.assertEqual(program(bare(SOURCE)), program(SOURCE))

    def test_it_leaves_a_template_room_for_its_resources(self):
        self.assertLess(len(json.dumps(bare(SOURCE))), 34_000)
