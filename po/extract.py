#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints po/ringfence.pot: each text that reports are made of. From the stylesheets those in text:say, text:count and
text:head, from reports/*.c those of MESSAGE and language_text, and from the program (the argument) its catalogue."""
import glob, html, re, subprocess, sys

STRING = r"'([^']*)'|\"([^\"]*)\""
texts = {}  # (one, many or None) to places


def add(one, many, place):
    texts.setdefault((one, many), []).append(place)


def quoted(text):
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"').replace('\n', '\\n') + '"'


for path in sorted(glob.glob('templates/*.xsl')):
    source = html.unescape(open(path, encoding='utf-8').read())
    for call in re.finditer(r'text:(say|count|head)\(', source):
        found, at = [], call.end()
        while literal := re.compile(r'\s*(?:' + STRING + r')\s*([,)])').match(source, at):
            found.append(literal.group(1) if literal.group(1) is not None else literal.group(2))
            at = literal.end()
            if literal.group(3) == ')':
                break
        if call.group(1) == 'count':
            add(found[0], found[1], path)
        else:
            for one in found if call.group(1) == 'head' else found[:1]:
                add(one, None, path)
C_STRING = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
for path in sorted(glob.glob('reports/*.c')):
    for literal in re.findall(r'(?:MESSAGE\(|language_text\(\w+,)\s*' + C_STRING, open(path, encoding='utf-8').read()):
        add(re.sub(r'\\(.)', r'\1', ''.join(re.findall(r'"((?:[^"\\]|\\.)*)"', literal))), None, path)
for line in subprocess.run([sys.argv[1], '--print', 'messages'], check=True, capture_output=True, text=True).stdout.splitlines():
    place, text = line.split('\t', 1)
    add(text, None, place)
singles = {}
for one, many in list(texts):  # a text may stand alone and with a plural: gettext knows it once
    if many is None and any(a == one and b for a, b in texts):
        texts[next(key for key in texts if key[0] == one and key[1])] += texts.pop((one, None))
print('# SPDX-License-Identifier: Apache-2.0\nmsgid ""\nmsgstr ""\n"Project-Id-Version: ringfence\\n"\n"MIME-Version: 1.0\\n"\n'
      '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"')
for (one, many), places in texts.items():
    print('\n#: ' + ' '.join(dict.fromkeys(places)))
    if re.search('%[1-9]', one + (many or '')):
        print('#, qt-format')
    print('msgid ' + quoted(one))
    print('msgid_plural %s\nmsgstr[0] ""\nmsgstr[1] ""' % quoted(many) if many else 'msgstr ""')
