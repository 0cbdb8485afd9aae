"""Makes hostile results, has every report of them made, and holds the reports against their formats."""
import copy
import csv
import ctypes
import html.parser
import io
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

ringfence, work = os.environ["RINGFENCE"], sys.argv[1]
formats = {"html": "report.html", "md": "report.md", "json": "result.json", "xml": "result.xml", "csv": "findings.csv",
           "sarif": "result.sarif", "xccdf": "result.xccdf.xml", "junit": "junit.xml", "prom": "ringfence.prom"}
words = {"grade", "status", "band", "exposure", "exposure_ipv4", "exposure_ipv6", "level", "role", "verdict", "banned",
         "disruption", "schema", "change", "state"}
texts = [
    "<script>alert(1)</script>", "</style><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='x",
    "<!--", "-->", "]]>", "<![CDATA[", "&lt;&amp;&#x3c;", "&nosuch;", "<?xml version='1.0'?>", "<!DOCTYPE x [<!ENTITY e 'x'>]>&e;",
    "\u202egnp.exe\u202c", "\u2066\u2067\u2068x\u2069", "\u200b\u200c\u200d\ufeff", "a\u0300\u0301" * 40, "\ud7ff\ue000\ufffd\uffff",
    "\x01\x02\x03\x07\x08\x1b[31mred\x1b[0m", "\x7f\x80\x9f", "line\nline\r\nline\rline", "\t\ttabs\t", "\x0b\x0c",
    "=cmd|'/C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1+1", "\r=1", ";=1", "a,b;c\"d\"\"e",
    "```\n# heading\n```", "# heading", "- item\n- item", "1. one", "| a | b |\n|---|---|", "[link](javascript:alert(1))",
    "![image](http://203.0.113.1/x.png)", "<https://example.com>", "**bold** _it_ `code` ~~x~~", "\\`*_{}[]()#+-.!|",
    "a  \nb", "    indented", "> quote", "---", "***", "W" * 5000, "\u65e5\u672c" * 3000, "{{7*7}} ${7*7} %s %n %x",
]
passed = failed = 0


def check(what, is_right, why=""):
    global passed, failed
    if is_right:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: {what} {str(why)[:300]}")


def change(value, text, name=""):
    if isinstance(value, dict):
        return {key: change(inner, text, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [change(inner, text, name) for inner in value]
    return text if isinstance(value, str) and name not in words else value


def hostile():
    base = json.load(open("tests/fuzz/corpus/result_json/small.json"))
    for text in texts:
        yield repr(text[:20]), change(base, text)
    wide = copy.deepcopy(base)
    wide["findings"][0]["summary"] = "<b>" + "x" * 10_000_000
    yield "a field of 10 MB", wide
    long = copy.deepcopy(base)
    finding = next(f for f in long["findings"] if f["status"] == "fail")
    finding["evidence"] = [{"role": "fails", "subject": f"<i>peer {n}", "file": "/e", "line": n, "exposure": "anywhere",
                            "text": "=1+1 | `x`"} for n in range(100_000)]
    yield "100,000 rows", long


class Page(html.parser.HTMLParser):
    """Knows what a report may be made of, and that it is closed in the order in which it was opened."""
    void = {"meta", "br", "wbr", "img", "hr", "link", "input"}

    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.scripts = [], [], 0

    def handle_starttag(self, tag, attributes):
        if tag not in self.void:
            self.open.append(tag)
        self.scripts += tag == "script"
        for name, value in attributes:
            if name.startswith("on") or name in ("style", "src") or (name == "href" and not value.startswith(("#", "https://"))):
                self.wrong.append(f"{tag} {name}={value}")
        if tag in ("iframe", "object", "embed", "form", "link", "base", "img"):
            self.wrong.append(tag)

    def handle_endtag(self, tag):
        if tag in self.void:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")


def check_html(name, text, _):
    page = Page()
    page.feed(text)
    check(f"{name}: HTML", not page.wrong and not page.open and page.scripts == 1, page.wrong[:3] or page.open[:3])


def load_cmark():
    try:
        library = ctypes.CDLL("libcmark.so.0.30.2")
    except OSError:
        return None
    library.cmark_markdown_to_html.restype = ctypes.c_char_p
    return library


cmark = load_cmark()


def check_markdown(name, text, result):
    """Headings and lists of evidence, as cmark sees them, are those of the result; nothing is raw HTML."""
    if not cmark:
        return
    data = text.encode()
    # CMARK_OPT_UNSAFE would let HTML through; without it, what was raw leaves a comment.
    page = cmark.cmark_markdown_to_html(data, len(data), 0).decode()
    failing = [f for f in result["findings"] if f["status"] == "fail"]
    check(f"{name}: Markdown, one title", page.count("<h1>") == 1)
    check(f"{name}: Markdown, a heading for each finding", page.count("<h3>") == len(failing), page.count("<h3>"))
    check(f"{name}: Markdown, no raw HTML, image or address", not re.search(r"<!-- raw HTML|<img|<a ", page))
    counts = [sum(e["role"] != "passes" for e in f.get("evidence", [])) for f in failing]
    # From 500 on, one more line says how many there are.
    rows = sum(min(count, 501) for count in counts)
    parts = re.split(r"<h[123]>", page)
    found = sum(part.count("<li>") for part in parts[1:] if "Not met:" in part)
    check(f"{name}: Markdown, a line for each row of evidence", found == rows, f"{found} of {rows}")


def check_xml(name, text, _):
    try:
        ElementTree.fromstring(text)
        check(name, True)
    except ElementTree.ParseError as error:
        check(f"{name}: XML", False, error)


def check_json(name, text, _):
    try:
        json.loads(text)
        check(name, True)
    except ValueError as error:
        check(f"{name}: JSON", False, error)


def check_csv(name, text, _):
    csv.field_size_limit(1 << 30)
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    widths = {len(row) for row in rows}
    formulas = [cell[:20] for row in rows for cell in row if cell[:1] in tuple("=+@\t\r") or re.match(r"-[^\d]|-\d+[^\d.]", cell)]
    check(f"{name}: CSV", len(widths) == 1 and not formulas, formulas[:3] or widths)


SERIES = re.compile(r'[a-z_]+(\{([a-z_]+="([^"\\\n]|\\["\\n])*",?)*\})? [0-9.e+-]+\n?')


def check_prom(name, text, _):
    wrong = [line[:80] for line in text.split("\n") if line and not line.startswith("# ") and not SERIES.fullmatch(line)]
    check(f"{name}: Prometheus", not wrong, wrong[:2])


checks = {"html": check_html, "md": check_markdown, "json": check_json, "sarif": check_json, "xml": check_xml,
          "xccdf": check_xml, "junit": check_xml, "csv": check_csv, "prom": check_prom}


def make(path, folder):
    environment = dict(os.environ, SOURCE_DATE_EPOCH="1770120000")
    return subprocess.run([ringfence, "report", path, "-o", folder, "-f", ",".join(formats)], capture_output=True, timeout=200,
                          env=environment)


for number, (name, result) in enumerate(hostile()):
    path = f"{work}/{number}.json"
    with open(path, "w", encoding="utf-8", errors="surrogatepass") as out:
        json.dump(result, out)
    done = make(path, f"{work}/one")
    check(f"{name}: reports", done.returncode == 0, done.stderr)
    if done.returncode != 0:
        continue
    again = number % 8 == 0
    if again:
        make(path, f"{work}/two")
    for form, file in formats.items():
        data = open(f"{work}/one/{file}", "rb").read()
        if again:
            check(f"{name}, {form}: the same twice", data == open(f"{work}/two/{file}", "rb").read())
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            check(f"{name}, {form}: UTF-8", False, error)
            continue
        if form not in ("json", "sarif"):
            seen = re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
            check(f"{name}, {form}: nothing unseen", not seen, seen and repr(text[max(0, seen.start() - 30):seen.end()]))
        checks[form](f"{name}, {form}", text, result)
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
