#!/bin/bash
# Reports of large results: 256 services, 100 attackers and ROWS rows of evidence (5,000 and 200,000), in time and
# memory of the whole process; beside them xsltproc with nmap's stylesheet over as large a scan, and OpenSCAP's
# report over the XCCDF file of our test host. Each is the best of RUNS runs (default 3).
set -eu
cd "$(dirname "$0")/../.."
ringfence=${RINGFENCE:-build/release/ringfence}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 - "$ringfence" "${RUNS:-3}" "$work" <<'PY'
import json, os, resource, shutil, subprocess, sys, time
ringfence, runs, work = sys.argv[1], int(sys.argv[2]), sys.argv[3]

def large(rows):
    """The result of the test host, with as many services, attackers and rows of evidence."""
    result = json.load(open('tests/golden/careless/result.json'))
    service, item = result['services'][0], None
    result['services'] = [dict(service, port=1000 + i, name=f'service-{i}') for i in range(256)]
    result['activity']['attackers'] = [
        {'address': f'203.0.113.{i}', 'first': '2026-01-01T00:00:00Z', 'last': '2026-02-01T00:00:00Z', 'events': 9000 - i,
         'kinds': 'ssh-failed-password 12, sip-registration-failed 400', 'banned': 'no'} for i in range(100)]
    failed = [f for f in result['findings'] if f['status'] == 'fail']
    for n in range(rows):
        failed[n % min(len(failed), 12)]['evidence'].append(
            {'role': 'fails', 'subject': f'peer {1000 + n}', 'file': '/etc/asterisk/sip.conf', 'line': n + 1,
             'exposure': 'anywhere', 'text': f'secret of 4 characters, guessed in {n} tries'})
    path = f'{work}/{rows}.json'
    json.dump(result, open(path, 'w'))
    return path

def scan(hosts, ports):
    """A scan in nmap's XML."""
    path = f'{work}/nmap.xml'
    with open(path, 'w') as out:
        out.write('<?xml version="1.0"?><nmaprun scanner="nmap" args="nmap" start="1" startstr="x" version="7.93" '
                  'xmloutputversion="1.05"><scaninfo type="syn" protocol="tcp" numservices="1" services="1"/>')
        for h in range(hosts):
            out.write(f'<host starttime="1" endtime="2"><status state="up" reason="echo-reply" reason_ttl="60"/>'
                      f'<address addr="198.51.100.{h}" addrtype="ipv4"/><hostnames></hostnames><ports>')
            for p in range(ports):
                out.write(f'<port protocol="tcp" portid="{p + 1}"><state state="open" reason="syn-ack" reason_ttl="60"/>'
                          f'<service name="http" product="nginx" method="probed" conf="10"/></port>')
            out.write('</ports></host>')
        out.write('<runstats><finished time="2" timestr="x" elapsed="1"/><hosts up="1" down="0" total="1"/></runstats></nmaprun>')
    return path

def measure(name, command):
    best, peak = None, 0
    for _ in range(runs):
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=open(work + '/out', 'wb'), stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        took = time.monotonic() - start
        cpu = usage.ru_utime + usage.ru_stime
        peak = max(peak, usage.ru_maxrss / 1024)
        if status:
            print(f'{name}: failed')
            return None
        best = min(best or (took, cpu), (took, cpu))
    print(f'{name}: {best[0]:.3f} s ({best[1]:.3f} s of CPU), {peak:.1f} MiB, {os.path.getsize(work + "/out") >> 10} KiB out', flush=True)
    return best[1]

def apart(make, *arguments):
    """In a child: a process that was started inherits the peak of the one that started it."""
    if (child := os.fork()) == 0:
        make(*arguments)
        os._exit(0)
    os.waitpid(child, 0)

apart(large, 5000)
apart(large, 200000)
small, huge = f'{work}/5000.json', f'{work}/200000.json'
for form in ('html', 'md', 'json', 'xml', 'csv', 'sarif', 'xccdf', 'junit', 'prom'):
    measure(f'ringfence report -f {form}, 5,000 rows', [ringfence, 'report', small, '-f', form, '-o', '-'])
one = measure('ringfence report -f html, 5,000 rows', [ringfence, 'report', small, '-f', 'html', '-o', '-'])
many = measure('ringfence report -f html, 200,000 rows', [ringfence, 'report', huge, '-f', 'html', '-o', '-'])
measure('ringfence report -f json, 200,000 rows', [ringfence, 'report', huge, '-f', 'json', '-o', '-'])
if one and many:
    print(f'40 times the rows take {many / one:.1f} times the CPU time')
if shutil.which('xsltproc') and os.path.exists('/usr/share/nmap/nmap.xsl'):
    apart(scan, 25, 200)
    path = f'{work}/nmap.xml'
    measure(f'xsltproc nmap.xsl, 5,000 ports ({os.path.getsize(path) >> 10} KiB)', ['xsltproc', '/usr/share/nmap/nmap.xsl', path])
if shutil.which('oscap'):
    subprocess.run([ringfence, 'report', 'tests/golden/careless/result.json', '-f', 'xccdf', '-o', work], check=True)
    measure('oscap xccdf generate report, our test host', ['oscap', 'xccdf', 'generate', 'report', work + '/result.xccdf.xml'])
PY
