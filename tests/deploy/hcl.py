"""A strict reader of the HCL that `weir schedule terraform` writes: blocks, attributes, and expressions of literals,
lists, objects, references, calls, comparisons and a choice by ?:. What it does not know is an error.

read(text) gives the blocks as a list of Block. A string is str where it is literal, and Template where something is
interpolated; other expressions are Expression, the tokens as they stand.
"""

import re
import typing


class Block(typing.NamedTuple):
    type: str
    labels: list
    attributes: dict
    blocks: list

    def all(self, type_, *labels):
        return [block for block in self.blocks if block.type == type_ and block.labels == list(labels)]

    def one(self, type_, *labels):
        [found] = self.all(type_, *labels)
        return found


class Expression(str):
    """As it stands, tokens joined by spaces."""


class Template(str):
    """The inside of a string that interpolates: escapes are undone, and ${…} stands as ${…}; literal ones are \0{…}."""


TOKEN = re.compile(r"""
    (?P<space>[ ]+) | (?P<comment>\#[^\n]*) | (?P<newline>\n)
  | (?P<string>"(?:[^"\\\n$%]|\\["\\]|\$\$\{|%%\{|\$\{[^}"\n]*\}|[$%](?!\{))*")
  | (?P<number>\d+) | (?P<name>[A-Za-z_][A-Za-z0-9_-]*) | (?P<mark>[{}\[\]()=,.?:>*])
""", re.VERBOSE)


def tokens_of(text):
    at, line = 0, 1
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise SyntaxError(f"line {line}: {text[at:at + 60]!r}")
        at = match.end()
        kind = match.lastgroup
        if kind == "newline":
            line += 1
        if kind not in {"space", "comment"}:
            yield kind, match[0], line
    yield "end", "", line


def string_of(token):
    inside = re.sub(r'\\(["\\])', r"\1", token[1:-1])
    parts = re.split(r"(\$\$\{|%%\{|\$\{)", inside)
    if "${" in parts:
        return Template("".join({"$${": "\0{", "%%{": "%{"}.get(part, part) for part in parts))
    return "".join({"$${": "${", "%%{": "%{"}.get(part, part) for part in parts)


class Reader:
    def __init__(self, text):
        self.tokens = list(tokens_of(text))
        self.at = 0

    def peek(self):
        return self.tokens[self.at]

    def fail(self, expected):
        kind, text, line = self.peek()
        raise SyntaxError(f"line {line}: {expected} expected, {kind} {text!r} found")

    def take(self, kind, text=None):
        if self.peek()[0] != kind or text not in (None, self.peek()[1]):
            self.fail(text or kind)
        self.at += 1
        return self.tokens[self.at - 1][1]

    def is_mark(self, text):
        return self.peek()[:2] == ("mark", text)

    def skip_lines(self):
        while self.peek()[0] == "newline":
            self.at += 1

    def body(self, end):
        attributes, blocks = {}, []
        while True:
            self.skip_lines()
            if self.peek()[0] == end[0] and self.peek()[1] == end[1]:
                self.at += 1
                return attributes, blocks
            name = self.take("name")
            if self.is_mark("="):
                self.at += 1
                if name in attributes:
                    raise SyntaxError(f"{name} stands twice")
                attributes[name] = self.expression()
            else:
                blocks.append(self.block(name))
            if not (self.is_mark("}") and end[1] == "}"):
                self.take("newline")

    def block(self, type_):
        labels = []
        while self.peek()[0] == "string":
            labels.append(string_of(self.take("string")))
        self.take("mark", "{")
        return Block(type_, labels, *self.body(("mark", "}")))

    def expression(self):
        value = self.term()
        if self.is_mark(">"):
            self.at += 1
            value = Expression(f"{value} > {self.term()}")
        if self.is_mark("?"):
            self.at += 1
            then = self.expression()
            self.take("mark", ":")
            value = Expression(f"{value} ? {then} : {self.expression()}")
        return value

    def term(self):
        kind, text, _ = self.peek()
        if kind == "string":
            return string_of(self.take("string"))
        if kind == "number":
            return int(self.take("number"))
        if self.is_mark("["):
            return self.listing()
        if self.is_mark("{"):
            return self.object()
        if kind != "name":
            self.fail("a value")
        self.at += 1
        if text in {"true", "false"}:
            return text == "true"
        return self.reference(text)

    def reference(self, text):
        while self.is_mark("."):
            self.at += 1
            text += "." + self.take("name")
        if self.is_mark("("):
            self.at += 1
            text += f"({self.expression()})"
            self.take("mark", ")")
        return Expression(text)

    def listing(self):
        values = []
        self.take("mark", "[")
        while True:
            self.skip_lines()
            if self.is_mark("]"):
                self.at += 1
                return values
            values.append(self.expression())
            self.skip_lines()
            if not self.is_mark("]"):
                self.take("mark", ",")

    def object(self):
        values = {}
        self.take("mark", "{")
        while True:
            self.skip_lines()
            if self.is_mark("}"):
                self.at += 1
                return values
            name = self.take("name")
            self.take("mark", "=")
            if name in values:
                raise SyntaxError(f"{name} stands twice")
            values[name] = self.expression()
            if not self.is_mark("}"):
                self.take("newline")


def read(text):
    attributes, blocks = Reader(text).body(("end", ""))
    if attributes:
        raise SyntaxError(f"attributes outside of any block: {sorted(attributes)}")
    return Block("", [], {}, blocks)
