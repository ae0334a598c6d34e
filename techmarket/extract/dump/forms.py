"""The two forms of MySQL's export lines.

A *plain* line becomes COPY text by replacing its separators and removing its quotes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from techmarket.extract.dump.request import Form
from techmarket.extract.dump.values import plain_pattern
from techmarket.model.catalog import Column
from techmarket.model.column_types import Text

RECORD = re.compile(rb"[^\\\n]*(?:\\.[^\\\n]*)*\n", re.DOTALL)
NULL = rb"\N"

_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_QUOTED = rb'"[^"\\]*(?:\\.[^"\\]*)*"'
_FIRST_SEPARATOR = re.compile(rb"(?:" + _QUOTED + rb'|[^",\t\n]*)([\t,])', re.DOTALL)
_WITH_ESCAPES = r"Export with FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' ESCAPED BY '\\'"


@dataclass(frozen=True, slots=True)
class Dialect:
    """What is specific to a form."""

    form: Form
    separator: bytes
    field: re.Pattern[bytes]
    escaped: Mapping[bytes, bytes]
    """From the character after a backslash to the meaning of both."""
    plain_text: bytes
    plain_unread: bytes

    def plain_line(self, columns: Sequence[Column | None]) -> bytes:
        """None is a column that is not read."""
        return self.separator.join(self._plain_field(column) for column in columns) + b"\n"

    def _plain_field(self, column: Column | None) -> bytes:
        if column is None:
            return rb"(?:\\N|" + self.plain_unread + b")"
        if isinstance(column.type, Text):
            value = self.plain_text
        elif self.form is Form.CSV:
            value = b'(?:"%b"|%b)' % (plain_pattern(column), plain_pattern(column))
        else:
            value = plain_pattern(column)
        return rb"(?:\\N|" + value + b")" if column.nullable else value

    def copy_text(self, plain: bytes) -> bytes:
        """Plain lines as COPY text."""
        return plain.translate(_COMMA_TO_TAB, b'"') if self.form is Form.CSV else plain

    def split(self, record: bytes) -> list[bytes]:
        """A record's fields as written, without the final newline.

        Raises:
            ValueError: MySQL would not write it so.
        """
        fields, at = [], 0
        while field := self.field.match(record, at):
            fields.append(field[0])
            at = field.end() + 1
            if field.end() == len(record):
                return fields
            if record[field.end() : at] != self.separator:
                break
        msg = f"has a quote where MySQL would not write one. {_WITH_ESCAPES}"
        raise ValueError(msg)

    def value(self, written: bytes, column: Column) -> bytes | None:
        """The value; None for NULL.

        Raises:
            ValueError: MySQL would not write it so.
        """
        if written == NULL:
            return None
        if self.form is Form.CSV:
            if written.startswith(b'"'):
                return self._unescaped(written[1:-1])
            if isinstance(column.type, Text) or written == b"NULL":
                what = "is the word NULL" if written == b"NULL" else "is a text without quotes"
                msg = f"{what}. {_WITH_ESCAPES}"
                raise ValueError(msg)
        return self._unescaped(written)

    def _unescaped(self, text: bytes) -> bytes:
        return _ESCAPE.sub(self._stands_for, text) if b"\\" in text else text

    def _stands_for(self, escape: re.Match[bytes]) -> bytes:
        try:
            return self.escaped[escape[1]]
        except KeyError:
            msg = f"has a backslash where MySQL would not write one. {_WITH_ESCAPES}, or without these options"
            raise ValueError(msg) from None


_COMMA_TO_TAB = bytes.maketrans(b",", b"\t")
_ALWAYS_ESCAPED = {b"\\": b"\\", b"\n": b"\n", b"0": b"\0"}

DIALECTS = {
    Form.TAB: Dialect(
        form=Form.TAB,
        separator=b"\t",
        field=re.compile(rb"[^\\\t]*(?:\\.[^\\\t]*)*", re.DOTALL),
        escaped={**_ALWAYS_ESCAPED, b"\t": b"\t"},
        plain_text=rb"[^\t\n\r\\]*",
        plain_unread=rb"[^\t\n\r\\]*",
    ),
    Form.CSV: Dialect(
        form=Form.CSV,
        separator=b",",
        field=re.compile(_QUOTED + rb'|[^",\n]*', re.DOTALL),
        escaped={**_ALWAYS_ESCAPED, b'"': b'"'},
        plain_text=rb'"[^",\t\n\r\\]*"',
        plain_unread=rb'(?:"[^",\t\n\r\\]*"|[^",\t\n\r\\]*)',
    ),
}


def form_of(record: bytes) -> Form:
    """By the separator after the first field."""
    first = _FIRST_SEPARATOR.match(record)
    return Form.CSV if first and first[1] == b"," else Form.TAB
