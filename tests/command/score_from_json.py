#!/usr/bin/env python3
"""The score once more, from result.json alone, by the formula of the README in exact arithmetic.

score_from_json.py RESULT.json...    a line per result; exit status 1 where a number differs
It shares no code with the program: logarithms are decided by comparing whole powers.
"""
import json
import sys
from fractions import Fraction

POINTS = {'critical': 40, 'high': 15, 'medium': 5, 'low': 1}
SHARE = {'anywhere': Fraction(1), 'networks': Fraction(1, 2), 'host': Fraction(1, 4), 'unknown': Fraction(1),
         'not-applicable': Fraction(1)}


def band(severity):
    return 'critical' if severity >= 9 else 'high' if severity >= 7 else 'medium' if severity >= 4 else 'low'


def failing(finding):
    return [e['exposure'] for e in finding['evidence'] if e['role'] == 'fails']


def deduction(finding, exposures):
    share = max((SHARE[e] for e in exposures), default=Fraction(1))
    n = max(len(exposures), 1)
    return POINTS[band(finding['severity'])] * share * (1 + min(Fraction(1), Fraction(n.bit_length() - 1, 4)))


def raw(d):
    """floor(100 * 2^(-d/50)): the largest v with v^50 * 2^d <= 100^50, in whole numbers"""
    scale = d.denominator
    best = 0
    for v in range(1, 101):
        if (v ** 50) ** scale * 2 ** d.numerator <= (100 ** 50) ** scale:
            best = v
    return best


def score(findings, counts, coverage):
    counted = [(f, failing(f)) for f in findings if f['status'] in counts]
    total = sum((deduction(f, e) for f, e in counted), Fraction(0))
    value = raw(total)
    if any(band(f['severity']) == 'critical' for f, _ in counted):
        value = min(value, 39)
    if any(band(f['severity']) == 'high' and 'anywhere' in e for f, e in counted):
        value = min(value, 69)
    if coverage < Fraction(4, 5):
        value = min(value, 84)
    return value, raw(total)


def main():
    bad = passed = 0
    for name in sys.argv[1:]:
        r = json.load(open(name))
        fs, s = r['findings'], r['score']
        applicable = [f for f in fs if f['status'] != 'not-applicable']
        decided = [f for f in applicable if f['status'] != 'unknown']
        coverage = Fraction(len(decided), len(applicable)) if applicable else Fraction(1)
        value, whole = score(fs, {'fail'}, coverage)
        wanted = {'value': value, 'raw': whole, 'low': score(fs, {'fail', 'unknown'}, coverage)[0],
                  'unwaived': score(fs, {'fail', 'waived'}, coverage)[0],
                  'grade': 'A' if value >= 90 else 'B' if value >= 75 else 'C' if value >= 60 else 'D' if value >= 40 else 'F'}
        for f in fs:
            if f['status'] == 'fail':
                gain = score([g for g in fs if g is not f], {'fail'}, coverage)[0] - value
                wanted[f['id']] = gain
        got = {k: s[k] for k in ('value', 'raw', 'low', 'unwaived', 'grade')}
        got.update({f['id']: f['gain'] for f in fs if f['status'] == 'fail'})
        differ = {k: (wanted[k], got[k]) for k in wanted if wanted[k] != got[k]}
        if abs(Fraction(str(s['coverage'])) - coverage) > Fraction(1, 1000):
            differ['coverage'] = (float(coverage), s['coverage'])
        if differ:
            bad += 1
            print(f'{name}: (expected, printed) {differ}')
        else:
            passed += 1
            print(f'{name}: {value} {wanted["grade"]}, {len(fs)} findings')
    print(f'{passed} passed, {bad} failed')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
