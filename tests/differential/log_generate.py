#!/usr/bin/env python3
# Makes FILE with COUNT lines of sshd or asterisk in all the forms that they have had, with hostile names in them. The
# same seed gives the same bytes.
import random, sys

ADDRESSES = ["192.0.2.%d" % i for i in range(1, 30)] + ["2001:db8::%x" % i for i in range(1, 9)] + [
    "::ffff:198.51.100.7", "host.example", "UNKNOWN", "203.0.113.300", "2001:db8:0:0:1:2:3:4"]
USERS = ["root", "admin", "a b", "", "x from 198.51.100.99", "root from 198.51.100.9 port 22 ssh2", "o'brien", '"quoted"',
         "é", "user from host.example not allowed", "%s", "a\tb", "100", "invalid user", "x port 1 ssh2: RSA SHA256:zz"]

SSHD = [
    "Failed password for {u} from {a} port {p} ssh2", "Failed password for invalid user {u} from {a} port {p} ssh2",
    "Failed none for invalid user {u} from {a} port {p} ssh2", "Failed publickey for {u} from {a} port {p} ssh2: RSA SHA256:abc",
    "Failed publickey for invalid user {u} from {a} port {p} ssh2: ED25519 SHA256:abc",
    "Failed keyboard-interactive/pam for {u} from {a} port {p} ssh2", "Failed keyboard-interactive for {u} from {a} port {p}",
    "Invalid user {u} from {a}", "Invalid user {u} from {a} port {p}", "Illegal user {u} from {a}",
    "error: PAM: Authentication failure for {u} from {a}", "error: PAM: Authentication failure for illegal user {u} from {a}",
    "error: PAM: User not known to the underlying authentication module for illegal user {u} from {a}",
    "error: maximum authentication attempts exceeded for {u} from {a} port {p} ssh2 [preauth]",
    "Disconnecting: Too many authentication failures for {u} [preauth]", "Disconnecting: Too many authentication failures [preauth]",
    "Disconnecting authenticating user {u} {a} port {p}: Too many authentication failures [preauth]",
    "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={a}  user={u}",
    "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={a}",
    "Accepted password for {u} from {a} port {p} ssh2", "Accepted publickey for {u} from {a} port {p} ssh2: RSA SHA256:abc",
    "Connection closed by {a} port {p} [preauth]", "Connection closed by authenticating user {u} {a} port {p} [preauth]",
    "Connection reset by {a} port {p} [preauth]", "Connection closed by invalid user {u} {a} port {p} [preauth]",
    "Received disconnect from {a} port {p}:11: Bye Bye [preauth]", "Received disconnect from {a}: 3: x: Auth fail [preauth]",
    "Received disconnect from {a} port {p}:14: No supported authentication methods available [preauth]",
    "Disconnected from authenticating user {u} {a} port {p} [preauth]", "Disconnected from {a} port {p}",
    "Disconnected from user {u} {a} port {p}", "Did not receive identification string from {a} port {p}",
    "Did not receive identification string from {a}", "Bad protocol version identification 'GET / HTTP/1.1' from {a} port {p}",
    "Unable to negotiate with {a} port {p}: no matching cipher found. Their offer: x [preauth]",
    "Unable to negotiate with {a} port {p}: no matching host key type found. Their offer: ssh-rsa [preauth]",
    "User {u} from {a} not allowed because not listed in AllowUsers", "User {u} from {a} not allowed because listed in DenyUsers",
    "User {u} from {a} not allowed because not in any group", "User {u} not allowed because account is locked",
    "User {u} from {a} not allowed because none of user's groups are listed in AllowGroups",
    "User {u} from {a} not allowed because a group is listed in DenyGroups", "ROOT LOGIN REFUSED FROM {a}",
    "reverse mapping checking getaddrinfo for host.example [{a}] failed - POSSIBLE BREAK-IN ATTEMPT!",
    "Address {a} maps to host.example, but this does not map back to the address - POSSIBLE BREAK-IN ATTEMPT!",
    "refused connect from host.example ({a})", "Read from socket failed: Connection reset by peer [preauth]",
    "kex_exchange_identification: Connection closed by remote host", "kex_exchange_identification: read: Connection reset by peer",
    "banner exchange: Connection from {a} port {p}: invalid format", "error: kex_exchange_identification: client sent invalid protocol identifier \"GET\"",
    "Connection from {a} port {p} on 192.0.2.200 port 22", "Connection from {a} port {p} on 192.0.2.200 port 22 rdomain \"\"",
    "Authentication failed for {u} from {a}", "authentication error for {u} from {a} via 192.0.2.200",
    "Disconnecting invalid user {u} {a} port {p}: Change of username or service not allowed: (x,ssh-connection) -> (y,ssh-connection) [preauth]",
    "Connection closed by {a}", "session opened for user {u} by (uid=0)", "Server listening on 0.0.0.0 port 22.",
]
SSHD_HEADS = ["{b} host sshd[{n}]: ", "{b} host sshd-session[{n}]: ", "{i} host sshd[{n}]: ", "{b} host sshd: ",
              "<38>1 {i} host sshd {n} - - ", "{b} kernel: [ 12.345678] host sshd[{n}]: ", "{b} host sshd[{n}]: message repeated 3 times: [ ",
              "{b} [host] sshd[{n}]: ", "{b} host sshd[{n}]: [ID 800047 auth.info] ", "sshd[{n}]: "]
ASTERISK = [
    "chan_sip.c: Registration from '\"{u}\" <sip:{u}@192.0.2.200>' failed for '{a}:{p}' - {why}",
    "chan_sip.c: Registration from '<sip:{u}@192.0.2.200>' failed for '{a}' - {why}",
    "chan_sip.c:28468 handle_request_register: Registration from '{u}' failed for '{a}:{p}' - {why}",
    "chan_sip.c: Call from '{u}' ({a}:{p}) to extension '{u}' rejected because extension not found in context 'default'.",
    "chan_sip.c: Call from '' (UDP:{a}:{p}) to extension '001' rejected because extension not found in context 'default'.",
    "chan_sip.c: Failed to authenticate device {u}<sip:{u}@192.0.2.200>;tag=1 for INVITE, code = -1",
    "chan_iax2.c: Host {a} failed MD5 authentication for '{u}' (x != y)", "chan_iax2.c: No registration for peer '{u}' (from {a})",
    "chan_iax2.c: Host {a} failed to authenticate as '{u}'", "chan_iax2.c: Host {a} denied access to register peer '{u}'",
    "manager.c: {a} failed to authenticate as '{u}'", "manager.c: {a} tried to authenticate with nonexistent user '{u}'",
    "manager.c: {a} failed to pass IP ACL as '{u}'", "manager.c: hacking attempt detected '{a}'",
    "res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '\"{u}\" <sip:{u}@192.0.2.200>' failed for '{a}:{p}' (callid: {n}@x) - No matching endpoint found",
    "res_pjsip/pjsip_distributor.c: Request from '<sip:{u}@192.0.2.200>' failed for '{a}:{p}' (callid: {n}) - Failed to authenticate",
    "res_pjsip/pjsip_distributor.c: Request 'INVITE' from '<sip:{u}@x>' failed for '{a}:{p}' (callid: {n}) - Error to authenticate",
    "res_pjsip/pjsip_distributor.c: Request 'INVITE' from '<sip:{u}@x>' failed for '{a}:{p}' (callid: {n}) - Not match Endpoint Contact ACL",
    "res_security_log.c: SecurityEvent=\"{e}\",EventTV=\"2026-01-02T03:04:05.000+0000\",Severity=\"Error\",Service=\"SIP\",EventVersion=\"2\",AccountID=\"{u}\",SessionID=\"0x7f\",LocalAddress=\"IPV4/UDP/192.0.2.200/5060\",RemoteAddress=\"IPV4/UDP/{a}/{p}\",Challenge=\"x\"",
    "res_security_log.c: SecurityEvent=\"{e}\",EventTV=\"1391000000-123456\",Severity=\"Error\",Service=\"AMI\",EventVersion=\"1\",AccountID=\"{u}\",SessionID=\"0x7f\",LocalAddress=\"IPV4/TCP/192.0.2.200/5038\",RemoteAddress=\"IPV6/TCP/{a}/{p}\"",
    "Ext. s:2 in @ x: \"Rejecting unknown SIP connection from {a}\"", "pbx.c: -- Executing [{u}@x:1] Set(\"SIP/1\") in new stack",
    "chan_sip.c: Peer '{u}' is now Reachable. (1ms / 2000ms)", ": Registration from '{u}' failed for '{a}' - {why}",
]
WHY = ["Wrong password", "No matching peer found", "Username/auth name mismatch", "Device does not match ACL", "Not a local domain",
       "Peer is not supposed to register", "ACL error (permit/deny)", "Bad request"]
EVENTS = ["InvalidPassword", "InvalidAccountID", "ChallengeResponseFailed", "FailedACL", "ChallengeSent", "SuccessfulAuth", "InvalidTransport"]
ASTERISK_HEADS = ["[{i}] {l}[{n}] ", "[{b}] {l}[{n}] ", "[{i}] {l}[{n}]: ", "[{i}] {l}[{n}][C-0000001a]: ", "[{i}] {l}[{n}][C-0000001a] ",
                  "{b} host asterisk[{n}]: {l}[{n}]: ", "[{b}] {l} [{n}]: ", "[{i}.123] {l}[{n}] ", "{l}[{n}] ", "{i} host asterisk[{n}]: {l}[{n}] ",
                  "[{t}] {l}[{n}]: "]
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def main():
    kind, count, seed = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    rng = random.Random(kind + seed)
    heads, messages = (SSHD_HEADS, SSHD) if kind == "sshd" else (ASTERISK_HEADS, ASTERISK)
    out = []
    for _ in range(count):
        month, day, clock = rng.randrange(1, 9), rng.randrange(1, 29), "%02d:%02d:%02d" % (
            rng.randrange(24), rng.randrange(60), rng.randrange(60))
        values = {
            "b": "%s %2d %s" % (MONTHS[month - 1], day, clock),
            "i": rng.choice(["2024-%02d-%02d %s", "2025-%02d-%02dT%s.123456+01:00", "2023-%02d-%02dT%sZ"]) % (month, day, clock),
            "t": "%02d/%s/2024:%s +0200" % (day, MONTHS[month - 1], clock),
            "n": rng.randrange(1000, 1020 if rng.random() < .7 else 99999), "a": rng.choice(ADDRESSES), "p": rng.randrange(1, 65536),
            "u": rng.choice(USERS), "why": rng.choice(WHY), "e": rng.choice(EVENTS),
            "l": rng.choice(["NOTICE", "WARNING", "SECURITY", "VERBOSE", "ERROR"]),
        }
        head = rng.choice(heads if rng.random() < .4 else heads[:1])
        line = (head + rng.choice(messages)).format(**values)
        if "message repeated" in head:
            line += "]"
        if rng.random() < .02:
            line = line[:rng.randrange(1, len(line))]
        if rng.random() < .01:
            line += rng.choice(["\r", " ", "\x00", "\x1b[31m", "\xff"])
        out.append(line)
    with open(sys.argv[4], "w", encoding="utf-8", newline="\n") as file:
        file.write("\n".join(out) + "\n")


main()
