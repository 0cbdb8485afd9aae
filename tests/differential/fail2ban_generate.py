#!/usr/bin/env python3
# Makes COUNT configurations of fail2ban in FOLDER, each a copy of the shipped one with files of our
# own over it. The same seed gives the same bytes.
import os, random, shutil, sys

SHIPPED = "/etc/fail2ban"


def write(folder, name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


FILTERS = ["sshd", "sshd[mode=aggressive]", "sshd[mode=ddos, publickey=any]", 'sshd[mode="extra"]',
           "asterisk", "asterisk[logtype=journal]", "postfix[mode=auth]", "recidive", "dovecot",
           "apache-auth[logging=syslog]", "named-refused", "own", "own[word=other]", "absent",
           "own[word='a,b'][more=1]", "own[word=]", "broken[", "sshd[logtype=rfc5424]", "freeswitch"]
BACKENDS = ["auto", "polling", "systemd", "pyinotify", "%(sshd_backend)s", "systemd[journalflags=1]"]
ACTIONS = ["%(action_)s", "%(action_mw)s", "%(action_mwl)s", "iptables-allports[name=x, protocol=all]",
           "iptables[name=%(__name__)s, port=ssh, protocol=tcp]\n         nftables-multiport[port=\"1,2\"]",
           "nftables-allports", "iptables-ipset-proto6[name=y, port=\"%(port)s\"]", "ufw",
           'own-action[ban="drop <ip>", chain="%(known/chain)s"]', "smtp.py[dest=a@b.example, sender=c]",
           "own-action[actname=mine][ban=x]", "absent-action", "firewallcmd-ipset[bantime=7]",
           "iptables-multiport[chain=FORWARD]\n  sendmail[dest='a b', name=q]", "hostsdeny", "route[blocktype=blackhole]"]
TIMES = ["600", "10m", "1d 12h", "1h", "-1", "1d12h", "%(findtime)s", "2w", "1year-6mo", "soon"]
TRUE = ["true", "1", "yes", "on", "True", "false", "0", "no"]
LOGS = ["%(sshd_log)s", "/etc/passwd", "/etc/pass*\n          /etc/group tail", "/var/log/none*", "%(syslog_authpriv)s",
        "/etc/host*", "/etc/fail2ban/*.conf"]
IPS = ["127.0.0.1/8 ::1", "192.0.2.0/24, 198.51.100.7\n  203.0.113.0/25", "host.example", "", "0.0.0.0/0"]


def jail(rng, name):
    lines = ["[%s]" % name]
    def maybe(chance, key, value):
        if rng.random() < chance:
            lines.append("%s %s %s" % (key, rng.choice("==:"), value))
    maybe(.85, "enabled", rng.choice(TRUE[:6] if rng.random() < .8 else TRUE))
    maybe(.7, rng.choice(["filter", "Filter"]), rng.choice(FILTERS[:12] if rng.random() < .8 else FILTERS))
    maybe(.3, "backend", rng.choice(BACKENDS))
    maybe(.6, "logpath", rng.choice(LOGS))
    maybe(.4, "action", rng.choice(ACTIONS))
    maybe(.3, "banaction", rng.choice(["nftables", "iptables-allports", "%(banaction_allports)s", "firewallcmd-rich-rules"]))
    maybe(.4, "maxretry", rng.choice(["3", "5", " 7 ", "+4", "x", "1_0", "%(maxmatches)s", "%(default/maxretry)s"][:7]))
    maybe(.4, "findtime", rng.choice(TIMES))
    maybe(.4, "bantime", rng.choice(TIMES))
    maybe(.2, "bantime.increment", rng.choice(TRUE))
    maybe(.1, "bantime.factor", "2")
    maybe(.1, "bantime.multipliers", "1 5 30")
    maybe(.1, "bantime.formula", "ban.Time * (1<<(ban.Count if ban.Count<20 else 20)) * banFactor")
    maybe(.3, "ignoreip", rng.choice(IPS))
    maybe(.1, "ignorecommand", "/bin/true <ip>")
    maybe(.1, "ignorecache", 'key="<ip>", max-count=10')
    maybe(.1, "ignoreself", rng.choice(TRUE))
    maybe(.2, "port", rng.choice(["ssh", "5060,5061", "0:65535", "%(known/port)s"][:3]))
    maybe(.1, "protocol", rng.choice(["udp", "tcp,udp", "all"]))
    maybe(.1, "chain", rng.choice(["DOCKER-USER", "<known/chain>", "INPUT"]))
    maybe(.15, "failregex", rng.choice(["^a <HOST>$", "^%%d <HOST>\n   ^two <HOST> ; gone\n\n   # gone\n   ^three <ADDR>",
                                       "%(known/failregex)s\n            ^more <HOST>$", "^<word> <HOST>"]))
    maybe(.1, "ignoreregex", "^ignored <HOST>$")
    maybe(.1, "datepattern", rng.choice(["%%Y-%%m-%%d", "{^LN-BEG}", "%(known/datepattern)s"]))
    maybe(.1, "maxlines", rng.choice(["3", "ten"]))
    maybe(.1, "mode", rng.choice(["aggressive", "extra", "normal", "ddos"]))
    maybe(.1, "usedns", rng.choice(["no", "raw", "yes"]))
    maybe(.1, "journalmatch", "_SYSTEMD_UNIT=a.service + _COMM='b c'\n  _UID=0")
    maybe(.04, "undefined", "%(nobody)s")
    maybe(.02, "bantime.maxtime", "%(nobody)s")
    return "\n".join(lines) + "\n"


OWN_FILTER = """[INCLUDES]
before = common.conf
after = own-after.conf

[DEFAULT]
word = plain
_daemon = own

[Definition]
prefregex = ^%(__prefix_line)s<F-CONTENT>.+</F-CONTENT>$
failregex = ^<word> from <HOST>
            ^<deep> <HOST>$
deep = <word>-<other>
other = x<word>
journalmatch = _COMM=own
maxlines = 2

[Init]
word = init
more = 0
"""
OWN_ACTION = """[Definition]
actionstart = start <chain> <name> %(tool)s
actionban = <ban> <matches> <bantime>
actionunban = un<ban>
norestored = 1
tool = <exe> -w

[Init]
chain = INPUT
exe = tool

[Init?family=inet6]
exe = tool6
"""


def make(folder, rng):
    shutil.copytree(SHIPPED, folder)
    write(folder, "filter.d/own.conf", OWN_FILTER)
    if rng.random() < .4:
        write(folder, "filter.d/own.local", "[Definition]\nfailregex = %(known/failregex)s\n  ^local <HOST>\n")
    if rng.random() < .4:
        write(folder, "filter.d/own-after.conf", "[Definition]\nother = after\n")
    if rng.random() < .2:
        write(folder, "filter.d/own-after.local", "[Definition]\nother = %(known/other)s-local\n")
    if rng.random() < .3:
        write(folder, "filter.d/sshd.local", "[Definition]\nmode = aggressive\n")
    write(folder, "action.d/own-action.conf", OWN_ACTION)
    if rng.random() < .3:
        write(folder, "action.d/own-action.local", "[Init]\nexe = local\n")
    if rng.random() < .3:
        write(folder, "action.d/iptables.local", "[Init]\nblocktype = DROP\n")
    names = ["sshd", "asterisk", "own", "recidive", "apache-auth", "pbx-gui", "mine", "freeswitch"]
    for file in ["jail.d/a.conf", "jail.d/b.conf", "jail.local", "jail.d/c.local"]:
        if rng.random() < .6:
            text = ""
            if rng.random() < .3:
                text += "[DEFAULT]\n" + "".join(
                    rng.choice(["bantime = 1h\n", "maxretry = 4\n", "backend = polling\n", "findtime: 20m\n",
                                "banaction = nftables\n", "mode = extra\n", "ignoreip = 192.0.2.1\n",
                                "port = 1:9\n", "action = %(action_mwl)s\n", "enabled = true\n"][:9])
                    for _ in range(1))
            for name in rng.sample(names, rng.randrange(1, 4)):
                text += rng.choice(["", "# a comment\n", "\n"]) + jail(rng, name)
            if rng.random() < .03:
                text += "no option\n"
            if rng.random() < .03:
                text += "[sshd]\n[sshd]\n"
            write(folder, file, text)
    if rng.random() < .1:
        write(folder, "paths-debian.local", "[DEFAULT]\nsshd_log = /etc/hosts\n")


def main():
    folder, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    for number in range(count):
        make(os.path.join(folder, "%03d" % number), random.Random(seed * 1000 + number))


main()
